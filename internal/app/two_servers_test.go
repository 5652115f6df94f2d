package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
)

// count is a number that a query gives.
func count(t *testing.T, c *apptest.Clinic, query string, args ...any) (n int) {
	t.Helper()
	must(t, c.DB.SQL().QueryRow(query, args...).Scan(&n))
	return n
}

// at lets all servers do the same at the same moment.
func at(servers []*app.App, times int, do func(a *app.App) error) []error {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	failures := make([]error, len(servers)*times)
	for i := range failures {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-begin
			failures[i] = do(servers[i%len(servers)])
		}()
	}
	close(begin)
	wg.Wait()
	return failures
}

// Threats 3, 7, 8 and 53 with two processes over one database: it does not matter which one answers.
func TestTwoServers(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	servers := []*app.App{c.App.App, c.SecondServer()}
	paper := c.Paper(4)
	t.Run("one attempt", func(t *testing.T) { oneAttempt(t, c, servers, paper) })
	t.Run("ticks", func(t *testing.T) { ticksAtOnce(t, c, servers, paper) })
	t.Run("one chain of acts", func(t *testing.T) { oneChain(t, c, servers) })
}

// oneAttempt is started, saved and handed in at both at once, many times over.
func oneAttempt(t *testing.T, c *apptest.Clinic, servers []*app.App, paper exam.PaperID) {
	id := c.Exam(paper, func(s *exam.Settings) { s.Release = exam.ReleaseAtHandIn }, "mei-a")
	c.Token("mei-a")
	start, answers := "/api/v1/exams/"+id.String()+"/attempts", sync.Map{}
	for _, err := range at(servers, 10, func(a *app.App) error {
		got := apptest.DoAt(a, c.Request("mei-a", "POST", start, ""))
		if got.Status != 200 && got.Status != 201 {
			return fmt.Errorf("start: %d %s", got.Status, got.Text)
		}
		doc := got.JSON()
		paper, err := json.Marshal(doc["paper"])
		answers.Store(fmt.Sprintf("%v %v %v %s", doc["attempt"], doc["lease"], doc["deadline_at"], paper), doc)
		return err
	}) {
		must(t, err)
	}
	var doc map[string]any
	different := 0
	answers.Range(func(_, v any) bool { doc, different = v.(map[string]any), different+1; return true })
	if different != 1 || count(t, c, `SELECT count(*) FROM attempt WHERE exam_id = $1`, int64(id)) != 1 {
		t.Fatalf("%d different starts", different)
	}
	attempt, lease := "/api/v1/attempts/"+doc["attempt"].(map[string]any)["id"].(string), doc["lease"].(string)

	save := func(slot, seq int, text string) string {
		return fmt.Sprintf(`{"lease":%q,"changes":[{"slot":%d,"client_seq":%d,"response":{"blanks":[%q]}}]}`, lease, slot, seq, text)
	}
	for seq := 1; seq <= 4; seq++ { // each change at another server than the one before it
		got := apptest.DoAt(servers[seq%2], c.Request("mei-a", "POST", attempt+"/responses", save(seq, seq, keySentinel+"0")))
		wantStatus(t, "save", got, 200)
	}
	for _, err := range at(servers, 5, func(a *app.App) error { // an answer was lost: the same again, at either
		if got := apptest.DoAt(a, c.Request("mei-a", "POST", attempt+"/responses", save(4, 4, keySentinel+"0"))); got.Status != 200 {
			return fmt.Errorf("again: %d %s", got.Status, got.Text)
		}
		return nil
	}) {
		must(t, err)
	}
	if n := count(t, c, `SELECT count(*) FROM journal`); n != 4 {
		t.Errorf("%d rows in the journal of 4 changes", n)
	}
	receipts := sync.Map{}
	for _, err := range at(servers, 10, func(a *app.App) error {
		got := apptest.DoAt(a, c.Request("mei-a", "POST", attempt+"/submit", fmt.Sprintf(`{"lease":%q}`, lease)))
		if got.Status != 200 {
			return fmt.Errorf("submit: %d %s", got.Status, got.Text)
		}
		receipts.Store(got.Text, true)
		return nil
	}) {
		must(t, err)
	}
	different = 0
	receipts.Range(func(any, any) bool { different++; return true })
	if different != 1 {
		t.Errorf("%d different receipts", different)
	}
	if n := count(t, c, `SELECT count(*) FROM result WHERE exam_id = $1 AND released_at IS NOT NULL`, int64(id)); n != 1 {
		t.Errorf("%d results", n)
	}
	for _, a := range servers {
		wantStatus(t, "save after the hand-in", apptest.DoAt(a, c.Request("mei-a", "POST", attempt+"/responses", save(1, 9, "spät"))), 410)
	}
}

// ticksAtOnce: deadline, absence, marks and the release at the close happen once, whoever finds them due.
func ticksAtOnce(t *testing.T, c *apptest.Clinic, servers []*app.App, paper exam.PaperID) {
	ctx := context.Background()
	id := c.Exam(paper, func(s *exam.Settings) { s.Release = exam.ReleaseAtClose }, "mei-a", "lan-a", "mei-b", "lan-b")
	c.Begin("mei-a", id)
	c.Begin("lan-a", id)
	c.Fake.Advance(4 * time.Hour)
	for range 3 { // what one tick makes due the next one does
		for _, err := range at(servers, 3, func(a *app.App) error { return a.Tick(ctx) }) {
			must(t, err)
		}
	}
	for what, q := range map[string]string{
		"released results":       `SELECT count(*) FROM result WHERE exam_id = $1 AND released_at IS NOT NULL`,
		"results":                `SELECT count(*) FROM result WHERE exam_id = $1`,
		"cases":                  `SELECT count(*) FROM remediation_case WHERE first_result_id IN (SELECT id FROM result WHERE exam_id = $1)`,
		"people told the result": `SELECT count(*) FROM notice WHERE subject IN (SELECT 'result:' || id FROM result WHERE exam_id = $1)`,
	} {
		if n := count(t, c, q, int64(id)); n != 4 {
			t.Errorf("%d %s of 4 people", n, what)
		}
	}
	for what, q := range map[string]string{
		"hand-ins by the deadline": `SELECT count(*) FROM attempt WHERE exam_id = $1 AND submit_cause = 'deadline'`,
	} {
		if n := count(t, c, q, int64(id)); n != 2 {
			t.Errorf("%d %s of 2", n, what)
		}
	}
}

// oneChain: the acts of both processes are in one chain, sealed by both at once.
func oneChain(t *testing.T, c *apptest.Clinic, servers []*app.App) {
	ctx := context.Background()
	for _, err := range at(servers, 4, func(a *app.App) error {
		_, err := a.Audit.SealPending(ctx)
		return err
	}) {
		must(t, err)
	}
	for _, a := range servers {
		sum, finding, err := a.Audit.Verify(ctx, nil)
		must(t, err)
		if finding != nil || sum.Events != int64(count(t, c, `SELECT count(*) FROM audit_event`)) {
			t.Errorf("%+v %v", sum, finding)
		}
	}
	for act, want := range map[string]int{"attempt.start": 3, "attempt.submit": 3} {
		if n := count(t, c, `SELECT count(*) FROM audit_event WHERE act = $1`, act); n != want {
			t.Errorf("%d × %s in the record of acts, want %d", n, act, want)
		}
	}
}
