package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// lockReached locks an exam for an act on the whole of it. Forbidden when its people are not all within the viewer's reach.
func (s *Service) lockReached(ctx context.Context, tx *db.Tx, v account.Viewer, a account.Action, id ExamID) (Exam, error) {
	e, err := s.store.lockExam(ctx, tx, id)
	if err == nil {
		err = s.reachesAll(ctx, tx, v, a, id)
	}
	return e, err
}

// reachedExam is lockReached for whoever looks at the whole of an exam. The exam is told also where it is Forbidden.
func (s *Service) reachedExam(ctx context.Context, x db.Q, v account.Viewer, a account.Action, id ExamID) (Exam, error) {
	if err := v.Require(a); err != nil {
		return Exam{}, err
	}
	e, err := s.store.exam(ctx, x, id)
	if err == nil {
		err = s.reachesAll(ctx, x, v, a, id)
	}
	return e, err
}

// reachesAll refuses who does not reach every candidate. An exam belongs to nobody but its candidates: who acts on all of it must
// reach every one of them, or the HR of one branch could release another branch's results.
func (s *Service) reachesAll(ctx context.Context, x db.Q, v account.Viewer, a account.Action, id ExamID) error {
	scope := v.Scope(a)
	if scope.All {
		return nil
	}
	var beyond bool
	if err := s.store.Get(ctx, x, &beyond, "candidate_beyond", int64(id), db.Array(scope.UnitIDs)); err != nil {
		return err
	}
	if beyond {
		return errs.New(errs.Forbidden, "error.exam.beyond")
	}
	return nil
}

// Reach is how many people an exam has, and how many of them are beyond a viewer who would act on the whole of it.
type Reach struct {
	People int `db:"people"`
	Beyond int `db:"beyond"`
}

// Reach counts the people of an exam for the page that comes before such an act.
func (s *Service) Reach(ctx context.Context, v account.Viewer, a account.Action, id ExamID) (Reach, error) {
	var out Reach
	if err := v.Require(a); err != nil {
		return out, err
	}
	scope := v.Scope(a)
	err := s.store.Get(ctx, s.db, &out, "exam_reach", int64(id), scope.All, db.Array(scope.UnitIDs))
	return out, err
}
