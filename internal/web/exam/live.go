package exam

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// live is the board of a running exam with the form of acts below it.
type live struct {
	Exam  exam.Exam
	Board exam.Board
	Rows  []exam.LiveRow // that fit the filter, as many as a page holds
	Total int
	Page  page.Page
	Form  actForm
	Wrong layout.Errors

	Frozen *exam.Freeze // all exams are paused
	Filter boardFilter
}

// boardFilter narrows a board down; a group of people is acted on by it. Unit is an id.
type boardFilter struct {
	text, unit string
	state      exam.LiveState
}

func filterOf(c echo.Context) boardFilter {
	return boardFilter{strings.TrimSpace(c.QueryParam("q")), c.QueryParam("unit"), exam.LiveState(c.QueryParam("state"))}
}

// fits tells whether a row is of the name or number, the unit and the state.
func (f boardFilter) fits(r exam.LiveRow, now time.Time) bool {
	if f.unit != "" && !slices.Contains(r.UnitIDs, int64(account.ParseID[account.UnitID](f.unit))) || f.state != "" && r.State(now) != f.state {
		return false
	}
	return strings.Contains(r.Name, f.text) || strings.Contains(r.EmployeeNo, f.text)
}

// unseen are those who were ticked and are not on the page that is shown: a refusal must not lose them.
func (l live) unseen() []exam.LiveRow {
	return slices.DeleteFunc(slices.Clone(l.Board.Rows), func(r exam.LiveRow) bool {
		return !slices.Contains(l.Form.Persons, r.PersonID.String()) || slices.ContainsFunc(l.Rows, func(on exam.LiveRow) bool { return on.PersonID == r.PersonID })
	})
}

func namesOf(rows []exam.LiveRow) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Name
	}
	return out
}

// liveHere is the board as it was looked at: its page and filter.
func liveHere(c echo.Context) string {
	kept := url.Values{}
	for _, name := range []string{"q", "unit", "state", "page"} {
		if v := c.QueryParam(name); v != "" {
			kept.Set(name, v)
		}
	}
	to := examURL(examID(c), "/live")
	if len(kept) > 0 {
		to += "?" + kept.Encode()
	}
	return to
}

// livePage is how many examinees a board shows at once: a room, not the chain.
const livePage = 100

// actForm is one act on examinees. Whom is "chosen", "filtered" or "everybody".
type actForm struct {
	Act     string   `form:"act"`
	Whom    string   `form:"whom"`
	Persons []string `form:"person"`
	Minutes string   `form:"minutes"`
	Text    string   `form:"text"`
}

// Acts of the form, in its order.
const (
	actNotice = "notice"
	actTime   = "extra_time"
	actPause  = "pause"
	actResume = "resume"
)

var acts = []string{actNotice, actTime, actPause, actResume}

// whom are the people whom an act concerns; those of a filter are who fit it now, on whichever page.
func (f actForm) whom(b exam.Board, by boardFilter) (out exam.Whom) {
	switch f.Whom {
	case "everybody":
		out.Everybody = true
	case "filtered":
		for _, r := range liveFilter(b, by) {
			out.PersonIDs = append(out.PersonIDs, r.PersonID)
		}
	default:
		for _, p := range f.Persons {
			out.PersonIDs = append(out.PersonIDs, account.ParseID[account.PersonID](p))
		}
	}
	return out
}

// Live is GET /exams/{id}/live.
func (d *Desk) Live(c echo.Context) error {
	l, err := d.live(c)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, livePageView(l))
}

func (d *Desk) live(c echo.Context) (live, error) {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	b, err := d.Exams.Live(ctx, v, examID(c))
	if err != nil {
		return live{}, err
	}
	e, err := d.Exams.Watched(ctx, v, examID(c))
	if err != nil {
		return live{}, err
	}
	frozen, err := d.Exams.Frozen(ctx)
	if err != nil {
		return live{}, err
	}
	by := filterOf(c)
	rows := liveFilter(b, by)
	pg := page.Parse(c.QueryParam("page"), strconv.Itoa(livePage))
	from := min(pg.Offset(), len(rows))
	return live{
		Exam: e, Board: b, Rows: rows[from:min(from+pg.Limit(), len(rows))], Total: len(rows), Page: pg,
		Form: actForm{Act: actNotice, Whom: "chosen"}, Frozen: frozen, Filter: by,
	}, nil
}

// liveFilter keeps the rows that fit; first those whom an invigilator must look at.
func liveFilter(b exam.Board, by boardFilter) []exam.LiveRow {
	out := slices.DeleteFunc(slices.Clone(b.Rows), func(r exam.LiveRow) bool { return !by.fits(r, b.At) })
	slices.SortStableFunc(out, func(x, y exam.LiveRow) int {
		return slices.Index(exam.LiveStates, x.State(b.At)) - slices.Index(exam.LiveStates, y.State(b.At))
	})
	return out
}

// Act is POST /exams/{id}/live: a notice, extra time, a pause or its end, for the chosen, for a group or for everybody.
func (d *Desk) Act(c echo.Context) error {
	var f actForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	ctx, v := c.Request().Context(), layout.Viewer(c)
	var board exam.Board
	if f.Whom == "filtered" {
		var err error
		if board, err = d.Exams.Live(ctx, v, examID(c)); err != nil {
			return err
		}
	}
	n, err := d.act(ctx, v, examID(c), f, f.whom(board, filterOf(c)))
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		l, failed := d.live(c)
		if failed != nil {
			return failed
		}
		l.Form, l.Wrong = f, rename(rename(rename(wrong, "reason", "text"), "extra_seconds", "minutes"), "people", "whom")
		return layout.Render(c, refusal(err), livePageView(l))
	}
	if err != nil {
		return err
	}
	return saidDone(c, liveHere(c), "exampages.live.done."+f.Act, "n", n)
}

func (d *Desk) act(ctx context.Context, v account.Viewer, id exam.ExamID, f actForm, whom exam.Whom) (int, error) {
	switch f.Act {
	case actTime:
		minutes, _ := strconv.Atoi(strings.TrimSpace(f.Minutes)) // what is no number is refused as none
		return d.Exams.AddTime(ctx, v, id, whom, minutes*60, f.Text)
	case actPause:
		return d.Exams.Pause(ctx, v, id, whom, f.Text)
	case actResume:
		return d.Exams.Resume(ctx, v, id, whom, f.Text)
	}
	return d.Exams.Tell(ctx, v, id, whom, f.Text)
}

// reportForm is an incident, of everybody or of one person.
type reportForm struct {
	Category string `form:"category"`
	Note     string `form:"note"`
	Person   string `form:"person"`
}

// Report is POST /exams/{id}/live/incidents.
func (d *Desk) Report(c echo.Context) error {
	var f reportForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	back := examURL(examID(c), "/log")
	var person account.PersonID
	if f.Person != "" {
		person = account.ParseID[account.PersonID](f.Person)
		back = examURL(examID(c), "/live/"+f.Person)
	}
	err := d.Exams.Report(c.Request().Context(), layout.Viewer(c), examID(c), person, exam.IncidentCategory(f.Category), f.Note)
	if err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.live.noted")
}

// sitting is one examinee's time line with the acts on that one.
type sitting struct {
	Exam    exam.Exam
	Row     exam.LiveRow
	At      time.Time
	Moments []exam.Moment
	Page    page.Page
	Total   int
}

// Sitting is GET /exams/{id}/live/{person}.
func (d *Desk) Sitting(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := sitting{Page: page.Parse(c.QueryParam("page"), "50")}
	person := account.ParseID[account.PersonID](c.Param("person"))
	var err error
	if out.Moments, out.Total, err = d.Exams.Timeline(ctx, v, examID(c), person, out.Page); err != nil {
		return err
	}
	if out.Exam, err = d.Exams.Watched(ctx, v, examID(c)); err != nil {
		return err
	}
	b, err := d.Exams.Live(ctx, v, examID(c))
	if err != nil {
		return err
	}
	out.At = b.At
	if i := slices.IndexFunc(b.Rows, func(r exam.LiveRow) bool { return r.PersonID == person }); i >= 0 {
		out.Row = b.Rows[i]
	}
	return layout.Render(c, http.StatusOK, sittingPage(out))
}

type handInForm struct {
	Reason string `form:"reason"`
}

// HandInFor is POST /exams/{id}/live/{person}/hand-in.
func (d *Desk) HandInFor(c echo.Context) error {
	var f handInForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	person := account.ParseID[account.PersonID](c.Param("person"))
	back := examURL(examID(c), "/live/"+person.String())
	receipt, err := d.Exams.HandInFor(c.Request().Context(), layout.Viewer(c), examID(c), person, f.Reason)
	if err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.live.handed_in", "n", receipt.Answered)
}

type voidForm struct {
	Reason     string `form:"reason"`
	AgainUntil string `form:"again_until"`
}

// Void is POST /exams/{id}/live/{person}/void.
func (d *Desk) Void(c echo.Context) error {
	var f voidForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	person := account.ParseID[account.PersonID](c.Param("person"))
	back := examURL(examID(c), "/live/"+person.String())
	o := exam.VoidOrder{Reason: f.Reason}
	if f.AgainUntil != "" {
		r := formReader{zone: d.Zone}
		at := r.time("again_until", f.AgainUntil)
		if len(r.wrong) > 0 {
			return layout.SayWhyNot(c, errs.InvalidFields(r.wrong...), back)
		}
		o.AgainUntil = &at
	}
	if err := d.Exams.Void(c.Request().Context(), layout.Viewer(c), examID(c), person, o); err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.live.voided")
}

type correctionForm struct {
	Version string `form:"version"`
	Text    string `form:"text"`
}

// Correct is POST /exams/{id}/live/corrections: the right text of a question, told at the question.
func (d *Desk) Correct(c echo.Context) error {
	var f correctionForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	back := examURL(examID(c), "/log")
	n, err := d.Exams.Correct(c.Request().Context(), layout.Viewer(c), examID(c), account.ParseID[exam.VersionID](f.Version), f.Text)
	if err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.live.done.notice", "n", n)
}

// roomLog is the log of the examination room.
type roomLog struct {
	Exam      exam.Exam
	Entries   []exam.LogEntry
	Questions []exam.AskedQuestion
	Page      page.Page
	Total     int
}

// Log is GET /exams/{id}/log.
func (d *Desk) Log(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := roomLog{Page: page.Parse(c.QueryParam("page"), "")}
	var err error
	if out.Entries, out.Total, err = d.Exams.Log(ctx, v, examID(c), out.Page); err != nil {
		return err
	}
	if out.Exam, err = d.Exams.Watched(ctx, v, examID(c)); err != nil {
		return err
	}
	if v.Can(account.ExamInvigilate) {
		if out.Questions, err = d.Exams.Asked(ctx, v, examID(c)); err != nil {
			return err
		}
	}
	return layout.Render(c, http.StatusOK, logPage(out))
}
