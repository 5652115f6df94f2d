package bank

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/platform/db"
)

// PoolItem is a published version that a paper may take; it tells nothing of the key. Items at the same points share their
// lists of points: they are read, never written.
type PoolItem struct {
	VersionID  VersionID
	QuestionID QuestionID
	Type       string
	Difficulty int
	Key        bool         // 重点
	TopicIDs   []TopicID    // its knowledge points, the main one first, then all points above them
	Line       []TopicID    // the main point and the points above it, up to the area
	Rivals     []RivalSetID // the sets of which a paper takes one
	Uses       int          // papers that took the question, in whichever version
}

// Pool is what papers are drawn from.
type Pool struct {
	Items []PoolItem            // by version
	Lines map[TopicID][]TopicID // each point of the tree with the points above it
}

// Pool lists the published versions at the topics or below them; no topic means the whole bank. It is for features that
// work inside a transaction of their own and have authorised the act.
func (s *Service) Pool(ctx context.Context, x db.Q, topics []TopicID) (Pool, error) {
	tree, err := s.store.tree(ctx, x)
	if err != nil {
		return Pool{}, err
	}
	items, err := s.pool(ctx, x, tree.allBelow(topics), tree)
	if err != nil {
		return Pool{}, err
	}
	if err := s.store.poolUses(ctx, x, items); err != nil {
		return Pool{}, err
	}
	if err := s.store.poolRivals(ctx, x, items); err != nil {
		return Pool{}, err
	}
	return Pool{Items: items, Lines: tree.lines()}, nil
}

// lines are all points, each with the points above it.
func (t Tree) lines() map[TopicID][]TopicID {
	out := make(map[TopicID][]TopicID, len(t.byID))
	for id := range t.byID {
		out[id] = append([]TopicID{id}, t.Above(id)...)
	}
	return out
}

// allBelow are the topics and all live ones below them; none when that is the whole tree, which needs no search by points.
func (t Tree) allBelow(topics []TopicID) []TopicID {
	if !slices.ContainsFunc(t.roots, func(root TopicID) bool { return !slices.Contains(topics, root) }) {
		return nil
	}
	var below []TopicID
	for _, id := range topics {
		below = append(below, t.Below(id)...)
	}
	return below
}

func (s store) poolUses(ctx context.Context, x db.Q, items []PoolItem) error {
	var used struct {
		Questions db.Int64s `db:"questions"`
		Uses      db.Int64s `db:"uses"`
	}
	if err := s.q.Get(ctx, x, &used, "pool_uses"); err != nil {
		return err
	}
	if len(used.Questions) == 0 {
		return nil
	}
	uses := make(map[QuestionID]int, len(used.Questions))
	for i, q := range used.Questions {
		uses[QuestionID(q)] = int(used.Uses[i])
	}
	for i := range items {
		items[i].Uses = uses[items[i].QuestionID]
	}
	return nil
}

func (s store) poolRivals(ctx context.Context, x db.Q, items []PoolItem) error {
	var rows []struct {
		Set      RivalSetID `db:"set_id"`
		Question QuestionID `db:"question_id"`
	}
	if err := s.q.Select(ctx, x, &rows, "rivals"); err != nil || len(rows) == 0 {
		return err
	}
	sets := make(map[QuestionID][]RivalSetID, len(rows))
	for _, r := range rows {
		sets[r.Question] = append(sets[r.Question], r.Set)
	}
	for i := range items {
		items[i].Rivals = sets[items[i].QuestionID]
	}
	return nil
}
