package exam

import (
	"fmt"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// PaperStanding is how far the marks of a sheet of paper are.
type PaperStanding string

const (
	SheetOpen      PaperStanding = "open"      // nothing keyed in
	SheetEntered   PaperStanding = "entered"   // waits for the second person
	SheetConfirmed PaperStanding = "confirmed" // it is a result
	SheetAbsent    PaperStanding = "absent"
)

// PaperStandings are all of them, in their order.
var PaperStandings = []PaperStanding{SheetOpen, SheetEntered, SheetConfirmed, SheetAbsent}

// PaperSheet is a candidate of an exam on paper as markers see it.
type PaperSheet struct {
	PersonID    account.PersonID  `db:"person_id"`
	Name        string            `db:"name"`
	EmployeeNo  string            `db:"employee_no"`
	UnitName    string            `db:"unit_name"`
	Form        string            `db:"form"` // A to D; "" where the paper is no form
	Standing    PaperStanding     `db:"standing"`
	EnteredName string            `db:"entered_name"`
	Own         bool              `db:"own"`            // keyed in by the viewer, who therefore does not confirm it
	Sum         *score.Hundredths `db:"sum_hundredths"` // hidden from the second person until it is confirmed
	ListTotal   int               `db:"list_total"`
}

// EnteredMark is what one slot of a sheet earned; nil is not answered.
type EnteredMark struct {
	Slot int               `json:"slot"`
	Mark *score.Hundredths `json:"mark"`
}

// markEntry is the newest entry of a candidate.
type markEntry struct {
	ID          int64                  `db:"id"`
	PaperID     PaperID                `db:"paper_id"`
	Marks       db.JSON[[]EnteredMark] `db:"marks"`
	Sum         score.Hundredths       `db:"sum_hundredths"`
	EnteredBy   account.PersonID       `db:"entered_by"`
	ConfirmedAt *time.Time             `db:"confirmed_at"`
}

// markField is the form's name for the mark of a slot.
func markField(slot int) string { return fmt.Sprintf("marks.%d", slot) }

// checkEntry holds marks to the paper and to the sum that stands on it: each between nothing and the slot's points, a mark for
// each slot, and together what was added up by hand (C37).
func checkEntry(slots []PaperSlot, marks []EnteredMark, sum score.Hundredths) error {
	if len(marks) != len(slots) || !slices.EqualFunc(slots, marks, func(s PaperSlot, m EnteredMark) bool { return s.Slot == m.Slot }) {
		return errs.New(errs.BadRequest, "error.bad_request", "detail", "slots")
	}
	var bad []errs.Field
	var total score.Hundredths
	for i, m := range marks {
		if m.Mark == nil {
			continue
		}
		if *m.Mark < 0 || *m.Mark > slots[i].Points {
			bad = append(bad, errs.NewField(markField(m.Slot), "error.exam.mark_range", "points", slots[i].Points.String()))
		}
		total += *m.Mark
	}
	if len(bad) == 0 && total != sum {
		bad = append(bad, errs.NewField("sum", "error.exam.mark_sum", "total", total.String()))
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// markingOf are the entered marks as those of an attempt whose places are the paper's slots in their order. Which reply was given
// to a red-line question is not known from its mark, but whether the line was missed is: only a red reply earns nothing, and at
// the other types full marks alone show the line. Rulings on such an exam are by no answer.
func markingOf(places []Place, marks []EnteredMark, questions map[VersionID]questionbank.Question, rulings Rulings) Marking {
	m := Marking{Marks: make([]SlotMark, 0, len(places))}
	for i, p := range places {
		mark := SlotMark{Slot: p.Slot, VersionID: p.VersionID, Points: p.Points}
		if given := marks[i].Mark; given != nil {
			mark.Mark, mark.Answered = *given, true
		}
		if q := questions[p.VersionID]; q.RedLine && !q.Type.ByPeople() {
			mark.RedLineMissed = mark.Mark < p.Points && (q.Type != questionbank.Judgement || mark.Mark == 0)
		}
		if ruling, ok := rulings[p.VersionID]; ok {
			mark = ruling.mark(mark, questions[p.VersionID], questionbank.Response{})
		}
		m.add(mark)
	}
	return m
}
