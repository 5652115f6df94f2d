package remediation

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/page"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

const (
	monthForm  = "2006-01"
	riskOnPage = 10 // of the cases at risk that stand above the calendar
)

// monthView is a month of the calendar, with what is at risk above it, whatever the month.
type monthView struct {
	First  time.Time // a date
	Today  time.Time // a date
	Days   []cases.DayOfCases
	Risk   []cases.BoardRow
	AtRisk int // all of them
	Units  []layout.Option
}

// dayCell is a day of the month; its Rows are empty when nothing is due.
type dayCell struct {
	cases.DayOfCases
	Today   bool
	Outside bool // of the month: the rest of its first or last week
}

// calendar is GET /cases?view=calendar&month=2026-11.
func (h *Handlers) calendar(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	f := filterOf(c.QueryParams())
	today := dateIn(pageNow(c), h.Cases.Zone())
	m := monthView{First: monthOf(c.QueryParam("month"), today), Today: today}
	var err error
	first, last := m.span()
	if m.Days, err = h.Cases.Calendar(ctx, v, first, last, f); err != nil {
		return err
	}
	f.State, f.AtRisk, f.DueOn, f.Page = "open", true, nil, page.New(1, riskOnPage)
	if m.Risk, m.AtRisk, _, err = h.Cases.Board(ctx, v, f); err != nil {
		return err
	}
	if m.Units, err = h.units(ctx, v); err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, calendarPage(m, pageNow(c)))
}

// monthOf is the first day of the month that the address names, else of today's.
func monthOf(text string, today time.Time) time.Time {
	first, err := time.Parse(monthForm, text)
	if err != nil || first.Year() < 2000 || first.Year() > 2199 {
		return today.AddDate(0, 0, 1-today.Day())
	}
	return first
}

// dateIn is the date of a moment in a zone, as midnight UTC.
func dateIn(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// span is from the Monday of the month's first week to the Sunday of its last: at the end of a month the next days matter most.
func (m monthView) span() (first, last time.Time) {
	end := m.First.AddDate(0, 1, -1)
	return m.First.AddDate(0, 0, 1-column(m.First)), end.AddDate(0, 0, 7-column(end))
}

// cells are all days of the month's weeks in order.
func (m monthView) cells() []dayCell {
	var out []dayCell
	days := m.Days
	first, last := m.span()
	for on := first; !on.After(last); on = on.AddDate(0, 0, 1) {
		cell := dayCell{DayOfCases: cases.DayOfCases{On: on}, Today: on.Equal(m.Today), Outside: on.Month() != m.First.Month()}
		if len(days) > 0 && days[0].On.Equal(on) {
			cell.DayOfCases, days = days[0], days[1:]
		}
		out = append(out, cell)
	}
	return out
}

// column is where a day stands in a week that begins on Monday: 1 to 7.
func column(on time.Time) int { return (int(on.Weekday())+6)%7 + 1 }

func monthAddress(first time.Time) string { return first.Format(monthForm) }
