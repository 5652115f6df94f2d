package bank_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank/formats"
)

// Tags are on the question: they change without a new version, also when it is published, and each change is in the audit.
func TestTags(t *testing.T) {
	b := newStock(t)
	first, second := b.create("客户问激光脱毛几次能见效？"), b.create("术后几天可以化妆？")
	b.no(b.s.Publish(ctx, b.trainer, first))
	b.no(b.s.SetTags(ctx, b.trainer, first, []string{"Botox", "术后", "botox"}))
	b.no(b.s.SetTags(ctx, b.trainer, second, []string{"BOTOX"}))
	b.kind(b.s.SetTags(ctx, b.trainer, 99999, []string{"术后"}), errs.NotFound)
	b.kind(b.s.SetTags(ctx, viewer(9, account.Supervisor), first, nil), errs.Forbidden)
	d := b.detail(first)
	if len(d.Versions) != 1 || !slices.Equal(d.Tags, []string{"Botox", "术后"}) || d.Current().Question().Tags != nil {
		t.Fatalf("%+v", d)
	}
	_, tags, err := b.s.FilterWords(ctx, b.trainer)
	b.no(err)
	if len(tags) != 2 || tags[0].Name != "Botox" || tags[1].Name != "术后" {
		t.Fatalf("%+v", tags)
	}
	for _, c := range []struct {
		f    bank.Filter
		want []bank.QuestionID
	}{
		{bank.Filter{TagID: tags[0].ID}, []bank.QuestionID{second, first}},
		{bank.Filter{TagID: tags[0].ID, Sort: "id"}, []bank.QuestionID{first, second}},
		{bank.Filter{TagID: tags[0].ID, Search: "脱毛"}, []bank.QuestionID{first}},
		{bank.Filter{TagID: tags[0].ID, State: "draft", TopicID: b.law}, []bank.QuestionID{second}},
		{bank.Filter{TagID: tags[0].ID, Exposure: "shown"}, nil},
		{bank.Filter{TagID: tags[1].ID, Sort: "-shown"}, []bank.QuestionID{first}},
		{bank.Filter{TagID: tags[1].ID, Difficulty: 5}, nil},
	} {
		if got, total := b.list(c.f); !slices.Equal(got, c.want) || total != len(c.want) {
			t.Errorf("%+v: %v of %d", c.f, got, total)
		}
	}
	b.no(b.s.SetTags(ctx, b.trainer, second, nil))
	b.no(b.s.SetTags(ctx, b.trainer, second, nil))
	if got := b.detail(second).Tags; len(got) != 0 {
		t.Error(got)
	}
	var rows int
	b.no(b.db.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE act = 'bank.tags'`).Scan(&rows))
	if rows != 3 {
		t.Errorf("%d audit rows for three changes", rows)
	}
}

// The bank's own format carries the tags to another bank; others say that they do not.
func TestTagsTravel(t *testing.T) {
	b, other := newStock(t), newStock(t)
	b.no(b.s.SetTags(ctx, b.trainer, b.create("客户问激光脱毛几次能见效？"), []string{"术后", "Botox"}))
	for _, target := range formats.Targets {
		check, err := b.s.CheckExport(ctx, b.trainer, bank.Filter{}, target)
		b.no(err)
		if (check.Part == 0) != target.Tags {
			t.Errorf("%s: %v", target.Name, check.Losses)
		}
	}
	native, _ := formats.TargetNamed("native")
	var file bytes.Buffer
	b.no(b.s.ExportTo(ctx, b.trainer, bank.Filter{}, native, &file))
	sum, err := other.s.ImportFiles(ctx, other.trainer, []bank.File{{Name: "题库.zip", Data: &file}}, bank.Choice{}, false)
	other.no(err)
	ids, _ := other.list(bank.Filter{})
	if sum.Imported != 1 || len(ids) != 1 {
		t.Fatalf("%+v %v", sum, ids)
	}
	if d := other.detail(ids[0]); !slices.Equal(d.Tags, []string{"术后", "Botox"}) || d.Current().Question().Tags != nil {
		t.Errorf("%+v", d)
	}
	text := `{"type":"true_false","stem":"一句话","key":{"choices":["true"]},"explanation":"因为","knowledge_points":["4/医疗广告"],"difficulty":3,"key_question":false,"tags":["%s"]}`
	bad := bank.File{Name: "题.jsonl", Data: bytes.NewReader(fmt.Appendf(nil, text, "一二三四五六七八九十一二三四五六七八九十一"))}
	if sum, err = other.s.ImportFiles(ctx, other.trainer, []bank.File{bad}, bank.Choice{}, false); err != nil || sum.Imported != 0 || sum.Errors() != 1 {
		t.Errorf("%+v %v", sum, err)
	}
}
