package exam

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// holderOf is how the tab that holds a lease is stored; what a browser sends is not kept.
func holderOf(client string) string {
	h := sha256.Sum256([]byte(client))
	return base64.RawURLEncoding.EncodeToString(h[:15])
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
		if entries, err = s.entries(ctx, a.ID); err != nil {
			return Sheet{}, err
		}
	}
	counts, err := s.watchCounts(ctx, s.db, a.ID, a.Integrity.V)
	if err != nil {
		return Sheet{}, err
	}
	return s.sheetOf(ctx, a, paper, entries, counts, holder)
}

// sheetOf puts a sheet together; counts are what the exam's policy counts of the attempt.
func (s *Service) sheetOf(ctx context.Context, a attemptRow, paper *frozen, entries []Entry, counts map[WatchKind]int, holder string) (Sheet, error) {
	notices, err := s.notices(ctx, s.db, a)
	if err != nil {
		return Sheet{}, err
	}
	sealed, err := s.sealedOf(ctx, s.db, a.PaperID, paper)
	if err != nil {
		return Sheet{}, err
	}
	now, sections, shown := s.db.Now(), paper.plan.oneWay(a.Section), paper.show(sealed)
	part, before := shown.part(a.Section)
	sheet := Sheet{
		AttemptID: a.ID, ExamID: a.ExamID, Title: a.Title, Contact: a.Contact, State: a.State, StartedAt: a.StartedAt.UTC(), SubmittedAt: utc(a.SubmittedAt),
		Sections: sections, Section: a.Section, Paper: part, Slots: shown.slots(placesIn(a.Places.V, sections, a.Section), before), Responses: savedResponses(entries), LastSeq: a.LastSeq,
		ServerTime: now, DeadlineAt: a.DeadlineAt.UTC(), RemainingMS: remaining(a.DeadlineAt, a.PausedAt, now),
		PausedAt: utc(a.PausedAt), News: a.News, Notices: notices, Receipt: a.receipt(), Integrity: sheetIntegrity(a, counts),
	}
	if sealed != nil {
		sheet.MediaKey = sealed.key
	}
	if err := s.countTakes(ctx, &sheet); err != nil {
		return Sheet{}, err
	}
	if a.State == AttemptOpen && a.Holder == holder {
		sheet.Lease = a.Lease
	}
	return sheet, nil
}

// entries are an attempt's accepted changes.
func (s *Service) entries(ctx context.Context, id AttemptID) ([]Entry, error) {
	journals, err := s.store.journals(ctx, s.db, []int64{int64(id)})
	return journals[id], err
}

// Current is where an attempt stands, without its paper: what a page is told whose change is refused.
type Current struct {
	ServerTime  time.Time
	DeadlineAt  time.Time
	RemainingMS int64
	Section     int             // at which it stands; 0 where it may go to and fro
	Responses   []SavedResponse // while it is open
	Receipt     *Receipt        // once it is handed in
}

// Current is the state of the viewer's attempt. Errors: NotFound for anybody else's.
func (s *Service) Current(ctx context.Context, v account.Viewer, id AttemptID) (Current, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Current{}, err
	}
	a, err := s.store.standing(ctx, s.db, v, id)
	if err != nil {
		return Current{}, err
	}
	now := s.db.Now()
	out := Current{ServerTime: now, DeadlineAt: a.DeadlineAt.UTC(), RemainingMS: remaining(a.DeadlineAt, a.PausedAt, now), Section: a.Section, Receipt: a.receipt()}
	if a.State != AttemptOpen {
		return out, nil
	}
	entries, err := s.entries(ctx, id)
	out.Responses = savedResponses(entries)
	return out, err
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
