package exam

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
)

// grantForm is what one candidate gets instead of the exam's own times (decision 21). Mode is times, or deferral for a
// leave granted before the close (N05).
type grantForm struct {
	Mode         string `form:"mode"`
	OpensAt      string `form:"opens_at"`
	ClosesAt     string `form:"closes_at"`
	ExtraMinutes string `form:"extra_minutes"`
	Reason       string `form:"reason"`
	Was          string `form:"was"` // the times on which it was opened
}

const (
	modeTimes    = "times"
	modeDeferral = "deferral"
)

// formOfGrant shows what was granted before: saving replaces it.
func formOfGrant(r exam.CandidateRow, zone *time.Location) grantForm {
	was := exam.GrantedTimes{OpensAt: r.OpensAt, ClosesAt: r.ClosesAt, ExtraSeconds: r.ExtraSeconds}
	f := formOfTimes(was, zone)
	f.Mode, f.Was = modeTimes, exactText(was)
	if r.State == exam.Deferred {
		f.Mode = modeDeferral
	}
	return f
}

// formOfTimes is what the fields can show of times, which is minutes.
func formOfTimes(t exam.GrantedTimes, zone *time.Location) grantForm {
	return grantForm{OpensAt: minuteText(t.OpensAt, zone), ClosesAt: minuteText(t.ClosesAt, zone), ExtraMinutes: strconv.Itoa(t.ExtraSeconds / 60)}
}

func minuteText(at *time.Time, zone *time.Location) string {
	if at == nil {
		return ""
	}
	return at.In(zone).Format(localMinute)
}

// exactText is the times as the form carries them along.
func exactText(t exam.GrantedTimes) string {
	exact := func(at *time.Time) string {
		if at == nil {
			return ""
		}
		return at.UTC().Format(time.RFC3339Nano)
	}
	return strings.Join([]string{exact(t.OpensAt), exact(t.ClosesAt), strconv.Itoa(t.ExtraSeconds)}, ",")
}

// was reads exactText; nil for what is none.
func (f grantForm) was() *exam.GrantedTimes {
	fields := strings.Split(f.Was, ",")
	if len(fields) != 3 {
		return nil
	}
	var out exam.GrantedTimes
	for i, at := range []**time.Time{&out.OpensAt, &out.ClosesAt} {
		if fields[i] == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, fields[i])
		if err != nil {
			return nil
		}
		*at = &t
	}
	var err error
	if out.ExtraSeconds, err = strconv.Atoi(fields[2]); err != nil {
		return nil
	}
	return &out
}

// grant reads the form. What is as it was shown stays as it was, to the microsecond.
func (f grantForm) grant(zone *time.Location) (exam.Grant, error) {
	r := formReader{zone: zone}
	g := exam.Grant{Reason: f.Reason, Was: f.was()}
	var was exam.GrantedTimes
	var shown grantForm
	if g.Was != nil {
		was, shown = *g.Was, formOfTimes(*g.Was, zone)
	}
	moment := func(name, text, shown string, was *time.Time) *time.Time {
		switch text {
		case "":
			return nil
		case shown:
			return was
		}
		at := r.time(name, text)
		return &at
	}
	g.OpensAt = moment("opens_at", f.OpensAt, shown.OpensAt, was.OpensAt)
	g.ClosesAt = moment("closes_at", f.ClosesAt, shown.ClosesAt, was.ClosesAt)
	switch f.ExtraMinutes {
	case "":
	case shown.ExtraMinutes:
		g.ExtraSeconds = was.ExtraSeconds
	default:
		g.ExtraSeconds = 60 * r.number("extra_minutes", f.ExtraMinutes)
	}
	if len(r.wrong) > 0 {
		return g, errs.InvalidFields(r.wrong...)
	}
	return g, nil
}

// onto is the form over what others have granted meanwhile: what was typed stays, the rest is as it is now.
func (f grantForm) onto(r exam.CandidateRow, zone *time.Location) grantForm {
	was := f.was()
	if was == nil {
		return f
	}
	shown, now := formOfTimes(*was, zone), formOfGrant(r, zone)
	for _, field := range []struct {
		typed      *string
		shown, now string
	}{{&f.OpensAt, shown.OpensAt, now.OpensAt}, {&f.ClosesAt, shown.ClosesAt, now.ClosesAt}, {&f.ExtraMinutes, shown.ExtraMinutes, now.ExtraMinutes}} {
		if *field.typed == field.shown {
			*field.typed = field.now
		}
	}
	f.Was = now.Was
	return f
}

// granting is the page of one candidate's own times.
type granting struct {
	Exam      exam.Exam
	Candidate exam.BoardRow
	Form      grantForm
	Errors    layout.Errors
	// LeaveUntil is the moment from which leave can no longer be granted; Now is when it is asked for.
	LeaveUntil, Now time.Time
}

// mode is the one that is chosen when the page opens, among those that are offered.
func (g granting) mode() string {
	if !g.defers() {
		return modeTimes
	}
	return g.Form.Mode
}

// defers tells whether leave can be granted now: a regular exam alone has leave, only until then, and only for who has not begun.
func (g granting) defers() bool {
	return g.Exam.Kind.Original() && !g.begun() && g.Now.Before(g.LeaveUntil)
}

// begun tells of somebody who is at work without leave.
func (g granting) begun() bool {
	return g.Candidate.Standing == exam.StandingWorking && g.Candidate.State != exam.Deferred
}

func (g granting) action() string {
	return examURL(g.Exam.ID, "/people/"+g.Candidate.PersonID.String())
}

// mayGrant tells whether own times can be given to a candidate: to others than oneself, while nothing is settled.
func mayGrant(v account.Viewer, e exam.Exam, r exam.CandidateRow) bool {
	return v.Can(account.ExamInvigilate) && v.PersonID != r.PersonID && r.SettledAt == nil && e.State != exam.Draft
}

// Candidate is GET /exams/{id}/people/{person}.
func (d *Desk) Candidate(c echo.Context) error {
	g, err := d.granting(c)
	if err != nil {
		return err
	}
	g.Form = formOfGrant(g.Candidate.CandidateRow, d.Zone)
	return layout.Render(c, http.StatusOK, grantPage(g))
}

func (d *Desk) granting(c echo.Context) (granting, error) {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	if err := v.Require(account.ExamInvigilate); err != nil {
		return granting{}, err
	}
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return granting{}, err
	}
	row, err := d.Exams.BoardPerson(ctx, v, e.ID, account.ParseID[account.PersonID](c.Param("person")))
	if err != nil {
		return granting{}, err
	}
	rules, err := d.Exams.Rules(ctx, e.BandsVersionID, e.AbsenceVersionID)
	own := exam.Candidate{OpensAt: row.OpensAt, ClosesAt: row.ClosesAt}
	return granting{Exam: e, Candidate: row, LeaveUntil: rules.Absence.LeaveUntil(e.WindowOf(own).ClosesAt), Now: httpx.ReceivedAt(c)}, err
}

// Grant is POST /exams/{id}/people/{person}: own times or a deferral, with the reason.
func (d *Desk) Grant(c echo.Context) error {
	var f grantForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	g, err := d.granting(c)
	if err != nil {
		return err
	}
	given, err := f.grant(d.Zone)
	if err == nil {
		give := d.Exams.GrantTimes
		if f.Mode == modeDeferral {
			give = d.Exams.Defer
		}
		err = give(c.Request().Context(), layout.Viewer(c), g.Exam.ID, g.Candidate.PersonID, given)
	}
	if wrong, ok := layout.ErrorsOf(c, err); ok {
		fresh, failed := d.granting(c)
		if failed != nil {
			return failed
		}
		g = fresh
		g.Form, g.Errors = f.onto(g.Candidate.CandidateRow, d.Zone), rename(wrong, "extra_seconds", "extra_minutes")
		return layout.Render(c, refusal(err), grantPage(g))
	}
	if err != nil {
		return err
	}
	return saidDone(c, examURL(g.Exam.ID, "/results"), "exampages.grant.done", "name", g.Candidate.Name)
}
