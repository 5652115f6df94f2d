package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/money"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// Ledger are lines of points and pay: the own ones, and those of the viewer's part of the tree.
type Ledger struct{ Ledger *ledger.Service }

// ledgerLine is an entry: whole points, an amount in fen, and what brought it. reversal takes another entry back; reversed was taken back.
type ledgerLine struct {
	ID            string           `json:"id"`
	PersonID      account.PersonID `json:"person_id"`
	Person        string           `json:"person,omitempty"` // of others
	Unit          string           `json:"unit,omitempty"`
	Day           string           `json:"day"`
	Exam          string           `json:"exam"`
	Kind          ledger.Kind      `json:"kind"`
	RoundID       string           `json:"round_id"`
	AttemptID     string           `json:"attempt_id,omitempty"`
	Outcome       ledger.Outcome   `json:"outcome"`
	Points        int64            `json:"points"`
	Fen           money.Fen        `json:"fen"`
	Reversal      bool             `json:"reversal"`
	Reversed      bool             `json:"reversed"`
	PolicyVersion int              `json:"policy_version"`
	RecordedAt    time.Time        `json:"recorded_at"`
}

func ledgerLineOf(l ledger.Line) ledgerLine {
	out := ledgerLine{
		ID: strconv.FormatInt(int64(l.ID), 10), PersonID: l.PersonID, Day: l.BookedOn.Format(time.DateOnly), Exam: l.Title, Kind: l.Kind,
		RoundID: strconv.FormatInt(int64(l.RoundID), 10), Outcome: l.Outcome, Points: l.Points, Fen: l.Fen, Reversal: l.Reversal, Reversed: l.Reversed,
		PolicyVersion: l.Version, RecordedAt: l.CreatedAt.UTC(),
	}
	if l.AttemptID != nil {
		out.AttemptID = strconv.FormatInt(*l.AttemptID, 10)
	}
	return out
}

// ledgerSum is what lines come to: points, fen, and both together in fen.
type ledgerSum struct {
	Points int64     `json:"points"`
	Fen    money.Fen `json:"fen"`
	Worth  money.Fen `json:"worth_fen"`
}

func ledgerSumOf(p ledger.Pay) ledgerSum { return ledgerSum{p.Points, p.Fen, p.Worth()} }

type ledgerMonth struct {
	Month string `json:"month"`
	Lines int    `json:"lines"`
	ledgerSum
}

type ownLedger struct {
	Lines  []ledgerLine  `json:"lines"`
	Months []ledgerMonth `json:"months"`
	Total  int           `json:"total"`
}

// Mine is GET /api/v1/me/ledger?page=&size=, the newest first, with what each month comes to.
func (h *Ledger) Mine(c echo.Context) error {
	lines, months, total, err := h.Ledger.Own(c.Request().Context(), viewerOf(c), page.Parse(c.QueryParam("page"), c.QueryParam("size")))
	if err != nil {
		return err
	}
	out := ownLedger{Lines: make([]ledgerLine, len(lines)), Months: make([]ledgerMonth, len(months)), Total: total}
	for i, l := range lines {
		out.Lines[i] = ledgerLineOf(l)
	}
	for i, m := range months {
		out.Months[i] = ledgerMonth{m.Month.Format("2006-01"), m.N, ledgerSumOf(m.Pay)}
	}
	return c.JSON(http.StatusOK, out)
}

type ledgerList struct {
	Lines []ledgerLine `json:"lines"`
	Total int          `json:"total"`
	Sum   ledgerSum    `json:"sum"`
}

// List is GET /api/v1/ledger?month=&unit=&q=&sort=&page=&size=. A month that is none is refused: the sum would be of all months.
func (h *Ledger) List(c echo.Context) error {
	f := ledger.Filter{
		Unit: account.ParseID[account.UnitID](c.QueryParam("unit")), Search: c.QueryParam("q"), Sort: ledger.Sort(c.QueryParam("sort")),
		Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")),
	}
	if text := c.QueryParam("month"); text != "" {
		m, err := time.Parse("2006-01", text)
		if err != nil {
			return errs.InvalidFields(errs.NewField("month", "error.ledger.month"))
		}
		f.Month = m
	}
	lines, sum, err := h.Ledger.List(c.Request().Context(), viewerOf(c), f)
	if err != nil {
		return err
	}
	out := ledgerList{Lines: make([]ledgerLine, len(lines)), Total: sum.N, Sum: ledgerSumOf(sum.Pay)}
	for i, l := range lines {
		out.Lines[i] = ledgerLineOf(l.Line)
		out.Lines[i].Person, out.Lines[i].Unit = l.PersonName, l.UnitName
	}
	return c.JSON(http.StatusOK, out)
}
