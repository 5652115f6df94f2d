package bank_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
)

const wishHead = "题型,题干,选项A,选项B,正确答案,知识点\n"

// wishRow is a question that is near to the others of this table, unless its subject is another one.
func wishRow(subject, end, point string) string {
	return "单选题,客户在术前面诊时问到" + subject + "的护理与恢复期，咨询师怎样回答" + end + "？,如实告知并记录,先行承诺效果,A," + point + "\n"
}

func (b *stock) wish(dryRun bool, c bank.Choice, files ...string) (bank.Summary, error) {
	b.Helper()
	c.LookNear = dryRun
	var all []bank.File
	for i, rows := range files {
		all = append(all, bank.File{Name: fmt.Sprintf("%c.csv", 'a'+i), Data: strings.NewReader(wishHead + rows)})
	}
	return b.s.ImportFiles(ctx, account.Operator("root"), all, c, dryRun)
}

// A dry run names what a script has to decide about, and the import does what it decided: no more than that.
func TestWishesOfAnImport(t *testing.T) {
	b := newStock(t)
	rows := wishRow("水光针", "", "医疗广告法规") + wishRow("水光针", "才对", "") + wishRow("水光针", "才好", "医疗广告法规") + wishRow("水光针", "呢", "4/新的一点")
	dry, err := b.wish(true, bank.Choice{LeaveNear: true, Wishes: bank.Wishes{Take: []string{"第 4 行"}, Map: []string{"医疗广告法规=" + b.law.String(), "=4/医疗广告"}}}, rows)
	b.no(err)
	if dry.Read != 4 || dry.Ready != 2 || dry.Imported != 0 || len(dry.Near) != 3 {
		t.Fatalf("%+v", dry)
	}
	for _, n := range dry.Near {
		if n.QuestionID != 0 || n.Percent < bank.NearFrom || n.LeftOut != (n.Place != "第 4 行") || !strings.HasPrefix(n.OtherPlace, "第 ") || n.OtherPlace >= n.Place {
			t.Errorf("%+v", n)
		}
	}
	want := []bank.PointFound{
		{Path: "", Questions: 1, Becomes: "4/医疗广告"}, {Path: "医疗广告法规", Questions: 2, Becomes: "4/医疗广告", Like: []string{"4/医疗广告"}}, {Path: "4/新的一点", Questions: 1, Becomes: "4/新的一点", Created: true},
	}
	if fmt.Sprint(dry.Unknown) != fmt.Sprint(want) {
		t.Errorf("%+v", dry.Unknown)
	}
	done, err := b.wish(false, bank.Choice{Publish: true, Wishes: bank.Wishes{LeaveOut: []string{"第 3 行，第 5 行"}, Map: []string{"医疗广告法规=医疗广告"}}}, rows)
	b.no(err)
	if done.Imported != 2 || len(done.LeftOut) != 2 || done.LeftOut[0].Place != "第 3 行" || done.LeftOut[1].Place != "第 5 行" || done.LeftOut[0].Kind != bank.LeftNear || len(b.pool(b.law)) != 2 {
		t.Errorf("%+v, %d at the point", done, len(b.pool(b.law)))
	}
	if _, ok := b.tree().Find("1/未分类"); ok {
		t.Error("a point was made for a question that stayed out")
	}
}

// Of several files a place has its file's name, and a point is mapped in all of them.
func TestWishesOfSeveralFiles(t *testing.T) {
	b := newStock(t)
	first, second := wishRow("水光针", "", "沟通")+wishRow("水光针", "才对", "沟通"), wishRow("热玛吉", "", "沟通")+wishRow("热玛吉", "才对", "沟通")
	c := bank.Choice{LeaveNear: true, Publish: true, Wishes: bank.Wishes{Take: []string{"b.csv 第 3 行"}, CreateBelow: []string{"沟通=4"}}}
	dry, err := b.wish(true, c, first, second)
	b.no(err)
	if len(dry.Near) != 2 || dry.Near[0].OtherPlace != "a.csv 第 2 行" || !dry.Near[0].LeftOut || dry.Near[1].LeftOut || fmt.Sprint(dry.Unknown) != "[{沟通 4 4/沟通 true []}]" {
		t.Errorf("%+v", dry)
	}
	done, err := b.wish(false, c, first, second)
	b.no(err)
	point, ok := b.tree().Find("4/沟通")
	if done.Imported != 3 || len(done.LeftOut) != 1 || done.LeftOut[0].Place != "a.csv 第 3 行" || !ok || len(b.pool(point)) != 3 {
		t.Errorf("%+v", done)
	}
}

// What fits nothing is refused with its field and sentence, and nothing comes in.
func TestWishesRefused(t *testing.T) {
	b := newStock(t)
	rows := wishRow("水光针", "", "沟通") + wishRow("水光针", "才对", "")
	for _, tt := range []struct {
		wishes bank.Wishes
		near   bool
		want   string
	}{
		{bank.Wishes{Map: []string{"沟通"}}, false, "map error.bank.map_form"},
		{bank.Wishes{Map: []string{"电话=4/医疗广告"}}, false, "map error.bank.map_unknown"},
		{bank.Wishes{Map: []string{"沟通=4/没有"}}, false, "map error.bank.map_target"},
		{bank.Wishes{Map: []string{"沟通="}}, false, "map error.bank.map_target"},
		{bank.Wishes{Map: []string{"沟通=999"}}, false, "map error.bank.map_target"},
		{bank.Wishes{Map: []string{"沟通=4", "沟通=2"}}, false, "map error.bank.map_twice"},
		{bank.Wishes{Map: []string{"沟通=4"}, CreateBelow: []string{"沟通=2"}}, false, "create_below error.bank.map_twice"},
		{bank.Wishes{CreateBelow: []string{"=2"}}, false, "create_below error.bank.create_nameless"},
		{bank.Wishes{LeaveOut: []string{"第 2 行"}}, false, "leave_out error.bank.near_place"},
		{bank.Wishes{LeaveOut: []string{"第 9 行", "第 3 行"}}, false, "leave_out error.bank.near_place"},
		{bank.Wishes{Take: []string{"第 3 行"}}, false, "take error.bank.take_alone"},
		{bank.Wishes{LeaveOut: []string{"第 3 行"}, Take: []string{"第 3 行"}}, true, "take error.bank.leave_and_take"},
		{bank.Wishes{Map: []string{"x"}, LeaveOut: []string{"y"}}, false, "map error.bank.map_form; leave_out error.bank.near_place"},
	} {
		for _, dryRun := range []bool{true, false} {
			_, err := b.wish(dryRun, bank.Choice{LeaveNear: tt.near, Wishes: tt.wishes}, rows)
			var e *errs.Error
			if !errors.As(err, &e) || e.Kind != errs.Invalid {
				t.Fatalf("%+v: %v", tt.wishes, err)
			}
			var got []string
			for _, f := range e.Fields {
				got = append(got, f.Name+" "+f.Key)
			}
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("%+v: %v", tt.wishes, got)
			}
		}
	}
	same := []bank.File{{Name: "a.csv", Data: strings.NewReader(wishHead + rows)}, {Name: "a.csv", Data: strings.NewReader(wishHead + strings.ReplaceAll(rows, "水光针", "热玛吉"))}}
	_, err := b.s.ImportFiles(ctx, account.Operator("root"), same, bank.Choice{Wishes: bank.Wishes{LeaveOut: []string{"a.csv 第 3 行"}}}, true)
	var e *errs.Error
	if !errors.As(err, &e) || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Key == "error.bank.near_place_twice" }) {
		t.Error("two files of one name:", err)
	}
	if _, total := b.list(bank.Filter{State: "all"}); total != 0 {
		t.Error("something came in")
	}
}
