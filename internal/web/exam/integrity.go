package exam

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// integrityForm is what an exam watches for and asks for, as typed. Lists are one a line.
type integrityForm struct {
	Hidden          string `form:"hidden"`
	HiddenAfter     string `form:"hidden_after"`
	Fullscreen      string `form:"fullscreen"`
	FullscreenAfter string `form:"fullscreen_after"`
	Paste           string `form:"paste"`
	PasteAfter      string `form:"paste_after"`
	Sessions        string `form:"sessions"`
	SessionsAfter   string `form:"sessions_after"`
	AskFullscreen   bool   `form:"ask_fullscreen"`
	Watermark       bool   `form:"watermark"`
	AccessCode      string `form:"access_code"`
	Ranges          string `form:"ranges"`
	SEBKeys         string `form:"seb_keys"`
}

// mode and after are the two fields of a kind.
func (f integrityForm) mode(k exam.WatchKind) (mode, after string) {
	switch k {
	case exam.WatchHidden:
		return f.Hidden, f.HiddenAfter
	case exam.WatchFullscreen:
		return f.Fullscreen, f.FullscreenAfter
	case exam.WatchPaste:
		return f.Paste, f.PasteAfter
	}
	return f.Sessions, f.SessionsAfter
}

// watch reads one kind: the number counts for a hand-in alone, and one that cannot be read is refused as none.
func (f integrityForm) watch(k exam.WatchKind) exam.Watch {
	mode, after := f.mode(k)
	w := exam.Watch{Mode: exam.WatchMode(mode)}
	if w.Mode == exam.WatchHandIn {
		w.After, _ = strconv.Atoi(strings.TrimSpace(after))
	}
	return w
}

func (f integrityForm) integrity() exam.Integrity {
	return exam.Integrity{
		Hidden: f.watch(exam.WatchHidden), Fullscreen: f.watch(exam.WatchFullscreen), Paste: f.watch(exam.WatchPaste), Sessions: f.watch(exam.WatchSessions),
		AskFullscreen: f.AskFullscreen, Watermark: f.Watermark, AccessCode: f.AccessCode,
		Ranges: strings.Split(f.Ranges, "\n"), SEBKeys: strings.Split(f.SEBKeys, "\n"),
	}
}

// defaultAfter is what a form offers before anybody chose a number.
const defaultAfter = "3"

func formOfIntegrity(i exam.Integrity) integrityForm {
	read := func(w exam.Watch) (mode, after string) {
		if w.After == 0 {
			return string(w.Acts()), defaultAfter
		}
		return string(w.Acts()), strconv.Itoa(w.After)
	}
	f := integrityForm{
		AskFullscreen: i.AskFullscreen, Watermark: i.Watermark, AccessCode: i.AccessCode,
		Ranges: strings.Join(i.Ranges, "\n"), SEBKeys: strings.Join(i.SEBKeys, "\n"),
	}
	f.Hidden, f.HiddenAfter = read(i.Hidden)
	f.Fullscreen, f.FullscreenAfter = read(i.Fullscreen)
	f.Paste, f.PasteAfter = read(i.Paste)
	f.Sessions, f.SessionsAfter = read(i.Sessions)
	return f
}

// policing is the page on which it is set.
type policing struct {
	Exam  exam.Exam
	Form  integrityForm
	Told  []string // what examinees read, as stored
	Wrong layout.Errors
}

// Policy is GET /exams/{id}/integrity/policy.
func (d *Desk) Policy(c echo.Context) error {
	return d.renderPolicy(c, http.StatusOK, nil, layout.Errors{})
}

func (d *Desk) renderPolicy(c echo.Context, status int, typed *integrityForm, wrong layout.Errors) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	p := policing{Exam: e, Form: formOfIntegrity(e.Integrity.V), Told: exam.IntegrityWords(httpx.Lang(c), e.Integrity.V), Wrong: wrong}
	if typed != nil {
		p.Form = *typed
	}
	return layout.Render(c, status, policyPage(p))
}

// SetPolicy is POST /exams/{id}/integrity/policy.
func (d *Desk) SetPolicy(c echo.Context) error {
	var f integrityForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	err := d.Exams.SetIntegrity(c.Request().Context(), layout.Viewer(c), examID(c), f.integrity())
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		return d.renderPolicy(c, refusal(err), &f, wrong)
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(examID(c), "/setup"), "exampages.integrity.saved")
}

// integrityView is the examiner's summary of an exam.
type integrityView struct {
	Exam    exam.Exam
	Told    []string
	Rows    []exam.IntegrityRow
	Page    page.Page
	Total   int
	Similar *exam.Similarity // nil: not asked for, or not yet possible
	WhyNot  string           // why it is not possible, in words
}

// Integrity is GET /exams/{id}/integrity; ?similar=1 compares the wrong answers.
func (d *Desk) Integrity(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := integrityView{Page: page.Parse(c.QueryParam("page"), "50")}
	var err error
	if out.Exam, err = d.Exams.Watched(ctx, v, examID(c)); err != nil {
		return err
	}
	if out.Rows, out.Total, err = d.Exams.IntegrityPeople(ctx, v, examID(c), out.Page.Limit(), out.Page.Offset()); err != nil {
		return err
	}
	out.Told = exam.IntegrityWords(httpx.Lang(c), out.Exam.Integrity.V)
	if c.QueryParam("similar") != "" {
		s, err := d.Exams.Similarity(ctx, v, examID(c))
		if wrong, ok := layout.ErrorsOf(c, err); ok && errs.Is(err, errs.Conflict) {
			out.WhyNot = wrong.General
		} else if err != nil {
			return err
		} else {
			out.Similar = &s
		}
	}
	return layout.Render(c, http.StatusOK, integrityPage(out))
}

type admissionForm struct {
	AccessCode string `form:"access_code"`
}

// GiveCode is POST /exams/{id}/code: the access code that is told in the room, before the start.
func (h *Hall) GiveCode(c echo.Context) error {
	var f admissionForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	back := examURL(examID(c), "")
	err := h.Exams.Admit(c.Request().Context(), layout.Viewer(c), examID(c), f.AccessCode)
	var refused *errs.Error
	switch {
	case err == nil:
		return saidDone(c, back, "exampages.integrity.code_right")
	case errs.Is(err, errs.TooMany) && errors.As(err, &refused):
		layout.SetFlash(c, layout.Bad, refused.Key, "seconds", refused.RetryAfterSeconds)
	case errs.Is(err, errs.Forbidden) && errors.As(err, &refused):
		layout.SetFlash(c, layout.Bad, refused.Key)
	default:
		return err
	}
	return c.Redirect(http.StatusSeeOther, back)
}
