package exam

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/exam/soundlength"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// Bounds of a spoken answer. The question says how long it may be; what a browser makes of a second is bounded here.
const (
	// MaxPartBytes bounds one part. A page sends one every five seconds, which are 20 to 80 KiB.
	MaxPartBytes = 512 << 10
	// MaxPartMS bounds the length of one part.
	MaxPartMS = 60_000
	// MaxRecordings is how often a question may be recorded anew in one attempt.
	MaxRecordings = 20

	maxTakes          = 60
	maxBytesPerSecond = 32_000 // 256 kbit/s: more than any browser records speech with
	lengthAllowanceMS = 5_000  // what a recorder runs on after it was told to stop
	recordingFolder   = "recordings/"
)

// RecordingPart is one part of a spoken answer as the page sends it.
type RecordingPart struct {
	Slot      int
	Recording string // the page's name for it: 16 to 40 small letters and digits, new at each fresh beginning
	Part      int    // from 1, through all takes
	Begins    bool   // it begins a file of its own: the first part, and the first after the recorder was stopped
	MS        int    // how long it is, as the page says
	SHA256    string // hexadecimal, of Sound
	Sound     []byte
}

// partRow is a part that is kept.
type partRow struct {
	Recording   string    `db:"recording"`
	Part        int       `db:"part"`
	Slot        int       `db:"slot"`
	Take        int       `db:"take"`
	ContentType string    `db:"content_type"`
	Bytes       int64     `db:"bytes"`
	MS          int64     `db:"ms"`
	SHA256      []byte    `db:"sha256"`
	ReceivedAt  time.Time `db:"received_at"`
	HeardMS     *int64    `db:"heard_ms"` // how long its take is up to its end, by the sound; nil where that does not tell

	Meter db.JSON[soundlength.Meter] `db:"meter"` // read for the last part alone
}

// Take is one file of a recording, to be listened to.
type Take struct {
	No          int
	ContentType string
	MS          int64
	Heard       bool // MS was read from the sound; else the page said so
	Bytes       int64
	parts       []partRow
}

// lengthen adds the next part of the take.
func (t *Take) lengthen(p partRow) {
	t.MS, t.Heard = t.claimed()+p.MS, p.HeardMS != nil
	t.Bytes, t.parts = t.Bytes+p.Bytes, append(t.parts, p)
	if t.Heard {
		t.MS = *p.HeardMS
	}
}

// claimed is how long the take is as the page says.
func (t *Take) claimed() (ms int64) {
	for _, p := range t.parts {
		ms += p.MS
	}
	return ms
}

// filesOf puts parts in their order together to files.
func filesOf(parts []partRow) []Take {
	var out []Take
	for _, p := range parts {
		if len(out) < p.Take {
			out = append(out, Take{No: p.Take, ContentType: p.ContentType})
		}
		out[len(out)-1].lengthen(p)
	}
	return out
}

// longer is how long the files are together, by what the sound says and by what the page says, whichever is more.
func longer(files []Take) int64 {
	var heard, claimed int64
	for i := range files {
		heard, claimed = heard+files[i].MS, claimed+files[i].claimed()
	}
	return max(heard, claimed)
}

var recordingName = regexp.MustCompile(`^[a-z0-9]{16,40}$`)

// check refuses what no recorder sends, before anything is read or kept.
func (p RecordingPart) check() error {
	var bad []errs.Field
	if !recordingName.MatchString(p.Recording) {
		bad = append(bad, errs.NewField("recording", "error.exam.recording_name"))
	}
	if p.Part < 1 || p.Part > questionbank.MaxParts {
		bad = append(bad, errs.NewField("part", "error.exam.recording_part", "limit", questionbank.MaxParts))
	}
	if p.MS < 1 || p.MS > MaxPartMS {
		bad = append(bad, errs.NewField("ms", "error.exam.recording_ms", "limit", MaxPartMS))
	}
	if len(p.Sound) == 0 || len(p.Sound) > MaxPartBytes {
		bad = append(bad, errs.NewField("sound", "error.exam.recording_bytes", "limit", MaxPartBytes>>10))
	}
	if sum := sha256.Sum256(p.Sound); p.SHA256 != hex.EncodeToString(sum[:]) {
		bad = append(bad, errs.NewField("sha256", "error.exam.recording_sum"))
	}
	return invalid(bad)
}

// soundTypeOf is what a file's first bytes say that it is; "" for what no recorder of a browser writes.
func soundTypeOf(begin []byte) string {
	switch {
	case bytes.HasPrefix(begin, []byte("\x1a\x45\xdf\xa3")) && bytes.Contains(begin[:min(len(begin), 64)], []byte("webm")):
		return "audio/webm"
	case len(begin) > 12 && string(begin[4:8]) == "ftyp":
		return "audio/mp4"
	case bytes.HasPrefix(begin, []byte("OggS")):
		return "audio/ogg"
	}
	return ""
}

// repeats reports whether the part is kept already; a part of the same number with another sound is a Conflict.
func (p RecordingPart) repeats(kept []partRow) (bool, error) {
	i := slices.IndexFunc(kept, func(k partRow) bool { return k.Part == p.Part })
	if i < 0 {
		return false, nil
	}
	if k := kept[i]; k.Slot != p.Slot || hex.EncodeToString(k.SHA256) != p.SHA256 {
		return false, errs.New(errs.Conflict, "error.exam.recording_other").WithExtra("next_part", len(kept)+1)
	}
	return true, nil
}

// follows makes the row of a part that comes behind the kept ones of its recording. Errors: Conflict with next_part for a gap, Invalid for
// what is no sound and for more than limitSeconds.
func (p RecordingPart) follows(kept []partRow, limitSeconds int, at time.Time) (partRow, error) {
	row := partRow{Recording: p.Recording, Part: p.Part, Slot: p.Slot, Take: 1, Bytes: int64(len(p.Sound)), MS: int64(p.MS), ReceivedAt: at}
	row.SHA256, _ = hex.DecodeString(p.SHA256) // checked before
	if p.Part != len(kept)+1 {
		return row, errs.New(errs.Conflict, "error.exam.recording_gap").WithExtra("next_part", len(kept)+1)
	}
	size := row.Bytes
	for _, k := range kept {
		if k.Slot != p.Slot {
			return row, errs.New(errs.Conflict, "error.exam.recording_other").WithExtra("next_part", len(kept)+1)
		}
		size += k.Bytes
		row.Take, row.ContentType, row.Meter = k.Take, k.ContentType, k.Meter
	}
	if p.Begins || len(kept) == 0 {
		if row.ContentType = soundTypeOf(p.Sound); row.ContentType == "" {
			return row, errs.InvalidFields(errs.NewField("sound", "error.exam.recording_type"))
		}
		row.Take, row.Meter = 1, db.JSONOf(soundlength.New(row.ContentType))
		if len(kept) > 0 {
			row.Take = kept[len(kept)-1].Take + 1
		}
	}
	row.Meter.V.Write(p.Sound)
	if ms, ok := row.Meter.V.MS(); ok {
		row.HeardMS = &ms
	}
	ms := longer(filesOf(append(kept[:len(kept):len(kept)], row)))
	if longest := int64(limitSeconds)*1000 + lengthAllowanceMS; ms > longest || size > longest*maxBytesPerSecond/1000 || row.Take > maxTakes {
		return row, errs.InvalidFields(errs.NewField("ms", "error.exam.recording_long", "n", limitSeconds))
	}
	return row, nil
}

// recordingOf is the answer that kept parts make, in their order from 1.
func recordingOf(parts []partRow) questionbank.Response {
	r := questionbank.Recording{Name: parts[0].Recording, Parts: len(parts)}
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p.SHA256)
	}
	for _, t := range filesOf(parts) {
		r.MS += t.MS
	}
	r.MS = max(r.MS, 1) // the head of a file is no sound yet
	r.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return questionbank.Response{Type: questionbank.Spoken, Recording: r}
}

// takesOf are the files of a recording up to the part with which the answer ends. None where what is kept is not what the answer says.
func takesOf(r questionbank.Recording, kept []partRow) []Take {
	if r.Parts > len(kept) || r.Parts < 1 || recordingOf(kept[:r.Parts]).Recording != r {
		return nil
	}
	return filesOf(kept[:r.Parts])
}

// objectOf is where a part's sound stands. The hash in it keeps one that was refused from taking the place of the kept one.
func objectOf(attempt AttemptID, recording string, part int, sum string) string {
	return fmt.Sprintf("%s%d/%s/%04d-%s", recordingFolder, attempt, recording, part, sum[:16])
}
