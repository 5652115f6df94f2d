package admin

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
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/web/layout"
)

// record is a page of the record of acts.
type record struct {
	Events []audit.Listed
	Next   int64  // to go on before; 0 at the end
	Query  string // the filter as it stands in the address, for the export
	Names  map[account.PersonID]string
	Last   *audit.Verification
	// Recount is the newest one of the results, at RecountAt; nil when there was none.
	Recount   *report.Recount
	RecountAt time.Time
}

// Audit is GET /admin/audit.
func (h *Handlers) Audit(c echo.Context) error {
	ctx := c.Request().Context()
	f, found, err := h.auditFilter(c, c.QueryParams())
	if err != nil {
		return err
	}
	r := record{Query: c.QueryString()}
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
	if r.Names, err = h.names(ctx, r, mostOfList); err != nil {
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
// nobody of that name; the filter then finds nothing.
func (h *Handlers) auditFilter(c echo.Context, q url.Values) (f audit.Filter, found bool, err error) {
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
	if f.Actor, err = h.person(c, who); f.Actor == "" {
		f.Actor = nobody
		return f, false, err
	}
	return f, true, err
}

// nobody is an actor who never acted: a name that nobody has finds nothing.
const nobody = "person:0"

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

// names are those of whom the events name, of each list the first so many; 0 is all.
func (h *Handlers) names(ctx context.Context, r record, most int) (map[account.PersonID]string, error) {
	var ids []account.PersonID
	for _, e := range r.Events {
		ids = append(ids, peopleOf(e.Actor, e.Subject, e.Body, most)...)
	}
	if r.Last != nil {
		ids = append(ids, personOf(r.Last.Actor))
	}
	slices.Sort(ids)
	return h.People.Names(ctx, h.DB, slices.Compact(ids))
}

// ExportAudit is POST /admin/audit/export: what the filter finds as a file, the newest first. A reason is asked for, and that the record left
// the system is recorded.
func (h *Handlers) ExportAudit(c echo.Context) error {
	ctx := layout.ContextOf(c)
	q, err := url.ParseQuery(c.FormValue("filter"))
	if err != nil {
		q = url.Values{}
	}
	q.Del("before") // the file begins with the newest, whatever page was looked at
	f, found, err := h.auditFilter(c, q)
	if err != nil {
		return err
	}
	if strings.TrimSpace(c.FormValue("reason")) == "" {
		layout.SetFlash(c, layout.Bad, "admin.audit.export_reason")
		return c.Redirect(http.StatusSeeOther, "/admin/audit?"+q.Encode())
	}
	r := record{}
	if r.Events, err = h.Record.Export(ctx, layout.Viewer(c).Actor(), f, c.FormValue("reason")); err != nil {
		return layout.SayWhyNot(c, err, "/admin/audit?"+q.Encode())
	}
	if len(r.Events) == 0 {
		return sayNothingFound(c, q, found)
	}
	if r.Names, err = h.names(ctx, r, 0); err != nil {
		return err
	}
	return layout.SendTable(c, "audit", c.FormValue("format"), auditRows(ctx, r))
}

// sayNothingFound leads back from a file that would be empty, which is recorded like one that is not.
func sayNothingFound(c echo.Context, q url.Values, found bool) error {
	if found {
		layout.SetFlash(c, layout.Bad, "admin.audit.export_none")
	} else {
		layout.SetFlash(c, layout.Bad, "admin.audit.export_nobody", "who", strings.TrimSpace(q.Get("who")))
	}
	return c.Redirect(http.StatusSeeOther, "/admin/audit?"+q.Encode())
}

// mostOfCell is what a cell of a workbook holds of a text; Excel takes 32,767 characters and calls a file with more damaged.
const mostOfCell = 32_000

// pieces cuts a text into such as a cell holds, at least one.
func pieces(text string) (out []string) {
	runes := []rune(text)
	for len(runes) > mostOfCell {
		out, runes = append(out, string(runes[:mostOfCell])), runes[mostOfCell:]
	}
	return append(out, string(runes))
}

// auditRows are the lines of the file: one an event, and more for one whose facts no cell holds.
func auditRows(ctx context.Context, r record) [][]string {
	var head []string
	for _, key := range []string{"admin.audit.seq", "admin.audit.at", "admin.audit.act", "admin.audit.code", "admin.audit.actor", "admin.audit.subject", "admin.audit.facts"} {
		head = append(head, layout.T(ctx, key))
	}
	rows := [][]string{head}
	for _, e := range r.Events {
		seq := layout.T(ctx, "admin.audit.unsealed")
		if e.Seq > 0 {
			seq = strconv.FormatInt(e.Seq, 10)
		}
		at := layout.Date(ctx, e.At) + " " + layout.ClockSeconds(ctx, e.At)
		for _, facts := range pieces(factsLine(ctx, r.Names, e.Act, e.Body)) {
			rows = append(rows, []string{seq, at, actWord(ctx, e.Act), e.Act, actorWord(ctx, r.Names, e.Actor), subjectWord(ctx, r.Names, e.Subject), facts})
		}
	}
	return rows
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
