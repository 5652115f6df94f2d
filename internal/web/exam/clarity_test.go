package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

const filled = "btn btn-primary"

// What examinees were told of a published exam is text; a form is for whoever's save would be taken.
func TestIntegrityIsAFormForWhoeverMaySave(t *testing.T) {
	for _, c := range []struct {
		name            string
		state           exam.State
		role            account.Role
		form, rules     bool // there is a form, and the rules are fields of it
		shown, notShown string
	}{
		{"a trainer's draft", exam.Draft, account.Trainer, true, true, `value="春暖花开"`, "考试已发布"},
		{"a trainer, published", exam.Published, account.Trainer, false, false, "第 3 次时收卷", "春暖花开"},
		{"HR, published", exam.Published, account.HR, true, false, `type="hidden" name="watermark" value="true"`, "取消全屏"},
		{"HR, over", exam.Marked, account.HR, false, false, "考试已结束", "可以改到考试结束"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := cannedExam(c.state)
			e.Integrity.V = cannedIntegrity
			p := policing{Exam: e, Form: formOfIntegrity(cannedIntegrity), Told: exam.IntegrityWords(words.ZH, cannedIntegrity)}
			v := layouttest.As("陈思远", c.role)
			html := layouttest.HTML(t, layouttest.Env{Viewer: v}, policyPage(p))
			if strings.Contains(html, `name="access_code"`) != c.form || strings.Contains(html, `<select class="form-select" id="f-hidden"`) != c.rules {
				t.Errorf("form %v, rules as fields %v", c.form, c.rules)
			}
			if !strings.Contains(html, c.shown) || strings.Contains(html, c.notShown) {
				t.Errorf("the page lacks %q or shows %q", c.shown, c.notShown)
			}
			s := cannedSetup(c.state)
			s.Exam = e
			if strings.Contains(layouttest.HTML(t, layouttest.Env{Viewer: v}, setupPage(s)), "/integrity/policy") != c.form {
				t.Errorf("the settings offer the form: want %v", c.form)
			}
		})
	}
}

func TestTheMostUrgentExamHasTheMainButton(t *testing.T) {
	later := cannedMine()[3]
	later.ID, later.Window.ClosesAt = 14, later.Window.ClosesAt.Add(13*24*time.Hour)
	m := mineByTime{Now: []exam.MyExam{cannedMine()[3], later}, Past: cannedMine()[5:], Approvals: []exam.WaitingCorrections{{ExamID: 9, Title: "第三季度考核", Waiting: 1}}}
	html := layouttest.HTML(t, layouttest.Env{}, hallPage(m, cannedNow))
	if n := strings.Count(html, `mt-2 btn-primary" href="/exams/`); n != 1 || !strings.Contains(html, `mt-2 btn-primary" href="/exams/4"`) {
		t.Errorf("%d main buttons", n)
	}
	for _, want := range []string{"已交卷，考试结束并判完后公布成绩", "已交卷或已结束", `href="/exams/9/regrade"`, "有 1 张成绩更正单等待您批准"} {
		if !strings.Contains(html, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	m.Now, m.Past = nil, nil
	html = layouttest.HTML(t, layouttest.Env{}, hallPage(m, cannedNow))
	if at := strings.Index(html, "等待您批准"); at < 0 || at > strings.Index(html, "目前没有您的考试") {
		t.Error("what waits for the viewer stands below the empty list")
	}
}

// Before the close nothing can be released: the board says from when, and the list does not press.
func TestNoReleaseBeforeTheClose(t *testing.T) {
	b := cannedBoard()
	b.Exam, b.Phase, b.Waiting, b.TooEarly = cannedExam(exam.Published), phaseOpen, waiting{}, true
	html := layouttest.Flat(layouttest.HTML(t, staffAt("/exams/9/results"), boardPage(b)))
	if strings.Contains(html, "/exams/9/release") || !strings.Contains(html, "3 份成绩待公布，2026-12-18 17:00 考试结束后可以公布") {
		t.Error("the board offers a release that would be refused")
	}
	preview := cannedPreview(b.Exam.ClosesAt)
	early := layouttest.HTML(t, staffAt("/exams/9/release"), releasePage(releaseOf(b.Exam, preview, remediation.DefaultPolicy, cannedNow), cannedNow))
	if !strings.Contains(early, "还不能公布成绩") || !strings.Contains(early, "返回成绩") || strings.Contains(early, "先不公布") {
		t.Error("the page asks what cannot be decided yet")
	}
	row := exam.ExamRow{ID: 9, Title: "考核", Kind: exam.Quarterly, Unreleased: 2}
	for _, c := range []struct {
		phase phase
		badge bool
	}{{phaseOpen, false}, {phaseClosed, true}, {phaseMarked, true}} {
		shown := layouttest.HTML(t, staffAt("/exams?desk=1"), deskListPage(deskList{Rows: []deskRow{{ExamRow: row, Phase: c.phase}}}))
		if strings.Contains(shown, "2 份待公布") != c.badge {
			t.Errorf("%s: badge %v", c.phase, !c.badge)
		}
	}
	row.Kind = exam.Retake // released one by one
	if shown := layouttest.HTML(t, staffAt("/exams?desk=1"), deskListPage(deskList{Rows: []deskRow{{ExamRow: row, Phase: phaseOpen}}})); !strings.Contains(shown, "2 份待公布") {
		t.Error("a running retake's results wait unseen")
	}
}

// Publishing is the main button once nothing is missing; until then saving is.
func TestADraftHasOneMainButton(t *testing.T) {
	waits, ready := cannedSetup(exam.Draft), cannedSetup(exam.Draft)
	waits.People.Who, waits.People.Found = "", nil
	ready.Missing = nil
	for name, c := range map[string]struct {
		s       setup
		publish bool
	}{"something is missing": {waits, false}, "nothing is missing": {ready, true}} {
		html := layouttest.HTML(t, staffAt("/exams/9/setup"), setupPage(c.s))
		main := html[strings.Index(html, "<main"):strings.Index(html, "</main>")]
		if n := strings.Count(main, filled); n != 1 || strings.Contains(main, filled+`" href="/exams/9/publish"`) != c.publish {
			t.Errorf("%s: %d main buttons", name, n)
		}
		if toPeople := strings.Contains(main, `href="#people"`); toPeople == c.publish {
			t.Errorf("%s: the way to the people is shown: %v", name, toPeople)
		}
	}
	if invitedWord(cannedExam(exam.Draft)) == invitedWord(cannedExam(exam.Published)) {
		t.Error("after the last invitation a draft does not say what comes next")
	}
}

// The bands of a published exam are in the reader's language.
func TestBandsInTheReadersLanguage(t *testing.T) {
	env := staffAt("/exams/9/setup")
	env.Lang = words.EN
	html := layouttest.HTML(t, env, setupPage(cannedSetup(exam.Published)))
	if strings.Contains(html, "优秀") || !strings.Contains(html, "Excellent") {
		t.Error("the English page shows Chinese bands")
	}
}

func TestOwnTimesAreThoseThatDiffer(t *testing.T) {
	e := cannedExam(exam.Published)
	own := func(from, to time.Time) exam.CandidateRow { return exam.CandidateRow{OpensAt: &from, ClosesAt: &to} }
	ctx := t.Context()
	if got := ownTimes(ctx, e, own(e.OpensAt, e.ClosesAt)); got != "" {
		t.Errorf("the exam's own times are told as a grant: %q", got)
	}
	if got := ownTimes(ctx, e, own(e.OpensAt, e.ClosesAt.Add(time.Hour))); got == "" {
		t.Error("other times are not told")
	}
}

// An order on a question says of which exam and which question it is, with what it is answered by and what counts now, and both
// signatures stand together.
func TestARulingsOrderSaysWhatIsSigned(t *testing.T) {
	o := cannedRulingOrder(exam.CorrectionProposed)
	o.Order.ExamTitle, o.Order.Slot = "2026 年第三季度考核", 3
	html := layouttest.HTML(t, staffAt("/exams/9/regrade/3"), rulingOrderPage(o))
	for _, want := range []string{"2026 年第三季度考核", "试卷第 3 题，改正答案", "试卷原答案：<strong>B. 正常肿胀", "<li class=\"lettered\">A. 血管栓塞</li>"} {
		if !strings.Contains(html, want) {
			t.Errorf("the order lacks %q", want)
		}
	}
	if strings.Contains(html, "btn-outline-danger") {
		t.Error("sending back looks as if it destroyed something")
	}
	buttons := html[strings.Index(html, `<div class="form-buttons"><button type="submit" class="`+filled):]
	if !strings.Contains(buttons[:strings.Index(buttons, "</div>")], `data-dialog-open="reject"`) {
		t.Error("the signatures do not stand in one row")
	}
	list := regrading{Exam: cannedExam(exam.Marked), Orders: []exam.Correction{o.Order}, OrderSum: 1}
	if html := layouttest.HTML(t, staffAt("/exams/9/regrade"), regradePage(list)); !strings.Contains(html, "按题重判：试卷第 3 题，改正答案") || !strings.Contains(html, ">更正内容</th>") {
		t.Error("the list does not say which question an order is on")
	}
}

// Who keeps the result is counted and folded away below those whose results change; where nobody's changes, they are the list.
func TestWhoKeepsTheResultIsFolded(t *testing.T) {
	o := cannedRulingOrder(exam.CorrectionApproved)
	html := layouttest.HTML(t, staffAt("/exams/9/regrade/3"), rulingOrderPage(o))
	fold := strings.Index(html, `<details class="mb-3"><summary>保留原成绩的人（1）</summary>`)
	if fold < 0 || strings.Index(html, "周婷") > fold || strings.Index(html, "吴桐") < fold {
		t.Errorf("the fold stands at %d", fold)
	}
	o.Preview.Results = o.Preview.Results[1:]
	html = layouttest.HTML(t, staffAt("/exams/9/regrade/3"), rulingOrderPage(o))
	if !strings.Contains(html, `<details class="mb-3" open><summary>保留原成绩的人（1）</summary>`) {
		t.Error("the only list is folded")
	}
	o.Preview.Results = cannedRuling().Results[:1]
	if html = layouttest.HTML(t, staffAt("/exams/9/regrade/3"), rulingOrderPage(o)); strings.Contains(html, "保留原成绩的人") {
		t.Error("nobody is folded")
	}
}

// The way to late answers is offered while there are some.
func TestNoOrdersLeadsToLateAnswers(t *testing.T) {
	ctx := t.Context()
	if noOrders(ctx, regrading{}).ActionURL != "" || noOrders(ctx, regrading{Exam: cannedExam(exam.Marked), LateSum: 2}).ActionURL != "/exams/9/regrade?show=late" {
		t.Error("the way leads to an empty list, or is missing")
	}
}

// The proposal stands above the people, who may be many.
func TestTheProposalStandsAboveThePeople(t *testing.T) {
	r := cannedCase("single")
	r.Form, r.Preview = rulingForm{Act: "key", Key: []string{"a"}}, cannedRuling()
	html := layouttest.HTML(t, staffAt("/exams/9/regrade/questions/7"), rulingPage(r))
	if form, people := strings.Index(html, `name="reason"`), strings.Index(html, "58 / 100"); form < 0 || people < form {
		t.Error("the reason stands below the people")
	}
	if strings.Count(html, "怎样处理") != 1 {
		t.Error("the question is asked twice")
	}
}

// Two people are needed to compare their wrong answers.
func TestComparingIsForTwo(t *testing.T) {
	v := cannedNoticed()
	v.Similar = nil
	for total, offered := range map[int]bool{1: false, 2: true} {
		v.Total = total
		if strings.Contains(layouttest.HTML(t, staffAt("/exams/9/integrity"), integrityPage(v)), "similar=1") != offered {
			t.Errorf("%d people: offered %v", total, !offered)
		}
	}
}
