package remediation

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
)

// Filter narrows the board: "open" (default), "all" or one State; Search is a name, its pinyin or an employee number.
type Filter struct {
	State  string
	Search string
	Page   page.Page
}

// BoardRow is a case as HR's board shows it.
type BoardRow struct {
	ID              CaseID           `db:"id"`
	State           State            `db:"state"`
	Outcome         Outcome          `db:"outcome"`
	Cause           Cause            `db:"cause"`
	Cycle           int              `db:"cycle"`
	OpenedAt        time.Time        `db:"opened_at"`
	MovedAt         time.Time        `db:"moved_at"`
	RetakeClosesAt  time.Time        `db:"retake_closes_at"`
	RetrainingDueOn *time.Time       `db:"retraining_due_on"`
	ReexamClosesAt  *time.Time       `db:"reexam_closes_at"`
	PersonID        account.PersonID `db:"person_id"`
	PersonName      string           `db:"person_name"`
	EmployeeNo      string           `db:"employee_no"`
	UnitName        string           `db:"unit_name"`
	ExamTitle       string           `db:"exam_title"`
	Total           int              `db:"total"`
	Deadline        *time.Time       // nil when the next step is HR's
}

// Board lists the cases of the viewer's part of the tree, the most urgent first, and counts all of them by state.
func (s *Service) Board(ctx context.Context, v account.Viewer, f Filter) (rows []BoardRow, total int, counts map[State]int, err error) {
	if err := v.Require(account.CaseRead); err != nil {
		return nil, 0, nil, err
	}
	scope := v.Scope(account.CaseRead)
	if f.State == "" {
		f.State = "open"
	}
	if err := s.store.q.Select(ctx, s.d, &rows, "board", scope.All, db.Array(scope.UnitIDs), f.State, escapeLike(f.Search), f.Page.Limit(), f.Page.Offset()); err != nil {
		return nil, 0, nil, err
	}
	for i := range rows {
		r := &rows[i]
		r.Deadline = Case{State: r.State, RetakeClosesAt: r.RetakeClosesAt, RetrainingDueOn: r.RetrainingDueOn, ReexamClosesAt: r.ReexamClosesAt}.Deadline(s.zone)
		total = r.Total
	}
	var byState []struct {
		State State `db:"state"`
		N     int   `db:"n"`
	}
	if err := s.store.q.Select(ctx, s.d, &byState, "counts", scope.All, db.Array(scope.UnitIDs)); err != nil {
		return nil, 0, nil, err
	}
	counts = make(map[State]int, len(byState))
	for _, b := range byState {
		counts[b.State] = b.N
	}
	return rows, total, counts, nil
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(s))
}

// Detail is everything that the page of a case shows.
type Detail struct {
	Case
	ExamTitle string
	Policy    Policy
	Deadline  *time.Time
	Courses   []CaseCourse
	Decisions []Decision
	Events    []CaseEvent
}

// Case is one case, the viewer's own or inside the viewer's part of the tree; else NotFound.
func (s *Service) Case(ctx context.Context, v account.Viewer, id CaseID) (Detail, error) {
	if err := v.Require(account.CaseRead); err != nil {
		return Detail{}, err
	}
	c, err := s.store.seen(ctx, s.d, v.Scope(account.CaseRead), id)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Case: c, Deadline: c.Deadline(s.zone)}
	if d.ExamTitle, err = s.store.title(ctx, s.d, c.RoundID); err != nil {
		return Detail{}, err
	}
	if d.Policy, err = policy.ByID[Policy](ctx, s.policies, s.d, PolicyKind, c.PolicyVersionID); err != nil {
		return Detail{}, err
	}
	if err := s.store.q.Select(ctx, s.d, &d.Courses, "courses", id, c.Cycle); err != nil {
		return Detail{}, err
	}
	if err := s.store.q.Select(ctx, s.d, &d.Decisions, "decisions", id); err != nil {
		return Detail{}, err
	}
	return d, s.store.q.Select(ctx, s.d, &d.Events, "events", id)
}

// Mine are the viewer's own cases, newest first; closed ones only when asked for.
func (s *Service) Mine(ctx context.Context, v account.Viewer, withClosed bool) ([]Case, error) {
	if err := v.Require(account.CaseRead); err != nil {
		return nil, err
	}
	var cs []Case
	err := s.store.q.Select(ctx, s.d, &cs, "open_of_person", v.PersonID, withClosed)
	return cs, err
}

// Zone is the organisation's zone, in which a day ends.
func (s *Service) Zone() *time.Location { return s.zone }

// WaitingCase is a case whose person must act before its deadline.
type WaitingCase struct {
	Case
	ExamTitle string `db:"exam_title"`
	Deadline  *time.Time
}

// Waiting are the cases whose deadline comes before a moment, for reminders; it asks for no viewer because nobody sees it.
func (s *Service) Waiting(ctx context.Context, x db.Q, before time.Time) ([]WaitingCase, error) {
	var cs []WaitingCase
	on := dayOf(before, s.zone)
	if err := s.store.q.Select(ctx, x, &cs, "waiting", before, dateOf(&on)); err != nil {
		return nil, err
	}
	for i := range cs {
		cs[i].Deadline = cs[i].Case.Deadline(s.zone)
	}
	return cs, nil
}
