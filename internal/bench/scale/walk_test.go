package scale

import (
	"fmt"
	"net/http"
	"time"

	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// callers are who walks: the log-in of each role. Person 1 sits every exam and the lead's branch is a tenth of the clinic.
var callers = []struct{ role, login string }{
	{"consultant", "s00001"}, {"lead", "lead-a"}, {"trainer", "trainer"}, {"hr", "hr"}, {"supervisor", "supervisor"}, {"admin", "admin"}, {"marker", "marker"},
}

// skipped are lines of the table that the walk leaves out, and why.
var skipped = map[string]string{
	"/exams/:id/marking/:version":                  "the filled clinic has no question that people mark",
	"/exams/:id/marking/answers/:task":             "as before; the pages' statements are counted by the marking flow's test",
	"/exams/:id/regrade/questions/:version":        "a dry run weighs every result of the exam; its statements are counted by the exam's own test",
	"/exams/:id/regrade/:order":                    "the filled clinic has no order of a regrade",
	"/exams/:id/regrade/attempts/:attempt":         "the filled clinic has no late answers",
	"/exams/:id/sheets":                            "the filled clinic has no exam on paper; three statements",
	"/exams/:id/sheets/:person":                    "as before",
	"/papers/:id/print.pdf":                        "a PDF of the paper's page: a quarter of a second of drawing, no statement of its own",
	"/media/:object":                               "bytes of a file; the check before them is one statement",
	"/exams/:id/marking/answers/:task/takes/:take": "as before; bytes of a recording, counted by the test of recordings",
	"/exams/:id/marking/answers/:task/media/:file": "as before; bytes of a file, behind the statements of the answer itself",
	"/attempts/:id/recordings/:slot/:take":         "bytes of a recording, after the statements of the result",
	"/attempts/:id/media/:file":                    "bytes of a file, after the statements of the result",
	"/bank/media/:media":                           "bytes of a file; the check before them is one statement",
	"/api/v1/media/:name":                          "bytes of a file; the check before them is one statement",
	"/media/:object/pages/:page":                   "bytes of a page; the check before them is two statements",
	"/people/import/:import":                       "a preview holds the rows of one file in one row",
	"/bank/import/:import":                         "a preview holds the questions of one file in one row",
	"/link/:token":                                 "one row by its key",
	"/api/v1/uploads/:id":                          "one row by its key",
	"/api/v1/attempts/:id/events":                  "a stream that stays open; who listens is counted by the exam's own tests",
	"/bank/review/imports/:import":                 "the filled clinic has no import; two statements over the index of what waits, and the page's versions",
	"/bank/import/:import/left-out.csv":            "as the preview",
	"/bank/reports/:report":                        "the filled clinic has no report; two statements, each by a key",
}

// addresses are what is asked for of each line of the table: the usual first page, then the filters, searches, orders and last
// pages that a large clinic feels.
func (c *clinic) addresses() map[string][]string {
	const person, big, open, unreleased, attempt = "/people/1000001", 1_000_004, 1_000_003, 1_000_005, 1_000_000 + 6*10_000 + 1
	id := func(format string, name string) string { return fmt.Sprintf(format, c.ids[name]) }
	cycle := fmt.Sprintf("/appraisal/cycles/%d", c.cycle)
	return map[string][]string{
		"/login": {"/login"}, "/first-password": {"/first-password"}, "/me/settings": {"/me/settings"},
		"/": {"/"}, "/me": {"/me"},
		"/notices": {"/notices", "/notices?unread=1", "/notices?page=25"},
		"/help":    {"/help"}, "/help/": {"/help/"}, "/help/:topic": {"/help/exams"},

		"/people": {"/people", "/people?page=200", "/people?q=王小美", "/people?q=小美", "/people?q=wangx", "/people?q=0000001", "/people?q=S00042",
			"/people?unit=1100003", "/people?role=lead", "/people?left=all&sort=-unit", "/people?sort=hired_on"},
		"/people/new": {"/people/new"}, "/people/template.xlsx": {"/people/template.xlsx"}, "/people/import": {"/people/import"},
		"/people/:person": {person}, "/people/:person/edit": {person + "/edit"}, "/org": {"/org"},

		"/learn": {"/learn"}, "/learn/:course": {"/learn/1000002"}, "/learn/:course/:unit": {"/learn/1000002/9", "/learn/1000002/1000022"},
		"/courseware":     {"/courseware", "/courseware?page=25", "/courseware?q=术前", "/courseware?q=d1", "/courseware?state=draft"},
		"/courseware/new": {"/courseware/new"}, "/courseware/:course/edit": {"/courseware/1000002/edit"}, "/courseware/:course/units/:unit": {"/courseware/1000002/units/1000022"},
		"/courseware/:course/people": {"/courseware/1000002/people", "/courseware/1000002/people?q=王", "/courseware/1000002/people?page=2"},

		"/bank": {"/bank", "/bank?page=1000", "/bank?q=玻尿酸", "/bank?q=客户", "/bank?q=123", id("/bank?topic=%d", "topic"), id("/bank?q=客户&topic=%d", "topic"),
			"/bank?state=draft", "/bank?type=multiple&difficulty=3", "/bank?key=yes", "/bank?sort=-difficulty", "/bank?sort=type&page=100", "/bank?state=all&page=50", "/bank?sort=-shown", "/bank?sort=last_shown&exposure=shown", "/bank?exposure=never&q=客户", id("/bank?q=客户&topic=%d", "topic") + "&tag=1"},
		"/bank/questions/new": {"/bank/questions/new"}, "/bank/questions/:id": {"/bank/questions/1000005", id("/bank/questions/%d", "asked")}, "/bank/questions/:id/edit": {"/bank/questions/1000005/edit"},
		"/bank/review": {"/bank/review", "/bank/review?page=2"}, "/bank/near": {"/bank/near"}, "/bank/bulk/edit": {"/bank/bulk/edit?question=1000005", "/bank/bulk/edit?all=1&filter=key%3Dyes"}, "/bank/reports": {"/bank/reports", "/bank/reports?state=answered", id("/bank/reports?topic=%d", "topic"), "/bank/reports?q=1000005"}, "/bank/questions/:id/diff": {"/bank/questions/1000005/diff"},
		"/bank/import": {"/bank/import"}, "/bank/import/template.xlsx": {"/bank/import/template.xlsx"},
		"/bank/topics": {"/bank/topics"}, "/bank/rivals": {"/bank/rivals", "/bank/rivals?q=1000005"}, "/bank/topics/:topic": {id("/bank/topics/%d", "topic")},
		"/bank/export": {id("/bank/export?topic=%d", "topic"), id("/bank/export?to=qti&topic=%d", "topic")}, "/bank/export/file": {id("/bank/export/file?to=moodle&topic=%d", "topic")},
		"/bank/export.csv": {id("/bank/export.csv?topic=%d", "topic")}, "/bank/export.xlsx": {id("/bank/export.xlsx?topic=%d", "topic")},

		"/exams":     {"/exams", "/exams?mine=1", "/exams?desk=1", "/exams?desk=1&page=10", "/exams?desk=1&q=季度", "/exams?desk=1&state=draft"},
		"/exams/:id": {fmt.Sprintf("/exams/%d", open), fmt.Sprintf("/exams/%d", big)}, "/exams/:id/sit": {fmt.Sprintf("/exams/%d/sit", open)},
		"/attempts/:id": {fmt.Sprintf("/attempts/%d", attempt)}, "/attempts/:id/receipt": {fmt.Sprintf("/attempts/%d/receipt", attempt)},
		"/attempts/:id/result": {fmt.Sprintf("/attempts/%d/result", attempt)},
		"/papers":              {"/papers", "/papers?page=10", "/papers?show=blueprints"}, "/papers/new": {"/papers/new"}, "/papers/:id": {"/papers/1000004"},
		"/papers/blueprints/:id": {"/papers/blueprints/1000004"}, "/exams/new": {"/exams/new"}, "/exams/:id/setup": {fmt.Sprintf("/exams/%d/setup", big)},
		"/exams/:id/people/:person": {fmt.Sprintf("/exams/%d/people/1000001", big)}, "/exams/:id/publish": {fmt.Sprintf("/exams/%d/publish", open)},
		"/exams/:id/results":     {fmt.Sprintf("/exams/%d/results", big), fmt.Sprintf("/exams/%d/results?page=200", big), fmt.Sprintf("/exams/%d/results?q=王&sort=-score", big)},
		"/exams/:id/results.csv": {fmt.Sprintf("/exams/%d/results.csv", big)}, "/exams/:id/release": {fmt.Sprintf("/exams/%d/release", unreleased)},

		"/cases": {"/cases", "/cases?mine=1", "/cases?state=all", "/cases?state=closed", "/cases?state=closed&page=100", "/cases?state=retraining", "/cases?q=王小美&state=all", "/cases?q=wangx",
			"/cases?page=50"},
		"/cases/:id": {id("/cases/%d", "case")}, "/cases/:id/assign": {id("/cases/%d/assign", "due")},
		"/exams/:id/live": {fmt.Sprintf("/exams/%d/live", open)}, "/exams/:id/live/:person": {fmt.Sprintf("/exams/%d/live/1000001", open)},
		"/exams/:id/log": {fmt.Sprintf("/exams/%d/log", open)}, "/marking": {"/marking"}, "/exams/:id/marking": {fmt.Sprintf("/exams/%d/marking", big)},
		"/exams/:id/live/:person/code":    {fmt.Sprintf("/exams/%d/live/1000001/code", open)},
		"/exams/:id/analysis":             {fmt.Sprintf("/exams/%d/analysis", big), fmt.Sprintf("/exams/%d/analysis?sort=-discrimination", big), fmt.Sprintf("/exams/%d/analysis?look=1", big)},
		"/exams/:id/analysis/export.csv":  {fmt.Sprintf("/exams/%d/analysis/export.csv", big)},
		"/exams/:id/analysis/export.xlsx": {fmt.Sprintf("/exams/%d/analysis/export.xlsx", big)},
		"/api/v1/exams/:id/analysis":      {fmt.Sprintf("/api/v1/exams/%d/analysis", big)},
		"/exams/:id/integrity":            {fmt.Sprintf("/exams/%d/integrity", big), fmt.Sprintf("/exams/%d/integrity?similar=1", open)},
		"/exams/:id/integrity/policy":     {fmt.Sprintf("/exams/%d/integrity/policy", open)},
		"/exams/:id/marking/mine":         {fmt.Sprintf("/exams/%d/marking/mine", big)},
		"/exams/:id/regrade/questions":    {fmt.Sprintf("/exams/%d/regrade/questions", big)},
		"/exams/:id/regrade":              {fmt.Sprintf("/exams/%d/regrade", big)}, "/papers/export.csv": {"/papers/export.csv"}, "/papers/export.xlsx": {"/papers/export.xlsx"},
		"/exams/export.csv": {"/exams/export.csv"}, "/exams/export.xlsx": {"/exams/export.xlsx"},
		"/cases/bulk/assign": {id("/cases/bulk/assign?case=%d", "due")}, "/cases/bulk/propose": {id("/cases/bulk/propose?case=%d", "case")},

		"/me/appraisal": {"/me/appraisal"}, "/me/appraisal/:cycle": {fmt.Sprintf("/me/appraisal/%d", c.cycle), "/me/appraisal/1000001"},
		"/appraisal/schemes": {"/appraisal/schemes"}, "/appraisal/schemes/:id": {fmt.Sprintf("/appraisal/schemes/%d", c.version)},
		"/appraisal/cycles": {"/appraisal/cycles", "/appraisal/cycles?page=2", "/appraisal/cycles?year=2024"}, "/appraisal/cycles/new": {"/appraisal/cycles/new"},
		"/appraisal/cycles/:id": {cycle, cycle + "?page=200", cycle + "?q=王小美", cycle + "?unit=1100001", cycle + "?missing=call&sort=name", cycle + "?state=scored&sort=-total",
			cycle + "?score=chat", "/appraisal/cycles/1000001"},
		"/appraisal/sheets/:id": {id("/appraisal/sheets/%d", "sheet")},

		"/me/ledger": {"/me/ledger", "/me/ledger?page=2"}, "/ledger": {"/ledger", "/ledger?page=200", "/ledger?q=王小美", "/ledger?q=wangx&sort=person", "/ledger?unit=1100001&sort=-worth", "/ledger?month=2025-11", "/ledger?month=2025-11&sort=worth&page=2"},
		"/api/v1/me/ledger": {"/api/v1/me/ledger"}, "/api/v1/ledger": {"/api/v1/ledger?size=100", "/api/v1/ledger?size=100&page=40&sort=day"},

		"/admin/audit": {"/admin/audit", "/admin/audit?before=250000", "/admin/audit?act=exam.release", "/admin/audit?who=王小美", "/admin/audit?subject=exam:1000004",
			"/admin/audit?from=2025-12-01&until=2025-12-02", "/admin/audit?actor=person:1000001&act=exam.release&from=2025-06-01", "/admin/audit?act=nothing.like.it&from=2025-06-01"},
		"/admin/policies": {"/admin/policies"}, "/admin/policies/:kind/new": {"/admin/policies/bands/new", "/admin/policies/retake/new"},

		"/api/v1/me": {"/api/v1/me"}, "/api/v1/people": {"/api/v1/people?size=100", "/api/v1/people?size=100&page=40&sort=-unit"},
		"/api/v1/bank/questions": {"/api/v1/bank/questions?size=100", "/api/v1/bank/questions?size=100&q=客户&page=20"}, "/api/v1/me/exams": {"/api/v1/me/exams"},
		"/api/v1/exams/:id/media": {fmt.Sprintf("/api/v1/exams/%d/media", open)},
		"/api/v1/attempts/:id":    {fmt.Sprintf("/api/v1/attempts/%d", attempt)}, "/api/v1/attempts/:id/result": {fmt.Sprintf("/api/v1/attempts/%d/result", attempt)}, "/api/v1/attempts/:id/reports": {fmt.Sprintf("/api/v1/attempts/%d/reports", attempt)},
		"/api/v1/me/appraisals": {"/api/v1/me/appraisals"}, "/api/v1/appraisal/sheets/:id": {id("/api/v1/appraisal/sheets/%d", "sheet")},
		"/api/openapi.json": {"/api/openapi.json"},
	}
}

// gets are the lines of the table that only read.
func (c *clinic) gets() []httpx.Route {
	var out []httpx.Route
	for _, r := range c.Routes() {
		if r.Method == http.MethodGet && skipped[r.Path] == "" {
			out = append(out, r)
		}
	}
	return out
}

// seen is one answer and what it took.
type seen struct {
	status, bytes int
	took          time.Duration
	runs          []db.Run
}

// ask lets the program answer one request. Who asks is known to the process, as it is from the second request on (decision 37).
func (c *clinic) ask(login, address string) seen {
	c.t.Helper()
	tallied, tally := db.WithTally(ctx)
	r := c.Request(login, http.MethodGet, address, "").WithContext(tallied)
	began := time.Now()
	a := apptest.DoAt(c.App.App, r)
	return seen{status: a.Status, bytes: len(a.Text), took: time.Since(began), runs: tally.Runs()}
}

// warm opens a session for everybody who walks and lets the process know them.
func (c *clinic) warm() {
	c.t.Helper()
	c.must(c.Accounts.PollRevocations(ctx))
	for _, who := range callers {
		c.ask(who.login, "/me/settings")
	}
}
