package admin

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/web/layout"
)

// record is a page of the record of acts.
type record struct {
	Events []audit.Listed
	Next   int64 // to go on before; 0 at the end
	Names  map[account.PersonID]string
	Last   *audit.Verification
	// Recount is the newest one of the results, at RecountAt; nil when there was none.
	Recount   *report.Recount
	RecountAt time.Time
}

// Audit is GET /admin/audit.
func (h *Handlers) Audit(c echo.Context) error {
	ctx := c.Request().Context()
	f, found, err := h.auditFilter(c)
	if err != nil {
		return err
	}
	var r record
	if found {
		if r.Events, r.Next, err = h.Record.Events(ctx, f); err != nil {
			return err
		}
	}
	if r.Last, err = h.Record.LastVerification(ctx); err != nil {
		return err
	}
	if err = h.lastRecount(ctx, &r); err != nil {
		return err
	}
	if r.Names, err = h.names(ctx, r); err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, auditPage(r))
}

func (h *Handlers) lastRecount(ctx context.Context, r *record) error {
	var found report.Recount
	e, err := h.Record.Last(ctx, report.RecountAct, &found)
	if err == nil && e != nil {
		r.Recount, r.RecountAt = &found, e.At
	}
	return err
}

// auditFilter reads the filter from the address. A person is typed by name or employee number; found is false when there is
// nobody of that name.
func (h *Handlers) auditFilter(c echo.Context) (f audit.Filter, found bool, err error) {
	q := c.QueryParams()
	f = audit.Filter{Actor: q.Get("actor"), Act: q.Get("act"), Subject: strings.TrimSpace(q.Get("subject")), From: h.day(q.Get("from"))}
	if last := h.day(q.Get("until")); last != nil {
		next := last.AddDate(0, 0, 1)
		f.Until = &next
	}
	f.Before, _ = strconv.ParseInt(q.Get("before"), 10, 64) // what is no number begins with the newest
	if f.Subject != "" {
		if f.Subject, err = h.subject(c, f.Subject); err != nil {
			return f, false, err
		}
	}
	who := strings.TrimSpace(q.Get("who"))
	if who == "" {
		return f, true, nil
	}
	f.Actor, err = h.person(c, who)
	return f, f.Actor != "", err
}

// subject is what the record stores for a subject as people type it: a kind of thing with its number, a person's name or
// employee number, or the stored form itself.
func (h *Handlers) subject(c echo.Context, typed string) (string, error) {
	if stored := storedSubject(c.Request().Context(), typed); stored != "" {
		return stored, nil
	}
	person, err := h.person(c, typed)
	if person != "" {
		return person, err
	}
	return typed, err
}

// person is the stored form of whom a name or an employee number means, "" for nobody.
func (h *Handlers) person(c echo.Context, who string) (string, error) {
	people, _, err := h.People.People(c.Request().Context(), layout.Viewer(c), account.Filter{Search: who, Left: "all"}, page.New(1, 1))
	if err != nil || len(people) == 0 {
		return "", err
	}
	return "person:" + people[0].ID.String(), nil
}

func (h *Handlers) names(ctx context.Context, r record) (map[account.PersonID]string, error) {
	var ids []account.PersonID
	for _, e := range r.Events {
		for _, text := range []string{e.Actor, e.Subject} {
			if id := personOf(text); id != 0 {
				ids = append(ids, id)
			}
		}
	}
	if r.Last != nil {
		ids = append(ids, personOf(r.Last.Actor))
	}
	return h.People.Names(ctx, h.DB, ids)
}

// personOf reads "person:12"; 0 is anything else.
func personOf(text string) account.PersonID {
	id, ok := strings.CutPrefix(text, "person:")
	if !ok {
		return 0
	}
	return account.ParseID[account.PersonID](id)
}

// Verify is POST /admin/audit/verify: the whole chain is recomputed; who did so and what was found is recorded.
func (h *Handlers) Verify(c echo.Context) error {
	v, err := h.Chain.VerifyAndRecord(c.Request().Context(), layout.Viewer(c).Actor(), h.Files)
	if err != nil {
		return err
	}
	if v.Finding == "" {
		layout.SetFlash(c, layout.OK, "admin.verify.clean", "n", layout.Count(int(v.Events)))
	} else {
		layout.SetFlash(c, layout.Bad, "admin.verify.found", "finding", v.Finding)
	}
	return c.Redirect(http.StatusSeeOther, "/admin/audit")
}
