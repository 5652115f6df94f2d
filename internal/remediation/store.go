package remediation

import (
	"context"
	_ "embed"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

//go:embed queries.sql
var queriesSQL string

type store struct{ q *db.Queries }

func newStore(ctx context.Context, d *db.DB) (store, error) {
	q, err := d.Prepare(ctx, queriesSQL)
	return store{q}, err
}

func (s store) insert(ctx context.Context, tx *db.Tx, c Case) (CaseID, error) {
	var id CaseID
	err := s.q.Get(ctx, tx, &id, "insert_case", c.RoundID, c.PersonID, c.Cause, c.FirstResultID, c.PolicyVersionID,
		c.OpenedAt, c.SittingClosedAt, c.RetakeExamID, c.RetakeClosesAt)
	return id, err
}

// ofRound finds and locks the case of a person and round; found is false when there is none.
func (s store) ofRound(ctx context.Context, tx *db.Tx, round exam.RoundID, person account.PersonID) (c Case, found bool, err error) {
	err = s.q.Get(ctx, tx, &c, "case_of_round", round, person)
	if errs.Is(err, errs.NotFound) {
		return Case{}, false, nil
	}
	return c, err == nil, err
}

func (s store) lock(ctx context.Context, tx *db.Tx, scope account.Scope, id CaseID) (Case, error) {
	var c Case
	err := s.q.Get(ctx, tx, &c, "case_for_update", id, scope.PersonID, db.Array(scope.UnitIDs), scope.All)
	return c, err
}

// seen is a case of the scope with the title of the exam that was failed.
func (s store) seen(ctx context.Context, x db.Q, scope account.Scope, id CaseID) (c Case, title string, err error) {
	var row struct {
		Case
		ExamTitle string `db:"exam_title"`
	}
	err = s.q.Get(ctx, x, &row, "case_seen", id, scope.PersonID, db.Array(scope.UnitIDs), scope.All)
	return row.Case, row.ExamTitle, err
}

func (s store) inRetraining(ctx context.Context, tx *db.Tx, person account.PersonID) ([]Case, error) {
	var cs []Case
	err := s.q.Select(ctx, tx, &cs, "cases_in_retraining", person)
	return cs, err
}

// move writes the transition and its line of the story. The state that c carries is the new one.
func (s store) move(ctx context.Context, tx *db.Tx, from State, c Case, actor string, on Event, body any) error {
	if err := s.q.One(ctx, tx, "move", c.ID, from, c.State, c.Outcome, c.MovedAt, c.Cycle, c.RetakeResultID,
		dateOf(c.RetrainingDueOn), c.ReexamExamID, c.ReexamClosesAt, c.ReexamResultID); err != nil {
		return err
	}
	return s.tell(ctx, tx, c.ID, actor, on, from, c.State, body)
}

func (s store) tell(ctx context.Context, tx *db.Tx, id CaseID, actor string, on Event, from, to State, body any) error {
	if body == nil {
		body = struct{}{}
	}
	return s.q.One(ctx, tx, "insert_event", id, tx.Now(), actor, on, from, to, db.JSONOf(body))
}

// dateOf writes a date as text: a time would be turned into the session's zone and could become the day before.
func dateOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.Format(time.DateOnly)
	return &s
}

func (s store) insertCourses(ctx context.Context, tx *db.Tx, c Case, courses []courseware.CourseID) error {
	_, err := s.q.Exec(ctx, tx, "insert_courses", c.ID, c.Cycle, db.Array(account.Int64s(courses)), tx.Now())
	return err
}

// completeCourse ticks a course off and returns how many are left; ticked is false when the case did not ask for it.
func (s store) completeCourse(ctx context.Context, tx *db.Tx, c Case, course courseware.CourseID) (ticked bool, left int, err error) {
	n, err := s.q.Exec(ctx, tx, "complete_course", c.ID, c.Cycle, course, tx.Now())
	if err != nil || n == 0 {
		return false, 0, err
	}
	err = s.q.Get(ctx, tx, &left, "courses_left", c.ID, c.Cycle)
	return true, left, err
}

func (s store) title(ctx context.Context, x db.Q, round exam.RoundID) (string, error) {
	var t string
	err := s.q.Get(ctx, x, &t, "exam_title", round)
	return t, err
}
