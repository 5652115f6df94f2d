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
	pools, err := s.Pools(ctx, x, [][]TopicID{topics})
	if err != nil {
		return Pool{}, err
	}
	return pools[0], nil
}

// Pools are the pools of several sets of topics, each as Pool gives it, read as one.
func (s *Service) Pools(ctx context.Context, x db.Q, sets [][]TopicID) ([]Pool, error) {
	tree, err := s.store.tree(ctx, x)
	if err != nil {
		return nil, err
	}
	below := make([][]TopicID, len(sets))
	for i, topics := range sets {
		below[i] = tree.allBelow(topics)
	}
	items, facts, err := s.pool(ctx, x, anyOf(below), tree)
	if err != nil {
		return nil, err
	}
	if err := s.store.poolUses(ctx, x, items); err != nil {
		return nil, err
	}
	if err := s.store.poolRivals(ctx, x, items); err != nil {
		return nil, err
	}
	lines, out := tree.lines(), make([]Pool, len(sets))
	for i := range sets {
		out[i] = Pool{Items: itemsAt(items, facts, below[i]), Lines: lines}
	}
	return out, nil
}

// anyOf are the points of all sets; none when one of them is the whole bank.
func anyOf(sets [][]TopicID) (all []TopicID) {
	for _, set := range sets {
		if len(set) == 0 {
			return nil
		}
		all = append(all, set...)
	}
	return sortedOnce(all)
}

// itemsAt are the items whose version stands at one of the points itself, a copy of their own; no point means all.
func itemsAt(items []PoolItem, facts []fact, points []TopicID) []PoolItem {
	if len(points) == 0 {
		return slices.Clone(items)
	}
	at := make(map[TopicID]bool, len(points))
	for _, id := range points {
		at[id] = true
	}
	var out []PoolItem
	for i, item := range items {
		if slices.ContainsFunc(facts[i].like.points, func(id TopicID) bool { return at[id] }) {
			out = append(out, item)
		}
	}
	return out
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
