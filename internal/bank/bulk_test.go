package bank

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

func bulkTree() Tree {
	law := TopicID(4)
	return NewTree([]Topic{{ID: 4, Area: 4, Name: "法律法规"}, {ID: 9, ParentID: &law, Area: 4, Name: "医疗广告"}, {ID: 10, ParentID: &law, Area: 4, Name: "处方"}})
}

// inBulk is a sound question with its newest version in a state, at the points 9 and 10.
func inBulk(state State) Detail {
	v := Version{ID: 3, QuestionID: 12, Number: 2, Revision: 4, IsCurrent: true, State: state, TopicIDs: db.Int64s{9, 10}}
	v.Body.V = questionbank.Question{Type: questionbank.TrueFalse, Stem: "术后要防晒。", Key: questionbank.Key{Choices: []string{"true"}}, Explanation: "是", Difficulty: 2, KnowledgePoints: []string{"4/医疗广告", "4/处方"}}
	return Detail{ID: 12, Tags: []string{"术后", "Botox"}, Versions: []Version{v}}
}

func (p BulkPlan) text() string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, c.Fact+":"+c.From+">"+c.To)
	}
	if p.NewVersion {
		out = append(out, "new")
	}
	if p.Withdrawn {
		out = append(out, "withdrawn")
	}
	if p.Refused != nil {
		refusal := p.Refused.(*errs.Error)
		if len(refusal.Fields) > 0 {
			refusal.Key = refusal.Fields[0].Key
		}
		out = append(out, refusal.Key)
	}
	return strings.Join(out, " ")
}

func TestBulkPlan(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  BulkEdit
		state State
		want  string
	}{
		{"difficulty of a published one", BulkEdit{Difficulty: 4}, StatePublished, "difficulty:2>4 new"},
		{"difficulty of a draft", BulkEdit{Difficulty: 4}, StateDraft, "difficulty:2>4"},
		{"difficulty of one in review", BulkEdit{Difficulty: 4}, StateInReview, "difficulty:2>4 withdrawn"},
		{"as it is", BulkEdit{Difficulty: 2, Key: "no", TopicID: 9, AddTag: "botox", RemoveTag: "面诊"}, StatePublished, ""},
		{"of a retired one", BulkEdit{Difficulty: 4}, StateRetired, "error.bank.bulk_retired"},
		{"重点", BulkEdit{Key: "yes"}, StatePublished, "key:no>yes new"},
		{"the other point first", BulkEdit{TopicID: 10}, StateDraft, "topic:法律法规 › 医疗广告>法律法规 › 处方"},
		{"tags alone make no version", BulkEdit{AddTag: "面诊", RemoveTag: "BOTOX"}, StatePublished, "tags:术后、Botox>术后、面诊"},
		{"tags of a retired one", BulkEdit{AddTag: "面诊"}, StateRetired, "tags:术后、Botox>术后、Botox、面诊"},
		{"all at once", BulkEdit{Difficulty: 5, Key: "yes", TopicID: 4, AddTag: "面诊"}, StatePublished,
			"difficulty:2>5 key:no>yes topic:法律法规 › 医疗广告>法律法规 tags:术后、Botox>术后、Botox、面诊 new"},
		{"retire", BulkEdit{Act: BulkRetire}, StatePublished, "state:published>retired"},
		{"retire twice", BulkEdit{Act: BulkRetire}, StateRetired, "error.bank.bulk_is_retired"},
		{"restore", BulkEdit{Act: BulkRestore}, StateRetired, "state:retired>draft new"},
		{"restore what is not retired", BulkEdit{Act: BulkRestore}, StateDraft, "error.bank.bulk_not_retired"},
	} {
		d := inBulk(c.state)
		p := c.edit.plan(d, bulkTree())
		if p.text() != c.want {
			t.Errorf("%s: %q, want %q", c.name, p.text(), c.want)
		}
		if again := inBulk(c.state); fmt.Sprint(d) != fmt.Sprint(again) {
			t.Errorf("%s: the question itself changed", c.name)
		}
	}
}

// The other points stay behind the new first one, each once, and the content names them by their paths.
func TestBulkPlanKeepsTheOtherPoints(t *testing.T) {
	p := BulkEdit{TopicID: 10}.plan(inBulk(StateDraft), bulkTree())
	if !slices.Equal(p.draft.TopicIDs, []TopicID{10}) || !slices.Equal(p.draft.Question.KnowledgePoints, []string{"4/处方"}) {
		t.Errorf("%+v", p.draft)
	}
	p = BulkEdit{TopicID: 4}.plan(inBulk(StateDraft), bulkTree())
	if !slices.Equal(p.draft.TopicIDs, []TopicID{4, 10}) {
		t.Errorf("%+v", p.draft)
	}
}

// What cannot be stored is refused, and nothing of the plan is left.
func TestBulkPlanRefusesWhatIsUnsound(t *testing.T) {
	d := inBulk(StatePublished)
	d.Versions[0].TopicIDs = db.Int64s{77} // a point that has been retired
	if p := (BulkEdit{Difficulty: 4, AddTag: "面诊"}).plan(d, bulkTree()); p.text() != "error.bank.bulk_unsound" || p.draft != nil || p.tags != nil {
		t.Errorf("%+v", p)
	}
	d = inBulk(StatePublished)
	for i := range 18 {
		d.Tags = append(d.Tags, fmt.Sprint("标签", i))
	}
	if p := (BulkEdit{Difficulty: 4, AddTag: "第二十一个"}).plan(d, bulkTree()); p.text() != "error.bank.tags_many" || p.draft != nil {
		t.Errorf("%+v", p)
	}
	if p := (BulkEdit{AddTag: "第二十一个", RemoveTag: "术后"}).plan(d, bulkTree()); p.Refused != nil {
		t.Errorf("one for another: %+v", p)
	}
}

func TestBulkEditCheck(t *testing.T) {
	long := strings.Repeat("长", 21)
	for _, c := range []struct {
		name  string
		edit  BulkEdit
		field string // "" = in order
	}{
		{"difficulty", BulkEdit{Difficulty: 5}, ""},
		{"a tag, as it is kept", BulkEdit{AddTag: " ＡＢ "}, ""},
		{"nothing", BulkEdit{}, "difficulty"},
		{"no such difficulty", BulkEdit{Difficulty: 6}, "difficulty"},
		{"no such flag", BulkEdit{Key: "maybe"}, "key"},
		{"no such point", BulkEdit{TopicID: 77}, "topic"},
		{"two tags", BulkEdit{AddTag: "甲、乙"}, "add_tag"},
		{"a long tag", BulkEdit{RemoveTag: long}, "remove_tag"},
		{"the same to add and remove", BulkEdit{AddTag: "ab", RemoveTag: "AB"}, "remove_tag"},
		{"retire without a reason", BulkEdit{Act: BulkRetire, Reason: " "}, "reason"},
		{"retire", BulkEdit{Act: BulkRetire, Reason: "过时"}, ""},
		{"restore", BulkEdit{Act: BulkRestore}, ""},
		{"restore and edit", BulkEdit{Act: BulkRestore, Difficulty: 2}, "act"},
		{"no such act", BulkEdit{Act: "delete"}, "act"},
	} {
		got, err := c.edit.check(bulkTree())
		if (err == nil) != (c.field == "") {
			t.Errorf("%s: %v", c.name, err)
		} else if err != nil && err.(*errs.Error).Fields[0].Name != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.edit.AddTag == " ＡＢ " && got.AddTag != "AB" {
			t.Errorf("%q", got.AddTag)
		}
	}
}
