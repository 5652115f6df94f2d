package bank

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// likeness is what a draw looks at in a version, but for its use. Versions that are alike share one.
type likeness struct {
	kind       string
	difficulty int
	key        bool
	points     []TopicID // its own, the main one first
}

// fact is what the process remembers of a published version.
type fact struct {
	question QuestionID
	like     *likeness
}

// poolFacts remembers what published versions are. The database lets nobody change that (question_version_immutable), so that only
// the numbers of the versions have to be asked for again: with 100,000 questions a draw reads a tenth of what it would else.
type poolFacts struct {
	mu       sync.Mutex
	versions map[VersionID]fact
	alike    map[string]*likeness
}

func newPoolFacts() *poolFacts {
	return &poolFacts{versions: map[VersionID]fact{}, alike: map[string]*likeness{}}
}

// of are the facts of the versions, in their order; what is not known yet is read.
func (p *poolFacts) of(ctx context.Context, s store, x db.Q, versions []int64) ([]fact, error) {
	facts, unknown := p.remembered(versions)
	if len(unknown) == 0 {
		return facts, nil
	}
	var rows []factRow
	if err := s.q.Select(ctx, x, &rows, "pool_facts", db.Array(unknown)); err != nil {
		return nil, err
	}
	p.learn(rows)
	if facts, unknown = p.remembered(versions); len(unknown) > 0 {
		return nil, fmt.Errorf("bank: %d versions of the pool are not there, the first is %d", len(unknown), unknown[0])
	}
	return facts, nil
}

// learnt is how many versions are read at once by a process that begins: a tenth of a second's work at the most, so that it stands in
// nobody's way.
const learnt = 5000

// LearnPool reads what the published versions are that the process does not know yet, so that nobody who draws a paper waits for it: of
// 100,000 questions that is half a second. Any process may call it at any time; without it the first paper reads the same.
func (s *Service) LearnPool(ctx context.Context) error {
	var versions db.Int64s
	if err := s.store.q.Get(ctx, s.db, &versions, "pool", db.Array(account.Int64s([]TopicID{}))); err != nil {
		return err
	}
	slices.Sort(versions)
	_, unknown := s.facts.remembered(versions)
	for part := range slices.Chunk(unknown, learnt) {
		if _, err := s.facts.of(ctx, s.store, s.db, part); err != nil {
			return err
		}
	}
	return nil
}

// remembered are the facts of the versions, with those that are not known. No statement runs meanwhile: whoever waits for the lock
// may hold a connection.
func (p *poolFacts) remembered(versions []int64) (facts []fact, unknown []int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	facts = make([]fact, len(versions))
	for i, v := range versions {
		f, known := p.versions[VersionID(v)]
		if !known {
			unknown = append(unknown, v)
		}
		facts[i] = f
	}
	return facts, unknown
}

// factRow is versions that are alike.
type factRow struct {
	Type       string    `db:"type"`
	Difficulty int       `db:"difficulty"`
	Key        bool      `db:"key_question"`
	TopicIDs   db.Int64s `db:"topic_ids"`
	Versions   db.Int64s `db:"versions"`
	Questions  db.Int64s `db:"questions"`
}

func (p *poolFacts) learn(rows []factRow) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range rows {
		name := fmt.Sprint(r.Type, r.Difficulty, r.Key, r.TopicIDs)
		like := p.alike[name]
		if like == nil {
			like = &likeness{r.Type, r.Difficulty, r.Key, topicIDs(r.TopicIDs)}
			p.alike[name] = like
		}
		for i, v := range r.Versions {
			p.versions[VersionID(v)] = fact{QuestionID(r.Questions[i]), like}
		}
	}
}

// pool are the items of a pool as far as the tables of questions tell, by version, with their facts beside them.
func (s *Service) pool(ctx context.Context, x db.Q, topics []TopicID, tree Tree) ([]PoolItem, []fact, error) {
	var versions db.Int64s
	if err := s.store.q.Get(ctx, x, &versions, "pool", db.Array(account.Int64s(topics))); err != nil {
		return nil, nil, err
	}
	slices.Sort(versions)
	facts, err := s.facts.of(ctx, s.store, x, versions)
	if err != nil {
		return nil, nil, err
	}
	items := make([]PoolItem, len(versions))
	places := map[*likeness]place{}
	for i, v := range versions {
		like := facts[i].like
		at, known := places[like]
		if !known && len(like.points) > 0 {
			at = place{all: tree.WithAbove(like.points), line: tree.WithAbove(like.points[:1])}
			places[like] = at
		}
		items[i] = PoolItem{VersionID: VersionID(v), QuestionID: facts[i].question, Type: like.kind, Difficulty: like.difficulty, Key: like.key, TopicIDs: at.all, Line: at.line}
	}
	return items, facts, nil
}

// place is what items at the same points share.
type place struct{ all, line []TopicID }
