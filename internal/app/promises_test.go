package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
)

// Promise 8: a page view changes no row. Whose time was over hours ago is not handed in by anybody's look, theirs included.
func TestAPageViewHandsNobodyIn(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(c.Paper(4), func(s *exam.Settings) { s.ClosesAt = s.OpensAt.Add(12 * time.Hour) }, "mei-a", "lan-a")
	sheet := c.Begin("mei-a", id)
	logins := []string{"mei-a", "trainer", "hr", "supervisor", "management"}
	c.Fake.Advance(5 * time.Hour)
	for _, login := range logins {
		c.Token(login) // signing in writes
	}
	rows := func() (all string) {
		t.Helper()
		must(t, c.DB.SQL().QueryRow(`SELECT (SELECT string_agg(a.xmin::text || a::text, ' ' ORDER BY a.id) FROM attempt a) || (SELECT count(*) FROM result) || (SELECT count(*) FROM journal)
			|| (SELECT string_agg(k.xmin::text || k::text, ' ' ORDER BY k.id) FROM candidate k) || (SELECT string_agg(e.xmin::text, ' ') FROM exam e) || (SELECT count(*) FROM attempt_evidence)`).Scan(&all))
		return all
	}
	before, looked := rows(), 0
	attempt := sheet.AttemptID.String()
	for _, path := range []string{
		"/", "/exams", "/exams/" + id.String(), "/exams/" + id.String() + "/sit", "/exams/" + id.String() + "/live", "/exams/" + id.String() + "/results", "/exams/" + id.String() + "/setup",
		"/attempts/" + attempt, "/attempts/" + attempt + "/result", "/attempts/" + attempt + "/receipt", "/api/v1/attempts/" + attempt, "/api/v1/attempts/" + attempt + "/result", "/api/v1/me/exams",
	} {
		for _, login := range logins {
			if got := c.Do(c.Request(login, "GET", path, "")); got.Status == 200 {
				looked++
			}
			if after := rows(); after != before {
				t.Fatalf("GET %s as %s changed\n%s\nto\n%s", path, login, before, after)
			}
		}
	}
	if looked < 20 {
		t.Errorf("only %d pages were shown", looked)
	}
	must(t, c.Tick(context.Background()))
	if rows() == before {
		t.Error("the sweep found nothing to hand in: the looks show nothing")
	}
}

// Promise 9, decision 18: servers that were away when somebody's time ended give that time back before they hand anybody in.
func TestTheTimeOfAnOutageIsGivenBackAtTheNextStart(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(c.Paper(4), nil, "mei-a")
	sheet := c.Begin("mei-a", id)
	works := func(a *app.App, what, query string, want int) {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Work(ctx) }()
		for until := time.Now().Add(30 * time.Second); count(t, c, query) != want; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%s: %d, want %d", what, count(t, c, query), want)
			}
		}
		time.Sleep(2 * time.Second) // ticks in which the sweep could come
		stop()
		must(t, <-ended)
	}
	const left, away = 10 * time.Minute, 15 * time.Minute
	c.Fake.Set(sheet.DeadlineAt.Add(-left))
	works(c.App.App, "beats before the end", `SELECT count(*) FROM server_heartbeat`, 1)
	c.Fake.Advance(away)
	works(c.SecondServer(), "outages", `SELECT count(*) FROM outage`, 1)
	var state string
	var deadline time.Time
	must(t, c.DB.SQL().QueryRow(`SELECT state, deadline_at FROM attempt`).Scan(&state, &deadline))
	if want := c.Fake.Now().Add(left); state != "open" || !deadline.Equal(want) || count(t, c, `SELECT count(*) FROM attempt_credit`) != 1 {
		t.Errorf("%s until %s, want %s", state, deadline, want)
	}
}

// Decision 10: a log-in lives as long as the exam that it sits, its grace and two hours; others end in that time.
func TestALogInLivesThroughAnExam(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(c.Paper(4), func(s *exam.Settings) {
		s.LimitSeconds, s.ClosesAt = 86400, s.OpensAt.Add(48*time.Hour)
	}, "mei-a")
	c.Token("mei-a")
	c.Token("lan-a")
	sheet := c.Begin("mei-a", id)
	path := "/api/v1/attempts/" + sheet.AttemptID.String()
	c.Fake.Set(sheet.DeadlineAt.Add(time.Minute + 2*time.Hour - time.Second))
	c.Call("mei-a", "GET", path, "", 200)
	c.Call("lan-a", "GET", "/api/v1/me", "", 401)
}
