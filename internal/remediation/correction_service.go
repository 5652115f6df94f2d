package remediation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
)

// ResultsCorrected is called in the transaction that corrects released results, of one exam and of different people. Only a fail that
// became a pass moves the case of its round: a correction never makes a person worse off, and marks alone decide nothing here.
func (s *Service) ResultsCorrected(ctx context.Context, tx *db.Tx, list []exam.Corrected) error {
	var lifted []exam.Corrected
	var spared []audit.Event
	var people []account.PersonID
	for _, r := range list {
		switch {
		case r.RoundID == 0 || correctionEvent(r.Kind) == "" || r.Passed == r.Before.Passed:
		case r.Passed:
			lifted, people = append(lifted, r), append(people, r.PersonID)
		default:
			spared = append(spared, spare(r))
		}
	}
	if err := audit.WriteAll(ctx, tx, spared); err != nil || len(lifted) == 0 {
		return err
	}
	cases, err := s.store.ofPeople(ctx, tx, lifted[0].RoundID, people)
	if err != nil {
		return err
	}
	return s.lift(ctx, tx, lifted, cases)
}

// lift does what follows from fails that are none any more for the cases of a round.
func (s *Service) lift(ctx context.Context, tx *db.Tx, lifted []exam.Corrected, cases map[account.PersonID]Case) error {
	var moves, fallen []Moved
	var waiting []Case
	for _, r := range lifted {
		c, found := cases[r.PersonID]
		if !found {
			continue
		}
		on, body := correctionEvent(r.Kind), correctedBody(r)
		switch {
		case c.State == Closed && c.Outcome.Decided():
			body["because"] = on
			fallen = append(fallen, Moved{c, GroundFell, Closed, body})
		case c.State == Closed:
			if m, changed := c.revised(on, r, body, tx.Now()); changed {
				moves = append(moves, m)
			}
		default:
			m, err := c.after(on, tx.Now(), resultSetter(on, r.ResultID), body)
			if err != nil {
				return err
			}
			moves, waiting = append(moves, m), append(waiting, c)
		}
	}
	if err := s.takeBack(ctx, tx, waiting, moves); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, systemActor, fallen); err != nil { // what two people decided stays; those who decide such things hear that its ground is gone
		return err
	}
	return s.write(ctx, tx, systemActor, moves)
}

func correctedBody(r exam.Corrected) map[string]any {
	return map[string]any{"result": int64(r.ResultID), "result_before": int64(r.Before.ResultID)}
}

// Foresee says what ResultsCorrected would do to the cases of these people, and does nothing.
func (s *Service) Foresee(ctx context.Context, x db.Q, changes []exam.Corrected) ([]exam.Consequence, error) {
	var out []exam.Consequence
	err := s.eachCase(ctx, x, changes, func(c Case, r exam.Corrected) {
		if f, follows := foreseen(c, r); follows {
			out = append(out, f)
		}
	})
	return out, err
}

// CasesCorrected are the cases of these people, of one round, as ResultsCorrected would leave them; it does nothing. Whoever has none is left out.
func (s *Service) CasesCorrected(ctx context.Context, x db.Q, changes []exam.Corrected) (map[account.PersonID]Case, error) {
	out := map[account.PersonID]Case{}
	err := s.eachCase(ctx, x, changes, func(c Case, r exam.Corrected) { out[c.PersonID] = c.corrected(r) })
	return out, err
}

// eachCase hands fn the cases of these people with the corrections; nothing is locked.
func (s *Service) eachCase(ctx context.Context, x db.Q, changes []exam.Corrected, fn func(Case, exam.Corrected)) error {
	rounds, people := make([]exam.RoundID, len(changes)), make([]account.PersonID, len(changes))
	of := make(map[roundPerson]exam.Corrected, len(changes))
	for i, r := range changes {
		rounds[i], people[i] = r.RoundID, r.PersonID
		of[roundPerson{r.RoundID, r.PersonID}] = r
	}
	cases, err := s.store.ofRounds(ctx, x, rounds, people)
	for _, c := range cases {
		fn(c, of[roundPerson{c.RoundID, c.PersonID}])
	}
	return err
}

// CasesOfRound are the cases of some people of a round as they stand; whoever has none is left out.
func (s *Service) CasesOfRound(ctx context.Context, x db.Q, round exam.RoundID, people []account.PersonID) (map[account.PersonID]Case, error) {
	rounds := make([]exam.RoundID, len(people))
	for i := range rounds {
		rounds[i] = round
	}
	cases, err := s.store.ofRounds(ctx, x, rounds, people)
	out := make(map[account.PersonID]Case, len(cases))
	for _, c := range cases {
		out[c.PersonID] = c
	}
	return out, err
}

type roundPerson struct {
	round  exam.RoundID
	person account.PersonID
}

// resultSetter keeps the version that counts beside the case; the result that opened it stays as the cause.
func resultSetter(on Event, id exam.ResultID) func(*Case) {
	return func(c *Case) {
		switch on {
		case RetakeCorrected:
			c.RetakeResultID = &id
		case ReexamCorrected:
			c.ReexamResultID = &id
		}
	}
}

// spare records that a pass became a fail and that nothing follows. It is no error, because the corrections of others that
// come in the same order must not fail by it.
func spare(r exam.Corrected) audit.Event {
	body := correctedBody(r)
	body["person"], body["round"], body["reason"] = r.PersonID, int64(r.RoundID), "a correction never makes a person worse off"
	return audit.Event{Actor: systemActor, Act: "case.spared", Subject: fmt.Sprintf("result:%d", r.ResultID), Body: body}
}

// revised is the case that a pass had closed with another outcome; changed is false when it needs none.
func (c Case) revised(on Event, r exam.Corrected, body map[string]any, at time.Time) (m Moved, changed bool) {
	outcome, changed := Revise(c.Outcome, on)
	if !changed {
		return Moved{}, false
	}
	body["outcome_before"] = c.Outcome
	c.Outcome, c.MovedAt = outcome, at
	resultSetter(on, r.ResultID)(&c)
	return Moved{c, on, Closed, body}, true
}

// takeBack ends what cases were waiting for, for all of them together, and says in the bodies of their moves what that was.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, waiting []Case, moves []Moved) error {
	body := make(map[CaseID]map[string]any, len(moves))
	for _, m := range moves {
		body[m.ID] = m.body
	}
	sittings := map[exam.ExamID][]Case{}
	var retraining, deciding []Case
	for _, c := range waiting {
		switch c.State {
		case RetakeDue:
			sittings[c.RetakeExamID] = append(sittings[c.RetakeExamID], c)
		case ReexamDue:
			sittings[*c.ReexamExamID] = append(sittings[*c.ReexamExamID], c)
		case Retraining:
			retraining = append(retraining, c)
		case DecisionDue:
			deciding = append(deciding, c)
		}
	}
	if err := s.takeCourses(ctx, tx, retraining, body); err != nil {
		return err
	}
	if err := s.takeProposals(ctx, tx, deciding, body); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(sittings)) { // one order of locking
		if err := s.takeOff(ctx, tx, id, sittings[id], body); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) takeOff(ctx context.Context, tx *db.Tx, sitting exam.ExamID, cases []Case, body map[CaseID]map[string]any) error {
	people := make([]account.PersonID, len(cases))
	for i, c := range cases {
		people[i] = c.PersonID
	}
	off, err := s.exams.Withdraw(ctx, tx, sitting, people)
	for _, c := range cases {
		if slices.Contains(off, c.PersonID) {
			body[c.ID]["withdrawn_from"] = int64(sitting)
		}
	}
	return err
}

// takeCourses withdraws the unfinished courses, but for those that another case of the person asks for as well.
func (s *Service) takeCourses(ctx context.Context, tx *db.Tx, cases []Case, body map[CaseID]map[string]any) error {
	if len(cases) == 0 {
		return nil
	}
	var rows []struct {
		CaseID   CaseID              `db:"case_id"`
		CourseID courseware.CourseID `db:"course_id"`
	}
	if err := s.store.q.Select(ctx, tx, &rows, "courses_to_withdraw", db.Array(account.Int64s(idsOf(cases)))); err != nil || len(rows) == 0 {
		return err
	}
	courses := map[CaseID][]courseware.CourseID{}
	for _, r := range rows {
		courses[r.CaseID] = append(courses[r.CaseID], r.CourseID)
	}
	of := make(map[account.PersonID][]courseware.CourseID, len(courses))
	for _, c := range cases {
		if list := courses[c.ID]; len(list) > 0 {
			body[c.ID]["withdrawn_courses"], of[c.PersonID] = list, list
		}
	}
	return s.courses.WithdrawRetrainingInTx(ctx, tx, systemActor, of)
}

func (s *Service) takeProposals(ctx context.Context, tx *db.Tx, cases []Case, body map[CaseID]map[string]any) error {
	if len(cases) == 0 {
		return nil
	}
	moot, err := s.store.moot(ctx, tx, idsOf(cases))
	for _, id := range moot {
		body[id]["moot_proposals"] = 1 // a case has one that waits at a time
	}
	return err
}

func idsOf(cases []Case) []CaseID {
	out := make([]CaseID, len(cases))
	for i, c := range cases {
		out[i] = c.ID
	}
	return out
}
