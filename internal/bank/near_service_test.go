package bank_test

import (
	"testing"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

func (b *stock) liken() {
	b.Helper()
	if more, err := b.s.Liken(ctx); err != nil || more {
		b.Fatal(more, err)
	}
}

func (b *stock) pairs() [][2]bank.QuestionID {
	b.Helper()
	pairs, total, whole, err := b.s.NearPairs(ctx, b.trainer, page.New(1, 20))
	b.no(err)
	if !whole || total != len(pairs) {
		b.Errorf("%d of %d pairs, whole: %v", len(pairs), total, whole)
	}
	var out [][2]bank.QuestionID
	for _, p := range pairs {
		out = append(out, [2]bank.QuestionID{min(p.A.QuestionID, p.B.QuestionID), max(p.A.QuestionID, p.B.QuestionID)})
	}
	return out
}

// What is near is found after it was written, and anew when it is edited; a dismissed pair and a retired question leave the list.
func TestNearPairs(t *testing.T) {
	b := newStock(t)
	first, second := b.create("客户问激光脱毛几次能见效，咨询员怎样回答最合适？"), b.create("客户问激光脱毛几次可见效，咨询员怎样回答最合适？")
	b.create("皮肤屏障受损以后，怎样修复才算稳妥？先做什么后做什么？")
	if _, _, whole, err := b.s.NearPairs(ctx, b.trainer, page.New(1, 20)); err != nil || whole {
		t.Fatal("the list is whole before anything was compared", err)
	}
	b.liken()
	if got := b.pairs(); len(got) != 1 || got[0] != [2]bank.QuestionID{first, second} {
		t.Fatalf("%v", got)
	}
	other := b.draft("患者服药期间能不能做光电项目，先问谁？由谁决定？")
	b.no(b.s.Edit(ctx, b.trainer, second, base(b.detail(second).Editable()), other))
	b.liken()
	if got := b.pairs(); len(got) != 0 {
		t.Fatalf("%v are near after an edit", got)
	}
	b.no(b.s.Publish(ctx, b.trainer, first))
	// A new version of a question is not near to the one before it.
	b.no(b.s.Edit(ctx, b.trainer, first, base(b.detail(first).Editable()), b.draft("客户问激光脱毛几次才见效，咨询员怎样回答最合适？")))
	third := b.create("客户问激光脱毛多次可见效，咨询员怎样回答最合适？")
	b.liken()
	got := b.pairs()
	if len(got) != 2 || got[0] != [2]bank.QuestionID{first, third} || got[1] != got[0] {
		t.Fatalf("%v", got)
	}
	pairs, _, _, err := b.s.NearPairs(ctx, b.trainer, page.New(1, 20))
	b.no(err)
	b.no(b.s.DismissNear(ctx, b.trainer, pairs[0].OtherID, pairs[0].VersionID))
	b.kind(b.s.DismissNear(ctx, b.trainer, pairs[0].VersionID, pairs[0].OtherID), errs.NotFound)
	if got := b.pairs(); len(got) != 0 {
		t.Fatalf("%v: the other version of a question that is meant", got)
	}
	// It holds for newer versions of either, and for these two questions alone.
	b.no(b.s.Publish(ctx, b.trainer, first, third))
	b.no(b.s.Edit(ctx, b.trainer, third, base(b.detail(third).Editable()), b.draft("客户问激光脱毛多次可以见效，咨询员怎样回答最合适？")))
	b.liken()
	if got := b.pairs(); len(got) != 0 {
		t.Fatalf("%v: a newer version is listed again", got)
	}
	fourth := b.create("客户问激光脱毛几次才可见效，咨询员怎样回答最合适？")
	b.liken()
	if got := b.pairs(); len(got) == 0 || got[0][1] != fourth {
		t.Fatalf("%v", got)
	}
	b.no(b.s.Retire(ctx, b.trainer, "重复", fourth))
	if got := b.pairs(); len(got) != 0 {
		t.Fatalf("%v", got)
	}
}

// A preview names what is near to the bank and to the file itself, and leaves out of it what was chosen.
func TestNearOnImport(t *testing.T) {
	b := newStock(t)
	id := b.create("客户问激光脱毛几次能见效，咨询员怎样回答最合适？")
	b.liken()
	head := "题型,题干,选项A,选项B,正确答案,知识点\n"
	text := head + "单选题,客户问激光脱毛几次可见效，咨询员怎样回答最合适？,取得审查证明,院长签字,A,4/医疗广告\n" +
		"判断题,皮肤屏障受损以后先修复再做光电项目，这样安排是稳妥的。,,,对,4/医疗广告\n" +
		"判断题,皮肤屏障受损以后先修复再做光电治疗，这样安排是稳妥的。,,,对,4/医疗广告\n"
	preview := func() (bank.ImportID, bank.Preview) {
		id, err := b.s.PreviewImport(ctx, b.trainer, csvFile("题.csv", text))
		b.no(err)
		p, err := b.s.Import(ctx, b.trainer, id)
		b.no(err)
		return id, p
	}
	at, p := preview()
	if len(p.Near.V) != 2 || len(p.Doubles) != 0 {
		t.Fatalf("%+v", p.Near.V)
	}
	for _, n := range p.Near.V {
		if n.Number == 1 && (n.QuestionID != id || p.NearShown[id].Stem == "") || n.Number == 3 && n.Other != 2 || n.Percent < bank.NearFrom {
			t.Errorf("%+v", n)
		}
	}
	n, err := b.s.ApplyImport(ctx, b.trainer, at, bank.Choice{Leave: map[int]bool{1: true, 2: true}})
	b.no(err)
	p, err = b.s.Import(ctx, b.trainer, at)
	b.no(err)
	if n != 2 || len(p.LeftOut.V) != 1 || p.LeftOut.V[0].Kind != bank.LeftNear || p.LeftOut.V[0].Number != 1 || len(p.Near.V) != 0 {
		t.Fatalf("%d came in, %+v: only what is near can be left out", n, p.LeftOut.V)
	}
	b.liken()

	// By now the bank holds two of them: doubles, named once, whatever else they are near to.
	sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{csvFile("题.csv", text)}, bank.Choice{LeaveNear: true}, false)
	b.no(err)
	kinds := map[bank.LeftKind]int{}
	for _, left := range sum.LeftOut {
		kinds[left.Kind]++
	}
	if sum.Imported != 0 || sum.Ready != 0 || kinds[bank.LeftDouble] != 2 || kinds[bank.LeftNear] != 1 || len(sum.LeftOut) != 3 {
		t.Errorf("%+v", sum)
	}
	dry, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{csvFile("题.csv", text)}, bank.Choice{LookNear: true}, true)
	b.no(err)
	if dry.Ready != 1 || dry.Errors() != 0 || len(dry.Problems) < 3 {
		t.Errorf("%+v", dry)
	}
}

// The same question in two files of one import comes in once.
func TestOneQuestionInTwoFiles(t *testing.T) {
	b := newStock(t)
	head := "题型,题干,选项A,选项B,正确答案,知识点\n"
	line := "单选题,发布医疗广告前要先取得什么？,审查证明,院长签字,A,4/医疗广告\n"
	files := func() []bank.File {
		return []bank.File{csvFile("甲.csv", head+line), csvFile("乙.csv", head+"判断题,术后要防晒。,,,对,4/医疗广告\n"+line), csvFile("丙.csv", head+line)}
	}
	dry, err := b.s.ImportFiles(ctx, b.trainer, files(), bank.Choice{}, true)
	b.no(err)
	if dry.Read != 4 || dry.Ready != 2 || dry.Imported != 0 || len(dry.Problems) < 2 {
		t.Errorf("%+v", dry)
	}
	sum, err := b.s.ImportFiles(ctx, b.trainer, files(), bank.Choice{}, false)
	b.no(err)
	if _, total := b.list(bank.Filter{}); total != 2 || sum.Imported != 2 || len(sum.LeftOut) != 2 || sum.LeftOut[0].Kind != bank.LeftDouble || sum.LeftOut[0].Place != "乙.csv 第 3 行" {
		t.Errorf("%d in the bank, %+v", total, sum)
	}
	if sum, err = b.s.ImportFiles(ctx, b.trainer, files(), bank.Choice{WithDoubles: true}, false); err != nil || sum.Imported != 4 {
		t.Errorf("%+v %v", sum, err)
	}
}
