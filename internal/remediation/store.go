package remediation

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
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

// insert stores cases of one round that open under one policy and fills in their ids.
func (s store) insert(ctx context.Context, tx *db.Tx, list []Moved) error {
	n := len(list)
	people, causes, results, retakes := make([]int64, n), make([]string, n), make([]int64, n), make([]int64, n)
	sat, closes := make([]time.Time, n), make([]time.Time, n)
	for i, m := range list {
		people[i], causes[i], results[i], retakes[i] = int64(m.PersonID), string(m.Cause), int64(m.FirstResultID), int64(m.RetakeExamID)
		sat[i], closes[i] = m.SittingClosedAt, m.RetakeClosesAt
	}
	var rows []struct {
		ID       CaseID           `db:"id"`
		PersonID account.PersonID `db:"person_id"`
	}
	err := s.q.Select(ctx, tx, &rows, "insert_cases", list[0].RoundID, list[0].PolicyVersionID, tx.Now(), db.Array(people), db.Array(causes), db.Array(results),
		db.Array(sat), db.Array(retakes), db.Array(closes))
	ids := make(map[account.PersonID]CaseID, len(rows))
	for _, r := range rows {
		ids[r.PersonID] = r.ID
	}
	for i := range list {
		list[i].ID = ids[list[i].PersonID]
	}
	return err
}

// ofPeople finds and locks the cases of some people of a round.
func (s store) ofPeople(ctx context.Context, tx *db.Tx, round exam.RoundID, people []account.PersonID) (map[account.PersonID]Case, error) {
	var list []Case
	if err := s.q.Select(ctx, tx, &list, "cases_of_round", round, db.Array(account.Int64s(people))); err != nil {
		return nil, err
	}
	out := make(map[account.PersonID]Case, len(list))
	for _, c := range list {
		out[c.PersonID] = c
	}
	return out, nil
}

// ofRounds are the cases of people, each of a round; nothing is locked.
func (s store) ofRounds(ctx context.Context, x db.Q, rounds []exam.RoundID, people []account.PersonID) ([]Case, error) {
	var list []Case
	err := s.q.Select(ctx, x, &list, "cases_of_rounds", db.Array(account.Int64s(rounds)), db.Array(account.Int64s(people)))
	return list, err
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

// move writes transitions; Conflict when one of the cases stands elsewhere by now. The states that the cases carry are the new ones.
func (s store) move(ctx context.Context, tx *db.Tx, list []Moved) error {
	type row struct {
		ID       CaseID         `json:"id"`
		Was      State          `json:"was"`
		State    State          `json:"state"`
		Outcome  Outcome        `json:"outcome"`
		MovedAt  time.Time      `json:"moved_at"`
		Cycle    int            `json:"cycle"`
		Retake   *exam.ResultID `json:"retake_result_id"`
		DueOn    *string        `json:"retraining_due_on"`
		Reexam   *exam.ExamID   `json:"reexam_exam_id"`
		ClosesAt *time.Time     `json:"reexam_closes_at"`
		Result   *exam.ResultID `json:"reexam_result_id"`
	}
	rows := make([]row, len(list))
	for i, m := range list {
		rows[i] = row{m.ID, m.from, m.State, m.Outcome, m.MovedAt, m.Cycle, m.RetakeResultID, dateOf(m.RetrainingDueOn), m.ReexamExamID, m.ReexamClosesAt, m.ReexamResultID}
	}
	n, err := s.q.Exec(ctx, tx, "move", db.JSONOf(rows))
	if err == nil && int(n) != len(list) {
		err = errs.New(errs.Conflict, "error.conflict").With(fmt.Errorf("remediation: %d of %d cases stood where they were to be moved from", n, len(list)))
	}
	return err
}

// tell adds a line to the story of each case.
func (s store) tell(ctx context.Context, tx *db.Tx, actor string, list []Moved) error {
	n := len(list)
	ids, events, from, to, bodies := make([]int64, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, m := range list {
		body, err := json.Marshal(m.body)
		if err != nil {
			return fmt.Errorf("remediation: %w", err)
		}
		if m.body == nil {
			body = []byte("{}")
		}
		ids[i], events[i], from[i], to[i], bodies[i] = int64(m.ID), string(m.On), string(m.from), string(m.State), string(body)
	}
	_, err := s.q.Exec(ctx, tx, "insert_events", db.Array(ids), tx.Now(), actor, db.Array(events), db.Array(from), db.Array(to), db.Array(bodies))
	return err
}

// closesMoved brings the cases that hang on these windows to their ends.
func (s store) closesMoved(ctx context.Context, tx *db.Tx, list []exam.OwnClose) error {
	n := len(list)
	exams, people, closes := make([]int64, n), make([]int64, n), make([]time.Time, n)
	for i, m := range list {
		exams[i], people[i], closes[i] = int64(m.ExamID), int64(m.PersonID), m.ClosesAt
	}
	_, err := s.q.Exec(ctx, tx, "closes_moved", db.Array(exams), db.Array(people), db.Array(closes))
	return err
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
	left, err = s.left(ctx, tx, c)
	return true, left, err
}

// retraining is what the case's retraining is made of.
func (s store) retraining(ctx context.Context, x db.Q, c Case) (courses []CaseCourse, tutorings []Tutoring, err error) {
	var rows []struct {
		CourseID    courseware.CourseID `db:"course_id"`
		Title       string              `db:"title"`
		Form        Form                `db:"form"`
		DoneAt      *time.Time          `db:"done_at"`
		ConfirmedBy *account.PersonID   `db:"confirmed_by"`
	}
	err = s.q.Select(ctx, x, &rows, "retraining", c.ID, c.Cycle)
	for _, r := range rows {
		if r.Form == "" {
			courses = append(courses, CaseCourse{r.CourseID, r.Title, r.DoneAt})
		} else {
			tutorings = append(tutorings, Tutoring{r.Form, r.Title, r.DoneAt, r.ConfirmedBy})
		}
	}
	return courses, tutorings, err
}

// left is how many courses and tutorings of the retraining are not done.
func (s store) left(ctx context.Context, tx *db.Tx, c Case) (n int, err error) {
	err = s.q.Get(ctx, tx, &n, "courses_left", c.ID, c.Cycle)
	return n, err
}

// insertTutorings stores what happens face to face and returns its forms.
func (s store) insertTutorings(ctx context.Context, tx *db.Tx, c Case, a Assignment) ([]string, error) {
	forms, about := a.tutorings()
	if len(forms) == 0 {
		return nil, nil
	}
	_, err := s.q.Exec(ctx, tx, "insert_tutorings", c.ID, c.Cycle, db.Array(forms), db.Array(about), tx.Now())
	return forms, err
}

// confirmTutoring returns how many parts of the retraining are left; NotFound when it has no such one that waits.
func (s store) confirmTutoring(ctx context.Context, tx *db.Tx, c Case, form Form, by account.PersonID) (left int, err error) {
	n, err := s.q.Exec(ctx, tx, "confirm_tutoring", c.ID, c.Cycle, string(form), tx.Now(), int64(by))
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return 0, err
	}
	return s.left(ctx, tx, c)
}

func (s store) title(ctx context.Context, x db.Q, round exam.RoundID) (string, error) {
	var t string
	err := s.q.Get(ctx, x, &t, "exam_title", round)
	return t, err
}
