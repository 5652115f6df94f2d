// Package api is the JSON beside the pages: the same services, one struct for each body. routes.go is its table of contents;
// the OpenAPI document is made from it.
package api

import (
	"net/http"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/questionbank"
)

// Handlers are the nouns of the API.
type Handlers struct {
	Sessions   *Sessions
	People     *People
	Bank       *Bank
	Uploads    *Uploads
	Learning   *Learning
	Exams      *Exams
	Reports    *Reports
	Analyses   *Analyses
	Appraisals *Appraisals
	Ledger     *Ledger
}

const (
	root = "/api/v1"
	// multipartRoom is what a form adds around the file that it carries.
	multipartRoom = 64 << 10
)

// Routes is every call that there is, in the order of the work.
func Routes(h Handlers) []httpx.Route {
	var routes []httpx.Route
	add := func(method, path string, access account.Action, r httpx.Route) {
		r.Method, r.Path, r.Access = method, root+path, httpx.Access(access)
		routes = append(routes, r)
	}
	const (
		public   = account.Action(httpx.Public)
		signedIn = account.Action(httpx.SignedIn)
		get      = http.MethodGet
		post     = http.MethodPost
		put      = http.MethodPut
		del      = http.MethodDelete
	)

	// ── who is asking ──
	add(post, "/sessions", public, httpx.Route{Handler: h.Sessions.Create, Summary: "Log in", In: signInBody{}, Out: sessionAnswer{}, Status: http.StatusCreated})
	add(del, "/sessions/current", signedIn, httpx.Route{Handler: h.Sessions.DeleteCurrent, Summary: "Log out", Status: http.StatusNoContent})
	add(get, "/me", signedIn, httpx.Route{Handler: h.Sessions.Me, Summary: "Who is logged in", Out: meAnswer{}})

	// ── people ──
	add(get, "/people", account.AccountPersonRead, httpx.Route{Handler: h.People.List, Summary: "Directory", Out: peopleAnswer{},
		Query: []string{"q", "unit", "post", "role", "left", "sort", "page", "size"}})
	add(post, "/people/import", account.AccountPersonImport, httpx.Route{Handler: h.People.Import, Summary: "Import a staff list (multipart, field file)", In: fileBody{},
		Out: importAnswer{}, Query: []string{"dry_run"}, Body: account.MaxImportBytes + multipartRoom})

	// ── question bank ──
	add(get, "/bank/questions", account.BankRead, httpx.Route{Handler: h.Bank.List, Summary: "Search the bank", Out: questionsAnswer{},
		Query: []string{"q", "topic", "type", "difficulty", "key", "state", "law", "tag", "sort", "page", "size"}})
	add(post, "/bank/import", account.BankImport, httpx.Route{Handler: h.Bank.Import, Summary: "Import questions (multipart, field file)", In: fileBody{},
		Out: bankImportAnswer{}, Body: questionbank.MaxFileBytes + multipartRoom, Query: []string{
			"dry_run: 1 says what would come in and brings nothing in; it names always what is near to another question (near) and the knowledge points that the bank does not have (unknown_points)",
			"publish: 1 publishes at once; else they come in as drafts",
			"review: 1 puts them before the reviewers as one batch",
			"leave_out_refused: 1 brings in the sound questions and names the refused ones; else nothing comes in while a problem stands",
			"leave_out_near: 1 leaves out what is nearly the same as another question of the bank or the files, and names it",
			"leave_out[]: the place of a near question that stays out, as a dry run names it; several after commas, or one each",
			"take[]: with leave_out_near, the place of a near question that comes in nevertheless; as leave_out",
			"map[]: name=number or path: an unknown knowledge point becomes that one; nothing before the sign for questions that name none",
			"create_below[]: name=number or path: an unknown knowledge point is made below that one; without either it is made where its path says, or below 1/未分类",
			"with_doubles: 1 brings in also what the bank or an earlier file holds word for word; else that is left out and named",
		}})

	// ── courseware: a file goes straight to the object store, its parts by presigned address ──
	add(post, "/uploads", account.CoursewareAuthor, httpx.Route{Handler: h.Uploads.Begin, Summary: "Begin an upload", In: uploadBody{}, Out: begunAnswer{}, Status: http.StatusCreated})
	add(get, "/uploads/:id", account.CoursewareAuthor, httpx.Route{Handler: h.Uploads.Get, Summary: "State of an upload", Out: objectAnswer{}})
	add(del, "/uploads/:id", account.CoursewareAuthor, httpx.Route{Handler: h.Uploads.Abort, Summary: "Give an upload up", Status: http.StatusNoContent})
	add(post, "/uploads/:id/parts", account.CoursewareAuthor, httpx.Route{Handler: h.Uploads.Parts, Summary: "Addresses for parts", In: partsBody{}, Out: partsAnswer{}})
	add(post, "/uploads/:id/complete", account.CoursewareAuthor, httpx.Route{Handler: h.Uploads.Complete, Summary: "All parts are there", In: completeBody{}, Out: objectAnswer{}})
	add(post, "/units/:id/progress", account.CoursewareStudy, httpx.Route{Handler: h.Learning.Beat, Summary: "A player's heart-beat", In: progressBody{}, Out: creditAnswer{}})

	// ── sitting an exam (attempt-contract.md) ──
	paperApart := []string{"paper: shared: the paper in its own order, compressed once for everybody; instead of paper.slots come paper.questions, which are slots " +
		"without their number, and paper.places, one [slot, question, option, option, …] each in the order of this attempt, questions and options counted from 0"}
	add(get, "/me/exams", account.ExamSit, httpx.Route{Handler: h.Exams.Mine, Summary: "My exams", Out: mineAnswer{}})
	add(post, "/exams/:id/attempts", account.ExamSit, httpx.Route{Handler: h.Exams.Start, Summary: "Start, or return my open attempt; the body may be left out", In: startBody{}, Query: paperApart, Out: sheetAnswer{}, Created: true})
	add(get, "/attempts/:id", account.ExamSit, httpx.Route{Handler: h.Exams.Attempt, Summary: "My attempt, read-only where another tab holds it", Query: paperApart, Out: sheetAnswer{}})
	add(post, "/attempts/:id/lease", account.ExamSit, httpx.Route{Handler: h.Exams.TakeOver, Summary: "Go on here: take the attempt over", Query: paperApart, Out: sheetAnswer{}})
	add(put, "/attempts/:id/responses/:slot", account.ExamSit, httpx.Route{Handler: h.Exams.Save, Quiet: true, Summary: "Save one response", In: saveBody{}, Out: savedAnswer{}})
	add(post, "/attempts/:id/responses", account.ExamSit, httpx.Route{Handler: h.Exams.SaveMany, Quiet: true, Summary: "Save up to 100 changes", In: changesBody{}, Out: changesAnswer{}})
	add(post, "/attempts/:id/recordings/:slot", account.ExamSit, httpx.Route{Handler: h.Exams.SavePart, Quiet: true, Summary: "Save one part of a spoken answer", In: partBody{}, Out: partSavedAnswer{}, Body: maxPartBody})
	add(post, "/attempts/:id/heartbeat", account.ExamSit, httpx.Route{Handler: h.Exams.Heartbeat, Quiet: true, Summary: "Time, deadline and notices", In: heartbeatBody{}, Out: beatAnswer{}})
	add(post, "/attempts/:id/sections/:section/finish", account.ExamSit, httpx.Route{Handler: h.Exams.FinishSection, Summary: "Finish a section for good and go on to the next, in an exam that is gone through one way", In: finishBody{}, Query: paperApart, Out: sheetAnswer{}})
	add(get, "/exams/:id/media", account.ExamSit, httpx.Route{Handler: h.Exams.Media, Summary: "The sealed media of my paper, to be loaded before the start", Out: blobsAnswer{}})
	add(get, "/media/:name", account.ExamSit, httpx.Route{Handler: h.Exams.Blob, Summary: "One sealed file: 12 bytes nonce, ciphertext, 16 bytes tag of AES-256-GCM"})
	add(get, "/attempts/:id/events", account.ExamSit, httpx.Route{Handler: h.Exams.Events, Summary: "Server-sent events: deadline, notice, pause, handed_in; the data of each is what a heart-beat answers", Stream: true})
	add(post, "/attempts/:id/submit", account.ExamSit, httpx.Route{Handler: h.Exams.Submit, Summary: "Hand in", In: submitBody{}, Out: map[string]exam.Receipt{}})
	add(get, "/attempts/:id/result", account.ExamSit, httpx.Route{Handler: h.Exams.Result, Summary: "My released result", Out: resultAnswer{}})
	add(get, "/attempts/:id/reports", account.BankReport, httpx.Route{Handler: h.Reports.Mine, Summary: "What I reported of the questions of my result, and what was answered", Out: map[string][]reportAnswer{}})
	add(post, "/attempts/:id/reports", account.BankReport, httpx.Route{Handler: h.Reports.Create, Summary: "Report a faulty question of my released result", In: reportBody{}, Out: reportedAnswer{}, Status: http.StatusCreated})
	add(del, "/reports/:report", account.BankReport, httpx.Route{Handler: h.Reports.Withdraw, Summary: "Withdraw my report", Status: http.StatusNoContent})

	// ── after an exam ──
	add(get, "/exams/:id/analysis", account.ExamRead, httpx.Route{Handler: h.Analyses.Get, Summary: "Item and paper statistics of an exam that is over", Out: analysisAnswer{}})

	// ── appraisal ──
	add(get, "/me/appraisals", account.AppraisalRead, httpx.Route{Handler: h.Appraisals.Mine, Summary: "My sheets", Out: map[string][]appraisalSummary{}})
	add(get, "/appraisal/sheets/:id", account.AppraisalRead, httpx.Route{Handler: h.Appraisals.Sheet, Summary: "A sheet with every number's source", Out: appraisalSheet{}})

	// ── ledger ──
	add(get, "/me/ledger", account.LedgerRead, httpx.Route{Handler: h.Ledger.Mine, Summary: "My points and pay, with the sum of each month", Query: []string{"page: the page, from 1", "size: lines of a page"}, Out: ownLedger{}})
	add(get, "/ledger", account.LedgerRead, httpx.Route{Handler: h.Ledger.List, Summary: "Points and pay of my part of the organisation", Query: []string{
		"month: such as 2026-09", "unit: with all units below it", "q: a name, its pinyin or initials, or an employee number", "sort: day, person or worth; with - before it the other way round",
		"page: the page, from 1", "size: lines of a page",
	}, Out: ledgerList{}})

	return append(routes, httpx.Route{
		Method: get, Path: "/api/openapi.json", Access: httpx.Public, Summary: "This document",
		Handler: openAPI(func() []httpx.Route { return Routes(h) }),
	})
}
