package exam

import (
	"math/rand/v2"

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
	OptionIDs []string         `json:"option_ids,omitempty"` // the order shown; none for true_false and blank
}

// Shuffle says what an exam mixes for each attempt.
type Shuffle struct {
	Slots   bool
	Options bool
}

// LayOut makes an attempt's layout from the frozen paper. Slots are mixed inside their section only, so that a section
// stays together; the same random source gives the same layout.
func LayOut(random *rand.Rand, s Shuffle, slots []PaperSlot, questions map[VersionID]questionbank.Question) []Place {
	order := make([]PaperSlot, len(slots))
	copy(order, slots)
	if s.Slots {
		for from := 0; from < len(order); {
			to := from + 1
			for to < len(order) && order[to].Section == order[from].Section {
				to++
			}
			part := order[from:to]
			random.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
			from = to
		}
	}
	places := make([]Place, len(order))
	for i, slot := range order {
		ids := questions[slot.VersionID].Shape().OptionIDs
		if s.Options {
			random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		}
		places[i] = Place{Slot: i + 1, PaperSlot: slot.Slot, VersionID: slot.VersionID, Points: slot.Points, OptionIDs: ids}
	}
	return places
}
