package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
)

// Stored is the stored question bank as an exam needs it.
func Stored(b *bank.Service) Questions { return stored{b} }

type stored struct{ bank *bank.Service }

func (s stored) Pool(ctx context.Context, x db.Q, topics []TopicID) (Pool, error) {
	pools, err := s.Pools(ctx, x, [][]TopicID{topics})
	if err != nil {
		return Pool{}, err
	}
	return pools[0], nil
}

func (s stored) Pools(ctx context.Context, x db.Q, sets [][]TopicID) ([]Pool, error) {
	asked := make([][]bank.TopicID, len(sets))
	for i, topics := range sets {
		asked[i] = recast[bank.TopicID](topics)
	}
	pools, err := s.bank.Pools(ctx, x, asked)
	if err != nil {
		return nil, err
	}
	shared := sharedTopics{}
	out := make([]Pool, len(pools))
	for i, pool := range pools {
		out[i] = shared.pool(pool)
	}
	return out, nil
}

// sharedTopics recasts each list of points once: items at the same points share their lists, here too.
type sharedTopics map[*bank.TopicID][]TopicID

func (s sharedTopics) of(ids []bank.TopicID) []TopicID {
	if len(ids) == 0 {
		return nil
	}
	if _, known := s[&ids[0]]; !known {
		s[&ids[0]] = recast[TopicID](ids)
	}
	return s[&ids[0]]
}

func (s sharedTopics) pool(pool bank.Pool) Pool {
	out := Pool{Items: make([]PoolItem, len(pool.Items)), Lines: make(map[TopicID][]TopicID, len(pool.Lines))}
	for i, it := range pool.Items {
		out.Items[i] = PoolItem{
			VersionID: VersionID(it.VersionID), QuestionID: int64(it.QuestionID), Type: it.Type, Difficulty: it.Difficulty, Key: it.Key,
			TopicIDs: s.of(it.TopicIDs), Line: s.of(it.Line), Rivals: account.Int64s(it.Rivals), Uses: it.Uses,
		}
	}
	for id, line := range pool.Lines {
		out.Lines[TopicID(id)] = recast[TopicID](line)
	}
	return out
}

func (s stored) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	found, err := s.bank.Versions(ctx, x, recast[bank.VersionID](ids))
	if err != nil {
		return nil, err
	}
	out := make(map[VersionID]Question, len(found))
	for id, q := range found {
		out[VersionID(id)] = Question{Question: q.Question, QuestionID: q.QuestionID, TopicIDs: recast[TopicID](q.TopicIDs)}
	}
	return out, nil
}

func (s stored) QuestionsOf(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]int64, error) {
	found, err := s.bank.QuestionsOf(ctx, x, recast[bank.VersionID](ids))
	out := make(map[VersionID]int64, len(found))
	for id, question := range found {
		out[VersionID(id)] = int64(question)
	}
	return out, err
}

func (s stored) MarkUsed(ctx context.Context, tx *db.Tx, ids []VersionID) error {
	return s.bank.MarkUsed(ctx, tx, recast[bank.VersionID](ids))
}

func (s stored) Facilities(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]int, error) {
	found, err := s.bank.Facilities(ctx, x, recast[bank.VersionID](ids))
	out := make(map[VersionID]int, len(found))
	for id, facility := range found {
		out[VersionID(id)] = facility
	}
	return out, err
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
