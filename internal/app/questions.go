package app

import (
	"context"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
)

// questions is the bank as an exam sees it: the same things under the exam's own ids.
type questions struct{ bank *bank.Service }

func (q questions) Pool(ctx context.Context, x db.Q, topics []exam.TopicID) ([]exam.PoolItem, error) {
	items, err := q.bank.Pool(ctx, x, convert[bank.TopicID](topics))
	if err != nil {
		return nil, err
	}
	out := make([]exam.PoolItem, len(items))
	for i, item := range items {
		out[i] = exam.PoolItem{
			VersionID: exam.VersionID(item.VersionID), QuestionID: int64(item.QuestionID), Type: item.Type,
			Difficulty: item.Difficulty, Key: item.Key, TopicIDs: convert[exam.TopicID](item.TopicIDs),
		}
	}
	return out, nil
}

func (q questions) Versions(ctx context.Context, x db.Q, ids []exam.VersionID) (map[exam.VersionID]exam.Question, error) {
	found, err := q.bank.Versions(ctx, x, convert[bank.VersionID](ids))
	if err != nil {
		return nil, err
	}
	out := make(map[exam.VersionID]exam.Question, len(found))
	for id, p := range found {
		out[exam.VersionID(id)] = exam.Question{Question: p.Question, TopicIDs: convert[exam.TopicID](p.TopicIDs)}
	}
	return out, nil
}

func (q questions) MarkUsed(ctx context.Context, tx *db.Tx, ids []exam.VersionID) error {
	return q.bank.MarkUsed(ctx, tx, convert[bank.VersionID](ids))
}

func convert[To, From ~int64](ids []From) []To {
	out := make([]To, len(ids))
	for i, id := range ids {
		out[i] = To(id)
	}
	return out
}
