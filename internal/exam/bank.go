package exam

import (
	"context"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
)

// Stored is the stored question bank as an exam needs it.
func Stored(b *bank.Service) Questions { return stored{b} }

type stored struct{ bank *bank.Service }

func (s stored) Pool(ctx context.Context, x db.Q, topics []TopicID) ([]PoolItem, error) {
	items, err := s.bank.Pool(ctx, x, recast[bank.TopicID](topics))
	if err != nil {
		return nil, err
	}
	out := make([]PoolItem, len(items))
	for i, it := range items {
		out[i] = PoolItem{
			VersionID: VersionID(it.VersionID), QuestionID: int64(it.QuestionID), Type: it.Type, Difficulty: it.Difficulty, Key: it.Key,
			TopicIDs: recast[TopicID](it.TopicIDs),
		}
	}
	return out, nil
}

func (s stored) Stock(ctx context.Context, x db.Q, rows [][]TopicID) ([]StockClass, error) {
	sets := make([][]bank.TopicID, len(rows))
	for r, topics := range rows {
		sets[r] = recast[bank.TopicID](topics)
	}
	items, err := s.bank.Stock(ctx, x, sets)
	if err != nil {
		return nil, err
	}
	out := make([]StockClass, len(items))
	for i, it := range items {
		out[i] = StockClass{Type: it.Type, Difficulty: it.Difficulty, Key: it.Key, Rows: it.Sets, Questions: it.Questions}
	}
	return out, nil
}

func (s stored) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	found, err := s.bank.Versions(ctx, x, recast[bank.VersionID](ids))
	if err != nil {
		return nil, err
	}
	out := make(map[VersionID]Question, len(found))
	for id, q := range found {
		out[VersionID(id)] = Question{Question: q.Question, TopicIDs: recast[TopicID](q.TopicIDs)}
	}
	return out, nil
}

func (s stored) MarkUsed(ctx context.Context, tx *db.Tx, ids []VersionID) error {
	return s.bank.MarkUsed(ctx, tx, recast[bank.VersionID](ids))
}

func (s stored) KeepStatistics(ctx context.Context, tx *db.Tx, st bank.Statistics) error {
	return s.bank.KeepStatistics(ctx, tx, st)
}

func (s stored) StatisticsOf(ctx context.Context, x db.Q, analysis int64) ([]bank.AnalysedItem, error) {
	return s.bank.StatisticsOf(ctx, x, analysis)
}

// recast turns one feature's ids into another's.
func recast[To, From ~int64](ids []From) []To {
	out := make([]To, len(ids))
	for i, id := range ids {
		out[i] = To(id)
	}
	return out
}
