// Package web is the pages. This file is their table of contents: every address, who may call it, and what answers.
package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	who "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/account"
	"github.com/peikao/peikao/internal/web/admin"
	"github.com/peikao/peikao/internal/web/appraisal"
	"github.com/peikao/peikao/internal/web/bank"
	"github.com/peikao/peikao/internal/web/courseware"
	"github.com/peikao/peikao/internal/web/exam"
	"github.com/peikao/peikao/internal/web/help"
	"github.com/peikao/peikao/internal/web/home"
	"github.com/peikao/peikao/internal/web/ledger"
	"github.com/peikao/peikao/internal/web/notify"
	"github.com/peikao/peikao/internal/web/remediation"
	"github.com/peikao/peikao/questionbank"
)

// Pages are the page families.
type Pages struct {
	Account    *account.Handlers
	Courseware *courseware.Handlers
	Bank       *bank.Handlers
	Hall       *exam.Hall
	Take       exam.Take
	After      exam.After
	Desk       *exam.Desk
	Cases      *remediation.Handlers
	Appraisal  *appraisal.Handlers
	Ledger     *ledger.Handlers
	Home       *home.Handlers
	Notices    *notify.Handlers
	Help       help.Handlers
	Admin      *admin.Handlers
}

// table collects routes of one family after the other.
type table struct{ routes []httpx.Route }

func (t *table) add(method, path string, access who.Action, h echo.HandlerFunc) *httpx.Route {
	t.routes = append(t.routes, httpx.Route{Method: method, Path: path, Access: httpx.Access(access), Handler: h})
	return &t.routes[len(t.routes)-1]
}

func (t *table) get(path string, access who.Action, h echo.HandlerFunc) {
	t.add(http.MethodGet, path, access, h)
}

func (t *table) post(path string, access who.Action, h echo.HandlerFunc) *httpx.Route {
	return t.add(http.MethodPost, path, access, h)
}

const (
	public   = who.Action(httpx.Public)
	signedIn = who.Action(httpx.SignedIn)

	// multipartRoom is what a form adds around the file that it carries.
	multipartRoom = 64 << 10
)

// Routes is every page and form, in the order of the site map.
func Routes(p Pages) []httpx.Route {
	t := new(table)
	t.door(p.Account)
	t.home(p)
	t.people(p.Account)
	t.learning(p.Courseware)
	t.teaching(p.Courseware)
	t.bank(p.Bank)
	t.sitting(p)
	t.desk(p.Desk)
	t.cases(p.Cases)
	t.appraisal(p.Appraisal)
	t.ledger(p.Ledger)
	t.system(p.Admin)
	return t.routes
}

// door is what anybody reaches.
func (t *table) door(h *account.Handlers) {
	t.get("/login", public, h.Login)
	t.post("/login", public, h.SignIn)
	t.post("/logout", public, h.SignOut)
	t.post("/language", public, h.Language)
	t.get("/first-password", public, h.FirstPassword)
	t.post("/first-password", public, h.ChooseFirstPassword)
	t.get("/link/:token", public, h.Link)
	t.post("/link/:token", public, h.UseLink)
	t.get("/me/settings", signedIn, h.Settings)
	t.post("/me/settings/password", signedIn, h.ChangePassword)
	t.post("/me/settings/sign-out", signedIn, h.SignOutOne)
	t.post("/me/settings/sign-out-everywhere", signedIn, h.SignOutEverywhere)
}

func (t *table) home(p Pages) {
	t.get("/", signedIn, p.Home.Home)
	t.get("/me", signedIn, p.Home.Me)
	t.get("/notices", who.NotifyRead, p.Notices.List)
	t.post("/notices/read-all", who.NotifyRead, p.Notices.ReadAll)
	t.post("/notices/:id", who.NotifyRead, p.Notices.Open)
	t.get("/help", signedIn, p.Help.Show)
	t.get("/help/", signedIn, p.Help.Show)
	t.get("/help/:topic", public, p.Help.Show)
}

func (t *table) people(h *account.Handlers) {
	t.get("/people", who.OrgRead, h.People)
	t.post("/people", who.AccountPersonWrite, h.CreatePerson)
	t.post("/people/export", who.AccountPersonWrite, h.Export)
	t.get("/people/new", who.AccountPersonWrite, h.NewPerson)
	t.get("/people/template.xlsx", who.AccountPersonImport, h.Template)
	t.get("/people/import", who.AccountPersonImport, h.Import)
	t.post("/people/import", who.AccountPersonImport, h.Upload).Body = who.MaxImportBytes + multipartRoom
	t.get("/people/import/:import", who.AccountPersonImport, h.Preview)
	t.post("/people/import/:import", who.AccountPersonImport, h.Apply)
	t.get("/people/:person", who.AccountPersonRead, h.Person)
	t.post("/people/:person", who.AccountPersonWrite, h.SavePerson)
	t.get("/people/:person/edit", who.AccountPersonWrite, h.EditPerson)
	t.post("/people/:person/transfer", who.AccountPersonWrite, h.Transfer)
	t.post("/people/:person/leave", who.AccountPersonWrite, h.Leave)
	t.post("/people/:person/return", who.AccountPersonWrite, h.Return)
	t.post("/people/:person/grants", who.RoleGrant, h.Grant)
	t.post("/people/:person/grants/:grant/end", who.RoleGrant, h.EndGrant)
	t.post("/people/:person/phone", who.AccountPhoneShow, h.ShowPhone)
	t.post("/people/:person/login", who.AccountLoginManage, h.CreateLogin)
	t.post("/people/:person/login/reset", who.AccountLoginManage, h.ResetPassword)
	t.post("/people/:person/login/disable", who.AccountLoginManage, h.DisableLogin)
	t.post("/people/:person/login/enable", who.AccountLoginManage, h.EnableLogin)
	t.post("/people/:person/login/sign-out", who.AccountLoginManage, h.SignOutPerson)
	t.get("/org", who.OrgRead, h.Org)
	t.post("/org/units", who.OrgWrite, h.CreateUnit)
	t.post("/org/units/:unit", who.OrgWrite, h.RenameUnit)
	t.post("/org/units/:unit/move", who.OrgWrite, h.MoveUnit)
	t.post("/org/units/:unit/retire", who.OrgWrite, h.RetireUnit)
	t.post("/posts", who.OrgWrite, h.CreatePost)
	t.post("/posts/:post/retire", who.OrgWrite, h.RetirePost)
}

func (t *table) learning(h *courseware.Handlers) {
	t.get("/learn", who.CoursewareStudy, h.Learn)
	t.get("/learn/:course", who.CoursewareStudy, h.Course)
	t.post("/learn/:course/begin", who.CoursewareStudy, h.Begin)
	t.get("/learn/:course/:unit", who.CoursewareStudy, h.Unit)
	t.post("/learn/:course/:unit/download", who.CoursewareStudy, h.Download)
	t.post("/learn/:course/:unit/read", who.CoursewareStudy, h.Read)
	t.get("/media/:object", who.CoursewareStudy, h.Media)
	t.get("/media/:object/pages/:page", who.CoursewareStudy, h.Page)
}

func (t *table) teaching(h *courseware.Handlers) {
	t.get("/courseware", who.CoursewareAuthor, h.Courses)
	t.post("/courseware", who.CoursewareAuthor, h.Create)
	t.get("/courseware/new", who.CoursewareAuthor, h.New)
	t.get("/courseware/:course/edit", who.CoursewareAuthor, h.Edit)
	t.post("/courseware/:course", who.CoursewareAuthor, h.Save)
	t.post("/courseware/:course/publish", who.CoursewareAuthor, h.Publish)
	t.post("/courseware/:course/retire", who.CoursewareAuthor, h.Retire)
	t.post("/courseware/:course/units", who.CoursewareAuthor, h.AddUnits)
	t.get("/courseware/:course/units/:unit", who.CoursewareAuthor, h.EditUnit)
	t.post("/courseware/:course/units/:unit", who.CoursewareAuthor, h.SaveUnit)
	t.post("/courseware/:course/units/:unit/replace", who.CoursewareAuthor, h.ReplaceFile)
	t.post("/courseware/:course/units/:unit/move", who.CoursewareAuthor, h.MoveUnit)
	t.post("/courseware/:course/units/:unit/remove", who.CoursewareAuthor, h.RemoveUnit)
	t.get("/courseware/:course/people", who.CoursewareReport, h.Learners)
	t.post("/courseware/:course/people/export", who.CoursewareReport, h.ExportLearners)
	t.post("/courseware/:course/people/:enrolment/due", who.CoursewareAssign, h.SetDue)
	t.post("/courseware/:course/people/:enrolment/withdraw", who.CoursewareAssign, h.Withdraw)
	t.post("/courseware/:course/assign", who.CoursewareAssign, h.Assign)
}

func (t *table) bank(h *bank.Handlers) {
	t.get("/bank", who.BankRead, h.List)
	t.post("/bank/bulk", who.BankPublish, h.Bulk)
	t.get("/bank/bulk/edit", who.BankWrite, h.BulkForm)
	t.post("/bank/bulk/edit", who.BankWrite, h.BulkEdit)
	t.get("/bank/export", who.BankRead, h.ExportPage)
	t.get("/bank/export/file", who.BankRead, h.ExportFile)
	t.get("/bank/export.csv", who.BankRead, h.Export)
	t.get("/bank/export.xlsx", who.BankRead, h.Export)
	t.get("/bank/questions/new", who.BankWrite, h.New)
	t.post("/bank/questions", who.BankWrite, h.Create)
	t.get("/bank/questions/:id", who.BankRead, h.Question)
	t.post("/bank/questions/:id", who.BankWrite, h.Save)
	t.get("/bank/questions/:id/edit", who.BankWrite, h.Edit)
	t.post("/bank/questions/:id/publish", who.BankPublish, h.Publish)
	t.post("/bank/questions/:id/retire", who.BankPublish, h.Retire)
	t.post("/bank/questions/:id/media", who.BankWrite, h.AddMedia).Body = bank.MediaBytes + multipartRoom
	t.post("/bank/questions/:id/media/:n/remove", who.BankWrite, h.RemoveMedia)
	t.post("/bank/questions/:id/tags", who.BankWrite, h.SaveTags)
	t.post("/bank/questions/:id/submit", who.BankWrite, h.Submit)
	t.post("/bank/questions/:id/withdraw", who.BankWrite, h.Withdraw)
	t.get("/bank/questions/:id/diff", who.BankRead, h.Diff)
	t.get("/bank/review", who.BankRead, h.Review)
	t.post("/bank/review", who.BankPublish, h.Decide)
	t.get("/bank/review/imports/:import", who.BankRead, h.Batch)
	t.post("/bank/review/imports/:import", who.BankPublish, h.DecideBatch)
	t.get("/bank/reports", who.BankRead, h.Reports)
	t.get("/bank/reports/:report", who.BankRead, h.Report)
	t.post("/bank/reports/:report", who.BankWrite, h.AnswerReport)
	t.get("/bank/near", who.BankRead, h.Near)
	t.post("/bank/near", who.BankWrite, h.DismissNear)
	t.get("/bank/media/:media", who.BankRead, h.Media)
	t.get("/bank/import", who.BankImport, h.Import)
	t.post("/bank/import", who.BankImport, h.Upload).Body = questionbank.MaxFileBytes + multipartRoom
	t.get("/bank/import/template.xlsx", who.BankImport, h.Template)
	t.get("/bank/import/:import", who.BankImport, h.Preview)
	t.post("/bank/import/:import", who.BankImport, h.Apply)
	t.get("/bank/import/:import/left-out.csv", who.BankImport, h.LeftOutFile)
	t.get("/bank/topics", who.BankRead, h.Topics)
	t.post("/bank/topics", who.BankWrite, h.CreateTopic)
	t.get("/bank/topics/:topic", who.BankWrite, h.Topic)
	t.post("/bank/topics/:topic", who.BankWrite, h.SaveTopic)
	t.post("/bank/topics/:topic/retire", who.BankWrite, h.RetireTopic)
	t.get("/bank/rivals", who.BankRead, h.Rivals)
	t.post("/bank/rivals", who.BankWrite, h.CreateRivals)
	t.post("/bank/rivals/:set/retire", who.BankWrite, h.RetireRivals)
}

func (t *table) sitting(p Pages) {
	t.get("/exams", who.ExamSit, p.Hall.List)
	t.get("/exams/:id", who.ExamSit, p.Hall.Show)
	t.post("/exams/:id/code", who.ExamSit, p.Hall.GiveCode)
	t.get("/exams/:id/sit", who.ExamSit, p.Take.Sit)
	t.get("/attempts/:id", who.ExamSit, p.Take.Resume)
	t.get("/attempts/:id/receipt", who.ExamSit, p.After.Receipt)
	t.get("/attempts/:id/result", who.ExamSit, p.After.Result)
	t.post("/attempts/:id/report/:slot", who.BankReport, p.After.Report)
	t.post("/attempts/:id/reports/:report/withdraw", who.BankReport, p.After.WithdrawReport)
	t.get("/attempts/:id/recordings/:slot/:take", who.ExamSit, p.After.Sound)
	t.get("/attempts/:id/media/:file", who.ExamSit, p.After.Media)
}

// desk is the staff's work, in its order: blueprint → paper → exam → publish → results → release.
func (t *table) desk(h *exam.Desk) {
	t.get("/papers", who.ExamRead, h.Papers)
	t.get("/papers/export.csv", who.ExamRead, h.PapersFile)
	t.get("/papers/export.xlsx", who.ExamRead, h.PapersFile)
	t.get("/papers/new", who.ExamAuthor, h.NewBlueprint)
	t.post("/papers/new", who.ExamAuthor, h.SaveBlueprint)
	t.get("/papers/:id", who.ExamRead, h.Paper)
	t.get("/papers/:id/print.pdf", who.ExamRead, h.Print)
	t.get("/papers/blueprints/:id", who.ExamRead, h.Blueprint)
	t.post("/papers/blueprints/:id", who.ExamAuthor, h.SaveBlueprint)
	t.post("/papers/blueprints/:id/draw", who.ExamAuthor, h.DrawPaper)
	t.get("/exams/export.csv", who.ExamRead, h.ListFile)
	t.get("/exams/export.xlsx", who.ExamRead, h.ListFile)
	t.post("/exams/freeze", who.ExamInvigilate, h.Freeze)
	t.post("/exams/unfreeze", who.ExamInvigilate, h.Unfreeze)
	t.get("/exams/new", who.ExamAuthor, h.New)
	t.post("/exams/new", who.ExamAuthor, h.Create)
	t.get("/exams/:id/setup", who.ExamRead, h.Setup)
	t.post("/exams/:id/setup", who.ExamAuthor, h.Save)
	t.post("/exams/:id/people", who.ExamAuthor, h.Invite)
	t.post("/exams/:id/people/:person/remove", who.ExamAuthor, h.Uninvite)
	t.post("/exams/:id/people/:person/take-off", who.ExamPublish, h.TakeOff)
	t.post("/exams/:id/call-off", who.ExamPublish, h.CallOff)
	t.get("/exams/:id/people/:person", who.ExamInvigilate, h.Candidate)
	t.post("/exams/:id/people/:person", who.ExamInvigilate, h.Grant)
	t.get("/exams/:id/publish", who.ExamPublish, h.Publishing)
	t.post("/exams/:id/publish", who.ExamPublish, h.Publish)
	t.get("/exams/:id/live", who.ExamLive, h.Live)
	t.post("/exams/:id/live", who.ExamInvigilate, h.Act)
	t.get("/exams/:id/live/:person", who.ExamLive, h.Sitting)
	t.post("/exams/:id/live/:person/hand-in", who.ExamInvigilate, h.HandInFor)
	t.get("/exams/:id/live/:person/code", who.ExamInvigilate, h.Code)
	t.post("/exams/:id/live/:person/code", who.ExamInvigilate, h.TakeInCode)
	t.post("/exams/:id/live/:person/void", who.ExamInvigilate, h.Void)
	t.get("/exams/:id/log", who.ExamLive, h.Log)
	t.get("/exams/:id/integrity", who.ExamLive, h.Integrity)
	t.get("/exams/:id/integrity/policy", who.ExamAuthor, h.Policy)
	t.post("/exams/:id/integrity/policy", who.ExamAuthor, h.SetPolicy)
	t.post("/exams/:id/incidents", who.ExamInvigilate, h.Report)
	t.post("/exams/:id/corrections", who.ExamInvigilate, h.Correct)
	t.post("/exams/:id/setup/marking", who.ExamAuthor, h.SetMarking)
	t.post("/exams/:id/setup/paper", who.ExamAuthor, h.SetOnPaper)
	t.get("/exams/:id/sheets", who.ExamMark, h.Sheets)
	t.get("/exams/:id/sheets/:person", who.ExamMark, h.Sheet)
	t.post("/exams/:id/sheets/:person", who.ExamMark, h.KeyIn)
	t.post("/exams/:id/sheets/:person/absent", who.ExamMark, h.NotThere)
	t.get("/marking", who.ExamMarkRead, h.Marking)
	t.get("/exams/:id/marking", who.ExamMarkRead, h.MarkingQueues)
	t.get("/exams/:id/marking/mine", who.ExamMark, h.OwnMarks)
	t.get("/exams/:id/marking/:version", who.ExamMark, h.NextAnswer)
	t.get("/exams/:id/marking/answers/:task", who.ExamMark, h.OwnMark)
	t.post("/exams/:id/marking/answers/:task", who.ExamMark, h.MarkAnswer)
	t.get("/exams/:id/marking/answers/:task/takes/:take", who.ExamMark, h.AnswerSound)
	t.get("/exams/:id/marking/answers/:task/media/:file", who.ExamMark, h.AnswerMedia)
	t.get("/exams/:id/results", who.ExamRead, h.Results)
	t.post("/exams/:id/results/export", who.ExamRead, h.ExportResults)
	t.get("/exams/:id/analysis", who.ExamRead, h.Analyse)
	t.get("/exams/:id/analysis/export.csv", who.ExamRead, h.AnalysisFile)
	t.get("/exams/:id/analysis/export.xlsx", who.ExamRead, h.AnalysisFile)
	t.get("/exams/:id/release", who.ExamRelease, h.Releasing)
	t.post("/exams/:id/release", who.ExamRelease, h.Release)
	t.post("/exams/:id/archive", who.ExamRelease, h.Archive)
	t.get("/exams/:id/regrade", who.ExamCorrectionRead, h.Corrections)
	t.get("/exams/:id/regrade/attempts/:attempt", who.ExamCorrect, h.LateCase)
	t.post("/exams/:id/regrade/attempts/:attempt", who.ExamCorrect, h.ProposeLate)
	t.get("/exams/:id/regrade/questions", who.ExamCorrect, h.Rulables)
	t.get("/exams/:id/regrade/questions/:version", who.ExamCorrect, h.Ruling)
	t.post("/exams/:id/regrade/questions/:version", who.ExamCorrect, h.ProposeRuling)
	t.get("/exams/:id/regrade/:order", who.ExamCorrectionRead, h.Correction)
	t.post("/exams/:id/regrade/:order/approve", who.ExamCorrectApprove, h.ApproveCorrection)
	t.post("/exams/:id/regrade/:order/reject", who.ExamCorrectApprove, h.RejectCorrection)
	t.post("/exams/:id/regrade/:order/withdraw", who.ExamCorrect, h.WithdrawCorrection)
}

func (t *table) appraisal(h *appraisal.Handlers) {
	t.get("/me/appraisal", who.AppraisalRead, h.Own)
	t.get("/me/appraisal/:cycle", who.AppraisalRead, h.OwnSheet)
	t.get("/appraisal/schemes", who.AppraisalRead, h.Schemes)
	t.post("/appraisal/schemes", who.AppraisalScheme, h.CreateScheme)
	t.get("/appraisal/schemes/:id", who.AppraisalRead, h.Scheme)
	t.post("/appraisal/schemes/:id", who.AppraisalScheme, h.EditScheme)
	t.post("/appraisal/schemes/:id/activate", who.AppraisalScheme, h.ActivateScheme)
	t.post("/appraisal/schemes/:id/next", who.AppraisalScheme, h.NextScheme)
	t.get("/appraisal/cycles", who.AppraisalRead, h.Cycles)
	t.post("/appraisal/cycles", who.AppraisalCycle, h.OpenCycle)
	t.get("/appraisal/cycles/new", who.AppraisalCycle, h.NewCycle)
	t.get("/appraisal/cycles/:id", who.AppraisalRead, h.Cockpit)
	t.post("/appraisal/cycles/:id/scores", who.AppraisalScore, h.TypeScores)
	t.post("/appraisal/cycles/:id/collect", who.AppraisalCycle, h.Collect)
	t.post("/appraisal/cycles/:id/steps", who.AppraisalCycle, h.Step)
	t.post("/appraisal/cycles/:id/export", who.AppraisalRead, h.Export)
	t.get("/appraisal/sheets/:id", who.AppraisalRead, h.Sheet)
	t.post("/appraisal/sheets/:id/confirm", who.AppraisalConfirm, h.ConfirmSheet)
	t.post("/appraisal/sheets/:id/excuse", who.AppraisalCycle, h.ExcuseSheet)
}

func (t *table) ledger(h *ledger.Handlers) {
	t.get("/me/ledger", who.LedgerRead, h.Own)
	t.get("/ledger", who.LedgerRead, h.List)
	t.post("/ledger/export", who.LedgerRead, h.Export)
}

func (t *table) cases(h *remediation.Handlers) {
	t.get("/cases", who.CaseRead, h.List)
	t.post("/cases/export", who.CaseRead, h.Export)
	t.get("/cases/bulk/assign", who.CaseAssign, h.BulkAssignForm)
	t.post("/cases/bulk/assign", who.CaseAssign, h.BulkAssign)
	t.get("/cases/bulk/propose", who.CaseDecide, h.BulkProposeForm)
	t.post("/cases/bulk/propose", who.CaseDecide, h.BulkPropose)
	t.get("/cases/:id", who.CaseRead, h.Case)
	t.get("/cases/:id/assign", who.CaseAssign, h.AssignForm)
	t.post("/cases/:id/assign", who.CaseAssign, h.Assign)
	t.post("/cases/:id/tutoring", who.CaseAssign, h.ConfirmTutoring)
	t.post("/cases/:id/propose", who.CaseDecide, h.Propose)
	t.post("/cases/:id/decide", who.CaseDecide, h.Decide)
}

func (t *table) system(h *admin.Handlers) {
	t.get("/admin/audit", who.AuditRead, h.Audit)
	t.post("/admin/audit/export", who.AuditRead, h.ExportAudit)
	t.post("/admin/audit/verify", who.AuditRead, h.Verify)
	t.get("/admin/policies", who.PolicyRead, h.List)
	t.get("/admin/policies/:kind/new", who.PolicyWrite, h.New)
	t.post("/admin/policies/:kind", who.PolicyWrite, h.Add)
}
