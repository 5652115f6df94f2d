package exam

import (
	"encoding/json"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// Correction is an order as its list and page show it.
type Correction struct {
	ID             CorrectionID       `db:"id"`
	ExamID         ExamID             `db:"exam_id"`
	AttemptID      AttemptID          `db:"attempt_id"` // 0 for an order on a whole exam
	Kind           CorrectionKind     `db:"kind"`
	Body           db.JSON[OrderBody] `db:"body"`
	Reason         string             `db:"reason"`
	State          CorrectionState    `db:"state"`
	ProposedBy     account.PersonID   `db:"proposed_by_person"`
	ProposedAt     time.Time          `db:"proposed_at"`
	DecidedBy      *account.PersonID  `db:"decided_by_person"`
	DecidedAt      *time.Time         `db:"decided_at"`
	DecisionReason string             `db:"decision_reason"`
	PersonID       account.PersonID   `db:"person_id"` // whose result it is; 0 for an order on a whole exam
	Own            bool               `db:"own"`       // the viewer's own result is among those that it is about
	Name           string             `db:"name"`
	EmployeeNo     string             `db:"employee_no"`
	ProposedByName string             `db:"proposed_by_name"`
	DecidedByName  string             `db:"decided_by_name"`
	ExamTitle      string             `db:"exam_title"`
	Slot           int                `db:"slot"` // of the question that an order rules on, on the exam's paper; 0 when it is on none
	Total          int                `db:"total"`

	StillToSit db.JSON[[]stillToSit] `db:"still_to_sit"` // by the viewer
}

// OrderBody is what an order says, by its kind.
type OrderBody struct {
	LateOrder
	Ruling
}

// second refuses who cannot be the order's second person.
func (k Correction) second(v account.Viewer) error {
	if err := account.SecondSignature(v, k.ProposedBy, k.PersonID); err != nil {
		return err
	}
	return k.others(v)
}

// others refuses those whom the order is about.
func (k Correction) others(v account.Viewer) error {
	if k.Own {
		return account.NotSelf(v, v.PersonID)
	}
	return nil
}

// facts are what the audit keeps of an act on the order.
func (k Correction) facts(more map[string]any) map[string]any {
	more["exam_id"] = k.ExamID
	if k.Kind == LateAnswers {
		more["attempt_id"], more["person_id"] = k.AttemptID, k.PersonID
		return more
	}
	more["version_id"], more["ruling"] = k.Body.V.VersionID, k.Body.V.Act
	return more
}

// LateAttempt is a marked attempt with refused answers, for the list of what could be admitted.
type LateAttempt struct {
	AttemptID   AttemptID        `db:"attempt_id"`
	PersonID    account.PersonID `db:"person_id"`
	Name        string           `db:"name"`
	EmployeeNo  string           `db:"employee_no"`
	DeadlineAt  time.Time        `db:"deadline_at"`
	SubmittedAt time.Time        `db:"submitted_at"`
	Answers     int              `db:"answers"`
	Late        int              `db:"late"`       // received after deadline and grace
	Closed      int              `db:"closed"`     // received after the hand-in
	LostLease   int              `db:"lost_lease"` // sent by a tab or device that no longer held the attempt
	Code        int              `db:"code"`       // taken in from a hand-in code
	FirstAt     time.Time        `db:"first_at"`
	LastAt      time.Time        `db:"last_at"`
	ProposedID  CorrectionID     `db:"proposed_id"` // 0: no order waits
	Total       int              `db:"total"`
}

// Lateness is how long after the deadline the last answer came; not above 0 when it came before.
func (a LateAttempt) Lateness() time.Duration { return a.LastAt.Sub(a.DeadlineAt) }

// correctable is a marked attempt with all that marking it again needs.
type correctable struct {
	AttemptID       AttemptID        `db:"attempt_id"`
	ExamID          ExamID           `db:"exam_id"`
	PersonID        account.PersonID `db:"person_id"`
	CandidateID     CandidateID      `db:"candidate_id"`
	PaperID         PaperID          `db:"paper_id"`
	State           AttemptState     `db:"attempt_state"`
	DeadlineAt      time.Time        `db:"deadline_at"`
	SubmittedAt     *time.Time       `db:"submitted_at"`
	Places          db.JSON[[]Place] `db:"places"`
	Title           string           `db:"title"`
	Kind            Kind             `db:"exam_kind"`
	RoundID         *RoundID         `db:"round_id"`
	BandsVersionID  policy.VersionID `db:"bands_version_id"`
	RedLine         RedLineRule      `db:"red_line"`
	SittingClosedAt time.Time        `db:"sitting_closed_at"`
	Name            string           `db:"name"`
	EmployeeNo      string           `db:"employee_no"`
	ProposedID      CorrectionID     `db:"proposed_id"`
	Inside          bool             `db:"inside"`
	// Admitted are the approved orders, in the order of their approval.
	Admitted db.JSON[[]admittedOrder] `db:"admitted"`
	Rulings  db.JSON[[]Ruling]        `db:"rulings"` // of the exam, in the order of their approval

	StillToSit db.JSON[[]stillToSit] `db:"still_to_sit"` // by the viewer
}

// admittedOrder is an approved order: what it admits counts.
type admittedOrder struct {
	ID   CorrectionID `json:"id"`
	Body LateOrder    `json:"body"`
}

// admitted are the approved orders, but for the one that is named and those after it.
func (a correctable) admitted(until *CorrectionID) []LateOrder {
	var out []LateOrder
	for _, k := range a.Admitted.V {
		if until != nil && k.ID == *until {
			break
		}
		out = append(out, k.Body)
	}
	return out
}

// LateCase is what somebody reads before proposing an order: each slot with refused answers, and what counts there.
type LateCase struct {
	AttemptID   AttemptID
	ExamID      ExamID
	Title       string
	PersonID    account.PersonID
	Name        string
	EmployeeNo  string
	DeadlineAt  time.Time
	SubmittedAt *time.Time
	ProposedID  CorrectionID // an order that waits already; 0 when none does
	Slots       []LateSlot
}

// LateSlot is one question with its refused answers, in the order received.
type LateSlot struct {
	Slot      int
	Type      questionbank.Type
	Stem      string
	Options   []questionbank.Option
	Counted   json.RawMessage // null: none
	CountedAt *time.Time
	Late      []LateChoice
}

// LateChoice is one refused answer that may be admitted.
type LateChoice struct {
	LateAnswer
	Older bool // than what counts: admitting it needs saying so (LateOrder.Instead)
}

// lateSlots puts the refused answers beside what counts, in the order of the attempt.
func lateSlots(places []Place, p *frozen, counted map[int]Entry, late []LateAnswer) []LateSlot {
	bySlot := map[int][]LateChoice{}
	for _, a := range distinct(late) {
		stands, ok := counted[a.Slot]
		bySlot[a.Slot] = append(bySlot[a.Slot], LateChoice{LateAnswer: a, Older: ok && a.OlderThan(stands)})
	}
	var out []LateSlot
	for i, shown := range p.show(p.sealed.Load()).slots(places, 0) {
		choices := bySlot[places[i].Slot]
		if len(choices) == 0 {
			continue
		}
		slot := LateSlot{Slot: shown.Slot, Type: shown.Type, Stem: shown.Stem, Options: shown.Options(), Counted: json.RawMessage("null"), Late: choices}
		if e, ok := counted[shown.Slot]; ok {
			at := e.ReceivedAt.UTC()
			slot.Counted, slot.CountedAt = compact(e.Response), &at
		}
		out = append(out, slot)
	}
	return out
}

// Version is what one version of a result says.
type Version struct {
	ResultID   ResultID            `db:"id"` // 0: it does not exist yet
	Number     int                 `db:"version"`
	Score      score.Hundredths    `db:"score_hundredths"`
	Total      score.Hundredths    `db:"total_hundredths"`
	Percent    score.Hundredths    `db:"percent_hundredths"`
	Band       score.Band          `db:"band"`
	Passed     bool                `db:"passed"`
	Marks      db.JSON[[]SlotMark] `db:"marks"`
	ReleasedAt *time.Time          `db:"released_at"`
}

// CorrectionPreview says what an order does, or did, to the person's result.
type CorrectionPreview struct {
	Kind     Kind
	Before   Version
	After    Version
	Slots    []CorrectedSlot
	Refused  error      // why it cannot be approved as things stand; nil: it can be, or it was
	Released bool       // the version before is released: the new one counts at once
	Pay      *PayChange // what would change in points and pay; nil: nothing, or the order is not waiting
	sittings []roundRow // of the person's round, as released before the order
	attempt  AttemptID  // the one that is corrected
}

// CorrectedSlot is a slot whose response or mark the order changes.
type CorrectedSlot struct {
	Slot       int
	Type       questionbank.Type
	Stem       string
	Options    []questionbank.Option
	Before     json.RawMessage
	After      json.RawMessage
	MarkBefore score.Hundredths
	MarkAfter  score.Hundredths
	Points     score.Hundredths
}

// LiftsFail tells whether a released fail becomes a pass, which closes the case that it opened (撤销).
func (p CorrectionPreview) LiftsFail() bool {
	return p.Released && p.Kind != Mock && !p.Before.Passed && p.After.Passed
}

// Round is the number that the appraisal takes from the round before the order and after it; ok is false while nothing of
// the round is released, and for a mock.
func (p CorrectionPreview) Round(scoring RoundScoring) (before, after score.Hundredths, ok bool) {
	if !p.Released || len(p.sittings) == 0 {
		return 0, 0, false
	}
	return roundWith(scoring, p.sittings, p.attempt, p.Before), roundWith(scoring, p.sittings, p.attempt, p.After), true
}

// correctedSlots are the slots in which the order makes a difference.
func correctedSlots(places []Place, p *frozen, was, is map[int]Entry, before, after []SlotMark) []CorrectedSlot {
	marks := func(list []SlotMark) map[int]SlotMark {
		out := make(map[int]SlotMark, len(list))
		for _, m := range list {
			out[m.Slot] = m
		}
		return out
	}
	response := func(of map[int]Entry, slot int) json.RawMessage {
		if e, ok := of[slot]; ok {
			return compact(e.Response)
		}
		return json.RawMessage("null")
	}
	marksBefore, marksAfter := marks(before), marks(after)
	var out []CorrectedSlot
	for i, shown := range p.show(p.sealed.Load()).slots(places, 0) {
		slot := places[i].Slot
		c := CorrectedSlot{
			Slot: slot, Type: shown.Type, Stem: shown.Stem, Options: shown.Options(), Before: response(was, slot), After: response(is, slot),
			MarkBefore: marksBefore[slot].Mark, MarkAfter: marksAfter[slot].Mark, Points: places[i].Points,
		}
		if string(c.Before) != string(c.After) || c.MarkBefore != c.MarkAfter {
			out = append(out, c)
		}
	}
	return out
}
