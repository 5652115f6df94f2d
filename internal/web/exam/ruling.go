package exam

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// rulables is the list of questions that a regrade may rule on.
type rulables struct {
	exam.Rulable
	Page page.Page
	Why  string // why nothing can be ruled here
}

// Rulables is GET /exams/{id}/regrade/questions.
func (d *Desk) Rulables(c echo.Context) error {
	r := rulables{Page: page.Parse(c.QueryParam("page"), c.QueryParam("size"))}
	var err error
	if r.Rulable, err = d.Exams.Rulable(c.Request().Context(), layout.Viewer(c), examID(c), c.QueryParam("q"), r.Page); err != nil {
		return err
	}
	var refused *errs.Error
	if errors.As(r.Refused, &refused) {
		r.Why = words.TMap(httpx.Lang(c), refused.Key, refused.Args)
	}
	return layout.Render(c, http.StatusOK, rulablesPage(r))
}

// rulingForm is what the browser sends: the act, and the answer in the fields of the question's type.
type rulingForm struct {
	Act    string
	Key    []string                        // options or segments
	Text   string                          // blank: a line for each gap; matching and ordering: letters
	Grades [questionbank.MaxOptions]string // judgement: one for each option, by its letter
	Reason string
}

func gradeField(i int) string { return "grade_" + string(rune('a'+i)) }

func rulingFormOf(v url.Values) rulingForm {
	f := rulingForm{Act: v.Get("act"), Key: v["key"], Text: v.Get("text"), Reason: v.Get("reason")}
	for i := range f.Grades {
		f.Grades[i] = v.Get(gradeField(i))
	}
	return f
}

// ruling is what the form says of the question; what is wrong with it, the service says.
func (f rulingForm) ruling(id exam.VersionID, q questionbank.Question) exam.Ruling {
	r := exam.Ruling{VersionID: id, Act: exam.RulingAct(f.Act)}
	if !r.Act.ByAnswer() {
		return r
	}
	key := questionbank.Key{}
	switch q.Type {
	case questionbank.Blank:
		key.Gaps = [][]string{}
		for _, line := range strings.Split(strings.TrimSpace(strings.ReplaceAll(f.Text, "\r", "")), "\n") {
			var accepted []string
			for _, t := range strings.FieldsFunc(line, func(r rune) bool { return r == '|' || r == '｜' }) {
				accepted = append(accepted, strings.TrimSpace(t))
			}
			key.Gaps = append(key.Gaps, accepted)
		}
	case questionbank.Matching, questionbank.Ordering:
		for _, letter := range questionbank.Fold(f.Text) {
			if letter >= 'a' && letter <= 'z' {
				key.Choices = append(key.Choices, string(letter))
			}
		}
	case questionbank.Judgement:
		key.Grades = []questionbank.OptionGrade{}
		for i, o := range q.Options {
			if f.Grades[i] != "" {
				key.Grades = append(key.Grades, questionbank.OptionGrade{Option: o.ID, Grade: questionbank.Grade(f.Grades[i]), Reason: reasonOfGrade(q, o.ID)})
			}
		}
	default:
		key.Choices = f.Key
	}
	r.Keys = []questionbank.Key{key}
	return r
}

// reasonOfGrade is why the paper's own key grades an option so; a grade needs a reason.
func reasonOfGrade(q questionbank.Question, id string) string {
	for _, g := range q.Key.Grades {
		if g.Option == id {
			return g.Reason
		}
	}
	return ""
}

// ruling is the page of one question: what counts, what would be ruled, and what that would do.
type ruling struct {
	Version exam.VersionID
	Case    exam.RulingCase
	Form    rulingForm
	Preview *exam.RulingPreview
	Scoring exam.RoundScoring
	Page    page.Page
	Why     string
	Errors  layout.Errors
}

func versionParam(c echo.Context) exam.VersionID {
	return account.ParseID[exam.VersionID](c.Param("version"))
}

// Ruling is GET /exams/{id}/regrade/questions/{version}; with ?act= it is a dry run, which changes nothing.
func (d *Desk) Ruling(c echo.Context) error {
	r, err := d.rulingCase(c)
	if err != nil {
		return err
	}
	r.Form = rulingFormOf(c.QueryParams())
	if r.Form.Act == "" {
		return layout.Render(c, http.StatusOK, rulingPage(r))
	}
	err = d.tryRuling(c, &r)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		r.Errors = wrong
		return layout.Render(c, refusal(err), rulingPage(r))
	}
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, rulingPage(r))
}

// tryRuling adds what the form's ruling would do.
func (d *Desk) tryRuling(c echo.Context, r *ruling) error {
	p, err := d.Exams.DryRun(c.Request().Context(), layout.Viewer(c), r.Case.Exam.ID, r.Form.ruling(r.Version, r.Case.Question.Question), r.Page)
	if err != nil {
		return err
	}
	r.Preview = &p
	r.Why, err = whyNot(c, p.Refused)
	return err
}

func (d *Desk) rulingCase(c echo.Context) (ruling, error) {
	ctx := c.Request().Context()
	r := ruling{Version: versionParam(c), Page: page.Parse(c.QueryParam("page"), "50")}
	var err error
	if r.Case, err = d.Exams.RulingCase(ctx, layout.Viewer(c), examID(c), r.Version); err != nil {
		return r, err
	}
	rule, err := d.retakePolicy(ctx)
	r.Scoring = exam.RoundScoring(rule.RoundScoring)
	return r, err
}

// whyNot is a refusal in words, "" for none.
func whyNot(c echo.Context, refused error) (string, error) {
	if refused == nil {
		return "", nil
	}
	wrong, ok := layout.ErrorsOf(c, refused)
	if !ok {
		return "", refused
	}
	return wrong.General, nil
}

// ProposeRuling is POST /exams/{id}/regrade/questions/{version}.
func (d *Desk) ProposeRuling(c echo.Context) error {
	values, err := httpx.FormValues(c)
	if err != nil {
		return err
	}
	r, err := d.rulingCase(c)
	if err != nil {
		return err
	}
	r.Form = rulingFormOf(values)
	id, err := d.Exams.ProposeRuling(c.Request().Context(), layout.Viewer(c), r.Case.Exam.ID, r.Form.ruling(r.Version, r.Case.Question.Question), r.Form.Reason)
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		r.Errors = wrong
		if wrong.For("reason") != "" { // the ruling itself may be right: what it does stays above the reason
			if err := d.tryRuling(c, &r); err != nil {
				if _, ok := layout.ErrorsOf(c, err); !ok {
					return err
				}
			}
		}
		return layout.Render(c, refusal(err), rulingPage(r))
	}
	if err != nil {
		return err
	}
	return saidDone(c, orderURL(r.Case.Exam.ID, id, ""), "regrade.proposed_done")
}

// rulingOrder is the page of an order on a question of a whole exam.
func (d *Desk) rulingOrder(c echo.Context, k exam.Correction) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	r := ruledOrder{Order: k, Page: page.Parse(c.QueryParam("page"), "50")}
	var err error
	if r.Preview, err = d.Exams.RulingPreview(ctx, v, k, r.Page); err != nil {
		return err
	}
	if r.Preview != nil {
		if r.Why, err = whyNot(c, r.Preview.Refused); err != nil {
			return err
		}
	}
	rule, err := d.retakePolicy(ctx)
	if err != nil {
		return err
	}
	r.Scoring = exam.RoundScoring(rule.RoundScoring)
	return layout.Render(c, http.StatusOK, rulingOrderPage(r))
}

// ruledOrder is the page of an order on a question.
type ruledOrder struct {
	Order   exam.Correction
	Preview *exam.RulingPreview // nil for one that was rejected or withdrawn
	Scoring exam.RoundScoring
	Page    page.Page
	Why     string
}
