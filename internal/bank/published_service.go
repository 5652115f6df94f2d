package bank

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// Published is a version as a paper holds it, key included: for marking and for the frozen paper, never for a candidate.
type Published struct {
	questionbank.Question
	QuestionID QuestionID
	TopicIDs   []TopicID // as PoolItem
}

// Versions are versions by id, published or superseded since. Errors: NotFound when one was never published.
func (s *Service) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Published, error) {
	tree, err := s.store.tree(ctx, x)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID         VersionID                      `db:"id"`
		QuestionID QuestionID                     `db:"question_id"`
		Body       db.JSON[questionbank.Question] `db:"body"`
		TopicIDs   db.Int64s                      `db:"topic_ids"`
	}
	ids = sortedOnce(ids)
	if err := s.store.q.Select(ctx, x, &rows, "versions_by_id", db.Array(account.Int64s(ids))); err != nil {
		return nil, err
	}
	if len(rows) != len(ids) {
		return nil, errs.New(errs.NotFound, "error.not_found").With(fmt.Errorf("bank: %d of %d versions found", len(rows), len(ids)))
	}
	out := make(map[VersionID]Published, len(rows))
	for _, r := range rows {
		out[r.ID] = Published{Question: r.Body.V, QuestionID: r.QuestionID, TopicIDs: tree.WithAbove(topicIDs(r.TopicIDs))}
	}
	return out, nil
}

// MarkUsed records that papers took the versions, each as often as it is named. Errors: Conflict when one was never published.
func (s *Service) MarkUsed(ctx context.Context, tx *db.Tx, ids []VersionID) error {
	n, err := s.store.q.Exec(ctx, tx, "mark_used", db.Array(account.Int64s(ids)), tx.Now())
	if err == nil && int(n) != len(ids) {
		err = errs.New(errs.Conflict, "error.bank.not_published")
	}
	return err
}

// sortedOnce are the ids in order, each once.
func sortedOnce[T cmp.Ordered](ids []T) []T {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// QuestionsOf tells which question each of the versions is of. It is for features that have authorised the act.
func (s *Service) QuestionsOf(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]QuestionID, error) {
	var rows []struct {
		ID         VersionID  `db:"id"`
		QuestionID QuestionID `db:"question_id"`
	}
	err := s.store.q.Select(ctx, x, &rows, "questions_of_versions", db.Array(account.Int64s(sortedOnce(ids))))
	out := make(map[VersionID]QuestionID, len(rows))
	for _, r := range rows {
		out[r.ID] = r.QuestionID
	}
	return out, err
}
