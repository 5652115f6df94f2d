package exam

import (
	"encoding/json"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// Sheet is an attempt as its examinee sees it. Neither it nor anything in it has a field for a key, an explanation or
// what follows from them (promise 10).
type Sheet struct {
	AttemptID   AttemptID
	ExamID      ExamID
	Title       string
	Contact     string // whom to call, as Settings.Contact
	State       AttemptState
	StartedAt   time.Time
	SubmittedAt *time.Time
	Lease       string         // "" while another tab or device holds it
	Sections    []SheetSection // of an attempt that is gone through one way
	Section     int            // at which of them it stands, from 1
	Paper       *ShownPaper    // of that section alone, in the paper's order
	Slots       []SheetSlot    // the same in the order of the attempt's layout
	Responses   []SavedResponse
	LastSeq     int64
	ServerTime  time.Time
	DeadlineAt  time.Time
	RemainingMS int64
	PausedAt    *time.Time // the clock stands since
	News        int        // as in Beat
	Notices     []PageNotice
	Receipt     *Receipt
	Integrity   SheetIntegrity
	MediaKey    []byte // opens the paper's sealed files; nil where it has none, or they are not prepared
}

// Questions is how many questions the whole paper has, also those of sections that the sheet does not show.
func (s Sheet) Questions() int {
	if n := len(s.Sections); n > 0 {
		return s.Sections[n-1].Last
	}
	return len(s.Slots)
}

// Late is how many answers came within the grace after the deadline; they count.
func (s Sheet) Late() (n int) {
	for _, r := range s.Responses {
		if r.LateByMS > 0 && r.SavedAt.After(s.DeadlineAt) && string(r.Response) != "null" {
			n++
		}
	}
	return n
}

// SheetSlot is a question at its place in an attempt.
type SheetSlot struct {
	Slot      int
	Question  int      // its place in the sheet's paper, from 0
	OptionIDs []string // in the order of the attempt's layout
	*ShownQuestion
}

// Options are those of the question, in the order of the attempt's layout.
func (s SheetSlot) Options() []questionbank.Option {
	var out []questionbank.Option
	for _, id := range s.OptionIDs {
		if i := slices.IndexFunc(s.AllOptions, func(o questionbank.Option) bool { return o.ID == id }); i >= 0 {
			out = append(out, s.AllOptions[i])
		}
	}
	return out
}

// ShownQuestion is a question as all attempts of its paper show it: no more than what is needed to answer it. They share it, and
// nobody writes into it.
type ShownQuestion struct {
	Section string
	Type    questionbank.Type
	Points  score.Hundredths
	Stem    string
	// Markdown: stem, rows and options are Markdown and not plain text.
	Markdown   bool
	AllOptions []questionbank.Option // in the order of their ids: a trainer may have written them in the order of the answer
	Blanks     int                   // gaps of a blank question
	Rows       []string              // of a matching question
	Pieces     []questionbank.Piece  // the stem of a labelling question, parted at its segments
	Seconds    int                   // how long a spoken answer may be
	// Stimulus is what this question and others ask about; it stands with each of them.
	Stimulus *questionbank.Stimulus

	Media       []SheetMedia            // below the stem
	OptionMedia map[string][]SheetMedia // by the option's id
	// StimulusMedia stand with the stimulus.
	StimulusMedia []SheetMedia

	once
}

// ShownPaper are the questions of a paper, or of one of its sections, as all attempts show them that have reached it.
type ShownPaper struct {
	Questions []*ShownQuestion // in the paper's order

	once
}

// once keeps what is made of something that many attempts show.
type once struct{ written atomic.Value }

// Written is what write makes of it, such as its JSON: once, however many attempts show it.
func (o *once) Written(write func() any) any {
	if known := o.written.Load(); known != nil {
		return known
	}
	o.written.CompareAndSwap(nil, write()) // two at once write the same
	return o.written.Load()
}

// SavedResponse is the current response of a slot; null when it was cleared.
type SavedResponse struct {
	Slot      int
	ClientSeq int64
	Response  json.RawMessage
	SavedAt   time.Time
	LateByMS  int64 // it came within the grace, after what was the deadline then
	Takes     int   // the files of a recording
}

// savedResponses lists the fold by slot.
func savedResponses(entries []Entry) []SavedResponse {
	current := Fold(entries)
	out := make([]SavedResponse, 0, len(current))
	for _, slot := range slices.Sorted(maps.Keys(current)) {
		e := current[slot]
		out = append(out, SavedResponse{Slot: slot, ClientSeq: e.ClientSeq, Response: compact(e.Response), SavedAt: e.ReceivedAt.UTC(), LateByMS: e.LateByMS})
	}
	return out
}
