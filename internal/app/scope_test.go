package app_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// branches is a clinic after an exam that both branches failed, with a trainer and HR for branch a alone ("trainer-a",
// "hr-a"): there is something of each kind at either branch.
type branches struct {
	*apptest.Clinic
	exam     exam.ExamID
	attempts map[string]exam.AttemptID // by log-in
	cases    map[string]remediation.CaseID
	sheets   map[string]appraisal.SheetID
	courses  map[string]courseware.CourseID // by branch
	cycle    appraisal.CycleID
}

func newBranches(t *testing.T) *branches {
	t.Helper()
	ctx := context.Background()
	b := &branches{
		Clinic: apptest.NewClinic(t, app.Options{}), attempts: map[string]exam.AttemptID{}, cases: map[string]remediation.CaseID{},
		sheets: map[string]appraisal.SheetID{}, courses: map[string]courseware.CourseID{},
	}
	b.Employ("trainer-a", "某某", b.Branch["a"], b.OtherPost, account.Trainer)
	b.Employ("hr-a", "某某", b.Branch["a"], b.OtherPost, account.HR)
	b.AddQuestions(sentinelQuestions()...)
	consultants := []string{"mei-a", "lan-a", "mei-b"}
	b.exam = b.Exam(b.Paper(4), nil, consultants...)
	for _, login := range consultants {
		b.attempts[login] = b.Sit(login, b.exam, 0)
	}
	b.Fake.Advance(3 * time.Hour)
	must(t, b.Tick(ctx))
	_, err := b.Exams.Release(ctx, b.Viewer("hr"), b.exam)
	must(t, err)

	scheme, err := b.Appraisal.CreateScheme(ctx, b.Viewer("hr"), "quarterly", "季度考评")
	must(t, err)
	must(t, b.Appraisal.Activate(ctx, b.Viewer("hr"), scheme))
	b.cycle, err = b.Appraisal.OpenCycle(ctx, b.Viewer("hr"), appraisal.NewCycle{
		VersionID: scheme, UnitID: b.Root, Quarter: appraisal.Quarter{Year: 2026, No: 1}, Mode: appraisal.Counting,
	})
	must(t, err)
	for _, login := range consultants {
		mine, err := b.Remediation.Mine(ctx, b.Viewer(login), false)
		must(t, err)
		b.cases[login] = mine[0].ID
		sheets, err := b.Appraisal.OwnSheets(ctx, b.Viewer(login), page.Page{})
		must(t, err)
		b.sheets[login] = sheets[0].ID
	}
	for key, unit := range b.Branch {
		b.courses[key] = b.course(t, "课程"+key, unit, b.Person["mei-"+key])
	}
	return b
}

// course publishes a picture to read at a unit and assigns it to somebody.
func (b *branches) course(t *testing.T, title string, unit account.UnitID, learner account.PersonID) courseware.CourseID {
	t.Helper()
	ctx, trainer := context.Background(), b.Viewer("trainer")
	picture := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{1}, 92)...)
	o, err := b.Courseware.Put(ctx, trainer, title+".png", bytes.NewReader(picture), int64(len(picture)))
	must(t, err)
	id, err := b.Courseware.CreateCourse(ctx, trainer, courseware.CourseInput{UnitID: unit, Title: title})
	must(t, err)
	must(t, b.Courseware.AddUnits(ctx, trainer, id, []courseware.ObjectID{o.ID}))
	must(t, b.Courseware.Publish(ctx, trainer, id))
	_, err = b.Courseware.Assign(ctx, trainer, account.Audience{PersonIDs: []account.PersonID{learner}}, []courseware.CourseID{id}, nil)
	must(t, err)
	return id
}

// mounted tells whether the program has the route.
func (b *branches) mounted(path string) bool {
	for _, r := range b.Routes() {
		if r.Path == path {
			return true
		}
	}
	return false
}

// Threats 36, 37 and 38 over HTTP: who reaches what, where there is something to reach.
func TestScope(t *testing.T) {
	b := newBranches(t)
	t.Run("own, inside and outside", b.scopeOfReading)
	t.Run("no name of another branch on any page", b.noNameOfAnotherBranch)
	t.Run("nothing done outside", b.nothingDoneOutside)
	t.Run("attempts of others", b.attemptsOfOthers)
	t.Run("acts on people of another branch", b.actsOnPeopleOfAnotherBranch)
	t.Run("supervisors alter nothing", b.supervisorsAlterNothing)
	t.Run("the HR of a branch acts on no exam of the whole clinic", func(t *testing.T) {
		if err := b.Exams.Archive(context.Background(), b.Viewer("hr-a"), b.exam); !errs.Is(err, errs.Forbidden) {
			t.Fatal(err)
		}
		if err := b.Exams.Archive(context.Background(), b.Viewer("hr"), b.exam); err != nil {
			t.Fatal(err)
		}
	})
}

// Own and inside are answered, outside is 404, as if it were not there.
func (b *branches) scopeOfReading(t *testing.T) {
	person := func(login string) string { return b.Person[login].String() }
	for _, c := range []struct {
		name, route      string
		own, inside, out string // addresses of something of one's own, of one's part of the tree, of another one
		self, above      string // who asks for the first; who asks for the other two
	}{
		{"person", "/people/:person", "/people/" + person("mei-a"), "/people/" + person("lan-a"), "/people/" + person("mei-b"), "mei-a", "lead-a"},
		{"result page", "/attempts/:id/result", "/attempts/" + b.attempts["mei-a"].String() + "/result", "/attempts/" + b.attempts["lan-a"].String() + "/result",
			"/attempts/" + b.attempts["mei-b"].String() + "/result", "mei-a", "lead-a"},
		{"result", "/api/v1/attempts/:id/result", "/api/v1/attempts/" + b.attempts["mei-a"].String() + "/result", "/api/v1/attempts/" + b.attempts["lan-a"].String() + "/result",
			"/api/v1/attempts/" + b.attempts["mei-b"].String() + "/result", "mei-a", "lead-a"},
		{"sheet page", "/appraisal/sheets/:id", "/appraisal/sheets/" + b.sheets["mei-a"].String(), "/appraisal/sheets/" + b.sheets["lan-a"].String(),
			"/appraisal/sheets/" + b.sheets["mei-b"].String(), "mei-a", "lead-a"},
		{"sheet", "/api/v1/appraisal/sheets/:id", "/api/v1/appraisal/sheets/" + b.sheets["mei-a"].String(), "/api/v1/appraisal/sheets/" + b.sheets["lan-a"].String(),
			"/api/v1/appraisal/sheets/" + b.sheets["mei-b"].String(), "mei-a", "lead-a"},
		{"case", "/cases/:id", "/cases/" + b.cases["mei-a"].String(), "/cases/" + b.cases["lan-a"].String(), "/cases/" + b.cases["mei-b"].String(), "mei-a", "lead-a"},
		{"course at the desk", "/courseware/:course/edit", "", "/courseware/" + b.courses["a"].String() + "/edit", "/courseware/" + b.courses["b"].String() + "/edit", "", "trainer-a"},
		{"lesson", "/learn/:course", "/learn/" + b.courses["a"].String(), "", "/learn/" + b.courses["b"].String(), "mei-a", "mei-a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !b.mounted(c.route) {
				t.Fatalf("%s is not mounted", c.route)
			}
			if c.own != "" {
				b.Call(c.self, "GET", c.own, "", 200)
			}
			if c.inside != "" {
				b.Call(c.above, "GET", c.inside, "", 200)
				b.Call("hr", "GET", c.inside, "", 200)
			}
			b.Call(c.above, "GET", c.out, "", 404)
			if c.self != "" {
				b.Call(c.self, "GET", c.out, "", 404)
			}
		})
	}
	t.Run("people list", func(t *testing.T) {
		b.sees(t, "/api/v1/people", map[string]string{"mei-a": "a", "lead-a": "ab", "hr-a": "ab"})
	})
	t.Run("cases", b.scopeOfCases)
	t.Run("learners", func(t *testing.T) {
		for key, there := range map[string]bool{"a": true, "b": false} { // the course is no secret, who learns it is
			text := b.Call("lead-a", "GET", "/courseware/"+b.courses[key].String()+"/people", "", 200).Text
			if strings.Contains(text, "小美a") != there || strings.Contains(text, "小美b") {
				t.Errorf("a lead sees other learners of course %s than those of the branch", key)
			}
		}
	})
	t.Run("questions", func(t *testing.T) {
		b.Call("trainer-a", "GET", "/bank/questions/1", "", 200)
		for _, login := range []string{"mei-a", "lead-a", "superior", "management", "admin"} {
			b.Call(login, "GET", "/bank/questions/1", "", 403)
		}
	})
	t.Run("results", func(t *testing.T) {
		text := b.Call("hr-a", "GET", "/exams/"+b.exam.String()+"/results", "", 200).Text
		if !strings.Contains(text, "小美a") || strings.Contains(text, "小美b") {
			t.Error("HR of a branch sees another list than that of the branch")
		}
		file := b.Call("hr-a", "POST", "/exams/"+b.exam.String()+"/results/export", apptest.Form("reason", "核对", "format", "csv"), 200).Text
		if !strings.Contains(file, "小美a") || strings.Contains(file, "小美b") {
			t.Error("HR of a branch exports another list than that of the branch")
		}
	})
	t.Run("cockpit", func(t *testing.T) {
		text := b.Call("lead-a", "GET", "/appraisal/cycles/"+b.cycle.String(), "", 200).Text
		if !strings.Contains(text, "小美a") || strings.Contains(text, "小美b") {
			t.Error("a lead sees another list than that of the branch")
		}
	})
}

// sees checks that a list names people of branch a only; those with "ab" see more than themselves.
func (b *branches) sees(t *testing.T, path string, who map[string]string) {
	t.Helper()
	for login, much := range who {
		text := b.Call(login, "GET", path, "", 200).Text
		if strings.Contains(text, "小美b") || strings.Contains(text, "小兰a") != (much == "ab") || !strings.Contains(text, b.Person[login].String()) {
			t.Errorf("%s sees %s", login, text)
		}
	}
}

func (b *branches) scopeOfCases(t *testing.T) {
	ctx := context.Background()
	for login, want := range map[string]errs.Kind{"lead-b": 0, "mei-b": 0, "hr": 0, "lead-a": errs.NotFound, "mei-a": errs.NotFound, "hr-a": errs.NotFound, "plain": errs.NotFound} {
		if _, err := b.Remediation.Case(ctx, b.Viewer(login), b.cases["mei-b"]); want == 0 && err != nil || want != 0 && !errs.Is(err, want) {
			t.Errorf("%s: %v", login, err)
		}
	}
	rows, total, _, err := b.Remediation.Board(ctx, b.Viewer("lead-a"), remediation.Filter{Page: page.Parse("", "")})
	if err != nil || total != 2 || len(rows) != 2 {
		t.Errorf("the board of branch a has %d cases: %v", total, err)
	}
	due := b.Accounts.Today().AddDate(0, 0, 7)
	err = b.Remediation.Assign(ctx, b.Viewer("hr-a"), b.cases["mei-b"], remediation.Assignment{Courses: []courseware.CourseID{b.courses["a"]}, DueOn: &due})
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("HR of branch a assigns a retraining at b: %v", err)
	}
}

// outside puts things of branch b into a route's path.
func (b *branches) outside(path string) string {
	return strings.NewReplacer(
		"/people/:person", "/people/"+b.Person["mei-b"].String(), "/attempts/:id", "/attempts/"+b.attempts["mei-b"].String(),
		"/cases/:id", "/cases/"+b.cases["mei-b"].String(), "/cases/:case", "/cases/"+b.cases["mei-b"].String(),
		"/sheets/:id", "/sheets/"+b.sheets["mei-b"].String(), "/learn/:course", "/learn/"+b.courses["b"].String(),
		"/courseware/:course", "/courseware/"+b.courses["b"].String(),
	).Replace(path)
}

// nothingDoneOutside calls every unsafe route about things of branch b as people of branch a: nothing is answered with
// success and no act is recorded. A form that was sent empty may lead back to its page.
func (b *branches) nothingDoneOutside(t *testing.T) {
	const acts = `SELECT count(*) FROM audit_event`
	before, calls := count(t, b.Clinic, acts), 0
	for _, r := range b.Routes() {
		path := b.outside(r.Path)
		if r.Method == http.MethodGet || path == r.Path {
			continue
		}
		for _, login := range []string{"mei-a", "lead-a", "trainer-a", "hr-a"} {
			calls++
			body := bodies[r.Method+" "+r.Path]
			if got := b.Do(b.Request(login, r.Method, parameter.ReplaceAllString(path, "1"), body)); got.Status < 300 {
				t.Errorf("%s %s as %s: %d", r.Method, path, login, got.Status)
			}
		}
	}
	if after := count(t, b.Clinic, acts); after != before || calls < 60 {
		t.Errorf("%d acts in %d calls", after-before, calls)
	}
}

// noNameOfAnotherBranch reads every page and call as people whose part of the tree is branch a, with the addresses of the
// other branch's things wherever a person's things are addressed: nobody of branch b is named.
func (b *branches) noNameOfAnotherBranch(t *testing.T) {
	shared := strings.NewReplacer("/exams/:id", "/exams/"+b.exam.String(), "/cycles/:id", "/cycles/"+b.cycle.String(), "/me/appraisal/:cycle", "/me/appraisal/"+b.cycle.String())
	answered := 0
	for _, r := range b.Routes() {
		if r.Method != http.MethodGet {
			continue
		}
		for _, login := range []string{"mei-a", "lead-a", "trainer-a", "hr-a"} {
			path := parameter.ReplaceAllString(shared.Replace(b.outside(r.Path)), "1")
			got := b.Do(b.Request(login, "GET", path, ""))
			if got.Status == 200 {
				answered++
			}
			for _, name := range []string{"小美b", "小兰b", "E-mei-b", "E-lan-b"} {
				if strings.Contains(got.Text, name) {
					t.Errorf("GET %s names %s to %s", path, name, login)
				}
			}
		}
	}
	if answered < 100 {
		t.Errorf("only %d answers were read", answered)
	}
}

// bodies are what routes want before they look for the thing itself.
var bodies = map[string]string{
	"PUT /api/v1/attempts/:id/responses/:slot":   `{"lease":"x","client_seq":1,"response":null}`,
	"POST /api/v1/attempts/:id/responses":        `{"lease":"x","changes":[{"slot":1,"client_seq":1,"response":null}]}`,
	"POST /api/v1/attempts/:id/recordings/:slot": partBody("x", 1, "\x1a\x45\xdf\xa3webm"),
	"POST /api/v1/attempts/:id/heartbeat":        `{"lease":"x","events":[]}`,
	"POST /api/v1/attempts/:id/submit":           `{"lease":"x"}`,
	"POST /api/v1/attempts/:id/reports":          `{"slot":1,"reason":"key","note":"答案不对"}`,
	"POST /api/v1/attempts/:id/lease":            `{}`,

	"POST /api/v1/attempts/:id/sections/:section/finish": `{"lease":"x"}`,
}

// Every page and call of an attempt is its own examinee's, also of one that is running.
func (b *branches) attemptsOfOthers(t *testing.T) {
	running := b.Exam(b.Paper(4), nil, "mei-a", "mei-b")
	attempt := b.Begin("mei-b", running).AttemptID
	calls := 0
	for _, r := range b.Routes() {
		if !strings.Contains(r.Path, "/attempts/:id") {
			continue
		}
		calls++
		path := strings.NewReplacer(":id", attempt.String(), ":slot", "1", ":section", "1", ":take", "1").Replace(r.Path)
		for _, login := range []string{"mei-a", "lan-b", "lead-b", "trainer", "hr", "supervisor", "admin"} {
			if r.Path == sittingPage {
				b.emptyShell(t, login, attempt)
				continue
			}
			b.Call(login, r.Method, path, bodies[r.Method+" "+r.Path], 404)
		}
	}
	if calls < 10 {
		t.Errorf("only %d routes of an attempt", calls)
	}
	// Not invited: neither the exam nor its start.
	b.Call("lan-a", "GET", "/exams/"+running.String(), "", 404)
	b.Call("lan-a", "POST", "/api/v1/exams/"+running.String()+"/attempts", "{}", 403)
	if sheet, err := b.Exams.Attempt(context.Background(), b.Viewer("mei-b"), attempt, "tab tab"); err != nil || sheet.State != exam.AttemptOpen || sheet.LastSeq != 0 {
		t.Errorf("the attempt after all that: %+v %v", sheet, err)
	}
}

// sittingPage is a page without content: what it shows comes by the calls.
const sittingPage = "/attempts/:id"

// emptyShell checks that the sitting page of somebody else's attempt is that of an attempt that does not exist.
func (b *branches) emptyShell(t *testing.T, login string, id exam.AttemptID) {
	t.Helper()
	const nowhere = "999999999"
	there := b.Call(login, "GET", "/attempts/"+id.String(), "", 200).Text
	absent := b.Call(login, "GET", "/attempts/"+nowhere, "", 200).Text
	if strings.ReplaceAll(there, `"`+id.String()+`"`, `"`+nowhere+`"`) != absent {
		t.Errorf("%s learns something from the page of attempt %s", login, id)
	}
}

// HR and trainers of one branch do nothing to a person of another.
func (b *branches) actsOnPeopleOfAnotherBranch(t *testing.T) {
	forms := map[string]string{
		"/people/:person":                   apptest.Form("version", "1", "employee_no", "X1", "name", "改名"),
		"/people/:person/transfer":          apptest.Form("unit_id", b.Branch["a"].String(), "post_id", b.Post.String(), "from_on", "2026-03-02"),
		"/people/:person/leave":             apptest.Form("left_on", "2026-03-02", "reason", "x"),
		"/people/:person/return":            apptest.Form("unit_id", b.Branch["a"].String(), "post_id", b.Post.String(), "from_on", "2026-03-02"),
		"/people/:person/grants":            apptest.Form("role", "lead", "unit_id", b.Branch["a"].String()),
		"/people/:person/grants/:grant/end": "",
		"/people/:person/phone":             apptest.Form("reason", "回访"),
		"/people/:person/login":             apptest.Form("login", "new.name"),
	}
	before, err := b.Accounts.Person(context.Background(), account.System(), b.Person["mei-b"])
	must(t, err)
	for _, r := range b.Routes() {
		if r.Method != http.MethodPost || !strings.HasPrefix(r.Path, "/people/:person") {
			continue
		}
		path := strings.NewReplacer(":person", b.Person["mei-b"].String(), ":grant", "1").Replace(r.Path)
		b.Call("hr-a", "POST", path, forms[r.Path], 404)
	}
	after, err := b.Accounts.Person(context.Background(), account.System(), b.Person["mei-b"])
	must(t, err)
	if before.Name != after.Name || before.Version != after.Version || after.Left() || len(before.Grants) != len(after.Grants) {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	draft, err := b.Exams.CreateExam(context.Background(), b.Viewer("trainer"), exam.Settings{
		Title: "草稿", Kind: exam.Special, OpensAt: b.Fake.Now(), ClosesAt: b.Fake.Now().Add(time.Hour), LimitSeconds: 600,
		Review: exam.ReviewScore, Release: exam.ReleaseByHand, AttemptsAllowed: 1,
	}, 0)
	must(t, err)
	_, err = b.Exams.Invite(context.Background(), b.Viewer("trainer"), draft, account.Audience{PersonIDs: []account.PersonID{b.Person["mei-b"]}})
	must(t, err)
	if _, err := b.Exams.Invite(context.Background(), b.Viewer("trainer-a"), draft, account.Audience{PersonIDs: []account.PersonID{b.Person["lan-b"]}}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a trainer of branch a invites a person of b: %v", err)
	}
	if err := b.Exams.Uninvite(context.Background(), b.Viewer("trainer-a"), draft, b.Person["mei-b"]); err == nil {
		t.Error("a trainer of branch a takes a person of b off an exam")
	}
	must(t, b.Exams.Uninvite(context.Background(), b.Viewer("trainer"), draft, b.Person["mei-b"]))
}

// looksCloser are the unsafe routes of readers: they record that somebody looked, and alter nothing else.
var looksCloser = map[string]bool{"/admin/audit/export": true, "/admin/audit/verify": true, "/exams/:id/results/export": true}

// rule:C58 the supervision group reads and alters nothing: each route that changes something and is not everybody's refuses it.
func (b *branches) supervisorsAlterNothing(t *testing.T) {
	refused := 0
	for _, r := range b.Routes() {
		a := account.Action(r.Access)
		switch {
		case r.Access == httpx.Public, r.Access == httpx.SignedIn, account.Everyone.Allows(a):
		case r.Method != http.MethodGet && strings.HasSuffix(string(a), ".read"):
			if !looksCloser[r.Path] {
				t.Errorf("POST %s is open to whoever reads: does it alter anything?", r.Path)
			}
		case r.Method != http.MethodGet:
			refused++
			b.Call("supervisor", r.Method, parameter.ReplaceAllString(r.Path, "1"), "", 403)
		case strings.HasSuffix(string(a), ".read"):
			if got := b.Do(b.Request("supervisor", r.Method, parameter.ReplaceAllString(r.Path, "1"), "")).Status; got == 403 || got >= 500 {
				t.Errorf("the supervision group gets %d from %s", got, r.Path)
			}
		}
	}
	if refused < 40 {
		t.Errorf("only %d routes were tried", refused)
	}
	b.Call("supervisor", "GET", "/people/"+b.Person["mei-b"].String(), "", 200)
	b.Call("supervisor", "GET", "/appraisal/sheets/"+b.sheets["mei-b"].String(), "", 200)
	b.Call("supervisor", "GET", "/attempts/"+b.attempts["mei-b"].String()+"/result", "", 200)
}
