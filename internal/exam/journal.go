package exam

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
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
	ordered := slices.Clone(entries)
	slices.SortFunc(ordered, func(a, b Entry) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	var head [sha256.Size]byte
	for _, e := range ordered {
		line := fmt.Appendf(head[:], "%d|%d|%d|%d|%d|%s", attempt, e.Epoch, e.ClientSeq, e.Slot, e.ReceivedAt.UnixMicro(), compact(e.Response))
		head = sha256.Sum256(line)
	}
	return hex.EncodeToString(head[:])
}

// compact removes the spaces with which PostgreSQL writes jsonb, so that the head does not depend on who wrote the text: it is
// the text of encoding/json. Nearly every response is a choice, whose only spaces stand between its name and its value.
func compact(raw json.RawMessage) json.RawMessage {
	if plain(raw) {
		return bytes.Replace(raw, []byte(`": `), []byte(`":`), 1)
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return raw
	}
	out, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return out
}

// plain tells an object with one member whose value is a text without anything that could be written in two ways: letters,
// digits, hyphens and underscores.
func plain(raw []byte) bool {
	name, value, found := bytes.Cut(raw, []byte(`":`))
	name, opened := bytes.CutPrefix(name, []byte(`{"`))
	value, closed := bytes.CutSuffix(bytes.TrimPrefix(value, []byte(" ")), []byte(`"}`))
	value, quoted := bytes.CutPrefix(value, []byte(`"`))
	return found && opened && closed && quoted && wordly(name) && wordly(value)
}

func wordly(text []byte) bool {
	for _, c := range text {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
