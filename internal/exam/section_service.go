package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// KindSection is the kind of evidence that a section was finished. It is a fact of the sitting and nothing that speaks against anybody.
const KindSection = "section"

// LeaveSection finishes a section of the viewer's attempt for good and gives the sheet with the next one, which was not shown before. The section is
// named, so that a repetition moves nothing: it gets the sheet of where the attempt stands. What is in the journal by then counts; the page sends
// its answers first. It returns only after the commit is durable. receivedAt is the moment of the request's first byte. Errors: NotFound for
// another person's attempt and one without sections; Conflict for a section that is not reached, the last one, a lost lease and while
// the clock stands; Gone after deadline and grace, or the hand-in.
func (s *Service) LeaveSection(ctx context.Context, v account.Viewer, id AttemptID, section int, lease, client string, receivedAt time.Time) (Sheet, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Sheet{}, err
	}
	known, err := s.sheet(ctx, v, id)
	if err != nil {
		return Sheet{}, err
	}
	if section < 1 || section > len(known.sections) {
		return Sheet{}, errNotFound()
	}
	// A page that is closed meanwhile does not undo it: whoever opens the attempt next finds it decided.
	err = s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		var a attemptFacts
		if err := s.store.Get(ctx, tx, &a, "attempt_facts", int64(id), int64(v.PersonID)); err != nil {
			return err
		}
		again, err := a.leaves(section, len(known.sections), lease, receivedAt)
		if err != nil {
			return err
		}
		if again {
			return s.store.One(ctx, tx, "attempt_confirm", int64(id)) // it may stand here and on no standby yet (decision 15)
		}
		if err := s.store.One(ctx, tx, "attempt_next_section", int64(id), section); err != nil {
			return err
		}
		left := map[string]any{"section": section, "epoch": epochOf(lease)}
		if err := s.addEvidence(ctx, tx, id, []evidence{{kind: KindSection, body: left}}, receivedAt); err != nil {
			return err
		}
		return record(ctx, tx, v, "attempt.section", attemptSubject(id), left)
	})
	if err != nil {
		return Sheet{}, err
	}
	return s.Attempt(ctx, v, id, client)
}

// leaves decides whether the section may be left; again: it was before.
func (a attemptFacts) leaves(section, sections int, lease string, receivedAt time.Time) (again bool, err error) {
	status := a.refusal(lease, receivedAt)
	switch {
	case status == Closed, status == LostLease:
		return false, status.Refusal().WithExtra("last_seq", a.LastSeq)
	case section < a.Section:
		return true, nil
	case status != "":
		return false, status.Refusal()
	case section > a.Section:
		return false, SectionAhead.Refusal().WithExtra("section", a.Section)
	case section == sections:
		return false, errs.New(errs.Conflict, "error.exam.section_last")
	}
	return false, nil
}
