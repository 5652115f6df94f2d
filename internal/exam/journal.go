package exam

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// Entry is one accepted change of one slot: a row of the append-only journal (decision 13).
type Entry struct {
	Epoch      int             `db:"epoch"`
	ClientSeq  int64           `db:"client_seq"`
	Slot       int             `db:"slot"`
	Response   json.RawMessage `db:"response"`
	ReceivedAt time.Time       `db:"received_at"`
	LateByMS   int64           `db:"late_by_ms"`
}

// Fold gives the current response of each slot: its change with the greatest (epoch, client_seq) (promise 2). The order of
// the entries does not matter. A cleared slot keeps its last change, whose response is null.
func Fold(entries []Entry) map[int]Entry {
	current := make(map[int]Entry, len(entries))
	for _, e := range entries {
		if last, ok := current[e.Slot]; !ok || last.before(e) {
			current[e.Slot] = e
		}
	}
	return current
}

func (e Entry) before(other Entry) bool {
	return e.Epoch < other.Epoch || e.Epoch == other.Epoch && e.ClientSeq < other.ClientSeq
}

// Receipt is what handing in gives (promise 12): it can be compared with the journal for ever.
type Receipt struct {
	AttemptID   AttemptID `json:"attempt_id"`
	SubmittedAt time.Time `json:"submitted_at"`
	Answered    int       `json:"answered"`     // slots with a response that says anything
	JournalHead string    `json:"journal_head"` // hexadecimal sha256, see JournalHead
}

// JournalHead is the hash of an attempt's whole journal: starting from 32 zero bytes, each entry in (epoch, client_seq)
// order is hashed together with the head before it. Anyone with the rows can compute it again; a row that was changed,
// added or removed gives another head.
func JournalHead(attempt AttemptID, entries []Entry) string {
	if !slices.IsSortedFunc(entries, byNumber) { // PostgreSQL reads them in this order, and promises none
		entries = slices.SortedFunc(slices.Values(entries), byNumber)
	}
	var head [sha256.Size]byte
	var line []byte
	for _, e := range entries {
		line = append(line[:0], head[:]...)
		for _, n := range [...]int64{int64(attempt), int64(e.Epoch), e.ClientSeq, int64(e.Slot), e.ReceivedAt.UnixMicro()} {
			line = append(strconv.AppendInt(line, n, 10), '|')
		}
		head = sha256.Sum256(appendCompact(line, e.Response))
	}
	return hex.EncodeToString(head[:])
}

func byNumber(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.ClientSeq, b.ClientSeq))
}

// compact removes the spaces with which PostgreSQL writes jsonb, so that the head does not depend on who wrote the text: it is
// the text of encoding/json.
func compact(raw json.RawMessage) json.RawMessage { return appendCompact(nil, raw) }

// appendCompact is compact at the end of a text. Nearly every response is an object with one member and nothing in it that could
// be written in two ways: it needs no parser.
func appendCompact(to []byte, raw json.RawMessage) []byte {
	if out, ok := appendSqueezed(to, raw); ok {
		return out
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return append(to, raw...)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return append(to, raw...)
	}
	return append(to, out...)
}

// appendSqueezed leaves out the spaces of a JSON text between its strings. It is not ok with more than one member, whose order
// it does not know, with numbers and literals, and with a string that encoding/json would write in another way.
func appendSqueezed(to []byte, raw []byte) (out []byte, ok bool) {
	if !utf8.Valid(raw) {
		return to, false
	}
	members, out := 0, to
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case ' ':
		case ':':
			if members++; members > 1 {
				return to, false
			}
			out = append(out, ':')
		case '{', '}', '[', ']', ',':
			out = append(out, raw[i])
		case '"':
			n := bytes.IndexByte(raw[i+1:], '"')
			if n < 0 || !asWritten(raw[i+1:i+1+n]) {
				return to, false
			}
			out, i = append(out, raw[i:i+n+2]...), i+n+1
		default:
			return to, false
		}
	}
	return out, true
}

// asWritten tells a text without anything that JSON or encoding/json writes otherwise.
func asWritten(text []byte) bool {
	for i, c := range text {
		switch {
		case c < ' ', c == '\\', c == '<', c == '>', c == '&':
			return false
		case c == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && text[i+2]|1 == 0xA9: // U+2028 and U+2029
			return false
		}
	}
	return true
}

func wordly(text []byte) bool {
	for _, c := range text {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
