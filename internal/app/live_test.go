package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
)

// What an invigilator does by the page of one server reaches the page of an examinee at another: by the event stream after one
// poll, by the save's reply and by the heart-beat (decision 24).
func TestInvigilationReachesThePage(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.FillBank(40)
	id := c.Exam(c.Paper(5), nil, "mei-a", "lan-a")
	sheet := c.Begin("mei-a", id)
	other := c.SecondServer()
	events := listen(t, c, other, "/api/v1/attempts/"+sheet.AttemptID.String()+"/events")
	if e := events(); e.name != "state" || e.beat.News != 0 {
		t.Fatalf("the stream begins with %+v", e)
	}
	live, person := "/exams/"+id.String()+"/live", c.Person["mei-a"].String()
	if page := c.Call("hr", "GET", live, "", 200).Text; !strings.Contains(page, "小美a") || !strings.Contains(page, "作答中") || !strings.Contains(page, "未开始") {
		t.Errorf("the board: %.600s", page)
	}

	act := func(want int, pairs ...string) {
		t.Helper()
		c.Call("hr", "POST", live, apptest.Form(pairs...), want)
		must(t, other.Exams.PollSignals(context.Background()))
	}
	act(303, "act", "extra_time", "whom", "chosen", "person", person, "minutes", "5", "text", "合理便利")
	if e := events(); e.name != "deadline" || !e.beat.DeadlineAt.Equal(sheet.DeadlineAt.Add(5*time.Minute)) {
		t.Errorf("extra time arrives as %+v", e)
	}
	c.Call("hr", "POST", live+"?unit=999", apptest.Form("act", "extra_time", "whom", "filtered", "minutes", "5", "text", "一个部门"), 422)
	c.Call("hr", "POST", live+"?q=小美a", apptest.Form("act", "extra_time", "whom", "filtered", "minutes", "5", "text", "一个部门"), 303)
	must(t, other.Exams.PollSignals(context.Background()))
	if e := events(); e.name != "deadline" || !e.beat.DeadlineAt.Equal(sheet.DeadlineAt.Add(10*time.Minute)) {
		t.Errorf("extra time of a group arrives as %+v", e)
	}
	act(303, "act", "notice", "whom", "everybody", "text", "还有十分钟")
	if e := events(); e.name != "notice" || len(e.beat.Notices) != 1 || e.beat.Notices[0].Text != "还有十分钟" {
		t.Errorf("a notice arrives as %+v", e)
	}
	act(303, "act", "pause", "whom", "everybody", "text", "消防演习")
	if e := events(); e.name != "pause" || e.beat.PausedAt == nil {
		t.Errorf("a pause arrives as %+v", e)
	}
	act(303, "act", "resume", "whom", "everybody", "text", "演习结束")
	if names := []string{events().name, events().name}; strings.Join(names, " ") != "deadline pause" {
		t.Errorf("the end of the pause arrives as %v", names)
	}
	saved := c.Call("mei-a", "PUT", "/api/v1/attempts/"+sheet.AttemptID.String()+"/responses/1", `{"lease":"`+sheet.Lease+`","client_seq":1,"response":null}`, 200)
	if n, _ := saved.JSON()["news"].(float64); n != 5 {
		t.Errorf("a save tells of %v news", saved.JSON()["news"])
	}
	// Wrong input comes back with its place, and nothing has happened.
	act(422, "act", "extra_time", "whom", "chosen", "minutes", "x", "text", "")
	act(409, "act", "resume", "whom", "everybody", "text", "again")

	c.Call("marker", "POST", live+"/"+person+"/hand-in", apptest.Form("reason", "多次提醒后仍在交谈"), 303)
	must(t, other.Exams.PollSignals(context.Background()))
	if e := events(); e.name != "handed_in" {
		t.Errorf("the hand-in arrives as %+v", e)
	}
	c.Call("hr", "POST", live+"/"+person+"/void", apptest.Form("reason", "系统故障", "again_until", "not a time"), 303) // leads back with the reason
	c.Call("hr", "POST", live+"/"+person+"/void", apptest.Form("reason", "系统故障"), 303)
	c.Call("mei-a", "POST", "/api/v1/exams/"+id.String()+"/attempts", "", 201)
	line := c.Call("hr", "GET", live+"/"+person, "", 200).Text
	for _, want := range []string{"开始作答", "加时", "还有十分钟", "暂停", "代为交卷", "作废"} {
		if !strings.Contains(line, want) {
			t.Errorf("the time line lacks %s", want)
		}
	}
	if log := c.Call("supervisor", "GET", "/exams/"+id.String()+"/log", "", 200).Text; !strings.Contains(log, "消防演习") {
		t.Error("the log lacks the pause")
	}
	c.Call("hr", "POST", "/exams/"+id.String()+"/incidents", apptest.Form("category", "technical", "note", "投影坏了"), 303)
	c.Call("hr", "POST", "/exams/"+id.String()+"/corrections", apptest.Form("version", "999999", "text", "x"), 404)
}

type event struct {
	name string
	beat struct {
		DeadlineAt time.Time  `json:"deadline_at"`
		PausedAt   *time.Time `json:"paused_at"`
		News       int        `json:"news"`
		Notices    []struct{ Text string }
	}
}

// listen opens an event stream of mei-a at a server; each call of what it returns waits for one event.
func listen(t *testing.T, c *apptest.Clinic, a *app.App, path string) func() event {
	t.Helper()
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
	must(t, err)
	r.AddCookie(&http.Cookie{Name: "peikao", Value: c.Token("mei-a")})
	answer, err := server.Client().Do(r)
	must(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("the stream: %s %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(answer.Body)
	return func() (e event) {
		t.Helper()
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.name = value
			case "data":
				must(t, json.Unmarshal([]byte(value), &e.beat))
				return e
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return e
	}
}

// A stranger's stream is not found, and a closed attempt's ends at once.
func TestEventStreamOfOthers(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.FillBank(40)
	id := c.Exam(c.Paper(3), nil, "mei-a", "lan-a")
	attempt := c.Sit("mei-a", id, 1)
	c.Call("lan-a", "GET", "/api/v1/attempts/"+attempt.String()+"/events", "", 404)
	c.Call("", "GET", "/api/v1/attempts/"+attempt.String()+"/events", "", 401)
	if head := c.Call("mei-a", "HEAD", "/api/v1/attempts/"+attempt.String()+"/events", "", 200); head.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %v", head.Header)
	}
}
