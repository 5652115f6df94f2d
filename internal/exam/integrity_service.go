package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// errPinned refuses to change what examinees were told.
func errPinned() *errs.Error { return errs.New(errs.Conflict, "error.exam.integrity_pinned") }

// SetIntegrity sets what a draft watches for and asks for. Of a published exam only the doors are changed, and only by whoever
// may publish: a wrong address range must not keep a room out. Errors: Conflict once it is over.
func (s *Service) SetIntegrity(ctx context.Context, v account.Viewer, id ExamID, in Integrity) error {
	if err := v.Require(account.ExamAuthor); err != nil {
		return err
	}
	in = in.Tidied()
	if err := in.Validate(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.lockReached(ctx, tx, v, account.ExamAuthor, id)
		if err != nil {
			return err
		}
		before := e.Integrity.V
		switch {
		case e.State == Draft:
		case e.State != Published:
			return errExamState(e.State)
		case !before.sameRules(in):
			return errPinned()
		default:
			if err := v.Require(account.ExamPublish); err != nil {
				return err
			}
		}
		if err := s.store.One(ctx, tx, "integrity_set", int64(id), db.JSONOf(in)); err != nil {
			return err
		}
		// The code stays out of the audit: whoever reads that is not in the room.
		return record(ctx, tx, v, "exam.integrity", examSubject(id), map[string]any{
			"before": before.masked(), "after": in.masked(), "published": e.State == Published,
		})
	})
}

// masked says whether there is a code, and no more of it.
func (i Integrity) masked() Integrity {
	if i.AccessCode != "" {
		i.AccessCode = "***"
	}
	return i
}

// Told is what an examinee is told of an exam before it: what is watched for and whether a code is still asked for. Errors:
// NotFound for who is not invited.
func (s *Service) Told(ctx context.Context, v account.Viewer, id ExamID) (i Integrity, codeAsked bool, err error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Integrity{}, false, err
	}
	var d door
	if err := s.store.Get(ctx, s.db, &d, "candidate_door", int64(id), int64(v.PersonID)); err != nil {
		return Integrity{}, false, err
	}
	return d.Integrity.V, d.Integrity.V.AccessCode != "" && d.AdmittedAt == nil, nil
}

// door is what stands between a candidate and the start.
type door struct {
	CandidateID CandidateID        `db:"id"`
	AdmittedAt  *time.Time         `db:"admitted_at"`
	CodeTries   int                `db:"code_tries"`
	CodeTriedAt *time.Time         `db:"code_tried_at"`
	Integrity   db.JSON[Integrity] `db:"integrity"`
}

// Admit takes an access code before the start, so that the start itself asks for none. Errors: NotFound for who is not
// invited, Forbidden for a code that does not fit, TooMany after several of them.
func (s *Service) Admit(ctx context.Context, v account.Viewer, id ExamID, code string) error {
	if err := v.Require(account.ExamSit); err != nil {
		return err
	}
	var refused error
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var d door
		if err := s.store.Get(ctx, tx, &d, "candidate_door_lock", int64(id), int64(v.PersonID)); err != nil {
			return err
		}
		switch wait := codeTry(d.CodeTries, utc(d.CodeTriedAt), tx.Now()); {
		case d.Integrity.V.AccessCode == "" || d.AdmittedAt != nil:
			return nil
		case wait > 0:
			refused = errs.New(errs.TooMany, "error.exam.access_code_wait", "seconds", wait).RetryAfter(wait)
			return nil
		case !d.Integrity.V.codeFits(code):
			refused = errAccessCode()
			return s.store.One(ctx, tx, "candidate_code_missed", int64(d.CandidateID), tx.Now())
		}
		if err := s.store.One(ctx, tx, "candidate_admitted", int64(d.CandidateID), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.admit", examSubject(id), map[string]any{"person_id": v.PersonID})
	})
	if err != nil {
		return err
	}
	return refused
}

// IntegrityCount is how often something was noticed, and how long it lasted together.
type IntegrityCount struct {
	N        int   `json:"n"`
	LengthMS int64 `json:"length_ms"`
}

// IntegrityRow is what was noticed of one person.
type IntegrityRow struct {
	PersonID    account.PersonID                   `db:"person_id"`
	Name        string                             `db:"name"`
	EmployeeNo  string                             `db:"employee_no"`
	Epoch       int                                `db:"epoch"` // 0: not begun; above 1: taken over
	SubmitCause *SubmitCause                       `db:"submit_cause"`
	Kinds       db.JSON[map[string]IntegrityCount] `db:"kinds"`
	Total       int                                `db:"total"`
	ListTotal   int                                `db:"list_total"`
}

// IntegrityPeople is the examiner's summary of an exam, who has most evidence first, with the number of people: those inside
// the viewer's part of the tree, never the viewer.
func (s *Service) IntegrityPeople(ctx context.Context, v account.Viewer, id ExamID, limit, offset int) ([]IntegrityRow, int, error) {
	if err := v.Require(account.ExamLive); err != nil {
		return nil, 0, err
	}
	scope := v.Scope(account.ExamLive)
	var out []IntegrityRow
	err := s.store.Select(ctx, s.db, &out, "integrity_people", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs), limit, offset)
	if err != nil || len(out) == 0 {
		return nil, 0, err
	}
	return out, out[0].ListTotal, nil
}
