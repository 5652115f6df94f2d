package exam

import (
	"encoding/json"
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
	State       AttemptState
	StartedAt   time.Time
	SubmittedAt *time.Time
	Lease       string // "" while another tab or device holds it
	Slots       []SheetSlot
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

// SheetSlot is a question as it is shown: no more than what is needed to answer it.
type SheetSlot struct {
	Slot    int
	Section string
	Type    questionbank.Type
	Points  score.Hundredths
	Stem    string
	// Markdown: stem, rows and options are Markdown and not plain text.
	Markdown bool
	Options  []questionbank.Option // in the order of the attempt's layout
	Blanks   int                   // gaps of a blank question
	Rows     []string              // of a matching question
	Pieces   []questionbank.Piece  // the stem of a labelling question, parted at its segments
	Seconds  int                   // how long a spoken answer may be
	// Stimulus is what this question and others ask about; it stands with each of them.
	Stimulus *questionbank.Stimulus

	Media       []SheetMedia            // below the stem
	OptionMedia map[string][]SheetMedia // by the option's id
	// StimulusMedia stand with the stimulus.
	StimulusMedia []SheetMedia
}

// SavedResponse is the current response of a slot; null when it was cleared.
type SavedResponse struct {
	Slot      int
	ClientSeq int64
	Response  json.RawMessage
	SavedAt   time.Time
	Takes     int // the files of a recording
}

// sheetSlots shows a paper in an attempt's layout.
func sheetSlots(places []Place, p *frozen) []SheetSlot {
	sections := make(map[int]string, len(p.slots))
	for _, slot := range p.slots {
		sections[slot.Slot] = slot.Section
	}
	out := make([]SheetSlot, len(places))
	for i, place := range places {
		q := p.questions[place.VersionID]
		slot := SheetSlot{Slot: place.Slot, Section: sections[place.PaperSlot], Type: q.Type, Points: place.Points, Stem: q.Stem, Blanks: q.Shape().Gaps,
			Rows: q.Rows, Stimulus: q.Stimulus, Markdown: q.Markdown}
		if q.Type == questionbank.Labelling {
			slot.Pieces = questionbank.Pieces(q.Stem)
		}
		if q.Type == questionbank.Spoken {
			slot.Seconds = q.LongestSeconds()
		}
		for _, id := range place.OptionIDs {
			if o, ok := q.Option(id); ok {
				slot.Options = append(slot.Options, o)
			}
		}
		out[i] = slot
	}
	return out
}

// savedResponses lists the fold by slot.
func savedResponses(entries []Entry, places []Place) []SavedResponse {
	current := Fold(entries)
	out := make([]SavedResponse, 0, len(current))
	for _, place := range places {
		if e, ok := current[place.Slot]; ok {
			out = append(out, SavedResponse{Slot: e.Slot, ClientSeq: e.ClientSeq, Response: compact(e.Response), SavedAt: e.ReceivedAt.UTC()})
		}
	}
	return out
}
