package bank_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest/lent"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

var ctx = context.Background()

// stock is a bank with one trainer.
type stock struct {
	*testing.T
	s       *bank.Service
	db      *db.DB
	clock   *clock.Fake
	trainer account.Viewer
	law     bank.TopicID // 4/医疗广告
	lent    *lent.Database[*bank.Service]
}

var databases = lent.Shelf[*bank.Service]{Prepare: func(t testing.TB, d *db.DB) *bank.Service {
	s, err := bank.New(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}}

func newStock(t *testing.T) *stock {
	t.Helper()
	return newStockIn(t, databases.Take(t))
}

func newStockIn(t *testing.T, d *lent.Database[*bank.Service]) *stock {
	t.Helper()
	b := &stock{T: t, db: d.DB, clock: d.Clock, trainer: viewer(7, account.Trainer), lent: d}
	var err error
	b.s, err = d.Prepared.Anew(ctx)
	b.no(err)
	b.law, err = b.s.CreateTopic(ctx, b.trainer, b.tree().Area(4), "医疗广告")
	b.no(err)
	return b
}

func viewer(id account.PersonID, roles ...account.Role) account.Viewer {
	v := account.Viewer{PersonID: id, Name: "某人"}
	for _, r := range roles {
		v.Grants = append(v.Grants, account.Grant{Role: r, UnitID: 1, Units: []account.UnitID{1}})
	}
	return v
}

func (b *stock) no(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *stock) kind(err error, want errs.Kind) {
	b.Helper()
	if err == nil || errs.KindOf(err) != want {
		b.Errorf("error %v, want kind %d", err, want)
	}
}

func (b *stock) tree() bank.Tree {
	b.Helper()
	tree, err := b.s.Topics(ctx, account.System())
	b.no(err)
	return tree
}

func (b *stock) draft(stem string) bank.Draft {
	return bank.Draft{TopicIDs: []bank.TopicID{b.law}, Question: questionbank.Question{
		Type: questionbank.Single, Stem: stem, Difficulty: 2, KeyQuestion: true, Explanation: "见条文",
		Options: []questionbank.Option{{ID: "a", Text: "取得审查证明"}, {ID: "b", Text: "院长签字"}},
		Key:     questionbank.Key{Choices: []string{"a"}},
		Source:  questionbank.Source{Law: "医疗广告管理办法", Article: "第三条", Edition: "2007-01-01"},
	}}
}

func (b *stock) create(stem string) bank.QuestionID {
	b.Helper()
	id, err := b.s.Create(ctx, b.trainer, b.draft(stem))
	b.no(err)
	return id
}

func (b *stock) detail(id bank.QuestionID) bank.Detail {
	b.Helper()
	d, err := b.s.Question(ctx, b.trainer, id)
	b.no(err)
	return d
}

func (b *stock) list(f bank.Filter) (ids []bank.QuestionID, total int) {
	b.Helper()
	rows, total, err := b.s.Questions(ctx, b.trainer, f, page.New(1, 20))
	b.no(err)
	for _, r := range rows {
		ids = append(ids, r.QuestionID)
	}
	return ids, total
}

func (b *stock) pool(topics ...bank.TopicID) []bank.PoolItem {
	b.Helper()
	pool, err := b.s.Pool(ctx, b.db, topics)
	b.no(err)
	return pool.Items
}

func base(v bank.Version) bank.Base { return bank.Base{Version: v.Number, Revision: v.Revision} }

// Threat 33: a paper pins a version; a change is a new version and leaves the old one as it was.
func TestVersionsOfAQuestion(t *testing.T) {
	b := newStock(t)
	id := b.create("发布医疗广告前要先取得什么？")
	if got := b.pool(); len(got) != 0 {
		t.Fatal("a draft in the pool", got)
	}
	changed := b.draft("发布医疗广告之前先要取得什么？")
	b.no(b.s.Edit(ctx, b.trainer, id, base(b.detail(id).Current()), changed))
	b.kind(b.s.Edit(ctx, b.trainer, id, bank.Base{Version: 1, Revision: 1}, changed), errs.Conflict)
	b.no(b.s.Publish(ctx, b.trainer, id))
	b.kind(b.s.Publish(ctx, b.trainer, id), errs.Conflict)
	first := b.detail(id).Current()
	if first.State != bank.StatePublished || first.Revision != 2 || first.ReviewedBy != "person:7" || first.Question().KnowledgePoints[0] != "4/医疗广告" {
		t.Fatalf("%+v", first)
	}
	b.no(b.db.InTx(ctx, func(tx *db.Tx) error { return b.s.MarkUsed(ctx, tx, []bank.VersionID{first.ID}) }))

	changed.Question.Key.Choices = []string{"b"}
	b.no(b.s.Edit(ctx, b.trainer, id, base(first), changed))
	d := b.detail(id)
	if open, ok := d.Open(); !ok || open.Number != 2 || d.Current().ID != first.ID || d.Current().Uses != 1 {
		t.Fatalf("%+v", d)
	}
	b.no(b.s.Publish(ctx, b.trainer, id))
	items := b.pool(b.law)
	if len(items) != 1 || items[0].VersionID == first.ID || items[0].QuestionID != id || !items[0].Key || items[0].Difficulty != 2 {
		t.Fatalf("%+v", items)
	}
	pinned, err := b.s.Versions(ctx, b.db, []bank.VersionID{first.ID, items[0].VersionID})
	b.no(err)
	if pinned[first.ID].Key.Choices[0] != "a" || pinned[items[0].VersionID].Key.Choices[0] != "b" {
		t.Fatalf("%+v", pinned)
	}
	if topics := pinned[first.ID].TopicIDs; len(topics) != 2 || topics[0] != b.law || topics[1] != b.tree().Area(4) {
		t.Fatal(topics)
	}

	b.kind(b.s.Retire(ctx, b.trainer, " ", id), errs.Invalid)
	b.no(b.s.Retire(ctx, b.trainer, "条文已改", id))
	b.kind(b.s.Retire(ctx, b.trainer, "再来一次", id), errs.Conflict)
	if len(b.pool()) != 0 {
		t.Fatal("a retired question in the pool")
	}
	b.no(b.s.Edit(ctx, b.trainer, id, base(b.detail(id).Editable()), b.draft("新的题干？")))
	if d := b.detail(id); d.RetiredAt != nil || d.Current().Number != 3 || d.Current().State != bank.StateDraft {
		t.Fatalf("%+v", d)
	}
	if ids, _ := b.list(bank.Filter{State: "draft"}); len(ids) != 1 {
		t.Fatal(ids)
	}
	b.no(b.s.Publish(ctx, b.trainer, id))
}

func TestDatabaseKeepsWhatWasPublished(t *testing.T) {
	b := newStock(t)
	id := b.create("题干一？")
	b.no(b.s.Publish(ctx, b.trainer, id))
	for _, statement := range []string{
		`UPDATE question_version SET body = jsonb_set(body, '{stem}', '"别的"')`,
		`UPDATE question_version SET source_status = '待核'`,
		`DELETE FROM question_version`, `TRUNCATE question_version CASCADE`,
		`DELETE FROM question_version_topic`, `UPDATE question_version_topic SET position = 3`,
	} {
		if _, err := b.db.SQL().Exec(statement); err == nil {
			t.Errorf("%s went through", statement)
		}
	}
}

// rule:C15 — a question whose law was not at hand (待核) is not published (decision 39).
func TestUnverifiedSourceIsNotPublished(t *testing.T) {
	b := newStock(t)
	d := b.draft("待核的题？")
	d.Question.Source.Status = questionbank.StatusUnverified
	id, err := b.s.Create(ctx, b.trainer, d)
	b.no(err)
	sound := b.create("另一题？")
	b.kind(b.s.Publish(ctx, b.trainer, sound, id), errs.Conflict)
	if b.detail(sound).Current().State != bank.StateDraft {
		t.Error("half of a bulk act was done")
	}
}

func TestFieldsOfAWrongDraft(t *testing.T) {
	b := newStock(t)
	d := b.draft("")
	d.TopicIDs, d.Question.Options[1].Text, d.Question.Difficulty = nil, " ", 9
	_, err := b.s.Create(ctx, b.trainer, d)
	b.kind(err, errs.Invalid)
	for _, field := range []string{"stem", "topic_1", "option_b", "difficulty"} {
		if !strings.Contains(err.Error(), " "+field+":") {
			t.Errorf("no word on %s: %v", field, err)
		}
	}
}

// rule:C12 rule:C13 rule:C14 rule:C15 rule:C16 — the five content areas are the roots, points and questions stand below them.
func TestListFindsByWordsPointsAndFacts(t *testing.T) {
	b := newStock(t)
	skin, err := b.s.CreateTopic(ctx, b.trainer, b.tree().Area(1), "皮肤")
	b.no(err)
	laser, err := b.s.CreateTopic(ctx, b.trainer, skin, "激光脱毛")
	b.no(err)
	ad := b.create("客户问广告里能不能写“永久”？")
	d := b.draft("激光脱毛后多久可以日晒，Q开关呢？（第 1 题）")
	d.TopicIDs, d.Question.KeyQuestion, d.Question.Difficulty, d.Question.Source = []bank.TopicID{laser, b.law}, false, 5, questionbank.Source{}
	hair, err := b.s.Create(ctx, b.trainer, d)
	b.no(err)
	b.no(b.s.Publish(ctx, b.trainer, hair))
	for _, c := range []struct {
		name string
		f    bank.Filter
		want []bank.QuestionID
	}{
		{"all, newest first", bank.Filter{}, []bank.QuestionID{hair, ad}},
		{"two characters", bank.Filter{Search: "广告"}, []bank.QuestionID{ad}},
		{"one character", bank.Filter{Search: "毛"}, []bank.QuestionID{hair}},
		{"letters, any case", bank.Filter{Search: "ｑ"}, []bank.QuestionID{hair}},
		{"several words", bank.Filter{Search: "日晒 脱毛"}, []bank.QuestionID{hair}},
		{"an option", bank.Filter{Search: "院长签字"}, []bank.QuestionID{hair, ad}},
		{"absent", bank.Filter{Search: "鼻部"}, nil},
		{"its number", bank.Filter{Search: " " + hair.String()}, []bank.QuestionID{hair}},
		{"its number in words", bank.Filter{Search: "第 " + ad.String() + " 题"}, []bank.QuestionID{ad}},
		{"a number that a text holds is a word", bank.Filter{Search: ad.String()}, []bank.QuestionID{hair}},
		{"its number among other facts", bank.Filter{Search: hair.String(), Difficulty: 1}, nil},
		{"a number that is none", bank.Filter{Search: "987654321"}, nil},
		{"signs alone are no search", bank.Filter{Search: "'%_:*&"}, []bank.QuestionID{hair, ad}},
		{"a point above", bank.Filter{TopicID: skin}, []bank.QuestionID{hair}},
		{"an area", bank.Filter{TopicID: b.tree().Area(4)}, []bank.QuestionID{hair, ad}},
		{"words at a point", bank.Filter{Search: "永久", TopicID: skin}, nil},
		{"key", bank.Filter{Key: "yes"}, []bank.QuestionID{ad}},
		{"not key", bank.Filter{Key: "no"}, []bank.QuestionID{hair}},
		{"difficulty", bank.Filter{Difficulty: 5}, []bank.QuestionID{hair}},
		{"type", bank.Filter{Type: questionbank.Blank}, nil},
		{"state", bank.Filter{State: "draft"}, []bank.QuestionID{ad}},
		{"law", bank.Filter{Law: "医疗广告管理办法"}, []bank.QuestionID{ad}},
		{"sorted", bank.Filter{Sort: "difficulty"}, []bank.QuestionID{ad, hair}},
		{"sorted back", bank.Filter{Sort: "-difficulty", Search: "院长"}, []bank.QuestionID{hair, ad}},
	} {
		if got, total := b.list(c.f); fmt.Sprint(got) != fmt.Sprint(c.want) || total != len(c.want) {
			t.Errorf("%s: %v of %d, want %v", c.name, got, total, c.want)
		}
	}
	counts, err := b.s.TopicCounts(ctx, b.trainer)
	b.no(err)
	if counts[b.law].Questions != 2 || counts[b.law].Published != 1 {
		t.Error(counts)
	}
	laws, tags, err := b.s.FilterWords(ctx, b.trainer)
	if err != nil || len(laws) != 1 || len(tags) != 0 {
		t.Error(laws, tags, err)
	}
}

func TestTopics(t *testing.T) {
	b := newStock(t)
	area := b.tree().Area(4)
	for _, name := range []string{"", "甲/乙", strings.Repeat("长", 201), "医疗广告"} {
		_, err := b.s.CreateTopic(ctx, b.trainer, area, name)
		b.kind(err, errs.Invalid)
	}
	child, err := b.s.CreateTopic(ctx, b.trainer, b.law, "审查")
	b.no(err)
	b.kind(b.s.EditTopic(ctx, b.trainer, b.law, bank.TopicEdit{Name: "广告", ParentID: child}), errs.Invalid)
	b.kind(b.s.EditTopic(ctx, b.trainer, b.law, bank.TopicEdit{Name: "广告", ParentID: b.tree().Area(3)}), errs.Invalid)
	b.kind(b.s.EditTopic(ctx, b.trainer, area, bank.TopicEdit{Name: "法规", ParentID: area}), errs.Invalid)
	b.kind(b.s.EditTopic(ctx, b.trainer, 999, bank.TopicEdit{Name: "无", ParentID: area}), errs.NotFound)
	b.no(b.s.EditTopic(ctx, b.trainer, child, bank.TopicEdit{Name: "审查证明", ParentID: area, Position: 1}))
	if got := b.tree().Path(child); got != "4/审查证明" {
		t.Error(got)
	}
	b.create("用着医疗广告的题？")
	b.kind(b.s.RetireTopic(ctx, b.trainer, b.law), errs.Conflict)
	b.kind(b.s.RetireTopic(ctx, b.trainer, area), errs.Conflict)
	b.no(b.s.RetireTopic(ctx, b.trainer, child))
	if _, ok := b.tree().Find("4/审查证明"); ok {
		t.Error("a retired point was found")
	}
}

// Everything that a role may not do is refused before anything is read.
func TestRoles(t *testing.T) {
	b := newStock(t)
	id := b.create("题？")
	consultant, supervisor := viewer(8, account.Consultant), viewer(9, account.Supervisor)
	for name, act := range map[string]func(account.Viewer) error{
		"list": func(v account.Viewer) error {
			_, _, err := b.s.Questions(ctx, v, bank.Filter{}, page.New(1, 1))
			return err
		},
		"detail": func(v account.Viewer) error { _, err := b.s.Question(ctx, v, id); return err },
		"topics": func(v account.Viewer) error { _, err := b.s.Topics(ctx, v); return err },
		"export": func(v account.Viewer) error {
			_, err := b.s.Export(ctx, v, bank.Filter{}, "csv")
			return err
		},
		"create": func(v account.Viewer) error { _, err := b.s.Create(ctx, v, b.draft("甲？")); return err },
		"edit": func(v account.Viewer) error {
			return b.s.Edit(ctx, v, id, bank.Base{Version: 1, Revision: 1}, b.draft("乙？"))
		},
		"publish": func(v account.Viewer) error { return b.s.Publish(ctx, v, id) },
		"retire":  func(v account.Viewer) error { return b.s.Retire(ctx, v, "理由", id) },
		"topic":   func(v account.Viewer) error { _, err := b.s.CreateTopic(ctx, v, 1, "新"); return err },
		"import":  func(v account.Viewer) error { _, err := b.s.ImportFiles(ctx, v, nil, bank.Choice{}, true); return err },
	} {
		b.kind(act(consultant), errs.Forbidden)
		b.kind(act(account.Viewer{}), errs.Unauthenticated)
		reads := name == "list" || name == "detail" || name == "topics" || name == "export"
		if err := act(supervisor); reads != (err == nil) {
			t.Errorf("supervisor, %s: %v", name, err)
		}
	}
}
