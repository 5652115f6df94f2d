package bank_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

func (b *stock) planned(e bank.BulkEdit, ids ...bank.QuestionID) (plans []bank.BulkPlan, seen []bank.Seen) {
	b.Helper()
	plans, err := b.s.PlanBulk(ctx, b.trainer, e, ids)
	b.no(err)
	for _, p := range plans {
		if p.Refused == nil && len(p.Changes) > 0 {
			seen = append(seen, p.Seen)
		}
	}
	return plans, seen
}

func (b *stock) bulkAudits() (n int) {
	b.Helper()
	b.no(b.db.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE act = 'bank.bulk_edit'`).Scan(&n))
	return n
}

// A bulk edit does what single edits do: a version that a paper took stays, the next is a draft, what was in review is withdrawn;
// each question has one row in the audit, and a second bulk edit is the way back.
func TestBulkEdit(t *testing.T) {
	b := newStock(t)
	used, waiting, draft := b.create("发布医疗广告前要先取得什么？"), b.create("客户问激光脱毛几次能见效？"), b.create("术后几天可以化妆？")
	b.no(b.s.Publish(ctx, b.trainer, used))
	first := b.detail(used).Current()
	b.no(b.db.InTx(ctx, func(tx *db.Tx) error { return b.s.MarkUsed(ctx, tx, []bank.VersionID{first.ID}) }))
	b.no(b.s.Submit(ctx, b.trainer, waiting))
	e := bank.BulkEdit{Difficulty: 4, Key: "no", AddTag: "春季"}
	plans, seen := b.planned(e, draft, used, waiting)
	if len(seen) != 3 || !plans[0].NewVersion || !plans[1].Withdrawn || plans[2].NewVersion || b.bulkAudits() != 0 {
		t.Fatalf("%+v", plans)
	}
	if d := b.detail(used); len(d.Versions) != 1 || len(d.Tags) != 0 {
		t.Fatal("a preview changes something")
	}
	done, err := b.s.ApplyBulk(ctx, b.trainer, e, seen)
	b.no(err)
	if len(done) != 3 || b.bulkAudits() != 3 {
		t.Fatalf("%+v, %d audit rows", done, b.bulkAudits())
	}
	d := b.detail(used)
	open, ok := d.Open()
	if now := d.Current(); !ok || open.Number != 2 || open.Question().Difficulty != 4 || open.Question().KeyQuestion || now.ID != first.ID || now.Question().Difficulty != 2 || now.Uses != 1 {
		t.Errorf("%+v", d.Versions)
	}
	for _, id := range []bank.QuestionID{waiting, draft} {
		if d := b.detail(id); len(d.Versions) != 1 || d.Current().State != bank.StateDraft || d.Current().Question().Difficulty != 4 || !slices.Equal(d.Tags, []string{"春季"}) {
			t.Errorf("%+v", d)
		}
	}
	if _, again := b.planned(e, draft, used, waiting); len(again) != 0 {
		t.Error("the same edit changes something again", again)
	}
	back := bank.BulkEdit{Difficulty: 2, Key: "yes", RemoveTag: "春季"}
	_, seen = b.planned(back, draft, used, waiting)
	if _, err = b.s.ApplyBulk(ctx, b.trainer, back, seen); err != nil || len(seen) != 3 {
		t.Fatal(seen, err)
	}
	if d := b.detail(used); d.Editable().Question().Difficulty != 2 || len(d.Tags) != 0 || len(d.Versions) != 2 {
		t.Errorf("%+v", d)
	}
}

// What moved since the preview is left as it is, and said; the others are done.
func TestBulkEditLeavesWhatMoved(t *testing.T) {
	b := newStock(t)
	first, second := b.create("问题一要怎样回答？"), b.create("问题二要怎样回答？")
	e := bank.BulkEdit{Difficulty: 5}
	_, seen := b.planned(e, first, second)
	b.no(b.s.Edit(ctx, b.trainer, first, base(b.detail(first).Editable()), b.draft("问题一应当怎样回答？")))
	done, err := b.s.ApplyBulk(ctx, b.trainer, e, seen)
	b.no(err)
	if done[0].Refused == nil || len(done[0].Changes) != 0 || done[1].Refused != nil || b.bulkAudits() != 1 {
		t.Errorf("%+v", done)
	}
	if d := b.detail(first).Editable().Question(); d.Difficulty != 2 || d.Stem != "问题一应当怎样回答？" {
		t.Errorf("%+v", d)
	}
	b.kind(errOf(b.s.ApplyBulk(ctx, viewer(9, account.Supervisor), e, seen)), errs.Forbidden)
	b.kind(errOf(b.s.PlanBulk(ctx, b.trainer, e, nil)), errs.Invalid)
	b.kind(errOf(b.s.PlanBulk(ctx, b.trainer, e, make([]bank.QuestionID, 1))), errs.NotFound)
}

func errOf[T any](_ T, err error) error { return err }

// Retired questions leave the pool, and come back as drafts of what they were.
func TestBulkRetireAndRestore(t *testing.T) {
	b := newStock(t)
	first, second := b.create("问题一要怎样回答？"), b.create("问题二要怎样回答？")
	b.no(b.s.Publish(ctx, b.trainer, first))
	e := bank.BulkEdit{Act: bank.BulkRetire, Reason: "过时"}
	_, seen := b.planned(e, first, second)
	if _, err := b.s.ApplyBulk(ctx, b.trainer, e, seen); err != nil || len(b.pool()) != 0 || b.detail(second).RetiredAt == nil {
		t.Fatal(err, b.detail(second))
	}
	e = bank.BulkEdit{Act: bank.BulkRestore}
	_, seen = b.planned(e, first, second)
	if _, err := b.s.ApplyBulk(ctx, b.trainer, e, seen); err != nil || len(seen) != 2 || b.bulkAudits() != 4 {
		t.Fatal(seen, err)
	}
	if d := b.detail(first); d.RetiredAt != nil || d.Current().State != bank.StateDraft || d.Current().Number != 2 || d.Current().Question().Stem != "问题一要怎样回答？" {
		t.Errorf("%+v", d)
	}
	b.no(b.s.Publish(ctx, b.trainer, first, second))
	if got := b.pool(); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}

// All that were found, up to a thousand, by few statements each.
func TestBulkEditOfAThousand(t *testing.T) {
	b := newStock(t)
	text := "题型,题干,选项A,选项B,正确答案,知识点\n"
	for i := range 1010 {
		text += fmt.Sprintf("单选题,第 %d 个客户问几次能见效？,以面诊为准,保证三次,A,4/医疗广告\n", i)
	}
	sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{csvFile("题.csv", text)}, bank.Choice{Publish: true}, false)
	b.no(err)
	ids, total, err := b.s.FoundForBulk(ctx, b.trainer, bank.Filter{})
	if err != nil || sum.Imported != 1010 || total != 1010 || len(ids) != bank.MaxBulkEdit {
		t.Fatal(sum, total, len(ids), err)
	}
	e := bank.BulkEdit{Difficulty: 5, AddTag: "全部"}
	_, seen := b.planned(e, ids...)
	before := b.db.Statements()
	_, err = b.s.ApplyBulk(ctx, b.trainer, e, seen)
	if n := b.db.Statements() - before; err != nil || len(seen) != bank.MaxBulkEdit || n > 5*bank.MaxBulkEdit+10 {
		t.Errorf("%d by %d statements, %v", len(seen), n, err)
	}
	if b.bulkAudits() != bank.MaxBulkEdit {
		t.Errorf("%d audit rows", b.bulkAudits())
	}
	b.kind(errOf(b.s.PlanBulk(ctx, b.trainer, e, make1001())), errs.Invalid)
}

func make1001() (ids []bank.QuestionID) {
	for i := range bank.MaxBulkEdit + 1 {
		ids = append(ids, bank.QuestionID(i+1))
	}
	return ids
}
