package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

// closing is what handing in needs to mark.
type closing struct {
	ID             AttemptID        `db:"id"`
	ExamID         ExamID           `db:"exam_id"`
	PersonID       account.PersonID `db:"person_id"`
	CandidateID    CandidateID      `db:"candidate_id"`
	PaperID        PaperID          `db:"paper_id"`
	DeadlineAt     time.Time        `db:"deadline_at"`
	Places         db.JSON[[]Place] `db:"places"`
	BandsVersionID policy.VersionID `db:"bands_version_id"`
	RedLine        RedLineRule      `db:"red_line"`
	Release        Release          `db:"release"`
	RoundID        *RoundID         `db:"round_id"`
	Kind           Kind             `db:"kind"`
}

// handIn says who hands in and when; lease "" does not ask for one.
type handIn struct {
	attempt     AttemptID
	lease       string
	cause       SubmitCause
	submittedAt time.Time
	// deadlineBy is the sweep's guard: a deadline that was moved beyond it meanwhile keeps the attempt open.
	deadlineBy time.Time
}

// farFuture disables the sweep's guard for people who hand in themselves.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Submit hands the viewer's attempt in and gives the receipt, the same one every time (promise 12). Errors: NotFound,
// Conflict when the lease is lost.
func (s *Service) Submit(ctx context.Context, v account.Viewer, id AttemptID, lease string, receivedAt time.Time) (Receipt, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Receipt{}, err
	}
	a, err := s.store.ownAttempt(ctx, s.db, v, id)
	if err != nil {
		return Receipt{}, err
	}
	if r := a.receipt(); r != nil {
		return s.confirmed(ctx, *r)
	}
	h := handIn{attempt: id, lease: lease, cause: ByExaminee, submittedAt: receivedAt, deadlineBy: farFuture}
	if h.lease == "" {
		return Receipt{}, errLeaseLost()
	}
	if !Accepts(a.DeadlineAt, a.GraceSeconds, receivedAt) {
		h.cause, h.submittedAt = ByDeadline, a.DeadlineAt.UTC() // the sweep would have done it (promise 8)
	}
	receipt, err := s.handIn(ctx, v, h)
	if !errs.Is(err, errs.Conflict) {
		return receipt, err
	}
	// Another request was first, or the lease is another's.
	if a, err = s.store.ownAttempt(ctx, s.db, v, id); err != nil {
		return Receipt{}, err
	}
	if r := a.receipt(); r != nil {
		return s.confirmed(ctx, *r)
	}
	return Receipt{}, errLeaseLost().WithExtra("last_seq", a.LastSeq)
}

// confirmed gives a receipt again after a durable write of its own: the hand-in may stand here and on no standby yet, and
// reading it would confirm it (decision 15).
func (s *Service) confirmed(ctx context.Context, r Receipt) (Receipt, error) {
	err := s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		return s.store.One(ctx, tx, "attempt_confirm", int64(r.AttemptID))
	})
	if err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// handIn closes, folds, marks and stores the result in one transaction; Conflict when the attempt is not open to it. The
// fold is a statement of its own after the UPDATE that closes: in one statement it would not see a save that was committed
// while the UPDATE waited for it.
func (s *Service) handIn(ctx context.Context, v account.Viewer, h handIn) (Receipt, error) {
	var receipt Receipt
	err := s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) (err error) {
		receipt, err = s.handInTx(ctx, tx, v, h)
		return err
	})
	return receipt, err
}

func (s *Service) handInTx(ctx context.Context, tx *db.Tx, v account.Viewer, h handIn) (Receipt, error) {
	var c closing
	err := s.store.Get(ctx, tx, &c, "attempt_close", int64(h.attempt), h.submittedAt, h.cause, h.lease, h.deadlineBy, attemptTopic, tx.Now())
	if errs.Is(err, errs.NotFound) {
		return Receipt{}, errs.New(errs.Conflict, "error.exam.attempt_state")
	}
	if err != nil {
		return Receipt{}, err
	}
	if err := s.tellHandIn(ctx, tx, c); err != nil {
		return Receipt{}, err
	}
	return s.mark(ctx, tx, v, c, h)
}

func (s *Service) mark(ctx context.Context, tx *db.Tx, v account.Viewer, c closing, h handIn) (Receipt, error) {
	entries, err := s.store.journal(ctx, tx, c.ID)
	if err != nil {
		return Receipt{}, err
	}
	paper, err := s.paper(ctx, tx, c.PaperID)
	if err != nil {
		return Receipt{}, err
	}
	if err := s.noteSpeed(ctx, tx, c.ID, entries); err != nil {
		return Receipt{}, err
	}
	current := Fold(entries)
	receipt := Receipt{
		AttemptID: c.ID, SubmittedAt: h.submittedAt, JournalHead: JournalHead(c.ID, entries),
		Answered: MarkAll(c.Places.V, paper.bare(), current, nil).Answered,
	}
	// The journal's head enters the sealed audit with the hand-in (decision 25); the marks stay out of it.
	facts := map[string]any{"cause": h.cause, "submitted_at": h.submittedAt, "answered": receipt.Answered, "journal_head": receipt.JournalHead}
	waiting, err := s.awaitMarks(ctx, tx, c, paper, current)
	if err != nil {
		return Receipt{}, err
	}
	if waiting > 0 {
		facts["waiting"] = waiting
		err = s.store.One(ctx, tx, "attempt_await_marks", int64(c.ID), receipt.Answered, receipt.JournalHead)
	} else {
		facts["result_id"], err = s.finish(ctx, tx, c, entries, nil)
	}
	if err != nil {
		return Receipt{}, err
	}
	return receipt, record(ctx, tx, v, "attempt.submit", attemptSubject(c.ID), facts)
}

// finish marks an attempt with what people gave it and stores its first result.
func (s *Service) finish(ctx context.Context, tx *db.Tx, c closing, entries []Entry, given map[int]score.Hundredths) (ResultID, error) {
	paper, err := s.paper(ctx, tx, c.PaperID)
	if err != nil {
		return 0, err
	}
	bands, err := s.bandsOf(ctx, tx, c.BandsVersionID)
	if err != nil {
		return 0, err
	}
	m := MarkAll(c.Places.V, paper.bare(), Fold(entries), given)
	j := Judge(bands, c.RedLine, m)
	var result ResultID
	err = s.store.Get(ctx, tx, &result, "attempt_finish", int64(c.ID), tx.Now(), m.Answered, JournalHead(c.ID, entries), m.Score, m.Total,
		j.Percent, j.Band, j.Passed, db.JSONOf(m.Marks), int64(c.BandsVersionID), c.RedLine, m.RedLineMisses)
	if err == nil && c.Release == ReleaseAtHandIn {
		_, err = s.releaseResults(ctx, tx, c.ExamID, result)
	}
	return result, err
}
