package bank_test

import (
	"reflect"
	"testing"

	"github.com/peikao/peikao/internal/bank"
)

// A service that has drawn before sees the pool as one that has just begun: what is published, retired, written anew or sorted
// elsewhere in between is seen at once.
func TestPoolAfterChanges(t *testing.T) {
	b := newStock(t)
	other := viewer(8, b.trainer.Grants[0].Role)
	check := func(when string, want int) {
		t.Helper()
		fresh, err := bank.New(ctx, b.db)
		b.no(err)
		sets := map[string][]bank.TopicID{"the whole bank": nil, "every area": roots(b.tree()), "an area": {b.tree().Area(4)}, "a point": {b.law}}
		checkPools(b, when, sets, "an area", "a point", "an area")
		checkPools(b, when, sets, "a point", "the whole bank", "every area")
		for name, topics := range sets {
			remembered, err := b.s.Pool(ctx, b.db, topics)
			b.no(err)
			read, err := fresh.Pool(ctx, b.db, topics)
			b.no(err)
			if !reflect.DeepEqual(remembered, read) {
				t.Errorf("%s, %s:\nremembered %+v\nread %+v", when, name, remembered, read)
			}
			if len(read.Items) != want {
				t.Errorf("%s, %s: %d questions, want %d", when, name, len(read.Items), want)
			}
		}
	}
	check("in an empty bank", 0)
	first, second := b.create("一"), b.create("二")
	check("while they are drafts", 0)
	b.no(b.s.Publish(ctx, other, first, second))
	check("published", 2)

	below, err := b.s.CreateTopic(ctx, b.trainer, b.law, "审查")
	b.no(err)
	d := b.draft("一，改")
	d.TopicIDs, d.Question.Difficulty = []bank.TopicID{below, b.law}, 5
	b.no(b.s.Edit(ctx, b.trainer, first, base(b.detail(first).Editable()), d))
	check("while one is written anew", 2)
	b.no(b.s.Publish(ctx, other, first))
	check("written anew", 2)
	b.no(b.s.EditTopic(ctx, b.trainer, below, bank.TopicEdit{ParentID: b.tree().Area(4), Name: "审查证明"}))
	check("with a point elsewhere", 2)
	b.no(b.s.Retire(ctx, b.trainer, "过时", second))
	check("with one retired", 1)
}

// checkPools: pools that are read together are each what it is alone.
func checkPools(b *stock, when string, sets map[string][]bank.TopicID, names ...string) {
	b.Helper()
	asked := make([][]bank.TopicID, len(names))
	for i, name := range names {
		asked[i] = sets[name]
	}
	pools, err := b.s.Pools(ctx, b.db, asked)
	b.no(err)
	for i, name := range names {
		alone, err := b.s.Pool(ctx, b.db, sets[name])
		b.no(err)
		if !reflect.DeepEqual(pools[i], alone) {
			b.Errorf("%s, %s of %v:\ntogether %+v\nalone %+v", when, name, names, pools[i], alone)
		}
	}
}

// What a process learns before anybody draws is what a draw would have read; drafts are no part of it, and what is published later is
// learnt the next time.
func TestPoolIsLearntBeforehand(t *testing.T) {
	b := newStock(t)
	first, second, draft := b.create("一"), b.create("二"), b.create("三")
	publisher := viewer(8, b.trainer.Grants[0].Role)
	b.no(b.s.Publish(ctx, publisher, first, second))
	begun, err := bank.New(ctx, b.db)
	b.no(err)
	for _, want := range []int{2, 2, 3} {
		if want == 3 {
			b.no(b.s.Publish(ctx, publisher, draft))
		}
		b.no(begun.LearnPool(ctx))
		if begun.Learnt() != want {
			t.Errorf("%d versions learnt, want %d", begun.Learnt(), want)
		}
		pool, err := begun.Pool(ctx, b.db, nil)
		b.no(err)
		read, err := b.s.Pool(ctx, b.db, nil)
		b.no(err)
		if !reflect.DeepEqual(pool, read) || len(pool.Items) != want || begun.Learnt() != want {
			t.Errorf("learnt %+v\nread %+v", pool, read)
		}
	}
}

func roots(tree bank.Tree) (all []bank.TopicID) {
	for area := 1; area <= 5; area++ {
		all = append(all, tree.Area(area))
	}
	return all
}
