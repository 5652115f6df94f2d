package bank_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

func TestRivals(t *testing.T) {
	b := newStock(t)
	first, second, third := b.create("甲？"), b.create("乙？"), b.create("丙？")
	b.no(b.s.Publish(ctx, b.trainer, first, second, third))
	for name, c := range map[string]struct {
		ids  []bank.QuestionID
		note string
	}{
		"one":        {[]bank.QuestionID{first, first}, ""},
		"unknown":    {[]bank.QuestionID{first, 999}, ""},
		"too many":   {manyIDs(bank.MaxRivals + 1), ""},
		"long words": {[]bank.QuestionID{first, second}, strings.Repeat("长", 201)},
	} {
		if _, err := b.s.CreateRivalSet(ctx, b.trainer, c.ids, c.note); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	set, err := b.s.CreateRivalSet(ctx, b.trainer, []bank.QuestionID{second, first}, " 问的是同一件事 ")
	b.no(err)
	_, err = b.s.CreateRivalSet(ctx, b.trainer, []bank.QuestionID{second, third}, "")
	b.no(err)
	sets, total, err := b.s.RivalSets(ctx, b.trainer, first, page.New(1, 20))
	if err != nil || total != 1 || sets[0].ID != set || sets[0].Note != "问的是同一件事" || len(sets[0].Rivals) != 2 || sets[0].Rivals[0].Stem != "甲？" {
		t.Fatalf("%+v %d %v", sets, total, err)
	}
	of := func() (counts []int) {
		for _, item := range b.pool() {
			counts = append(counts, len(item.Rivals))
		}
		return counts
	}
	if got := of(); !slices.Equal(got, []int{1, 2, 1}) {
		t.Error(got)
	}
	b.no(b.s.RetireRivalSet(ctx, b.trainer, set))
	b.kind(b.s.RetireRivalSet(ctx, b.trainer, set), errs.NotFound)
	if got := of(); !slices.Equal(got, []int{0, 1, 1}) {
		t.Error(got)
	}
	consultant := viewer(8, account.Consultant)
	_, err = b.s.CreateRivalSet(ctx, consultant, []bank.QuestionID{first, third}, "")
	b.kind(err, errs.Forbidden)
	b.kind(b.s.RetireRivalSet(ctx, consultant, set), errs.Forbidden)
	_, _, err = b.s.RivalSets(ctx, consultant, 0, page.New(1, 20))
	b.kind(err, errs.Forbidden)
}

func manyIDs(n int) (ids []bank.QuestionID) {
	for i := range n {
		ids = append(ids, bank.QuestionID(i+1))
	}
	return ids
}

func TestParseQuestionIDs(t *testing.T) {
	for text, want := range map[string][]bank.QuestionID{
		"": nil, "12、45": {12, 45}, "45,12 12": {12, 45}, "第 7 题；x9": {7, 9}, "0": nil, "99999999999999999999": nil,
	} {
		if got := bank.ParseQuestionIDs(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// The pool tells of each question where it stands, the own point first, and how many papers took it in whichever version.
func TestPoolTellsWhatADrawAsks(t *testing.T) {
	b := newStock(t)
	area := b.tree().Area(1)
	d := b.draft("两处的题？")
	d.TopicIDs = []bank.TopicID{b.law, area}
	id, err := b.s.Create(ctx, b.trainer, d)
	b.no(err)
	b.create("草稿？")
	b.no(b.s.Publish(ctx, b.trainer, id))
	used := b.detail(id).Current().ID
	b.no(b.db.InTx(ctx, func(tx *db.Tx) error { return b.s.MarkUsed(ctx, tx, []bank.VersionID{used, used}) })) // by two papers
	b.no(b.s.Edit(ctx, b.trainer, id, base(b.detail(id).Editable()), d))
	b.no(b.s.Publish(ctx, b.trainer, id))
	for _, topics := range [][]bank.TopicID{nil, {b.law}, {area}} {
		pool, err := b.s.Pool(ctx, b.db, topics)
		b.no(err)
		if len(pool.Items) != 1 {
			t.Fatalf("%v: %+v", topics, pool.Items)
		}
		item := pool.Items[0]
		if !slices.Equal(item.TopicIDs, []bank.TopicID{b.law, area, b.tree().Area(4)}) || !slices.Equal(item.Line, []bank.TopicID{b.law, b.tree().Area(4)}) || item.Uses != 2 {
			t.Errorf("%v: %+v", topics, item)
		}
		if !slices.Equal(pool.Lines[b.law], []bank.TopicID{b.law, b.tree().Area(4)}) {
			t.Error(pool.Lines)
		}
	}
	if pool, err := b.s.Pool(ctx, b.db, []bank.TopicID{b.tree().Area(5)}); err != nil || len(pool.Items) != 0 {
		t.Errorf("%+v %v", pool, err)
	}
}
