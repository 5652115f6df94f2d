package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// seenByInvited tells a pool how often the people on the list of an exam have seen each question, in whichever version; the same paper twice
// counts once. 0 is no exam. Errors: Conflict when it is published; Forbidden for who does not reach all its people.
func (s *Service) seenByInvited(ctx context.Context, x db.Q, v account.Viewer, exam ExamID, pool *Pool) error {
	if exam == 0 {
		return nil
	}
	e, err := s.reachedExam(ctx, x, v, account.ExamAuthor, exam)
	if err != nil {
		return err
	}
	if _, err := e.State.After(ActPublish); err != nil {
		return err
	}
	var people []int64
	if err := s.store.Select(ctx, x, &people, "candidates_people", int64(exam)); err != nil {
		return err
	}
	var rows []struct {
		VersionID VersionID `db:"version_id"`
		Seen      int       `db:"seen"`
	}
	if err := s.store.Select(ctx, x, &rows, "seen_by_people", db.Array(people)); err != nil {
		return err
	}
	versions := make([]VersionID, len(rows))
	for i, r := range rows {
		versions[i] = r.VersionID
	}
	of, err := s.questions.QuestionsOf(ctx, x, versions)
	if err != nil {
		return err
	}
	seen := make(map[int64]int, len(rows))
	for _, r := range rows {
		seen[of[r.VersionID]] += r.Seen
	}
	pool.Invited = len(people)
	for i := range pool.Items {
		pool.Items[i].Seen = seen[pool.Items[i].QuestionID]
	}
	return nil
}
