package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// storedClinic is a clinic with the stored bank, which is empty.
func storedClinic(t *testing.T, people int) (*clinic, *bank.Service) {
	t.Helper()
	ctx := context.Background()
	d, fake := dbtest.NewFake(t)
	b, err := bank.New(ctx, d)
	must(t, err)
	policies, err := policy.NewStore(ctx, d)
	must(t, err)
	s, err := New(ctx, Deps{DB: d, Questions: Stored(b), People: resolveAll{}, Policies: policies})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.EnsurePolicies(ctx))
	c := &clinic{Service: s, t: t, d: d, clock: fake, ctx: ctx, staff: account.Operator("test")}
	c.employ(people)
	return c, b
}

// Threat 33: an exam over the stored bank; a key that is changed while people sit changes nothing for them.
func TestAnAttemptKeepsTheKeyItBeganWith(t *testing.T) {
	c, b := storedClinic(t, 1)
	s, ctx, staff := c.Service, c.ctx, c.staff
	tree, err := b.Topics(ctx, staff)
	must(t, err)
	topic, err := b.CreateTopic(ctx, staff, tree.Area(1), "光子嫩肤")
	must(t, err)
	draft := func(n int, key string) bank.Draft {
		return bank.Draft{TopicIDs: []bank.TopicID{topic}, Question: questionbank.Question{
			Type: questionbank.Single, Stem: fmt.Sprintf("光子嫩肤第 %d 题的正确说法是", n), Options: options("a", "b", "c", "d"),
			Key: questionbank.Key{Choices: []string{key}}, Explanation: secretWord, Difficulty: 3, KeyQuestion: true,
		}}
	}
	var questions []bank.QuestionID
	for n := range 3 {
		id, err := b.Create(ctx, staff, draft(n, "b"))
		must(t, err)
		questions = append(questions, id)
	}
	must(t, b.Publish(ctx, staff, questions...))

	// The row asks for the area; the questions stand at a point below it.
	row := BlueprintRow{Section: "一", TopicIDs: []TopicID{TopicID(tree.Area(1))}, Type: "single", DifficultyMin: 1, DifficultyMax: 5, Count: 4, Points: score.Whole(10)}
	blueprint, err := s.CreateBlueprint(ctx, staff, Blueprint{Title: "专项", Rows: []BlueprintRow{row}, KeyPercent: 100})
	must(t, err)
	if _, short, err := s.DrawPaper(ctx, staff, blueprint, ""); err != nil || len(short) != 1 || short[0].Lack != 1 || short[0].Keys != 1 {
		t.Fatalf("%+v %v", short, err)
	}
	asked := Blueprint{Title: "专项", Rows: []BlueprintRow{row}, KeyPercent: 100}
	if stock, err := s.CheckBlueprint(ctx, staff, asked); err != nil || len(stock.Short) != 1 || stock.Short[0].Lack != 1 || stock.Fit[0] != 3 {
		t.Fatalf("checked: %+v %v", stock, err)
	}
	row.Count = 3
	must(t, s.ReviseBlueprint(ctx, staff, blueprint, Blueprint{Title: "专项", Rows: []BlueprintRow{row}, KeyPercent: 100}))
	paper, _, err := s.DrawPaper(ctx, staff, blueprint, "")
	must(t, err)
	in := c.settings()
	in.Release = ReleaseAtHandIn
	exam, err := s.CreateExam(ctx, staff, in, paper)
	must(t, err)
	_, err = s.Invite(ctx, staff, exam, account.Audience{PersonIDs: []account.PersonID{1}})
	must(t, err)
	must(t, s.Publish(ctx, staff, exam))
	sheet := c.begin(exam, 1)
	c.answer(sheet, 1, 3)

	for n, id := range questions { // the keys change, and the process forgets what it had read
		was, err := b.Question(ctx, staff, id)
		must(t, err)
		must(t, b.Edit(ctx, staff, id, bank.Base{Version: was.Editable().Number, Revision: was.Editable().Revision}, draft(n, "c")))
	}
	must(t, b.Publish(ctx, staff, questions...))
	s.papers.byID, s.sheets.byID = nil, nil

	c.submit(sheet, 1)
	c.clock.Advance(3 * time.Hour)
	r, err := s.Result(ctx, examinee(1), sheet.AttemptID)
	must(t, err)
	if r.Score != score.Whole(30) || r.Slots[0].Key.Choices[0] != "b" || string(r.Slots[0].Response) != `{"choice":"b"}` || r.Topics[0].TopicID != TopicID(topic) {
		text, _ := json.Marshal(r)
		t.Fatalf("%s", text)
	}
	if n := c.count(`SELECT count(*) FROM question_usage`); n != 3 {
		t.Fatalf("%d versions are marked as used", n)
	}
}
