package bank_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/migrations"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/content"
	"github.com/peikao/peikao/questionbank/native"
)

// The first letters of a stem's readings find it, beside words of letters, with Chinese words and facts, and in every state.
func TestSearchByInitials(t *testing.T) {
	b := newStock(t)
	filler, laser, btx := b.create("注射玻尿酸以后要注意什么？"), b.create("客户问激光脱毛几次能见效？"), b.create("BNS 是什么的缩写？")
	b.no(b.s.Publish(ctx, b.trainer, laser))
	for typed, want := range map[string][]bank.QuestionID{
		"bns": {btx, filler}, "BN": {btx, filler}, "jgtm": {laser}, "jg 客户": {laser}, "tm jg": {laser}, "zsbns": {filler}, "bnsz": nil, "xyh": nil, "ｂｎｓ": {btx, filler},
		"j": nil, "jgtm 玻尿": nil,
	} {
		if got, total := b.list(bank.Filter{Search: typed}); !slices.Equal(got, want) || total != len(want) {
			t.Errorf("%q finds %v, want %v", typed, got, want)
		}
	}
	if got, _ := b.list(bank.Filter{Search: "jg", State: "published", Difficulty: 2}); !slices.Equal(got, []bank.QuestionID{laser}) {
		t.Errorf("with facts: %v", got)
	}
	changed := b.draft("水光针多久做一次？")
	b.no(b.s.Edit(ctx, b.trainer, filler, base(b.detail(filler).Editable()), changed))
	if got, _ := b.list(bank.Filter{Search: "sgz"}); !slices.Equal(got, []bank.QuestionID{filler}) {
		t.Errorf("after an edit: %v", got)
	}
	if got, _ := b.list(bank.Filter{Search: "zsbns"}); len(got) != 0 {
		t.Errorf("the words before an edit still find it: %v", got)
	}
}

// What the migration gives to questions that are there already is what the program writes: for all that ship.
func TestTheMigrationSpellsAsTheProgram(t *testing.T) {
	b := newStock(t)
	items, err := content.Questions()
	b.no(err)
	var questions []questionbank.Question
	for _, it := range items {
		questions = append(questions, it.Question)
	}
	questions = append(questions, questionbank.Question{Type: questionbank.TrueFalse, Stem: "银行卡，㐀重 复A单参藏校々会计〇。", Key: questionbank.Key{Choices: []string{"true"}}, Difficulty: 1, Explanation: "是", KnowledgePoints: []string{"4/医疗广告"}})
	var file bytes.Buffer
	b.no(native.Encode(&file, questions))
	sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{{Name: "题.jsonl", Data: &file}}, bank.Choice{Publish: true}, false)
	b.no(err)
	files, err := migrations.Files()
	b.no(err)
	i := slices.IndexFunc(files, func(f migrations.File) bool { return strings.HasPrefix(f.Name, "0212_") })
	up, down, ok := strings.Cut(files[i].Text, "-- +goose Down")
	if !ok || sum.Imported != len(questions) {
		t.Fatal(sum.Imported, files[i].Name)
	}
	b.lent.Keep()
	if _, err := b.db.SQL().Exec(`CREATE TABLE was AS SELECT id, search FROM question_version`); err != nil {
		t.Fatal(err)
	}
	tx, err := b.db.SQL().Begin()
	b.no(err)
	count := func(query string) (n int) {
		b.Helper()
		b.no(tx.QueryRow(query).Scan(&n))
		return n
	}
	if _, err := tx.Exec(down); err != nil {
		t.Fatal(err)
	}
	if n := count(`SELECT count(*) FROM question_version v JOIN was w ON w.id = v.id AND w.search = v.search`); n > 5 {
		t.Errorf("%d questions have no initials", n)
	}
	if _, err := tx.Exec(up); err != nil {
		t.Fatal(err)
	}
	if n := count(`SELECT count(*) FROM question_version v JOIN was w ON w.id = v.id AND w.search <> v.search`); n != 0 {
		t.Errorf("%d questions are spelt in another way", n)
	}
	b.no(tx.Rollback())
}
