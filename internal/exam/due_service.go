package exam

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

const (
	// dueBatch bounds what one look finishes; the next tick goes on.
	dueBatch = 200
	// handInRounds is how often one tick looks for more who are due: an exam of a thousand ends for all of them in the same second, and
	// they are not to wait for five ticks.
	handInRounds = 25
)

// Due finishes what the clock has made due, at each tick and after every start: outage credit first, then hand-ins,
// absences, settled exams, releases at the close and analyses (decisions 8, 18). Each act has its own transaction and guard, so that
// any number of processes may call it at once. One that fails does not hold up the others.
func (s *Service) Due(ctx context.Context, now time.Time) error {
	if err := s.creditOutages(ctx, now); err != nil {
		return err // without the credit nobody is handed in
	}
	return errors.Join(
		s.handInDue(ctx, now),
		s.markAbsences(ctx, now),
		s.settleExams(ctx, now),
		s.releaseAtClose(ctx),
		s.AnalyseDue(ctx, now),
	)
}

func (s *Service) handInDue(ctx context.Context, now time.Time) error {
	for range handInRounds {
		if n, err := s.handInSome(ctx, now); err != nil || n < dueBatch {
			return err
		}
	}
	return nil
}

// handInSome hands a batch in, and tells how many were due.
func (s *Service) handInSome(ctx context.Context, now time.Time) (int, error) {
	var due []struct {
		ID         AttemptID `db:"id"`
		DeadlineAt time.Time `db:"deadline_at"`
	}
	if err := s.store.Select(ctx, s.db, &due, "due_attempts", now.Add(-DrainAllowance), dueBatch); err != nil {
		return 0, err
	}
	batch := make([]*handInRequest, len(due))
	for i, a := range due {
		batch[i] = &handInRequest{
			waiting: waiting{done: make(chan error, 1)}, viewer: account.System(),
			handIn: handIn{attempt: a.ID, cause: ByDeadline, submittedAt: a.DeadlineAt.UTC(), deadlineBy: a.DeadlineAt},
		}
	}
	slices.SortFunc(batch, func(a, b *handInRequest) int { return cmp.Compare(a.attempt, b.attempt) }) // one order of locking for all processes
	s.handInTogether(batch)
	var failed error
	for _, r := range batch {
		failed = errors.Join(failed, <-r.done) // one that was handed in meanwhile is refused, and has not failed
	}
	return len(due), failed
}

func (s *Service) markAbsences(ctx context.Context, now time.Time) error {
	var due []absence
	if err := s.store.Select(ctx, s.db, &due, "due_absences", now.Add(-DrainAllowance), dueBatch); err != nil {
		return err
	}
	var failed error
	for _, a := range due {
		if err := s.markAbsent(ctx, a); err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Conflict) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

type absence struct {
	CandidateID    CandidateID      `db:"id"`
	ExamID         ExamID           `db:"exam_id"`
	PersonID       account.PersonID `db:"person_id"`
	PaperID        PaperID          `db:"paper_id"`
	BandsVersionID policy.VersionID `db:"bands_version_id"`
	RuleVersionID  *int64           `db:"absence_version_id"`
	Release        Release          `db:"release"`
}

// markAbsent records an absence under the rule that the exam was published with: with a result 0 (N05) or without one.
// NotFound or Conflict when somebody else just did.
func (s *Service) markAbsent(ctx context.Context, a absence) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error { return s.absent(ctx, tx, account.System(), a) })
}

func (s *Service) absent(ctx context.Context, tx *db.Tx, v account.Viewer, a absence) error {
	rule, err := s.absenceOf(ctx, tx, a.RuleVersionID)
	if err != nil {
		return err
	}
	body := map[string]any{"person_id": a.PersonID, "absence_version_id": a.RuleVersionID}
	if !rule.CountsAsZero {
		if err := s.store.One(ctx, tx, "candidate_excused", int64(a.CandidateID), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.absent", examSubject(a.ExamID), body)
	}
	result, err := s.zero(ctx, tx, a)
	if err != nil {
		return err
	}
	body["result_id"] = result
	if err := record(ctx, tx, v, "exam.absent", examSubject(a.ExamID), body); err != nil {
		return err
	}
	if a.Release == ReleaseAtHandIn {
		_, err = s.releaseResults(ctx, tx, a.ExamID, result)
	}
	return err
}

// zero is the result of an absence.
func (s *Service) zero(ctx context.Context, tx *db.Tx, a absence) (ResultID, error) {
	bands, err := s.bandsOf(ctx, tx, a.BandsVersionID)
	if err != nil {
		return 0, err
	}
	var p PaperHead
	if err := s.store.Get(ctx, tx, &p, "paper", int64(a.PaperID)); err != nil {
		return 0, err
	}
	var result ResultID
	err = s.store.Get(ctx, tx, &result, "candidate_absent", int64(a.CandidateID), tx.Now(), p.Total, bands.Of(0, score.Whole(1)), int64(a.BandsVersionID))
	return result, err
}

func (s *Service) settleExams(ctx context.Context, now time.Time) error {
	var due []ExamID
	if err := s.store.Select(ctx, s.db, &due, "due_settlements", now.Add(-DrainAllowance), dueBatch); err != nil {
		return err
	}
	for _, id := range due {
		err := s.db.InTx(ctx, func(tx *db.Tx) error { return s.settle(ctx, tx, id) })
		if err != nil && !errs.Is(err, errs.Conflict) {
			return err
		}
	}
	return nil
}

// settle marks an exam; Conflict when somebody is waited for by now, or another process was first.
func (s *Service) settle(ctx context.Context, tx *db.Tx, id ExamID) error {
	if _, err := s.store.lockExam(ctx, tx, id); err != nil {
		return err
	}
	if err := s.store.One(ctx, tx, "exam_settle", int64(id), tx.Now()); err != nil {
		return err
	}
	if err := s.wantAnalysis(ctx, tx, id); err != nil {
		return err
	}
	return record(ctx, tx, account.System(), "exam.settle", examSubject(id), nil)
}

func (s *Service) releaseAtClose(ctx context.Context) error {
	var due []ExamID
	if err := s.store.Select(ctx, s.db, &due, "due_releases", dueBatch); err != nil {
		return err
	}
	for _, id := range due {
		err := s.db.InTx(ctx, func(tx *db.Tx) error {
			if _, err := s.store.lockExam(ctx, tx, id); err != nil { // no correction between looking and releasing
				return err
			}
			n, err := s.releaseResults(ctx, tx, id)
			if err != nil || n == 0 {
				return err
			}
			return record(ctx, tx, account.System(), "exam.release", examSubject(id), map[string]any{"results": n})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// outageWindow is how far back outages are looked for: longer than any attempt can last.
const outageWindow = 72 * time.Hour

// creditOutages gives back to every running attempt the time in which it could not be saved, once for each outage
// (promise 9). All attempts of an outage are credited in one transaction, so that a crash repeats it whole.
func (s *Service) creditOutages(ctx context.Context, now time.Time) error {
	var outages []struct {
		ID     int64     `db:"id"`
		FromAt time.Time `db:"from_at"`
		ToAt   time.Time `db:"to_at"`
	}
	if err := s.store.Select(ctx, s.db, &outages, "outages_uncredited", now.Add(-outageWindow)); err != nil {
		return err
	}
	for _, o := range outages {
		err := s.db.InTx(ctx, func(tx *db.Tx) error { return s.credit(ctx, tx, o.ID, o.FromAt, o.ToAt) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) credit(ctx context.Context, tx *db.Tx, outage int64, from, to time.Time) error {
	// First, so that of two servers one waits for the other and finds nothing left to give.
	if n, err := s.store.Exec(ctx, tx, "outage_done", outage, tx.Now()); err != nil || n == 0 {
		return err
	}
	held, err := s.heldBackBy(ctx, tx, from, to)
	if err != nil {
		return err
	}
	var running []struct {
		ID           AttemptID  `db:"id"`
		StartedAt    time.Time  `db:"started_at"`
		DeadlineAt   time.Time  `db:"deadline_at"`
		PausedAt     *time.Time `db:"paused_at"`
		StoodSeconds int        `db:"stood_seconds"`
	}
	if err := s.store.Select(ctx, tx, &running, "outage_attempts", from, to); err != nil {
		return err
	}
	credited := map[string]int{}
	var told []AttemptID
	for _, a := range running {
		until := to
		if a.PausedAt != nil && a.PausedAt.Before(to) {
			until = *a.PausedAt // the end of the pause gives the rest back
		}
		given := int(OutageCredit(a.StartedAt, a.DeadlineAt, from, until, maxOutageCreditSeconds)/time.Second) - a.StoodSeconds
		if given <= 0 {
			continue
		}
		if _, err := s.store.Exec(ctx, tx, "attempt_credit", int64(a.ID), outage, given, tx.Now()); err != nil {
			return err
		}
		credited[a.ID.String()], told = given, append(told, a.ID)
	}
	if err := s.announce(ctx, tx, told); err != nil {
		return err
	}
	if len(credited)+len(held) == 0 {
		return nil
	}
	return record(ctx, tx, account.System(), "attempt.outage_credit", "outage", map[string]any{"outage_id": outage, "seconds": credited, "later_close": held})
}

// heldBackBy gives whoever could not begin because of an outage as much later a close, at most the maximum. While all is frozen the end of
// the freeze does it.
func (s *Service) heldBackBy(ctx context.Context, tx *db.Tx, from, to time.Time) (held []OwnClose, err error) {
	if to.Sub(from) <= OutageFloor {
		return nil, nil
	}
	f, err := s.frozen(ctx, tx)
	if err != nil || f != nil && !f.At.After(from) {
		return nil, err
	}
	if f != nil && f.At.Before(to) {
		to = f.At
	}
	length := min(PauseSeconds(from, to), maxOutageCreditSeconds)
	if err := s.store.Select(ctx, tx, &held, "candidates_held_back", from, to, length); err != nil {
		return nil, err
	}
	return held, s.tellCloses(ctx, tx, held)
}
