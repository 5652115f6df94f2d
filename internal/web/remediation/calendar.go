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
	Today bool
}

// calendar is GET /cases?view=calendar&month=2026-11.
func (h *Handlers) calendar(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	f := filterOf(c.QueryParams())
	today := dateIn(pageNow(c), h.Cases.Zone())
	m := monthView{First: monthOf(c.QueryParam("month"), today), Today: today}
	var err error
	if m.Days, err = h.Cases.Calendar(ctx, v, m.First, f); err != nil {
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

// cells are all days of the month in order.
func (m monthView) cells() []dayCell {
	var out []dayCell
	days := m.Days
	for on := m.First; on.Month() == m.First.Month(); on = on.AddDate(0, 0, 1) {
		cell := dayCell{DayOfCases: cases.DayOfCases{On: on}, Today: on.Equal(m.Today)}
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
