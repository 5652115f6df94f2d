package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// embargo is what no mock may ask now.
func (s *Service) embargo(ctx context.Context, x db.Q) (Embargo, error) {
	return s.askedBy(ctx, x, "embargoed_versions")
}

// askedBy are the questions of the versions that a statement finds.
func (s *Service) askedBy(ctx context.Context, x db.Q, statement string, args ...any) (Embargo, error) {
	var versions []VersionID
	if err := s.store.Select(ctx, x, &versions, statement, args...); err != nil || len(versions) == 0 {
		return nil, err
	}
	of, err := s.questions.QuestionsOf(ctx, x, versions)
	return newEmbargo(of), err
}

// poolFor is what a blueprint is drawn from, and what of it an embargo holds back.
func (s *Service) poolFor(ctx context.Context, x db.Q, b Blueprint) (Pool, []PoolItem, error) {
	pool, err := s.questions.Pool(ctx, x, b.Topics())
	if err != nil || !b.Practice {
		return pool, nil, err
	}
	e, err := s.embargo(ctx, x)
	if err != nil {
		return Pool{}, nil, err
	}
	open, held := e.part(pool)
	return open, held, nil
}

// freeForMock refuses a paper for a mock, with the number of its questions that are under embargo. Forms count together: each of them
// is dealt.
func (s *Service) freeForMock(ctx context.Context, x db.Q, kind Kind, paper PaperID) error {
	if kind != Mock || paper == 0 {
		return nil
	}
	asked, err := s.askedBy(ctx, x, "paper_versions", int64(paper))
	if err != nil || len(asked) == 0 {
		return err
	}
	e, err := s.embargo(ctx, x)
	if err != nil {
		return err
	}
	if n := e.shares(asked); n > 0 {
		return errPaperHeld(n)
	}
	return nil
}

// MocksSharing are the mocks, open or to come, that ask questions of an exam, for whoever publishes it. None for a mock.
func (s *Service) MocksSharing(ctx context.Context, v account.Viewer, e Exam) ([]MockSharing, error) {
	if err := v.Require(account.ExamPublish); err != nil || e.Kind == Mock {
		return nil, err
	}
	var exams []examAsking
	if err := s.store.Select(ctx, s.db, &exams, "exam_beside_mocks", int64(e.ID), s.db.Now()); err != nil || len(exams) < 2 {
		return nil, err
	}
	var versions []VersionID
	for _, x := range exams {
		versions = append(versions, recast[VersionID](x.Versions)...)
	}
	of, err := s.questions.QuestionsOf(ctx, s.db, versions)
	if err != nil {
		return nil, err
	}
	return sharing(e.ID, exams, of), nil
}
