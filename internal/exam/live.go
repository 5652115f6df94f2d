package exam

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

const (
	// LiveEvery is how old the live board may be: one query an exam and process in this time, however many watch (decision 13).
	LiveEvery = 5 * time.Second
	// OfflineAfter is two heart-beats and a half: a page that was not heard of for so long is shown as offline.
	OfflineAfter = 50 * time.Second
)

// LiveState is where an examinee is, as the live board shows it.
type LiveState string

const (
	LiveNotStarted LiveState = "not_started"
	LiveWorking    LiveState = "working"
	LiveOffline    LiveState = "offline"
	LivePaused     LiveState = "paused"
	LiveOverdue    LiveState = "overdue" // the time is over; the server is about to hand in
	LiveHandedIn   LiveState = "handed_in"
	LiveVoid       LiveState = "void"
	LiveAbsent     LiveState = "absent"
	LiveDeferred   LiveState = "deferred"
)

// LiveStates in the order of the board: first what an invigilator must look at.
var LiveStates = []LiveState{LiveOffline, LivePaused, LiveOverdue, LiveWorking, LiveNotStarted, LiveHandedIn, LiveDeferred, LiveAbsent, LiveVoid}

// LiveRow is one examinee on the live board.
type LiveRow struct {
	PersonID       account.PersonID `db:"person_id"`
	Name           string           `db:"name"`
	EmployeeNo     string           `db:"employee_no"`
	CandidateState CandidateState   `db:"candidate_state"`
	ExtraSeconds   int              `db:"extra_seconds"`
	AttemptID      *AttemptID       `db:"attempt_id"`
	AttemptState   *AttemptState    `db:"attempt_state"`
	StartedAt      *time.Time       `db:"started_at"`
	DeadlineAt     *time.Time       `db:"deadline_at"`
	PausedAt       *time.Time       `db:"paused_at"`
	SubmittedAt    *time.Time       `db:"submitted_at"`
	SubmitCause    *SubmitCause     `db:"submit_cause"`
	Epoch          *int             `db:"epoch"`
	SeenAt         *time.Time       `db:"seen_at"`
	Answered       int              `db:"answered"`
	Questions      int              `db:"questions"` // of the own paper, form or retake
	LastAt         *time.Time       `db:"last_at"`   // the newest change
	Marks          int              `db:"marks"`     // evidence of any kind
	Late           int              `db:"late"`      // answers that were refused and kept
	UnitIDs        db.Int64s        `db:"unit_ids"`
	UnitNames      db.Strings       `db:"unit_names"` // of UnitIDs
}

// heardAt is when the page was last heard of: a heart-beat, a save or the start.
func (r LiveRow) heardAt() time.Time {
	var last time.Time
	for _, t := range []*time.Time{r.StartedAt, r.SeenAt, r.LastAt} {
		if t != nil && t.After(last) {
			last = *t
		}
	}
	return last
}

// State is where the examinee is at now.
func (r LiveRow) State(now time.Time) LiveState {
	switch {
	case r.AttemptState == nil && r.CandidateState == Absent:
		return LiveAbsent
	case r.AttemptState == nil && r.CandidateState == Deferred:
		return LiveDeferred
	case r.AttemptState == nil:
		return LiveNotStarted
	case *r.AttemptState == AttemptVoid:
		return LiveVoid
	case *r.AttemptState != AttemptOpen:
		return LiveHandedIn
	case r.PausedAt != nil:
		return LivePaused
	case !now.Before(*r.DeadlineAt):
		return LiveOverdue
	case now.Sub(r.heardAt()) > OfflineAfter:
		return LiveOffline
	}
	return LiveWorking
}

// Moved reports that another tab or device has taken the attempt over at least once.
func (r LiveRow) Moved() bool { return r.Epoch != nil && *r.Epoch > 1 }

// RemainingSeconds is the time left at now; 0 when nothing runs.
func (r LiveRow) RemainingSeconds(now time.Time) int {
	if r.AttemptState == nil || *r.AttemptState != AttemptOpen {
		return 0
	}
	return int(remaining(*r.DeadlineAt, r.PausedAt, now) / 1000)
}

// Board is the live board of an exam as of At.
type Board struct {
	At   time.Time
	Rows []LiveRow // who is inside the viewer's part of the tree, by state and name
}

// Count is the number of rows in each state.
func (b Board) Count() map[LiveState]int {
	out := map[LiveState]int{}
	for _, r := range b.Rows {
		out[r.State(b.At)]++
	}
	return out
}

// boards keeps the last board of each exam that somebody watches.
type boards struct {
	mu     sync.Mutex
	byExam map[ExamID]*board
}

type board struct {
	mu   sync.Mutex // held while the query runs: who comes meanwhile waits for it instead of asking too
	at   time.Time
	rows []LiveRow
}

func (b *boards) of(id ExamID, now time.Time) *board {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byExam == nil {
		b.byExam = map[ExamID]*board{}
	}
	for other, x := range b.byExam {
		if other != id && x.mu.TryLock() {
			old := now.Sub(x.at) > time.Minute
			x.mu.Unlock()
			if old {
				delete(b.byExam, other)
			}
		}
	}
	if b.byExam[id] == nil {
		b.byExam[id] = &board{}
	}
	return b.byExam[id]
}

// Live is the live board: not started, working, offline, handed in, the answered count, time left and evidence of everybody
// inside the viewer's part of the tree. It is at most LiveEvery old.
func (s *Service) Live(ctx context.Context, v account.Viewer, id ExamID) (Board, error) {
	if err := v.Require(account.ExamLive); err != nil {
		return Board{}, err
	}
	if _, err := s.store.exam(ctx, s.db, id); err != nil {
		return Board{}, err
	}
	now := s.db.Now()
	b := s.boards.of(id, now)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at.IsZero() || now.Sub(b.at) >= LiveEvery || now.Before(b.at) {
		var rows []LiveRow
		if err := s.store.Select(ctx, s.db, &rows, "live", int64(id)); err != nil {
			return Board{}, err
		}
		b.at, b.rows = now, rows
	}
	return Board{At: now, Rows: within(b.rows, v.Scope(account.ExamLive))}, nil
}

// within keeps the rows of people inside a scope.
func within(rows []LiveRow, scope account.Scope) []LiveRow {
	out := make([]LiveRow, 0, len(rows))
	for _, r := range rows {
		if scope.All || slices.ContainsFunc(r.UnitIDs, func(u int64) bool { return slices.Contains(scope.UnitIDs, u) }) {
			out = append(out, r)
		}
	}
	return out
}

// Watched is the exam behind the live board, for whoever may see that. Errors: NotFound for a draft.
func (s *Service) Watched(ctx context.Context, v account.Viewer, id ExamID) (Exam, error) {
	if err := v.Require(account.ExamLive); err != nil {
		return Exam{}, err
	}
	e, err := s.store.exam(ctx, s.db, id)
	if err == nil && e.State == Draft {
		err = errNotFound()
	}
	return e, err
}

// AskedQuestion is a question of an exam's paper, to choose which one is put right.
type AskedQuestion struct {
	Slot      int    // in the paper; the attempts show their own order. 0 where everybody has an own paper
	Form      string // A to D; "" where the paper is no form
	VersionID VersionID
	Stem      string
}

// maxAsked bounds the list of a retake's questions: its papers are drawn from a few knowledge points.
const maxAsked = 1000

// Asked lists the questions of the exam's paper and those of its other forms, or of a retake those of everybody's own papers, for whoever
// invigilates it: none before the start, and none to somebody who sits it.
func (s *Service) Asked(ctx context.Context, v account.Viewer, id ExamID) ([]AskedQuestion, error) {
	if err := v.Require(account.ExamInvigilate); err != nil {
		return nil, err
	}
	e, err := s.store.exam(ctx, s.db, id)
	if err != nil || s.db.Now().Before(e.OpensAt) {
		return nil, err
	}
	var sits bool
	if err := s.store.Get(ctx, s.db, &sits, "candidate_is", int64(id), int64(v.PersonID)); err != nil || sits {
		return nil, err
	}
	if e.PaperID == nil {
		return s.askedOfOwn(ctx, id)
	}
	var forms []FormView
	if err := s.store.Select(ctx, s.db, &forms, "forms_of", int64(*e.PaperID)); err != nil {
		return nil, err
	}
	if len(forms) == 0 {
		forms = []FormView{{ID: *e.PaperID}}
	}
	var out []AskedQuestion
	for _, form := range forms {
		p, err := s.paper(ctx, s.db, form.ID)
		if err != nil {
			return nil, err
		}
		for _, slot := range p.slots {
			if !slices.ContainsFunc(out, func(q AskedQuestion) bool { return q.VersionID == slot.VersionID }) {
				out = append(out, AskedQuestion{Slot: slot.Slot, Form: form.Form, VersionID: slot.VersionID, Stem: p.questions[slot.VersionID].Stem})
			}
		}
	}
	return out, nil
}

// askedOfOwn lists the questions of the candidates' own papers.
func (s *Service) askedOfOwn(ctx context.Context, id ExamID) ([]AskedQuestion, error) {
	var versions []VersionID
	if err := s.store.Select(ctx, s.db, &versions, "asked_of_own", int64(id), maxAsked); err != nil || len(versions) == 0 {
		return nil, err
	}
	questions, err := s.questions.Versions(ctx, s.db, versions)
	if err != nil {
		return nil, err
	}
	out := make([]AskedQuestion, len(versions))
	for i, version := range versions {
		out[i] = AskedQuestion{VersionID: version, Stem: questions[version].Stem}
	}
	return out, nil
}
