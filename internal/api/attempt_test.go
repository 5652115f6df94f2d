package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// sentinel stands in every key and explanation; no call before the review may return it.
const sentinel = "KEYSENTINEL"

// smallBank holds five blank questions whose accepted text is the sentinel.
type smallBank struct{}

func (smallBank) Pool(context.Context, db.Q, []exam.TopicID) (exam.Pool, error) {
	var out exam.Pool
	for n := range int64(5) {
		out.Items = append(out.Items, exam.PoolItem{VersionID: exam.VersionID(n + 1), QuestionID: n + 1, Type: "blank", Difficulty: 3, TopicIDs: []exam.TopicID{1}})
	}
	return out, nil
}

func (b smallBank) Pools(ctx context.Context, x db.Q, sets [][]exam.TopicID) ([]exam.Pool, error) {
	pool, err := b.Pool(ctx, x, nil)
	return slices.Repeat([]exam.Pool{pool}, len(sets)), err
}

func (smallBank) Versions(_ context.Context, _ db.Q, ids []exam.VersionID) (map[exam.VersionID]exam.Question, error) {
	out := map[exam.VersionID]exam.Question{}
	for _, id := range ids {
		out[id] = exam.Question{TopicIDs: []exam.TopicID{1}, Question: questionbank.Question{
			Type: questionbank.Blank, Stem: fmt.Sprintf("第%d题 ____", id), Key: questionbank.Key{Gaps: [][]string{{sentinel}}}, Explanation: sentinel,
		}}
	}
	return out, nil
}

func (smallBank) QuestionsOf(_ context.Context, _ db.Q, ids []exam.VersionID) (map[exam.VersionID]int64, error) {
	out := map[exam.VersionID]int64{}
	for _, id := range ids {
		out[id] = int64(id)
	}
	return out, nil
}

func (smallBank) MarkUsed(context.Context, *db.Tx, []exam.VersionID) error { return nil }

// Nobody has answered these questions before.
func (smallBank) Facilities(context.Context, db.Q, []exam.VersionID) (map[exam.VersionID]int, error) {
	return nil, nil
}

// Analyses are not asked for here.
func (smallBank) KeepStatistics(context.Context, *db.Tx, bank.Statistics) error { return nil }

func (smallBank) StatisticsOf(context.Context, db.Q, int64) ([]bank.AnalysedItem, error) {
	return nil, nil
}

func (smallBank) KeepSessions(context.Context, *db.Tx, []account.Stay) error {
	return nil
}

func (smallBank) Resolve(_ context.Context, _ db.Q, _ account.Viewer, _ account.Action, a account.Audience) ([]account.PersonID, error) {
	return a.PersonIDs, nil
}

// examRoom is the attempt calls over a real database; a token is the number of the person.
type examRoom struct {
	t     *testing.T
	e     *echo.Echo
	s     *exam.Service
	clock *clock.Fake
	path  string // of the exam's attempts
	id    exam.ExamID
	heard strings.Builder // every answer, for the sentinel
}

func newExamRoom(t *testing.T) *examRoom {
	t.Helper()
	ctx, staff := context.Background(), account.Operator("test")
	d, fake := dbtest.NewFake(t)
	policies, err := policy.NewStore(ctx, d)
	must(t, err)
	s, err := exam.New(ctx, exam.Deps{DB: d, Questions: smallBank{}, People: smallBank{}, Policies: policies})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	must(t, s.EnsurePolicies(ctx))
	_, err = d.SQL().Exec(`ALTER TABLE paper_slot DROP CONSTRAINT paper_slot_version_id_fkey`) // this bank is in memory
	must(t, err)
	for n := range 3 {
		_, err := d.SQL().Exec(`INSERT INTO person (employee_no, name, pinyin, initials, created_at) VALUES ($1, '某人', 'mouren', 'mr', $2)`, fmt.Sprint("P", n), fake.Now())
		must(t, err)
	}
	b, err := s.CreateBlueprint(ctx, staff, exam.Blueprint{Title: "季度", Rows: []exam.BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: 5, Points: score.Whole(2)}}})
	must(t, err)
	paper, short, err := s.DrawPaper(ctx, staff, b, "")
	must(t, err)
	if len(short) > 0 {
		t.Fatal(short)
	}
	id, err := s.CreateExam(ctx, staff, exam.Settings{
		Title: "季度考核", Kind: exam.Quarterly, OpensAt: fake.Now(), ClosesAt: fake.Now().Add(2 * time.Hour), LimitSeconds: 3600, GraceSeconds: 60,
		Review: exam.ReviewKeys, Release: exam.ReleaseAtHandIn, AttemptsAllowed: 1,
	}, paper)
	must(t, err)
	_, err = s.Invite(ctx, staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	must(t, s.Publish(ctx, staff, id))

	e := httpx.New(httpx.Options{Clock: fake, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Authenticate: func(_ context.Context, token string) (httpx.Identity, error) {
		n, err := strconv.Atoi(token)
		if err != nil {
			return httpx.Identity{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
		}
		return httpx.Identity{Who: account.Viewer{PersonID: account.PersonID(n)}}, nil
	}})
	h := &Exams{Sitting: s}
	e.GET("/api/v1/me/exams", h.Mine)
	e.POST("/api/v1/exams/:id/attempts", h.Start)
	e.GET("/api/v1/attempts/:id", h.Attempt)
	e.POST("/api/v1/attempts/:id/lease", h.TakeOver)
	e.PUT("/api/v1/attempts/:id/responses/:slot", h.Save)
	e.POST("/api/v1/attempts/:id/responses", h.SaveMany)
	e.POST("/api/v1/attempts/:id/heartbeat", h.Heartbeat)
	e.POST("/api/v1/attempts/:id/submit", h.Submit)
	e.GET("/api/v1/attempts/:id/result", h.Result)
	return &examRoom{t: t, e: e, s: s, clock: fake, path: "/api/v1/exams/" + id.String() + "/attempts", id: id}
}

// do calls as a person from a tab and wants a status.
func (r *examRoom) do(person, tab, method, path, body string, want int) map[string]any {
	r.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+person)
	req.Header.Set("Client-Id", tab)
	rec := httptest.NewRecorder()
	r.e.ServeHTTP(rec, req)
	r.heard.Write(rec.Body.Bytes())
	if rec.Code != want {
		r.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, rec.Code, rec.Body, want)
	}
	out := map[string]any{}
	if err := httpx.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		r.t.Fatalf("%s: %v", rec.Body, err)
	}
	return out
}

// rule:C37 the calls of the attempt contract, from the list to the result.
func TestTheAttemptCalls(t *testing.T) {
	r := newExamRoom(t)
	mine := r.do("1", "a", "GET", "/api/v1/me/exams", "", 200)["exams"].([]any)[0].(map[string]any)
	if mine["id"] != r.id.String() || mine["state"] != "open" || mine["attempt_id"] != nil || mine["kind"] != "quarterly" || mine["limit_seconds"] != 3600.0 {
		t.Fatalf("%v", mine)
	}
	_, err := r.s.AddTime(context.Background(), account.Operator("test"), r.id, exam.Whom{PersonIDs: []account.PersonID{2}}, 900, "骨折")
	must(t, err)
	if mine["extra_seconds"] != nil || r.do("2", "a", "GET", "/api/v1/me/exams", "", 200)["exams"].([]any)[0].(map[string]any)["extra_seconds"] != 900.0 {
		t.Fatalf("the waiting page is not told of the extra time: %v", mine)
	}
	r.do("3", "a", "POST", r.path, "{}", 403)
	r.do("1", "a", "POST", "/api/v1/exams/999/attempts", "{}", 404)
	r.do("1", "a", "POST", r.path, `{"extra":1}`, 400)
	r.do("x", "a", "POST", r.path, `{}`, 401)
	started := r.do("1", "a", "POST", r.path, "", 201)
	attempt := started["attempt"].(map[string]any)
	lease := started["lease"].(string)
	base := "/api/v1/attempts/" + attempt["id"].(string)
	slots := started["paper"].(map[string]any)["slots"].([]any)
	first := slots[0].(map[string]any)
	if attempt["state"] != "open" || len(slots) != 5 || first["points"] != 2.0 || first["type"] != "blank" || first["blanks"] != 1.0 || started["remaining_ms"] != 3610000.0 {
		t.Fatalf("%v", started)
	}
	if again := r.do("1", "a", "POST", r.path, "{}", 200); again["lease"] != lease {
		t.Fatal("the same holder gets the same lease again")
	}
	if other := r.do("1", "b", "GET", base, "", 200); other["lease"] != nil {
		t.Fatal("another tab got the lease")
	}
	r.do("2", "a", "GET", base, "", 404)

	save := func(path, body string, want int) map[string]any {
		t.Helper()
		return r.do("1", "a", "PUT", base+path, body, want)
	}
	saved := save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":1,"response":{"blanks":["x"]}}`, lease), 200)
	if saved["slot"] != 1.0 || saved["client_seq"] != 1.0 || saved["saved_at"] == nil || saved["remaining_ms"] == nil {
		t.Fatalf("%v", saved)
	}
	save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":1,"response":{"blanks":["x"]}}`, lease), 200) // again: the same answer
	order := save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":1,"response":null}`, lease), 409)
	if order["type"] != "urn:peikao:exam:out_of_order" || order["last_seq"] != 1.0 || len(order["responses"].([]any)) != 1 {
		t.Fatalf("%v", order)
	}
	save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":2,"response":null}`, lease), 200) // cleared
	save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":3,"response":{"choice":"a"}}`, lease), 422)
	save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":3,"response":{"blanks":["\u0000"]}}`, lease), 422)
	save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":3}`, lease), 422)
	save("/responses/9", fmt.Sprintf(`{"lease":%q,"client_seq":3,"response":null}`, lease), 422)
	save("/responses/1", fmt.Sprintf(`{"LEASE":%q,"client_seq":3,"response":null}`, lease), 400)
	save("/responses/x", fmt.Sprintf(`{"lease":%q,"client_seq":3,"response":null}`, lease), 404)

	many := r.do("1", "a", "POST", base+"/responses", fmt.Sprintf(
		`{"lease":%q,"changes":[{"slot":2,"client_seq":3,"response":{"blanks":["y"]}},{"slot":3,"client_seq":4,"response":{"choices":["a"]}},{"slot":1,"client_seq":1,"response":{"blanks":["x"]}}]}`, lease), 200)
	results := many["results"].([]any)
	status := func(i int) any { return results[i].(map[string]any)["status"] }
	if len(results) != 3 || status(0) != 200.0 || status(1) != 422.0 || status(2) != 200.0 || many["last_seq"] == nil {
		t.Fatalf("%v", many)
	}
	beat := r.do("1", "a", "POST", base+"/heartbeat", fmt.Sprintf(`{"lease":%q,"events":[{"kind":"hidden","at_ms":5,"length_ms":9}]}`, lease), 200)
	if beat["last_seq"] != 3.0 || beat["server_time"] == nil || len(beat["notices"].([]any)) != 0 {
		t.Fatalf("%v", beat)
	}
	taken := r.do("1", "b", "POST", base+"/lease", "{}", 200)
	lost := save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":5,"response":null}`, lease), 409)
	if lost["type"] != "urn:peikao:exam:lease_lost" || lost["title"] == "" || lost["title_en"] == "" {
		t.Fatalf("%v", lost)
	}
	r.do("1", "a", "POST", base+"/heartbeat", fmt.Sprintf(`{"lease":%q,"events":[]}`, lease), 409)
	r.do("1", "a", "POST", base+"/submit", fmt.Sprintf(`{"lease":%q}`, lease), 409)
	r.do("2", "a", "POST", base+"/submit", fmt.Sprintf(`{"lease":%q}`, lease), 404)
	receipt := r.do("1", "b", "POST", base+"/submit", fmt.Sprintf(`{"lease":%q}`, taken["lease"]), 200)["receipt"].(map[string]any)
	again := r.do("1", "b", "POST", base+"/submit", fmt.Sprintf(`{"lease":%q}`, taken["lease"]), 200)["receipt"].(map[string]any)
	if receipt["answered"] != 1.0 || receipt["attempt_id"] != attempt["id"] || again["journal_head"] != receipt["journal_head"] || again["submitted_at"] != receipt["submitted_at"] {
		t.Fatalf("%v then %v", receipt, again)
	}
	if closed := save("/responses/1", fmt.Sprintf(`{"lease":%q,"client_seq":9,"response":null}`, taken["lease"]), 410); closed["receipt"] == nil {
		t.Fatalf("%v", closed)
	}
	r.do("1", "b", "POST", base+"/heartbeat", fmt.Sprintf(`{"lease":%q,"events":[]}`, taken["lease"]), 410)
	if left := r.do("1", "b", "POST", r.path, "{}", 409); left["attempt_id"] != attempt["id"] {
		t.Fatalf("%v", left)
	}
	result := r.do("1", "b", "GET", base+"/result", "", 200)
	if result["score"] != "0.00" || result["band"] != "不合格" || result["passed"] != false || result["slots"] != nil || result["review_at"] == nil {
		t.Fatalf("%v", result)
	}
	r.do("2", "b", "GET", base+"/result", "", 404)
	if strings.Contains(r.heard.String(), sentinel) {
		t.Fatal("a key or an explanation left the server")
	}
	r.clock.Advance(3 * time.Hour)
	if review := r.do("1", "b", "GET", base+"/result", "", 200); len(review["slots"].([]any)) != 5 {
		t.Fatalf("%v", review)
	}
	r.do("2", "a", "POST", r.path, "{}", 410)
}

// Threats 9 and 16 over HTTP, with nobody sweeping: the deadline is in the write itself.
func TestLateSavesOverHTTP(t *testing.T) {
	r := newExamRoom(t)
	started := r.do("1", "a", "POST", r.path, "{}", 201)
	base := "/api/v1/attempts/" + started["attempt"].(map[string]any)["id"].(string)
	body := func(seq int) string {
		return fmt.Sprintf(`{"lease":%q,"client_seq":%d,"response":{"blanks":["x"]}}`, started["lease"], seq)
	}
	r.clock.Advance(3610*time.Second + 60*time.Second)
	r.do("1", "a", "PUT", base+"/responses/1", body(1), 200)
	r.clock.Advance(time.Millisecond)
	if late := r.do("1", "a", "PUT", base+"/responses/1", body(2), 410); late["type"] != "urn:peikao:exam:late" {
		t.Fatalf("%v", late)
	}
	receipt := r.do("1", "a", "POST", base+"/submit", fmt.Sprintf(`{"lease":%q}`, started["lease"]), 200)["receipt"].(map[string]any)
	if receipt["answered"] != 1.0 || receipt["submitted_at"] != started["deadline_at"] {
		t.Fatalf("handed in late: %v, deadline %v", receipt, started["deadline_at"])
	}
}
