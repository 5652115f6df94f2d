// Package appraisal holds the pages of the appraisal: schemes and their weights, the cockpit of a cycle, a person's sheet
// with the source of every number, and the own sheets on a phone.
package appraisal

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// Handlers are the pages of the appraisal feature.
type Handlers struct {
	Appraisal *appraisal.Service
	Accounts  *account.Service
}

func versionOf(c echo.Context) appraisal.VersionID {
	return account.ParseID[appraisal.VersionID](c.Param("id"))
}
func cycleOf(c echo.Context) appraisal.CycleID {
	return account.ParseID[appraisal.CycleID](c.Param("id"))
}
func sheetOf(c echo.Context) appraisal.SheetID {
	return account.ParseID[appraisal.SheetID](c.Param("id"))
}

func versionURL(id appraisal.VersionID) string { return "/appraisal/schemes/" + id.String() }
func cycleURL(id appraisal.CycleID) string     { return "/appraisal/cycles/" + id.String() }
func sheetURL(id appraisal.SheetID) string     { return "/appraisal/sheets/" + id.String() }
func ownURL(id appraisal.CycleID) string       { return "/me/appraisal/" + id.String() }

func pageOf(q url.Values) page.Page { return page.Parse(q.Get("page"), q.Get("size")) }

// filterOf reads the people's filter of a cockpit from the address.
func filterOf(q url.Values) appraisal.SheetFilter {
	return appraisal.SheetFilter{
		Search: q.Get("q"), UnitID: account.ParseID[account.UnitID](q.Get("unit")), State: appraisal.SheetState(q.Get("state")),
		Grade: score.Band(q.Get("grade")), Missing: q.Get("missing"), Sort: q.Get("sort"),
	}
}

// done leaves a message and leads to a page.
func done(c echo.Context, address, key string, kv ...any) error {
	layout.SetFlash(c, layout.OK, key, kv...)
	return c.Redirect(http.StatusSeeOther, address)
}

// refused is the page of a form whose act was refused: the same page, with what is wrong.
func refused(err error) int {
	if errs.Is(err, errs.Conflict) {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
