package exam

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// holderOf is how the tab that holds a lease is stored; what a browser sends is not kept.
func holderOf(client string) string {
	h := sha256.Sum256([]byte(client))
	return base64.RawURLEncoding.EncodeToString(h[:15])
}

// startRow is all that decides a start.
type startRow struct {
	Exam
	CandidateID      CandidateID    `db:"candidate_id"`
	OwnOpensAt       *time.Time     `db:"own_opens_at"`
	OwnClosesAt      *time.Time     `db:"own_closes_at"`
	ExtraSeconds     int            `db:"extra_seconds"`
	OwnPaperID       *PaperID       `db:"own_paper_id"`
	CandidateState   CandidateState `db:"candidate_state"`
	LastAttemptID    AttemptID      `db:"last_attempt_id"`
	LastAttemptState AttemptState   `db:"last_attempt_state"`
	LastAttemptNo    int            `db:"last_attempt_no"`
	AttemptsUsed     int            `db:"attempts_used"` // without voided ones
	LastHolder       string         `db:"last_holder"`
	LastEpoch        int            `db:"last_epoch"`
	AdmittedAt       *time.Time     `db:"admitted_at"`
}

func (r startRow) candidate() Candidate {
	return Candidate{
		ID: r.CandidateID, State: r.CandidateState, OpensAt: utc(r.OwnOpensAt), ClosesAt: utc(r.OwnClosesAt),
		ExtraSeconds: r.ExtraSeconds, PaperID: r.OwnPaperID,
	}
}

// doors decides whether a new attempt may begin from there: the access code, the address, the browser.
func (r startRow) doors(by Arrival) error {
	if r.Integrity.V.AccessCode != "" && r.AdmittedAt == nil {
		return errAccessCode()
	}
	return r.Integrity.V.opensTo(by, r.ID, 0)
}

// judge decides a start at now: nil means that a new attempt may begin; an open attempt is returned before this is asked.
func (r startRow) judge(now time.Time) error {
	w := r.Exam.inUTC().WindowOf(r.candidate())
	switch {
	case r.AttemptsUsed >= r.AttemptsAllowed:
		return errNoAttempt().WithExtra("attempt_id", r.LastAttemptID)
	case r.CandidateState == Absent, r.CandidateState == Withdrawn, r.State == Archived, w.Start(now) == StartClosed:
		return errExamClosed()
	case w.Start(now) == StartTooEarly:
		return errTooEarly().WithExtra("opens_at", w.OpensAt).RetryAfter(int(w.OpensAt.Sub(now)/time.Second) + 1)
	}
	return nil
}

// errStartedTwice ends the transaction of a start that met another one; the attempt of the other is then read.
var errStartedTwice = errors.New("exam: another start was first")

// Start begins the viewer's attempt or returns the one that is open; created tells which. Two starts at once give one attempt
// (promise 3). Errors: NotFound for no such exam, Forbidden for somebody who is not invited and at a closed door (access code,
// address, browser), TooMany after wrong codes, TooEarly, Gone after the last start or close, Conflict with attempt_id when no
// attempt is left.
func (s *Service) Start(ctx context.Context, v account.Viewer, id ExamID, by Arrival) (sheet Sheet, created bool, err error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Sheet{}, false, err
	}
	if by.AccessCode != "" {
		if err := s.Admit(ctx, v, id, by.AccessCode); err != nil && !errs.Is(err, errs.NotFound) {
			return Sheet{}, false, err
		}
	}
	var attempt AttemptID
	err = s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		attempt, created, err = s.start(ctx, tx, v, id, by)
		return err
	})
	if errors.Is(err, errStartedTwice) {
		err = s.db.InTx(ctx, func(tx *db.Tx) error {
			attempt, created, err = s.start(ctx, tx, v, id, by)
			return err
		})
	}
	if err != nil {
		return Sheet{}, false, err
	}
	sheet, err = s.Attempt(ctx, v, attempt, by.Client)
	return sheet, created, err
}

func (s *Service) start(ctx context.Context, tx *db.Tx, v account.Viewer, id ExamID, by Arrival) (AttemptID, bool, error) {
	var r startRow
	if err := s.store.Get(ctx, tx, &r, "start_facts", int64(id), int64(v.PersonID)); err != nil {
		return 0, false, err
	}
	if r.CandidateID == 0 {
		return 0, false, errNotInvited()
	}
	if r.LastAttemptState == AttemptOpen {
		return r.LastAttemptID, false, s.noteSecondPage(ctx, tx, v, r, by)
	}
	if err := r.judge(tx.Now()); err != nil {
		return 0, false, err
	}
	if err := r.doors(by); err != nil {
		return 0, false, err
	}
	attempt, err := s.insertAttempt(ctx, tx, v, r, by.Client)
	if err != nil {
		return 0, false, err
	}
	return attempt, true, record(ctx, tx, v, "attempt.start", attemptSubject(attempt), map[string]any{"exam_id": id, "no": r.LastAttemptNo + 1})
}

// sessionReserve is how long a session outlives an attempt's deadline and grace (decision 10).
const sessionReserve = 2 * time.Hour

func (s *Service) insertAttempt(ctx context.Context, tx *db.Tx, v account.Viewer, r startRow, client string) (AttemptID, error) {
	e, c, no := r.Exam.inUTC(), r.candidate(), r.LastAttemptNo+1
	paperID := e.PaperOf(c)
	paper, err := s.paper(ctx, tx, paperID)
	if err != nil {
		return 0, err
	}
	secret, err := s.secret()
	if err != nil {
		return 0, err
	}
	// The exam's drawn seed and the place of this attempt in it: the same layout whenever it is made again.
	random := generator(e.Seed, int64(v.PersonID)<<8+int64(no))
	places := LayOut(random, Shuffle{Slots: e.ShuffleSlots, Options: e.ShuffleOptions}, paper.slots, paper.bare())
	deadline := e.WindowOf(c).Deadline(tx.Now())
	var attempt []AttemptID
	err = s.store.Select(ctx, tx, &attempt, "attempt_insert", int64(e.ID), int64(v.PersonID), int64(c.ID), int64(paperID), tx.Now(),
		deadline, no, e.GraceSeconds, leaseOf(1, secret), holderOf(client), db.JSONOf(places))
	if err != nil {
		return 0, err
	}
	if len(attempt) == 0 {
		return 0, errStartedTwice
	}
	return attempt[0], s.people.KeepSessionsUntil(ctx, tx, v.PersonID, deadline.Add(seconds(e.GraceSeconds)+sessionReserve))
}

// Attempt is the viewer's attempt on any device; the lease is in it for the tab that holds it.
func (s *Service) Attempt(ctx context.Context, v account.Viewer, id AttemptID, client string) (Sheet, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Sheet{}, err
	}
	a, err := s.store.ownAttempt(ctx, s.db, v, id)
	if err != nil {
		return Sheet{}, err
	}
	return s.show(ctx, a, holderOf(client))
}

func (s *Service) show(ctx context.Context, a attemptRow, holder string) (Sheet, error) {
	paper, err := s.paper(ctx, s.db, a.PaperID)
	if err != nil {
		return Sheet{}, err
	}
	s.sheets.keep(a, paper)
	var entries []Entry
	if a.LastSeq > 0 || a.Epoch > 1 { // a fresh attempt has no journal to read
		if entries, err = s.store.journal(ctx, s.db, a.ID); err != nil {
			return Sheet{}, err
		}
	}
	notices, err := s.notices(ctx, s.db, a)
	if err != nil {
		return Sheet{}, err
	}
	now := s.db.Now()
	sheet := Sheet{
		AttemptID: a.ID, ExamID: a.ExamID, Title: a.Title, State: a.State, StartedAt: a.StartedAt.UTC(), SubmittedAt: utc(a.SubmittedAt),
		Slots: sheetSlots(a.Places.V, paper), Responses: savedResponses(entries, a.Places.V), LastSeq: a.LastSeq,
		ServerTime: now, DeadlineAt: a.DeadlineAt.UTC(), RemainingMS: remaining(a.DeadlineAt, a.PausedAt, now),
		PausedAt: utc(a.PausedAt), News: a.News, Notices: notices, Receipt: a.receipt(),
	}
	if sheet.Integrity, err = s.sheetIntegrity(ctx, a); err != nil {
		return Sheet{}, err
	}
	if a.State == AttemptOpen && a.Holder == holder {
		sheet.Lease = a.Lease
	}
	return sheet, nil
}

// TakeOver ends the lease that is and gives a new one to this tab (promise 7): a new epoch, in which numbering begins again.
// Errors: Forbidden from an address or with a browser that the exam does not allow, Gone after the hand-in, also when the exam's
// policy hands in because of it.
func (s *Service) TakeOver(ctx context.Context, v account.Viewer, id AttemptID, by Arrival) (Sheet, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Sheet{}, err
	}
	secret, err := s.secret()
	if err != nil {
		return Sheet{}, err
	}
	var gone bool
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		a, err := s.store.ownAttempt(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if err := a.Integrity.V.opensTo(by, a.ExamID, id); err != nil {
			return err
		}
		n, err := s.store.Exec(ctx, tx, "attempt_take_over", int64(id), int64(v.PersonID), secret, holderOf(by.Client))
		if err != nil {
			return err
		}
		if n == 0 {
			return errHandedIn().WithExtra("receipt", a.receipt())
		}
		if err := record(ctx, tx, v, "attempt.take_over", attemptSubject(id), map[string]any{"from_epoch": a.Epoch}); err != nil {
			return err
		}
		gone, err = s.noteTakeOver(ctx, tx, a, by, tx.Now())
		return err
	})
	if err != nil {
		return Sheet{}, err
	}
	sheet, err := s.Attempt(ctx, v, id, by.Client)
	if err == nil && gone {
		return Sheet{}, errHandedIn().WithExtra("receipt", sheet.Receipt)
	}
	return sheet, err
}
