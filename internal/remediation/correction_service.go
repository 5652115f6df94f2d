package remediation

import (
	"context"
	"fmt"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
)

// ResultsCorrected is called in the transaction that corrects released results. Only a fail that became a pass moves the case
// of its round: a correction never makes a person worse off, and marks alone decide nothing here.
func (s *Service) ResultsCorrected(ctx context.Context, tx *db.Tx, list []exam.Corrected) error {
	for _, r := range list {
		if err := s.resultCorrected(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) resultCorrected(ctx context.Context, tx *db.Tx, r exam.Corrected) error {
	on := correctionEvent(r.Kind)
	if r.RoundID == 0 || on == "" || r.Passed == r.Before.Passed {
		return nil
	}
	body := map[string]any{"result": int64(r.ResultID), "result_before": int64(r.Before.ResultID)}
	if !r.Passed {
		return s.spare(ctx, tx, r, body)
	}
	c, found, err := s.store.ofRound(ctx, tx, r.RoundID, r.PersonID)
	if err != nil || !found {
		return err
	}
	switch {
	case c.State == Closed && c.Outcome.Decided():
		return s.groundFell(ctx, tx, c, on, body)
	case c.State == Closed:
		return s.revise(ctx, tx, c, on, r, body)
	}
	if err := s.takeBack(ctx, tx, c, body); err != nil {
		return err
	}
	return s.move(ctx, tx, c, systemActor, on, resultSetter(on, r.ResultID), body)
}

// Foresee says what ResultsCorrected would do to the cases of these people, and does nothing.
func (s *Service) Foresee(ctx context.Context, x db.Q, changes []exam.Corrected) ([]exam.Consequence, error) {
	rounds, people := make([]int64, len(changes)), make([]int64, len(changes))
	of := make(map[roundPerson]exam.Corrected, len(changes))
	for i, r := range changes {
		rounds[i], people[i] = int64(r.RoundID), int64(r.PersonID)
		of[roundPerson{r.RoundID, r.PersonID}] = r
	}
	var cases []Case
	if err := s.store.q.Select(ctx, x, &cases, "cases_of_rounds", db.Array(rounds), db.Array(people)); err != nil {
		return nil, err
	}
	var out []exam.Consequence
	for _, c := range cases {
		if f, follows := foreseen(c, of[roundPerson{c.RoundID, c.PersonID}]); follows {
			out = append(out, f)
		}
	}
	return out, nil
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
func (s *Service) spare(ctx context.Context, tx *db.Tx, r exam.Corrected, body map[string]any) error {
	body["person"], body["round"], body["reason"] = r.PersonID, int64(r.RoundID), "a correction never makes a person worse off"
	return audit.Write(ctx, tx, audit.Event{Actor: systemActor, Act: "case.spared", Subject: fmt.Sprintf("result:%d", r.ResultID), Body: body})
}

// groundFell leaves what two people decided (调岗, 辞退) and tells those who decide such things that its ground is gone.
func (s *Service) groundFell(ctx context.Context, tx *db.Tx, c Case, because Event, body map[string]any) error {
	body["because"] = because
	if err := s.store.tell(ctx, tx, c.ID, systemActor, GroundFell, Closed, Closed, body); err != nil {
		return err
	}
	if err := s.record(ctx, tx, c, systemActor, GroundFell, Closed, body); err != nil {
		return err
	}
	title, err := s.store.title(ctx, tx, c.RoundID)
	if err != nil {
		return err
	}
	return s.news.CaseMoved(ctx, tx, c, GroundFell, title)
}

// revise corrects the outcome of a case that a pass had closed; one that needs no correction stays without a word.
func (s *Service) revise(ctx context.Context, tx *db.Tx, c Case, on Event, r exam.Corrected, body map[string]any) error {
	outcome, changed := Revise(c.Outcome, on)
	if !changed {
		return nil
	}
	body["outcome_before"] = c.Outcome
	c.Outcome, c.MovedAt = outcome, tx.Now()
	resultSetter(on, r.ResultID)(&c)
	return s.write(ctx, tx, c, Closed, systemActor, on, body)
}

// takeBack ends what the case was waiting for and says in body what that was.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, c Case, body map[string]any) error {
	switch c.State {
	case RetakeDue:
		return s.takeOff(ctx, tx, c, c.RetakeExamID, body)
	case ReexamDue:
		return s.takeOff(ctx, tx, c, *c.ReexamExamID, body)
	case Retraining:
		return s.takeCourses(ctx, tx, c, body)
	case DecisionDue:
		n, err := s.store.moot(ctx, tx, c.ID)
		if n > 0 {
			body["moot_proposals"] = n
		}
		return err
	}
	return nil
}

func (s *Service) takeOff(ctx context.Context, tx *db.Tx, c Case, sitting exam.ExamID, body map[string]any) error {
	off, err := s.exams.Withdraw(ctx, tx, sitting, c.PersonID)
	if off {
		body["withdrawn_from"] = int64(sitting)
	}
	return err
}

// takeCourses withdraws the unfinished courses, but for those that another case of the person asks for as well.
func (s *Service) takeCourses(ctx context.Context, tx *db.Tx, c Case, body map[string]any) error {
	var courses []courseware.CourseID
	if err := s.store.q.Select(ctx, tx, &courses, "courses_to_withdraw", c.ID, c.Cycle, c.PersonID); err != nil || len(courses) == 0 {
		return err
	}
	body["withdrawn_courses"] = courses
	return s.courses.WithdrawRetrainingInTx(ctx, tx, systemActor, c.PersonID, courses)
}
