package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/content"
	"github.com/peikao/peikao/questionbank/native"
)

// Password opens every account of the small clinic.
const Password = "correct horse battery"

// Clinic is a small clinic, made through the services: two branches, each with a lead ("lead-a") and consultants ("mei-a",
// "lan-a"), and above them one person of each other role, whose log-in is the role's name; "hr2" is there for acts of two
// people, "plain" has no role.
type Clinic struct {
	*App
	Root      account.UnitID
	Branch    map[string]account.UnitID   // "a", "b"
	Post      account.PostID              // 网络咨询员
	OtherPost account.PostID              // not examined and not appraised
	Person    map[string]account.PersonID // by log-in

	t      testing.TB
	known  map[string]questionbank.Question // by fingerprint
	tokens map[string]string                // by log-in
}

// NewClinic starts the program and makes its people. The bank is empty until FillBank.
func NewClinic(t testing.TB, o app.Options) *Clinic {
	t.Helper()
	c := &Clinic{
		App: New(t, o), t: t, Branch: map[string]account.UnitID{}, Person: map[string]account.PersonID{},
		known: map[string]questionbank.Question{}, tokens: map[string]string{},
	}
	c.Root = c.unit(0, account.Company, "美丽医疗")
	c.Post = c.post("online", "网络咨询员", "online")
	c.OtherPost = c.post("office", "职能岗", "other")
	names := map[string]string{"a": "城东分院", "b": "城西分院"}
	for _, key := range []string{"a", "b"} { // in this order, as lists of equals are in that of their people
		u := c.unit(c.Root, account.Branch, names[key])
		c.Branch[key] = u
		c.Employ("lead-"+key, "组长"+key, u, c.OtherPost, account.Lead)
		c.Employ("mei-"+key, "小美"+key, u, c.Post, account.Consultant)
		c.Employ("lan-"+key, "小兰"+key, u, c.Post, account.Consultant)
	}
	for _, r := range account.Roles {
		if r != account.Lead && r != account.Consultant {
			c.Employ(string(r), "某某", c.Root, c.OtherPost, r)
		}
	}
	c.Employ("hr2", "某某", c.Root, c.OtherPost, account.HR)
	c.Employ("plain", "某某", c.Root, c.OtherPost, "")
	return c
}

func (c *Clinic) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *Clinic) unit(parent account.UnitID, kind account.UnitKind, name string) account.UnitID {
	c.t.Helper()
	id, err := c.Accounts.CreateUnit(context.Background(), account.System(), parent, kind, name, 0)
	c.must(err)
	return id
}

func (c *Clinic) post(code, name string, kind account.PostKind) account.PostID {
	c.t.Helper()
	id, err := c.Accounts.CreatePost(context.Background(), account.System(), account.Post{Code: code, Name: name, Kind: kind})
	c.must(err)
	return id
}

// Employ adds a person at a unit with a log-in and, unless it is empty, a role over the unit.
func (c *Clinic) Employ(login, name string, unit account.UnitID, post account.PostID, role account.Role) {
	c.t.Helper()
	ctx, root := context.Background(), account.System()
	from := c.Accounts.Today().AddDate(0, 0, -100)
	id, err := c.Accounts.CreatePerson(ctx, root, account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: "E-" + login, Name: name}, UnitID: unit, PostID: post, FromOn: &from,
	})
	c.must(err)
	if role != "" {
		c.must(c.Accounts.GrantRole(ctx, root, id, role, unit))
	}
	c.must(c.Accounts.CreateLoginWithPassword(ctx, root, id, login, Password))
	c.Person[login] = id
}

// Viewer is what the services know of whoever has the log-in.
func (c *Clinic) Viewer(login string) account.Viewer {
	c.t.Helper()
	v, err := c.Accounts.ViewerFor(context.Background(), c.Person[login])
	c.must(err)
	return v
}

// shipped are read once for all clinics.
var shipped = sync.OnceValues(content.Questions)

// FillBank imports one in so many of the questions that ship with the product, with their knowledge points, as the trainer.
func (c *Clinic) FillBank(oneIn int) {
	c.t.Helper()
	ctx, trainer := context.Background(), c.Viewer("trainer")
	items, err := shipped()
	c.must(err)
	var questions []questionbank.Question
	named := map[string]bool{}
	for i := 0; i < len(items); i += oneIn {
		questions = append(questions, items[i].Question)
		for _, path := range items[i].Question.KnowledgePoints {
			named[path] = true
		}
	}
	topics, err := content.Topics()
	c.must(err)
	tree, err := c.Bank.Topics(ctx, trainer)
	c.must(err)
	for _, t := range topics {
		if _, there := tree.Child(tree.Area(t.Area), t.Name); !there && named[fmt.Sprintf("%d/%s", t.Area, t.Name)] {
			_, err := c.Bank.CreateTopic(ctx, trainer, tree.Area(t.Area), t.Name)
			c.must(err)
		}
	}
	c.AddQuestions(questions...)
}

// AddQuestions imports and publishes questions, as the trainer.
func (c *Clinic) AddQuestions(questions ...questionbank.Question) {
	c.t.Helper()
	var file bytes.Buffer
	c.must(native.Encode(&file, questions))
	sum, err := c.Bank.ImportFiles(context.Background(), c.Viewer("trainer"), []bank.File{{Name: "题库.jsonl", Data: &file}}, bank.Choice{Publish: true}, false)
	c.must(err)
	if sum.Imported != len(questions) {
		c.t.Fatalf("%d of %d questions imported: %v", sum.Imported, len(questions), sum.Problems)
	}
	for _, q := range questions {
		c.known[string(bank.Fingerprint(q))] = q
	}
}

// Paper draws so many questions of the bank at 10 points, as the trainer.
func (c *Clinic) Paper(count int) exam.PaperID {
	c.t.Helper()
	return c.PaperOf(exam.BlueprintRow{Section: "一", Count: count})
}

// PaperOf draws a paper of the rows, as the trainer; a row takes any difficulty, and 10 points a question.
func (c *Clinic) PaperOf(rows ...exam.BlueprintRow) exam.PaperID {
	c.t.Helper()
	for i := range rows {
		rows[i].DifficultyMin, rows[i].DifficultyMax, rows[i].Points = 1, 5, score.Whole(10)
	}
	ctx, trainer := context.Background(), c.Viewer("trainer")
	id, err := c.Exams.CreateBlueprint(ctx, trainer, exam.Blueprint{Title: "一季度", Rows: rows})
	c.must(err)
	paper, short, err := c.Exams.DrawPaper(ctx, trainer, id, "")
	c.must(err)
	if len(short) > 0 {
		c.t.Fatalf("the bank is too small: %+v", short)
	}
	return paper
}

// Exam publishes a quarterly exam of the paper that is open now for two hours, with one hour for each of those invited.
// change may alter the settings.
func (c *Clinic) Exam(paper exam.PaperID, change func(*exam.Settings), logins ...string) exam.ExamID {
	c.t.Helper()
	id := c.Draft(paper, change, logins...)
	c.Publish(id)
	return id
}

// Draft is Exam before it is published, for what is set on a draft alone.
func (c *Clinic) Draft(paper exam.PaperID, change func(*exam.Settings), logins ...string) exam.ExamID {
	c.t.Helper()
	ctx, trainer := context.Background(), c.Viewer("trainer")
	s := exam.Settings{
		Title: "一季度考核", Kind: exam.Quarterly, OpensAt: c.Fake.Now(), ClosesAt: c.Fake.Now().Add(2 * time.Hour), LimitSeconds: 3600, GraceSeconds: 60,
		ShuffleSlots: true, ShuffleOptions: true, Review: exam.ReviewKeys, Release: exam.ReleaseByHand, AttemptsAllowed: 1,
	}
	if change != nil {
		change(&s)
	}
	id, err := c.Exams.CreateExam(ctx, trainer, s, paper)
	c.must(err)
	var who account.Audience
	for _, l := range logins {
		who.PersonIDs = append(who.PersonIDs, c.Person[l])
	}
	_, err = c.Exams.Invite(ctx, trainer, id, who)
	c.must(err)
	return id
}

// Publish publishes a draft, as HR.
func (c *Clinic) Publish(id exam.ExamID) {
	c.t.Helper()
	c.must(c.Exams.Publish(context.Background(), c.Viewer("hr"), id))
}

// Begin starts somebody's attempt in the tab "tab".
func (c *Clinic) Begin(login string, id exam.ExamID) exam.Sheet {
	c.t.Helper()
	sheet, _, err := c.Exams.Start(context.Background(), c.Viewer(login), id, exam.Arrival{Client: "tab tab"})
	c.must(err)
	return sheet
}

// Sit lets somebody sit an exam from start to hand-in with the first right questions answered right and the rest wrong.
func (c *Clinic) Sit(login string, id exam.ExamID, right int) exam.AttemptID {
	c.t.Helper()
	ctx, v, sheet := context.Background(), c.Viewer(login), c.Begin(login, id)
	changes := make([]exam.Change, len(sheet.Slots))
	for i, s := range sheet.Slots {
		changes[i] = exam.Change{Slot: s.Slot, ClientSeq: int64(i + 1), Response: c.Response(s, i < right)}
	}
	reply, err := c.Exams.Save(ctx, v, sheet.AttemptID, sheet.Lease, changes, c.Fake.Now())
	c.must(err)
	if reply.Only() != exam.Saved {
		c.t.Fatalf("%+v", reply)
	}
	_, err = c.Exams.Submit(ctx, v, sheet.AttemptID, sheet.Lease, c.Fake.Now())
	c.must(err)
	return sheet.AttemptID
}

// Response is a right or a wrong answer to a question of the bank, as a page sends it.
func (c *Clinic) Response(s exam.SheetSlot, right bool) json.RawMessage {
	c.t.Helper()
	q, ok := c.known[string(bank.Fingerprint(questionbank.Question{Stem: s.Stem, Options: s.Options(), Rows: s.Rows, Stimulus: s.Stimulus}))]
	if !ok {
		c.t.Fatal("a question that nobody imported: " + s.Stem)
	}
	return answer(q, right)
}

// answer is null where every option is right and a wrong one is wanted.
func answer(q questionbank.Question, right bool) json.RawMessage {
	r := questionbank.WrongResponse(q)
	switch {
	case q.Type.ByPeople() && right:
		r = questionbank.Response{Type: q.Type, Text: q.Key.Model}
	case q.Type.ByPeople():
		r = questionbank.Response{Type: q.Type, Text: "不知道"}
	case right:
		r = questionbank.RightResponse(q)
	}
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return text
}
