package crawl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/native"
)

// What the demo clinic's own story lacks: an exam with a short answer that waits for its markers, one with answers that came
// after the hand-in, where an order waits for the second person, one on paper, where a sheet waits for the second person,
// questions in review, and questions that somebody reported.

// stage makes them through the services that people use, and somebody in the middle of the one that is open.
func (h *house) stage(t *testing.T) {
	t.Helper()
	s := &stager{house: h, t: t, ctx: t.Context()}
	s.shortAnswer()
	marked := s.draft("沟通专项（简答）", s.paper(questionbank.Short), "zixun1", "zixun2", "dianhua1")
	s.must(s.Exams.SetMarking(s.ctx, s.viewer("peixun1"), marked, 2, 20)) // the first marker's answer stays open for the second
	s.must(s.Exams.Publish(s.ctx, s.viewer("hr1"), marked))
	s.handsIn(s.begins(marked, "zixun1"), `{"text": "先安抚情绪，再约复诊。"}`)
	s.handsIn(s.begins(marked, "zixun2"), `{"text": "不知道"}`)
	s.begins(marked, "dianhua1")
	s.marks(marked, "yuejuan1")

	paper := s.paper(questionbank.Single)
	late := s.exam("法规专项（有迟到作答）", paper, "zixun1", "zixun2")
	s.proposes(s.sendsLate(late, paper, "zixun1"))
	s.sendsLate(late, paper, "zixun2")

	draft := s.draft("还没有发布的考试", paper, "zixun1")
	h.onPaper = s.satOnPaper(paper, "zixun1", "zixun2")
	s.inReview()
	s.reported("zixun2")
	waiting := s.openCase()
	h.starts = map[string][]string{
		"hr1": {
			at("/exams/%s/live", marked), at("/exams/%s/integrity?similar=1", marked), at("/exams/%s/marking", marked), at("/exams/%s/regrade", late),
			"/cases?view=calendar", "/cases/bulk/assign?case=" + waiting, "/cases/bulk/propose?case=" + waiting, "/exams?desk=1",
			at("/exams/%s/publish", draft), at("/exams/%s/results", s.over()), at("/exams/%s/release", late),
		},
		"yuejuan1": {at("/exams/%s/marking", marked), at("/exams/%s/marking/mine", marked), at("/exams/%s/regrade?show=late", late), at("/exams/%s/live", marked), at("/exams/%s/sheets", h.onPaper)},
		"peixun1":  {at("/exams/%s/regrade/questions", s.over()), s.rewritten() + "/diff", "/bank/reports", "/bank/bulk/edit?question=1&question=2", "/papers?show=blueprints", at("/exams/%s/integrity/policy", marked), at("/exams/%s/setup", marked)},
	}
}

func at(pattern string, id exam.ExamID) string { return fmt.Sprintf(pattern, id) }

type stager struct {
	*house
	t   *testing.T
	ctx context.Context
}

func (s *stager) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stager) viewer(login string) account.Viewer {
	s.t.Helper()
	people, _, err := s.Accounts.People(s.ctx, account.System(), account.Filter{}, page.Page{Number: 1, Size: 100})
	s.must(err)
	for _, p := range people {
		if p.Login == login {
			v, err := s.Accounts.ViewerFor(s.ctx, p.ID)
			s.must(err)
			return v
		}
	}
	s.t.Fatalf("nobody signs in as %s", login)
	return account.Viewer{}
}

func (s *stager) shortAnswer() {
	s.t.Helper()
	var file bytes.Buffer
	s.must(native.Encode(&file, []questionbank.Question{{
		Type: questionbank.Short, Stem: "客户投诉术后淤青，请写出回复。", Explanation: "先安抚。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 3,
		Key: questionbank.Key{Model: "先道歉，再说明复诊流程。", Rubric: []questionbank.Criterion{{Text: "致歉", Percent: 60}, {Text: "流程", Percent: 40}}},
	}}))
	_, err := s.Bank.ImportFiles(s.ctx, s.viewer("peixun1"), []bank.File{{Name: "简答题.jsonl", Data: &file}}, bank.Choice{Publish: true}, false)
	s.must(err)
}

// paper asks one question of the type.
func (s *stager) paper(kind questionbank.Type) exam.PaperID {
	s.t.Helper()
	row := exam.BlueprintRow{Section: kind.Name(), Type: string(kind), DifficultyMin: 1, DifficultyMax: 5, Count: 1, Points: score.Whole(10)}
	id, err := s.Exams.CreateBlueprint(s.ctx, s.viewer("peixun1"), exam.Blueprint{Title: kind.Name(), Rows: []exam.BlueprintRow{row}})
	s.must(err)
	paper, short, err := s.Exams.DrawPaper(s.ctx, s.viewer("peixun1"), id, "")
	if s.must(err); len(short) > 0 {
		s.t.Fatalf("%+v", short)
	}
	return paper
}

// draft is an exam that nobody sees yet.
func (s *stager) draft(title string, paper exam.PaperID, logins ...string) exam.ExamID {
	s.t.Helper()
	id, err := s.Exams.CreateExam(s.ctx, s.viewer("peixun1"), exam.Settings{
		Title: title, Kind: exam.Special, OpensAt: s.fake.Now(), ClosesAt: s.fake.Now().Add(2 * time.Hour), LimitSeconds: 3600, GraceSeconds: 60,
		Review: exam.ReviewKeys, Release: exam.ReleaseByHand, AttemptsAllowed: 1,
	}, paper)
	s.must(err)
	var who account.Audience
	for _, l := range logins {
		who.PersonIDs = append(who.PersonIDs, s.viewer(l).PersonID)
	}
	_, err = s.Exams.Invite(s.ctx, s.viewer("peixun1"), id, who)
	s.must(err)
	return id
}

func (s *stager) exam(title string, paper exam.PaperID, logins ...string) exam.ExamID {
	s.t.Helper()
	id := s.draft(title, paper, logins...)
	s.must(s.Exams.Publish(s.ctx, s.viewer("hr1"), id))
	return id
}

// satOnPaper is an exam on paper whose first sheet is keyed in once.
func (s *stager) satOnPaper(paper exam.PaperID, logins ...string) exam.ExamID {
	s.t.Helper()
	id := s.draft("纸笔考试（法规）", paper, logins...)
	s.must(s.Exams.SetOnPaper(s.ctx, s.viewer("peixun1"), id, true))
	s.must(s.Exams.Publish(s.ctx, s.viewer("hr1"), id))
	full := score.Whole(10)
	s.must(s.Exams.EnterMarks(s.ctx, s.viewer("yuejuan1"), id, s.viewer(logins[0]).PersonID, []exam.EnteredMark{{Slot: 1, Mark: &full}}, full))
	return id
}

// inReview is an import that waits for a reviewer as one batch.
func (s *stager) inReview() {
	s.t.Helper()
	var file bytes.Buffer
	s.must(native.Encode(&file, []questionbank.Question{{
		Type: questionbank.TrueFalse, Stem: "送审的题可以由编写人自己审核通过。", Explanation: "须由没有参与编写的人审核。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 2,
		Key: questionbank.Key{Choices: []string{"false"}},
	}}))
	_, err := s.Bank.ImportFiles(s.ctx, s.viewer("peixun1"), []bank.File{{Name: "待审.jsonl", Data: &file}}, bank.Choice{Review: true}, false)
	s.must(err)
}

// reported is a question of an own result of which somebody says that it is faulty; another one has been answered.
func (s *stager) reported(login string) {
	s.t.Helper()
	v := s.viewer(login)
	mine, err := s.Exams.MyExams(s.ctx, v)
	s.must(err)
	for _, e := range mine {
		if e.AttemptID == nil || e.ReleasedAt == nil {
			continue
		}
		if r, err := s.Exams.Result(s.ctx, v, *e.AttemptID); err != nil || len(r.Slots) < 2 || r.Slots[1].Key == nil {
			continue
		}
		_, err := s.Bank.Report(s.ctx, v, int64(*e.AttemptID), 1, bank.NewReport{Reason: "several", Note: "另一项也对，见产品说明书。"})
		s.must(err)
		id, err := s.Bank.Report(s.ctx, v, int64(*e.AttemptID), 2, bank.NewReport{Reason: "typo", Note: "题干有错字。"})
		s.must(err)
		s.must(s.Bank.AnswerReport(s.ctx, s.viewer("peixun1"), id, bank.ReportAnswer{Outcome: bank.ReportNoFault, Text: "核对过，没有错字。"}))
		return
	}
	s.t.Fatalf("%s has no result that shows keys", login)
}

// rewritten is the page of a question of which a second version is written.
func (s *stager) rewritten() string {
	s.t.Helper()
	v := s.viewer("peixun1")
	rows, _, err := s.Bank.Questions(s.ctx, v, bank.Filter{Type: questionbank.Single}, page.New(1, 1))
	s.must(err)
	q := rows[0].Question()
	q.Stem += "（选一项）"
	s.must(s.Bank.Edit(s.ctx, v, rows[0].QuestionID, bank.Base{Version: rows[0].Number, Revision: 1}, bank.Draft{Question: q, TopicIDs: rows[0].Topics()}))
	return "/bank/questions/" + rows[0].QuestionID.String()
}

// over is an exam of the demo whose results are all in.
func (s *stager) over() exam.ExamID {
	s.t.Helper()
	rows, _, err := s.Exams.Exams(s.ctx, s.viewer("hr1"), exam.Filter{State: exam.Marked}, page.Page{Number: 1, Size: 1})
	s.must(err)
	return rows[0].ID
}

// openCase is a case that somebody's retraining waits for.
func (s *stager) openCase() string {
	s.t.Helper()
	rows, _, _, err := s.Remediation.Board(s.ctx, s.viewer("hr1"), remediation.Filter{Page: page.Page{Number: 1, Size: 1}})
	s.must(err)
	return rows[0].ID.String()
}

// paperInHand is an attempt with the person whose it is.
type paperInHand struct {
	exam.Sheet
	v account.Viewer
}

func (s *stager) begins(id exam.ExamID, login string) paperInHand {
	s.t.Helper()
	v := s.viewer(login)
	sheet, _, err := s.Exams.Start(s.ctx, v, id, exam.Arrival{Client: "tab of " + login})
	s.must(err)
	return paperInHand{sheet, v}
}

func (s *stager) saves(p paperInHand, seq int64, response string) {
	s.t.Helper()
	change := exam.Change{Slot: p.Slots[0].Slot, ClientSeq: seq, Response: json.RawMessage(response)}
	_, err := s.Exams.Save(s.ctx, p.v, p.AttemptID, p.Lease, []exam.Change{change}, s.fake.Now())
	s.must(err)
}

func (s *stager) handsIn(p paperInHand, response string) {
	s.t.Helper()
	s.saves(p, 1, response)
	_, err := s.Exams.Submit(s.ctx, p.v, p.AttemptID, p.Lease, s.fake.Now())
	s.must(err)
}

// marks gives the first answer of the exam's only question half of the points.
func (s *stager) marks(id exam.ExamID, login string) {
	s.t.Helper()
	v := s.viewer(login)
	queues, err := s.Exams.MarkingQueues(s.ctx, v, id)
	s.must(err)
	answer, err := s.Exams.NextAnswer(s.ctx, v, id, queues[0].VersionID)
	s.must(err)
	s.must(s.Exams.MarkAnswer(s.ctx, v, answer.ID, exam.GivenMark{Parts: slices.Repeat([]int{50}, len(answer.Rubric)), Comment: "缺少致歉"}))
}

// sendsLate hands in a wrong answer and sends the right one a minute later.
func (s *stager) sendsLate(id exam.ExamID, paper exam.PaperID, login string) exam.AttemptID {
	s.t.Helper()
	p := s.begins(id, login)
	printed, err := s.Exams.Paper(s.ctx, s.viewer("hr1"), paper)
	s.must(err)
	right, wrong := printed.Content[0].Question.Key.Choices[0], ""
	for _, o := range p.Slots[0].Options() {
		if o.ID != right {
			wrong = o.ID
		}
	}
	s.handsIn(p, `{"choice": "`+wrong+`"}`)
	s.fake.Advance(time.Minute)
	s.saves(p, 2, `{"choice": "`+right+`"}`)
	return p.AttemptID
}

func (s *stager) proposes(id exam.AttemptID) {
	s.t.Helper()
	_, err := s.Exams.ProposeLateAnswers(s.ctx, s.viewer("yuejuan1"), id, exam.LateOrder{Evidence: []int{1}}, "机房断网，有记录")
	s.must(err)
}
