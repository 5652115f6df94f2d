package bank_test

import (
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/questionbank"
)

const faultyCSV = "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题,好题？,甲,乙,A,4/医疗广告,说明\n单选题,坏题？,甲,乙,F,4/医疗广告,说明\n单选题,又一道好题？,甲,丙,B,4/医疗广告,说明\n"

// Nothing comes in while a problem stands, unless whoever imports chooses to leave out what is refused; then it is named and kept.
func TestSoundQuestionsAlone(t *testing.T) {
	b := newStock(t)
	id, err := b.s.PreviewImport(ctx, b.trainer, csvFile("题.csv", faultyCSV))
	b.no(err)
	_, err = b.s.ApplyImport(ctx, b.trainer, id, bank.Choice{})
	b.keyed(err, "error.bank.import_errors")
	p, err := b.s.Import(ctx, b.trainer, id)
	b.no(err)
	if !p.MayLeaveOut() || p.Refused() != 1 || len(p.LeftOut.V) != 0 {
		t.Fatalf("%+v", p)
	}
	n, err := b.s.ApplyImport(ctx, b.trainer, id, bank.Choice{SoundOnly: true})
	b.no(err)
	p, err = b.s.Import(ctx, b.trainer, id)
	b.no(err)
	if n != 2 || *p.ImportedCount != 2 || len(p.LeftOut.V) != 1 {
		t.Fatalf("%d, %+v", n, p.LeftOut.V)
	}
	if left := p.LeftOut.V[0]; left.Kind != bank.LeftRefused || left.Number != 2 || !strings.Contains(left.Place, "3") || len(left.Reasons) == 0 {
		t.Errorf("%+v", left)
	}
	_, err = b.s.ApplyImport(ctx, b.trainer, id, bank.Choice{SoundOnly: true})
	b.keyed(err, "error.bank.import_applied")
	recent, err := b.s.Imports(ctx, b.trainer)
	b.no(err)
	if len(recent) != 1 || recent[0].ID != id || len(recent[0].LeftOut.V) != 1 {
		t.Errorf("%+v", recent)
	}
	if others, err := b.s.Imports(ctx, colleague(8)); err != nil || len(others) != 0 {
		t.Errorf("another person's imports: %+v %v", others, err)
	}

	// The same file once more: what the bank holds by now is left out too, and named as that.
	sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{csvFile("a.csv", faultyCSV), csvFile("b.csv", goodCSV)}, bank.Choice{SoundOnly: true}, false)
	b.no(err)
	var kinds []string
	for _, left := range sum.LeftOut {
		kinds = append(kinds, left.Place[:5]+" "+string(left.Kind))
	}
	if got := strings.Join(kinds, ", "); sum.Imported != 3 || got != "a.csv double, a.csv refused, a.csv double" {
		t.Errorf("%d, %s", sum.Imported, got)
	}
}

// An error that belongs to no question leaves open what would be missing: then nothing comes in.
func TestFaultyFileComesInNeitherWay(t *testing.T) {
	b := newStock(t)
	id, err := b.s.PreviewImport(ctx, b.trainer, csvFile("题.csv", "甲,乙\n1,2\n"))
	b.no(err)
	p, err := b.s.Import(ctx, b.trainer, id)
	b.no(err)
	if p.MayLeaveOut() || len(p.AboutFile()) == 0 {
		t.Fatalf("%+v", p)
	}
	_, err = b.s.ApplyImport(ctx, b.trainer, id, bank.Choice{SoundOnly: true})
	b.keyed(err, "error.bank.import_file")
}

// More errors than are kept cannot be named, and so are not left out.
func TestTooManyToName(t *testing.T) {
	p := bank.Preview{Import: bank.Import{Read: 3, ItemCount: 1, ErrorCount: 2}}
	p.Problems.V = []questionbank.Problem{{Place: "第 2 行", Item: 2, Severity: questionbank.Error}}
	if p.MayLeaveOut() {
		t.Error("an error that was not kept is left out unnamed")
	}
	p.ErrorCount = 1
	if !p.MayLeaveOut() {
		t.Error("every error is kept")
	}
	p.ItemCount = 0
	if p.MayLeaveOut() {
		t.Error("nothing sound to import")
	}
}
