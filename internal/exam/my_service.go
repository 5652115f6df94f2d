package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/score"
)

// maxMine bounds a person's own list: some years of exams.
const maxMine = 200

// MyExam is an exam as its examinee sees it. Result fields are nil before release.
type MyExam struct {
	ID         ExamID
	RoundID    *RoundID
	Title      string
	Kind       Kind
	State      MyState
	Window     Window // with this person's own times
	Review     Review
	Release    Release
	RedLine    RedLineRule
	OneWay     bool   // as Settings.OneWay
	Contact    string // as Settings.Contact
	AttemptID  *AttemptID
	DeadlineAt *time.Time // of the running attempt
	PausedAt   *time.Time // its clock stands since
	Deferred   bool
	OnPaper    bool // nothing can be started here
	Ended      *Ended
	Tries      Tries
	Band       *score.Band
	Percent    *score.Hundredths
	Passed     *bool
	ReleasedAt *time.Time

	BandsVersionID   *int64 // as Exam has them, for Rules
	AbsenceVersionID *int64
}

// EndsAt is the deadline of the running attempt, else the close.
func (e MyExam) EndsAt() time.Time {
	if e.DeadlineAt != nil {
		return *e.DeadlineAt
	}
	return e.Window.ClosesAt
}

// ClockAt is where the clock of the running attempt stands at now.
func (e MyExam) ClockAt(now time.Time) time.Time {
	if e.PausedAt != nil {
		return *e.PausedAt
	}
	return now
}

// Tries are how often somebody may sit an exam, and how often the person has: void attempts do not count, the running one does.
type Tries struct{ Allowed, Used int }

// Left is how often the person may still begin.
func (t Tries) Left() int { return max(t.Allowed-t.Used, 0) }

// Ended is why somebody who was invited does not sit.
type Ended struct {
	At     time.Time
	Reason string
}

type myRow struct {
	ID               ExamID            `db:"id"`
	RoundID          *RoundID          `db:"round_id"`
	Title            string            `db:"title"`
	Kind             Kind              `db:"kind"`
	OpensAt          time.Time         `db:"opens_at"`
	ClosesAt         time.Time         `db:"closes_at"`
	LastStartAt      *time.Time        `db:"last_start_at"`
	LimitSeconds     int               `db:"limit_seconds"`
	GraceSeconds     int               `db:"grace_seconds"`
	AttemptsAllowed  int               `db:"attempts_allowed"`
	Review           Review            `db:"review"`
	Release          Release           `db:"release"`
	RedLine          RedLineRule       `db:"red_line"`
	OneWay           bool              `db:"one_way"`
	Contact          string            `db:"contact"`
	BandsVersionID   *int64            `db:"bands_version_id"`
	AbsenceVersionID *int64            `db:"absence_version_id"`
	OnPaper          bool              `db:"on_paper"`
	OwnOpensAt       *time.Time        `db:"own_opens_at"`
	OwnClosesAt      *time.Time        `db:"own_closes_at"`
	ExtraSeconds     int               `db:"extra_seconds"`
	CandidateState   CandidateState    `db:"candidate_state"`
	CalledOffAt      *time.Time        `db:"called_off_at"`
	CalledOffReason  *string           `db:"called_off_reason"`
	RemovedAt        *time.Time        `db:"removed_at"`
	RemovedReason    *string           `db:"removed_reason"`
	AttemptID        *AttemptID        `db:"attempt_id"`
	AttemptState     *AttemptState     `db:"attempt_state"`
	AttemptsUsed     int               `db:"attempts_used"`
	DeadlineAt       *time.Time        `db:"deadline_at"`
	PausedAt         *time.Time        `db:"paused_at"`
	Band             *score.Band       `db:"band"`
	Percent          *score.Hundredths `db:"percent_hundredths"`
	Passed           *bool             `db:"passed"`
	ReleasedAt       *time.Time        `db:"released_at"`
	FrozenAt         *time.Time        `db:"frozen_at"` // all exams stand since then
}

func (r myRow) view(now time.Time) MyExam {
	e := Exam{OpensAt: r.OpensAt.UTC(), ClosesAt: r.ClosesAt.UTC(), LastStartAt: utc(r.LastStartAt), LimitSeconds: r.LimitSeconds, GraceSeconds: r.GraceSeconds}
	w := e.WindowOf(Candidate{OpensAt: utc(r.OwnOpensAt), ClosesAt: utc(r.OwnClosesAt), ExtraSeconds: r.ExtraSeconds})
	if r.FrozenAt != nil {
		now = Freeze{At: r.FrozenAt.UTC()}.standing(w, now)
	}
	var last AttemptState
	if r.AttemptState != nil {
		last = *r.AttemptState
	}
	out := MyExam{
		ID: r.ID, RoundID: r.RoundID, Title: r.Title, Kind: r.Kind, Window: w, Review: r.Review, Release: r.Release, RedLine: r.RedLine, OneWay: r.OneWay, Contact: r.Contact,
		State:     MyStateOf(w, now, last, r.ReleasedAt != nil, r.AttemptsUsed < r.AttemptsAllowed),
		AttemptID: r.AttemptID, DeadlineAt: utc(r.DeadlineAt), PausedAt: utc(r.PausedAt), Deferred: r.CandidateState == Deferred, OnPaper: r.OnPaper,
		Tries: Tries{Allowed: r.AttemptsAllowed, Used: r.AttemptsUsed},
		Band:  r.Band, Percent: r.Percent, Passed: r.Passed, ReleasedAt: utc(r.ReleasedAt),
		BandsVersionID: r.BandsVersionID, AbsenceVersionID: r.AbsenceVersionID,
	}
	switch {
	case r.RemovedAt != nil:
		out.State, out.Ended = MyRemoved, &Ended{At: r.RemovedAt.UTC(), Reason: *r.RemovedReason}
	case r.CalledOffAt != nil:
		out.State, out.Ended = MyCalledOff, &Ended{At: r.CalledOffAt.UTC(), Reason: *r.CalledOffReason}
	}
	return out
}

// MyExams lists the exams that the viewer is or was invited to, the newest invitation first.
func (s *Service) MyExams(ctx context.Context, v account.Viewer) ([]MyExam, error) {
	return s.mine(ctx, v, 0)
}

// MyExam is one of them; NotFound when the viewer is not invited.
func (s *Service) MyExam(ctx context.Context, v account.Viewer, id ExamID) (MyExam, error) {
	if id == 0 { // it would ask for all
		return MyExam{}, errNotFound()
	}
	list, err := s.mine(ctx, v, id)
	if err != nil {
		return MyExam{}, err
	}
	if len(list) == 0 {
		return MyExam{}, errNotFound()
	}
	return list[0], nil
}

func (s *Service) mine(ctx context.Context, v account.Viewer, id ExamID) ([]MyExam, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return nil, err
	}
	var rows []myRow
	if err := s.store.Select(ctx, s.db, &rows, "mine", int64(v.PersonID), int64(id), maxMine); err != nil {
		return nil, err
	}
	now := s.db.Now()
	out := make([]MyExam, len(rows))
	for i, r := range rows {
		out[i] = r.view(now)
	}
	return out, nil
}
