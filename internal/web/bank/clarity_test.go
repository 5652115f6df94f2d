package bank

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

func as(role account.Role) layouttest.Env {
	return layouttest.Env{Viewer: layouttest.As("周敏", role), Address: "/bank"}
}

func mainOf(html string) string {
	return html[strings.Index(html, "<main"):strings.Index(html, "</main>")]
}

// A list shows the words of a labelling question and not its marks, and one main button however many may be ticked.
func TestListShowsNoMarks(t *testing.T) {
	r := rows()[:1]
	r[0].Body.V.Stem = "指出越线的话：[[本次包好]]。[[现场抽奖]]"
	html := mainOf(layouttest.HTML(t, as(account.Trainer), listPage(listView{rows: r, page: page.New(1, 20), total: 1, tree: tree()})))
	if strings.Contains(html, "[[") || !strings.Contains(html, "本次包好。现场抽奖") {
		t.Error("the stem shows its marks")
	}
	if n := strings.Count(html, "btn-primary"); n != 1 {
		t.Errorf("%d main buttons", n)
	}
}

// While versions are still being compared nobody is told that there are no near ones.
func TestNearWhileComparing(t *testing.T) {
	html := layouttest.HTML(t, as(account.Trainer), nearPage(nearView{Page: page.New(1, 20)}))
	if !strings.Contains(html, "正在比较，暂时还没有发现相近的题") || strings.Contains(html, "没有相近的题") {
		t.Error("the page says two things")
	}
}

// Whoever can decide on nothing of the queue sees no form; the rule is offered for change to whoever may change it.
func TestReviewQueueForItsReaders(t *testing.T) {
	own := version(2, questionbank.Single, store.StateInReview)
	own.CreatedBy = layouttest.As("周敏", account.Professional).Actor()
	other := version(3, questionbank.Single, store.StateInReview)
	for name, c := range map[string]struct {
		versions []store.Version
		form     bool
	}{"own": {[]store.Version{own}, false}, "another's": {[]store.Version{own, other}, true}} {
		html := layouttest.HTML(t, as(account.Professional), reviewPage(reviewView{Page: page.New(1, 20), Total: len(c.versions), Versions: c.versions}))
		if strings.Contains(html, `id="decide"`) != c.form {
			t.Errorf("%s: the form is shown: %v", name, !c.form)
		}
		if strings.Contains(html, "可在“制度参数”里改") {
			t.Errorf("%s: the rule is offered to who may not change it", name)
		}
	}
	if html := layouttest.HTML(t, as(account.HR), reviewPage(reviewView{Page: page.New(1, 20)})); !strings.Contains(html, "可在“制度参数”里改") {
		t.Error("who may change the rule is not told where")
	}
}

// The ticked questions are sent back with a reason that the browser asks for, so that neither ticks nor text are lost to a refusal;
// approving asks for none.
func TestTickedQuestionsAreSentBackWithAReason(t *testing.T) {
	html := layouttest.HTML(t, as(account.Professional), reviewPage(reviewView{Page: page.New(1, 20), Total: 1, Versions: []store.Version{version(3, questionbank.Single, store.StateInReview)}}))
	_, form, _ := strings.Cut(html, `<form id="decide"`)
	form, _, _ = strings.Cut(form, "</form>")
	for _, want := range []string{`name="act" value="approve" formnovalidate`, `name="reason" rows="3" required`, `type="submit" name="act" value="return"`} {
		if !strings.Contains(form, want) {
			t.Errorf("the form is without %s", want)
		}
	}
	if before, _, _ := strings.Cut(form, "<dialog"); strings.Contains(before, `value="return"`) {
		t.Error("sent back without being asked for the reason")
	}
}

// A reviewer's two decisions stand together, approving first; nothing is destroyed by sending back.
func TestReviewersDecisionsStandTogether(t *testing.T) {
	d := inReviewDetail()
	html := mainOf(layouttest.HTML(t, as(account.Professional), questionPage(d, d.Versions[0], tree(), nil, cannedReview(), mediaForm{})))
	card := html[strings.Index(html, "审核</h2>"):]
	row := card[strings.Index(card, `<div class="form-buttons">`):]
	row = row[:strings.Index(row, "</div>")]
	if !strings.Contains(row, `btn btn-primary" data-dialog-open="publish"`) || !strings.Contains(row, `data-dialog-open="return"`) || strings.Contains(row, "danger") {
		t.Error(row)
	}
	if n := strings.Count(html, `data-dialog-open="publish"`); n != 1 {
		t.Errorf("%d buttons that publish", n)
	}
	if upload := strings.Index(html, `type="file"`); upload < 0 || upload < strings.Index(html, "审核</h2>") {
		t.Error("the upload stands before the review")
	}
}

// Editing what waits for review withdraws it: the button and the editor say so.
func TestEditingASubmissionSaysThatItWithdraws(t *testing.T) {
	if editWord(inReviewDetail()) != "bank.edit_submitted" || editWord(store.Detail{Versions: []store.Version{version(1, questionbank.Single, store.StateDraft)}}) != "bank.edit" ||
		editWord(store.Detail{Versions: []store.Version{version(1, questionbank.Single, store.StatePublished)}}) != "bank.new_version" {
		t.Error("the button does not say what editing comes to")
	}
	f := formOfVersion(version(2, questionbank.Single, store.StateInReview))
	for waits, want := range map[bool]bool{true: true, false: false} {
		if strings.Contains(layouttest.HTML(t, as(account.Trainer), editorPage(12, f, tree(), waits, layout.Errors{})), "保存修改会撤回送审") != want {
			t.Errorf("in review %v: the notice", waits)
		}
	}
}

// One option of a single-choice question is right: radio buttons, whose choice is read; an older form's box still counts.
func TestOneRightOption(t *testing.T) {
	html := layouttest.HTML(t, as(account.Trainer), editorPage(0, questionForm{Type: "single", Topics: make([]string, topicFields)}, tree(), false, layout.Errors{}))
	if !strings.Contains(html, `type="radio" class="form-check-input" id="f-key_one"`) {
		t.Error("several options of a single-choice question can be ticked")
	}
	for name, c := range map[string]struct {
		sent url.Values
		want []string
	}{
		"radio":    {url.Values{"type": {"single"}, keyOne: {"b"}, "key": {"a", "c"}}, []string{"b"}},
		"older":    {url.Values{"type": {"single"}, "key": {"a"}}, []string{"a"}},
		"multiple": {url.Values{"type": {"multiple"}, keyOne: {"b"}, "key": {"a", "c"}}, []string{"a", "c"}},
	} {
		if got := formOf(c.sent).Key; !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAnImportSaysWhatCameOfIt(t *testing.T) {
	done := layouttest.HTML(t, as(account.Trainer), previewPage(preview(0, true), tree(), store.ReviewPolicy{}, layout.Errors{}))
	if !strings.Contains(done, "导入结果") || strings.Contains(done, "可以导入") {
		t.Error("a finished import reads as a preview")
	}
}

func TestNoRivalsForReaders(t *testing.T) {
	html := layouttest.HTML(t, as(account.Supervisor), rivalsPage(rivalsView{Page: page.New(1, 20)}))
	if strings.Contains(html, "写在下面") || !strings.Contains(html, "题库编写人设定后") {
		t.Error("a reader is told to fill in a form that is not there")
	}
}
