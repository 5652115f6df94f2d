package remediation

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/policy"
	cases "github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web/layout"
)

var ctx = context.Background()

// site is the pages over a real database. Exams are rows without questions: everybody is absent from everything.
type site struct {
	*testing.T
	e      *echo.Echo
	d      *db.DB
	clock  *clock.Fake
	cases  *cases.Service
	people map[string]account.PersonID
	root   account.UnitID
	round  exam.RoundID
}

func need[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newSite(t *testing.T) *site {
	t.Helper()
	d, clock := dbtest.NewFake(t)
	w := &site{T: t, d: d, clock: clock, people: map[string]account.PersonID{}}
	accounts := need[*account.Service](t)(account.New(ctx, d, time.UTC))
	w.root = need[account.UnitID](t)(accounts.CreateUnit(ctx, account.System(), 0, account.Company, "美丽医疗", 0))
	post := need[account.PostID](t)(accounts.CreatePost(ctx, account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"}))
	for no, name := range map[string]string{"xi": "=小溪", "min": "周敏", "jing": "何静"} {
		w.people[no] = need[account.PersonID](t)(accounts.CreatePerson(ctx, account.System(), account.NewPerson{
			PersonInput: account.PersonInput{EmployeeNo: no, Name: name}, UnitID: w.root, PostID: post,
		}))
	}
	store := need[*policy.Store](t)(policy.NewStore(ctx, d))
	exams := need[*exam.Service](t)(exam.New(ctx, exam.Deps{DB: d, Policies: store}))
	t.Cleanup(func() { _ = exams.Close() })
	if err := exams.EnsurePolicies(ctx); err != nil {
		t.Fatal(err)
	}
	w.cases = need[*cases.Service](t)(cases.NewService(ctx, d, store, w, w, w, time.UTC))
	if err := w.cases.AddPolicy(ctx, account.System(), cases.DefaultPolicy, time.Time{}); err != nil {
		t.Fatal(err)
	}
	w.mount(&Handlers{DB: d, Cases: w.cases, Exams: exams, Courses: w, People: accounts})
	return w
}

func (w *site) mount(h *Handlers) {
	w.e = httpx.New(httpx.Options{
		Clock: w.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), PageError: layout.PageError,
		Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
			role, name, _ := strings.Cut(token, "-")
			v := account.Viewer{PersonID: w.people[name], Name: name}
			if r := account.Role(role); r != account.Consultant {
				v.Grants = []account.Grant{{Role: r, UnitID: w.root, Units: []account.UnitID{w.root}}}
			}
			return httpx.Identity{Who: v, Actor: v.Actor()}, nil
		},
	})
	w.e.GET("/cases", h.List)
	w.e.POST("/cases/export", h.Export)
	w.e.GET("/cases/bulk/assign", h.BulkAssignForm)
	w.e.POST("/cases/bulk/assign", h.BulkAssign)
	w.e.GET("/cases/bulk/propose", h.BulkProposeForm)
	w.e.POST("/cases/bulk/propose", h.BulkPropose)
	w.e.GET("/cases/:id", h.Case)
	w.e.GET("/cases/:id/assign", h.AssignForm)
	w.e.POST("/cases/:id/assign", h.Assign)
	w.e.POST("/cases/:id/tutoring", h.ConfirmTutoring)
	w.e.POST("/cases/:id/propose", h.Propose)
	w.e.POST("/cases/:id/decide", h.Decide)
}

// The rest of the house, as far as cases need it.

func (w *site) OpenRetakes(_ context.Context, _ *db.Tx, round exam.RoundID, opens time.Time, people []exam.SitsAgain) (exam.ExamID, error) {
	return w.sitting(exam.Retake, round, opens, people[0].ClosesAt), nil
}

func (w *site) OpenReexam(_ context.Context, _ *db.Tx, round exam.RoundID, _ account.PersonID, opens, closes time.Time) (exam.ExamID, error) {
	return w.sitting(exam.Reexam, round, opens, closes), nil
}

func (w *site) AssignInTx(context.Context, *db.Tx, string, account.PersonID, []courseware.CourseID, courseware.Reason, *time.Time) error {
	return nil
}

func (w *site) Withdraw(_ context.Context, _ *db.Tx, _ exam.ExamID, people []account.PersonID) ([]account.PersonID, error) {
	return people, nil
}

func (w *site) WithdrawRetrainingInTx(context.Context, *db.Tx, string, map[account.PersonID][]courseware.CourseID) error {
	return nil
}

func (w *site) CasesMoved(context.Context, *db.Tx, []cases.Moved, string) error { return nil }

func (w *site) Assignable(context.Context, account.Viewer) ([]courseware.Course, error) {
	return []courseware.Course{{ID: 1, Title: "广告法与话术红线"}}, nil
}

// sitting is the round's one exam of a kind, made when it is asked for first.
func (w *site) sitting(kind exam.Kind, round exam.RoundID, opens, closes time.Time) exam.ExamID {
	var id exam.ExamID
	w.sql(&id, `SELECT coalesce(max(id), 0) FROM exam WHERE round_id = $1 AND kind = $2`, round, kind)
	if id == 0 {
		id = w.exam(kind, &round, opens, closes)
	}
	return id
}

// original is a regular exam that begins the site's round.
func (w *site) original() exam.ExamID {
	now := w.clock.Now()
	id := w.exam(exam.Quarterly, nil, now.Add(-2*time.Hour), now)
	w.sql(&w.round, `INSERT INTO round (exam_id, created_at) VALUES ($1, $2) RETURNING id`, id, now)
	w.sql(new(int64), `UPDATE exam SET round_id = $2 WHERE id = $1 RETURNING id`, id, w.round)
	return id
}

// course is one that a retraining can be made of.
func (w *site) course() {
	w.sql(new(int64), `INSERT INTO course (unit_id, title, pinyin, initials, summary, topics, self_study, state, created_by, created_at) VALUES ($1, '广告法与话术红线', '', '', '', '{}', false, 'draft', 'system', $2) RETURNING id`, w.root, w.clock.Now())
}

func (w *site) exam(kind exam.Kind, round *exam.RoundID, opens, closes time.Time) exam.ExamID {
	var id exam.ExamID
	w.sql(&id, `INSERT INTO exam (round_id, title, kind, state, opens_at, closes_at, limit_seconds, shuffle_slots, shuffle_options, review, release, attempts_allowed, seed, created_by, created_at)
		VALUES ($1, '第三季度考核', $2, 'draft', $3, $4, 60, true, true, 'score', 'by_hand', 1, 1, 'system', $3) RETURNING id`, round, kind, opens, closes)
	return id
}

func (w *site) sql(dst any, text string, args ...any) {
	w.Helper()
	if err := w.d.SQL().QueryRowContext(ctx, text, args...).Scan(dst); err != nil {
		w.Fatal(err)
	}
}

// absent releases a result 0 for somebody who did not come.
func (w *site) absent(kind exam.Kind, id exam.ExamID, name string) {
	w.Helper()
	now, person := w.clock.Now(), w.people[name]
	var candidate, result, bands int64
	w.sql(&bands, `SELECT id FROM policy_version WHERE kind = 'bands'`)
	w.sql(&candidate, `INSERT INTO candidate (exam_id, person_id, state, invited_by, created_at, settled_at) VALUES ($1, $2, 'absent', 'system', $3, $3) RETURNING id`, id, person, now)
	w.sql(&result, `INSERT INTO result (exam_id, candidate_id, person_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed, marks, bands_version_id, created_at, released_at)
		VALUES ($1, $2, $3, 1, 'absent', 0, 10000, 0, 'fail', false, '[]', $4, $5, $5) RETURNING id`, id, candidate, person, bands, now)
	if err := w.d.InTx(ctx, func(tx *db.Tx) error {
		return w.cases.ResultsReleased(ctx, tx, []exam.Released{{
			RoundID: w.round, ExamID: id, PersonID: person, ResultID: exam.ResultID(result), Kind: kind, Absent: true, SittingClosedAt: now, ReleasedAt: now,
		}})
	}); err != nil {
		w.Fatal(err)
	}
}

func (w *site) send(who, method, path string, kv ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		form.Add(kv[i], kv[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+who)
	rec := httptest.NewRecorder()
	w.e.ServeHTTP(rec, r)
	return rec
}

func (w *site) get(who, path string) *httptest.ResponseRecorder {
	return w.send(who, http.MethodGet, path)
}

func (w *site) post(who, path string, kv ...string) *httptest.ResponseRecorder {
	return w.send(who, http.MethodPost, path, kv...)
}

func (w *site) want(rec *httptest.ResponseRecorder, code int, text string) {
	w.Helper()
	if rec.Code != code || !strings.Contains(rec.Body.String()+rec.Header().Get("Location"), text) {
		w.Fatalf("status %d, want %d with %q:\n%s", rec.Code, code, text, rec.Body)
	}
}

const (
	consultant = "consultant-xi"
	hrOne      = "hr-min"
	hrTwo      = "hr-jing"
)

// rule:C49 rule:C54 rule:C55 rule:C56 rule:N05 rule:N06: from an absence over retraining to a decision that two people make, on the pages.
func TestCaseFromAbsenceToDecision(t *testing.T) {
	w := newSite(t)
	original := w.original()
	w.course()
	w.want(w.get(hrOne, "/cases"), 200, "这里没有个案")
	w.want(w.get(consultant, "/cases"), 200, "没有补考或复训")

	w.absent(exam.Quarterly, original, "xi")
	w.want(w.get(hrOne, "/cases?q=xi"), 200, "还剩 7 天")
	w.want(w.get(consultant, "/cases"), 200, "第 2 步，共 4 步")
	w.want(w.get(consultant, "/cases/1"), 200, "去补考")
	w.want(w.get("consultant-min", "/cases/1"), 404, "")
	w.want(w.post(hrOne, "/cases/1/assign", "courses", "1"), 409, "现在的状态")

	w.absent(exam.Retake, original+1, "xi")
	w.want(w.get(hrOne, "/cases?state=retraining_due"), 200, "待安排复训")
	w.want(w.get(hrOne, "/cases/1/assign?q=广告&courses=1"), 200, "checked")
	w.want(w.post(hrOne, "/cases/1/assign", "due_on", "2001-01-01"), 422, "选择 1 到 20 门")
	w.want(w.post(hrOne, "/cases/1/assign", "courses", "1", "due_on", "2001-01-01"), 422, "不能早于今天")
	w.want(w.post(hrOne, "/cases/1/assign", "courses", "1", "external", strings.Repeat("课", 201)), 422, "最多 200 字")
	w.want(w.post(hrOne, "/cases/1/assign", "courses", "1", "internal", "周三模拟演练", "due_on", w.clock.Now().AddDate(0, 0, 3).Format(time.DateOnly)), 303, "/cases/1")
	w.want(w.get(consultant, "/cases/1"), 200, "未学完")

	if err := w.d.InTx(ctx, func(tx *db.Tx) error {
		return w.cases.CourseCompleted(ctx, tx, courseware.Completed{PersonID: w.people["xi"], CourseID: 1, Reason: courseware.ReasonRetraining})
	}); err != nil {
		t.Fatal(err)
	}
	w.want(w.get(consultant, "/cases/1"), 200, "内部强化：周三模拟演练")
	w.want(w.post(consultant, "/cases/1/tutoring", "form", "internal"), 403, "")
	w.want(w.get(hrOne, "/cases/1"), 200, "确认已完成")
	w.want(w.post(hrOne, "/cases/1/tutoring", "form", "internal"), 303, "/cases/1")
	w.want(w.get(hrOne, "/cases/1"), 200, "周敏确认")
	w.want(w.get(consultant, "/cases/1"), 200, "去参加复训后考核")
	w.absent(exam.Reexam, original+2, "xi")
	w.decide(t)
}

func (w *site) decide(t *testing.T) {
	t.Helper()
	w.want(w.get(hrOne, "/cases/1"), 200, "/cases/1/propose")
	w.want(w.post(hrOne, "/cases/1/propose", "kind", "promote", "reason", ""), 422, "写明理由")
	w.want(w.post(hrOne, "/cases/1/propose", "kind", "decided_transfer", "reason", "三次缺考"), 303, "/cases/1")
	w.want(w.post(hrTwo, "/cases/1/propose", "kind", "another_round", "reason", "再试"), 409, "等待确认")
	w.want(w.get(consultant, "/cases/1"), 200, "还没有提出处理意见")
	w.want(w.post(hrOne, "/cases/1/decide", "answer", "approve"), 403, "另一位")
	w.want(w.post(hrTwo, "/cases/1/decide", "answer", "refuse"), 422, "写明原因")
	w.want(w.post(hrTwo, "/cases/1/decide", "answer", "approve", "remark", "同意"), 303, "/cases/1")
	w.want(w.get(consultant, "/cases/1"), 200, "三次缺考")
	w.want(w.get(hrOne, "/cases?state=closed"), 200, "调岗")
	w.want(w.post(hrOne, "/cases/export", "filter", "state=all"), 303, "/cases")
	w.want(w.post(hrOne, "/cases/export", "filter", "state=all", "reason", "  "), 303, "/cases")
	w.want(w.post(hrOne, "/cases/export", "filter", "state=all", "reason", "归档"), 200, "'=小溪")
	var acts int
	w.sql(&acts, `SELECT count(*) FROM audit_event WHERE act IN ('case.export', 'case.proposed', 'case.decided_transfer')`)
	if acts != 3 {
		t.Errorf("%d acts are recorded, want 3", acts)
	}
}
