package exam

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// Place is what one attempt shows at one slot. Slots of an attempt count from 1 in the order shown; the layout is frozen
// at the start and never made anew (promise 10), so every device shows the same order.
type Place struct {
	Slot      int              `json:"slot"`
	PaperSlot int              `json:"paper_slot"`
	VersionID VersionID        `json:"version_id"`
	Points    score.Hundredths `json:"points"`
	OptionIDs []string         `json:"option_ids,omitempty"` // the order shown, or a labelling question's segments; none for types without
}

// appendPlaces adds what encoding/json writes of a layout: a rush has a thousand of them.
func appendPlaces(to []byte, places []Place) []byte {
	out := append(slices.Grow(to, 2+len(places)*112), '[')
	for i, p := range places {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(append(out, `{"slot":`...), int64(p.Slot), 10)
		out = strconv.AppendInt(append(out, `,"paper_slot":`...), int64(p.PaperSlot), 10)
		out = strconv.AppendInt(append(out, `,"version_id":`...), int64(p.VersionID), 10)
		out = append(p.Points.Append(append(out, `,"points":"`...)), '"')
		separator := `,"option_ids":[`
		for _, id := range p.OptionIDs {
			out, separator = appendText(append(out, separator...), id), ","
		}
		if len(p.OptionIDs) > 0 {
			out = append(out, ']')
		}
		out = append(out, '}')
	}
	return append(out, ']')
}

// appendText is a text as JSON; the ids of options are letters and digits nearly always.
func appendText(to []byte, text string) []byte {
	if asWritten([]byte(text)) && utf8.ValidString(text) && !strings.Contains(text, `"`) {
		return append(append(append(to, '"'), text...), '"')
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		panic("exam: a text always marshals: " + err.Error())
	}
	return append(to, quoted...)
}

// Shuffle says what an exam mixes for each attempt.
type Shuffle struct {
	Slots   bool
	Options bool
}

// plan is what all layouts of a paper have in common.
type plan struct {
	sections [][][]PaperSlot // of each section the groups that keep together
	slots    int
	shapes   map[VersionID]*questionbank.Shape
}

func planOf(slots []PaperSlot, questions map[VersionID]questionbank.Question) plan {
	p := plan{slots: len(slots), shapes: make(map[VersionID]*questionbank.Shape, len(questions))}
	for from := 0; from < len(slots); {
		to := from + 1
		for to < len(slots) && slots[to].Section == slots[from].Section {
			to++
		}
		p.sections = append(p.sections, byStimulus(slots[from:to], questions))
		from = to
	}
	for id, q := range questions {
		shape := q.Shape()
		p.shapes[id] = &shape
	}
	return p
}

// layOut makes an attempt's layout from the frozen paper. Slots are mixed inside their section only, so that a section
// stays together; questions of one stimulus stand together and keep their order, mixed or not. The same random source gives
// the same layout.
func (p plan) layOut(random *rand.Rand, s Shuffle) []Place {
	places := make([]Place, 0, p.slots)
	for _, groups := range p.sections {
		if s.Slots {
			groups = slices.Clone(groups)
			random.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
		}
		for _, group := range groups {
			for _, slot := range group {
				places = append(places, Place{Slot: len(places) + 1, PaperSlot: slot.Slot, VersionID: slot.VersionID, Points: slot.Points})
			}
		}
	}
	for i := range places {
		shape := p.shapes[places[i].VersionID]
		ids := shape.OptionIDs
		if shape.Type.HasOptions() && (s.Options || shape.Type.Shuffles()) {
			ids = slices.Clone(ids)
			random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		}
		places[i].OptionIDs = ids
	}
	return places
}

// byStimulus puts the slots of one stimulus into one group, at the place of its first; every other slot is a group of its own.
func byStimulus(slots []PaperSlot, questions map[VersionID]questionbank.Question) [][]PaperSlot {
	var groups [][]PaperSlot
	at := map[string]int{}
	for _, slot := range slots {
		stimulus := questions[slot.VersionID].Stimulus
		if stimulus == nil {
			groups = append(groups, []PaperSlot{slot})
			continue
		}
		i, ok := at[stimulus.ID]
		if !ok {
			i = len(groups)
			at[stimulus.ID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], slot)
	}
	return groups
}
