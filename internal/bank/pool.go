package bank

import (
	"cmp"
	"context"
	"slices"

	"github.com/peikao/peikao/internal/account"
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
	var below []TopicID
	for _, id := range topics {
		below = append(below, tree.Below(id)...)
	}
	items, err := s.store.pool(ctx, x, below)
	if err != nil {
		return Pool{}, err
	}
	if err := s.store.poolPoints(ctx, x, below, tree, items); err != nil {
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

func (s store) pool(ctx context.Context, x db.Q, topics []TopicID) ([]PoolItem, error) {
	var rows []struct {
		Type       string    `db:"type"`
		Difficulty int       `db:"difficulty"`
		Key        bool      `db:"key_question"`
		Versions   db.Int64s `db:"versions"`
		Questions  db.Int64s `db:"questions"`
	}
	if err := s.q.Select(ctx, x, &rows, "pool", db.Array(account.Int64s(topics))); err != nil {
		return nil, err
	}
	n := 0
	for _, r := range rows {
		n += len(r.Versions)
	}
	items := make([]PoolItem, 0, n)
	for _, r := range rows {
		for i, v := range r.Versions {
			items = append(items, PoolItem{VersionID: VersionID(v), QuestionID: QuestionID(r.Questions[i]), Type: r.Type, Difficulty: r.Difficulty, Key: r.Key})
		}
	}
	slices.SortFunc(items, func(a, b PoolItem) int { return cmp.Compare(a.VersionID, b.VersionID) })
	return items, nil
}

// place is what items at the same points share.
type place struct{ all, line []TopicID }

func (s store) poolPoints(ctx context.Context, x db.Q, topics []TopicID, tree Tree, items []PoolItem) error {
	var rows []struct {
		Topic    TopicID   `db:"topic_id"`
		Versions db.Int64s `db:"versions"`
	}
	if err := s.q.Select(ctx, x, &rows, "pool_points", db.Array(account.Int64s(topics))); err != nil {
		return err
	}
	own := make([][]TopicID, len(items))
	for _, r := range rows {
		for _, v := range r.Versions {
			at, ok := slices.BinarySearchFunc(items, VersionID(v), func(i PoolItem, v VersionID) int { return cmp.Compare(i.VersionID, v) })
			if ok { // else an older version, or a draft
				own[at] = append(own[at], r.Topic)
			}
		}
	}
	places := map[[2]TopicID]place{} // most questions stand at one point or two
	for i, points := range own {
		if len(points) == 0 {
			continue
		}
		key := [2]TopicID{points[0], points[len(points)-1]}
		p, known := places[key]
		if !known || len(points) > 2 {
			p = place{all: tree.WithAbove(points), line: tree.WithAbove(points[:1])}
		}
		if len(points) <= 2 {
			places[key] = p
		}
		items[i].TopicIDs, items[i].Line = p.all, p.line
	}
	return nil
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
