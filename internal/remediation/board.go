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

// RiskAhead is how near a deadline puts a case at risk.
const RiskAhead = 48 * time.Hour

// Filter narrows the board.
type Filter struct {
	State  string         // "open" (default), "all" or one State
	Search string         // a name, its pinyin or an employee number
	Unit   account.UnitID // with all units below it; 0 = all
	AtRisk bool           // only what a person must do within RiskAhead, or should have done
	DueOn  *time.Time     // only what is due on this day, and decisions that wait since then
	Page   page.Page
}

// WaitingForHR is the filter of the states in which the next step is HR's: retraining to arrange, a decision to make.
const WaitingForHR = "hr"

func (s State) waitsForHR() bool { return s == RetrainingDue || s == DecisionDue }

// dueSpan is a time in which deadlines lie: after from, at to or before. A day of retraining is over at its end.
type dueSpan struct{ from, to time.Time }

// days are the first and the last date whose end lies in the span.
func (d dueSpan) days(zone *time.Location) (first, last time.Time) {
	return dayOf(d.from, zone), dayOf(d.to, zone).AddDate(0, 0, -1)
}

// farBack lies before every deadline.
var farBack = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// due is the span that the filter asks for; asked is false when it asks for none.
func (f Filter) due(now time.Time, zone *time.Location) (d dueSpan, asked bool) {
	d = dueSpan{farBack, farBack}
	if f.DueOn != nil {
		d = dueSpan{endOfDay(f.DueOn.AddDate(0, 0, -1), zone), endOfDay(*f.DueOn, zone)}
	}
	if risk := now.Add(RiskAhead); f.AtRisk && (f.DueOn == nil || risk.Before(d.to)) {
		d.to = risk
	}
	return d, f.AtRisk || f.DueOn != nil
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
	Deadline        *time.Time       // nil when the next step is HR's
}

func (r *BoardRow) setDeadline(zone *time.Location) {
	r.Deadline = Case{State: r.State, RetakeClosesAt: r.RetakeClosesAt, RetrainingDueOn: r.RetrainingDueOn, ReexamClosesAt: r.ReexamClosesAt}.Deadline(zone)
}

// Board lists the cases of the viewer's part of the tree, the most urgent first, and counts those of the filter by state,
// whatever state it asks for.
func (s *Service) Board(ctx context.Context, v account.Viewer, f Filter) (rows []BoardRow, total int, counts map[State]int, err error) {
	return s.board(ctx, v, f, f.Page.Limit(), f.Page.Offset())
}

func (s *Service) board(ctx context.Context, v account.Viewer, f Filter, limit, offset int) (rows []BoardRow, total int, counts map[State]int, err error) {
	if err := v.Require(account.CaseRead); err != nil {
		return nil, 0, nil, err
	}
	if f.State == "" {
		f.State = "open"
	}
	narrowed := s.narrowed(v, f)
	if err := s.store.q.Select(ctx, s.d, &rows, "board", append(narrowed, f.State, limit, offset)...); err != nil {
		return nil, 0, nil, err
	}
	for i := range rows {
		rows[i].setDeadline(s.zone)
	}
	var byState []struct {
		State State `db:"state"`
		N     int   `db:"n"`
	}
	if err := s.store.q.Select(ctx, s.d, &byState, "counts", narrowed...); err != nil {
		return nil, 0, nil, err
	}
	counts = make(map[State]int, len(byState))
	for _, b := range byState {
		counts[b.State] = b.N
		if f.holds(b.State) {
			total += b.N
		}
	}
	return rows, total, counts, nil
}

// Urgent are the first of the open cases of the viewer's part of the tree, the most urgent first, without their numbers.
func (s *Service) Urgent(ctx context.Context, v account.Viewer, most int) ([]BoardRow, error) {
	if err := v.Require(account.CaseRead); err != nil {
		return nil, err
	}
	var rows []BoardRow
	err := s.store.q.Select(ctx, s.d, &rows, "board", append(s.narrowed(v, Filter{}), "open", most, 0)...)
	for i := range rows {
		rows[i].setDeadline(s.zone)
	}
	return rows, err
}

func (f Filter) holds(s State) bool {
	return f.State == "all" || f.State == string(s) || f.State == "open" && s != Closed || f.State == WaitingForHR && s.waitsForHR()
}

// narrowed are the parameters that board and counts have in common.
func (s *Service) narrowed(v account.Viewer, f Filter) []any {
	scope := v.Scope(account.CaseRead)
	due, asked := f.due(s.d.Now(), s.zone)
	first, last := due.days(s.zone)
	return []any{scope.All, db.Array(scope.UnitIDs), int64(f.Unit), escapeLike(f.Search), asked, due.from, due.to, dateOf(&first), dateOf(&last), f.DueOn != nil}
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
	Tutorings []Tutoring
	Decisions []Decision
	Events    []CaseEvent
}

// Case is one case, the viewer's own or inside the viewer's part of the tree; else NotFound.
func (s *Service) Case(ctx context.Context, v account.Viewer, id CaseID) (Detail, error) {
	if err := v.Require(account.CaseRead); err != nil {
		return Detail{}, err
	}
	c, title, err := s.store.seen(ctx, s.d, v.Scope(account.CaseRead), id)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Case: c, ExamTitle: title, Deadline: c.Deadline(s.zone)}
	if d.Policy, err = policy.ByID[Policy](ctx, s.policies, s.d, PolicyKind, c.PolicyVersionID); err != nil {
		return Detail{}, err
	}
	if d.Courses, d.Tutorings, err = s.store.retraining(ctx, s.d, c); err != nil {
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

// Titles are the exams that the viewer's own cases come from, by case.
func (s *Service) Titles(ctx context.Context, v account.Viewer, cs []Case) (map[CaseID]string, error) {
	ids := make([]int64, len(cs))
	for i, c := range cs {
		ids[i] = int64(c.ID)
	}
	var rows []struct {
		ID    CaseID `db:"id"`
		Title string `db:"title"`
	}
	err := s.store.q.Select(ctx, s.d, &rows, "titles", db.Array(ids), v.PersonID)
	out := make(map[CaseID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Title
	}
	return out, err
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
