package app_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/questionbank"
)

const (
	keySentinel  = "KEYSENTINEL"  // in every accepted text and explanation
	stemSentinel = "STEMSENTINEL" // in every stem
)

// sentinelQuestions are four questions to be filled in and one to be written. Their accepted texts, model answer, rubric,
// explanations and sources carry a word that must not leave the server before the review, their stems one that must not before
// the start.
func sentinelQuestions() []questionbank.Question {
	out := make([]questionbank.Question, 4)
	for i := range out {
		out[i] = questionbank.Question{
			Type: questionbank.Blank, Stem: fmt.Sprintf("%s 第 %d 题：____。", stemSentinel, i+1),
			Key: questionbank.Key{Gaps: [][]string{{fmt.Sprintf("%s%d", keySentinel, i)}}}, Explanation: keySentinel + " 解析",
			KnowledgePoints: []string{"专业能力"}, Difficulty: questionbank.DefaultDifficulty,
			Source: questionbank.Source{Law: keySentinel + "法", Article: "第一条"},
		}
	}
	written := out[0]
	written.Type, written.Stem = questionbank.Short, stemSentinel+" 写出你的回复。"
	written.Key = questionbank.Key{Model: keySentinel + " 范文", Rubric: []questionbank.Criterion{{Text: keySentinel + " 要点", Percent: 100}}}
	return append(out, written)
}

// sentinelPaper holds all of them.
func sentinelPaper(c *apptest.Clinic) exam.PaperID {
	return c.PaperOf(exam.BlueprintRow{Section: "一", Count: 4}, exam.BlueprintRow{Section: "二", Type: string(questionbank.Short), Count: 1})
}

// listener reads all that an examinee is sent and looks for words that must not be in it.
type listener struct {
	t *testing.T
	*apptest.Clinic
	forbidden []string
	heard     int
}

// hear calls as "mei-a" and checks every byte of the answer, whatever it is.
func (l *listener) hear(method, path, body string) apptest.Answer {
	l.t.Helper()
	got := l.Do(l.Request("mei-a", method, path, body))
	l.heard++
	all := strings.ToLower(got.Everything())
	for _, word := range l.forbidden {
		if strings.Contains(all, strings.ToLower(word)) || strings.Contains(all, strings.ToLower(base64.StdEncoding.EncodeToString([]byte(word)))) {
			l.t.Errorf("%s %s (%d) tells %s", method, path, got.Status, word)
		}
	}
	return got
}

// everywhere walks every route as the examinee, with the exam's and the attempt's ids in the addresses.
func (l *listener) everywhere(id exam.ExamID, attempt exam.AttemptID) {
	l.t.Helper()
	for _, r := range l.Routes() {
		if r.Stream || endsSession[r.Method+" "+r.Path] || strings.HasSuffix(r.Path, "/submit") {
			continue
		}
		thing := "1"
		switch {
		case strings.Contains(r.Path, "/exams/:id"):
			thing = id.String()
		case strings.Contains(r.Path, "/attempts/:id"):
			thing = attempt.String()
		}
		path := parameter.ReplaceAllString(strings.ReplaceAll(r.Path, ":slot", "1"), thing)
		l.hear(r.Method, path, bodies[r.Method+" "+r.Path])
		if r.Method == http.MethodGet {
			l.hear(http.MethodHead, path, "")
		}
	}
}

// Threats 38 and 39: no stem before the start; no accepted text, explanation or source before the review, in pages, calls,
// headers and problem documents.
func TestSentinels(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(sentinelPaper(c), func(s *exam.Settings) {
		s.ShuffleSlots = false
		s.OpensAt, s.ClosesAt = s.OpensAt.Add(time.Hour), s.ClosesAt.Add(time.Hour)
	}, "mei-a", "lan-a")
	l := &listener{t: t, Clinic: c, forbidden: []string{keySentinel, stemSentinel}}

	c.Fake.Set(dbtest.Start.Add(time.Hour - time.Second))
	l.everywhere(id, 1)
	for _, as := range []string{"", "?paper=shared"} {
		if got := l.hear("POST", "/api/v1/exams/"+id.String()+"/attempts"+as, ""); got.Status != 425 {
			t.Errorf("a second before the start: %d %s", got.Status, got.Text)
		}
	}

	c.Fake.Advance(time.Second)
	l.forbidden = []string{keySentinel}
	begun := l.hear("POST", "/api/v1/exams/"+id.String()+"/attempts", "")
	if begun.Status != 201 || !strings.Contains(begun.Text, stemSentinel) {
		t.Fatalf("start: %d %s", begun.Status, begun.Text)
	}
	doc := begun.JSON()
	lease := doc["lease"].(string)
	attempt, err := strconv.ParseInt(doc["attempt"].(map[string]any)["id"].(string), 10, 64)
	must(t, err)
	path := fmt.Sprintf("/api/v1/attempts/%d", attempt)
	// In this order: the first to bring a number has it.
	for _, save := range []struct {
		body string
		want int
	}{
		{`{"lease":%q,"client_seq":1,"response":{"blanks":["falsch"]}}`, 200},
		{`{"lease":%q,"client_seq":1,"response":null}`, 409},
		{`{"lease":%q,"client_seq":2,"response":{"choice":"a"}}`, 422},
		{`{"lease":%q,"client_seq":2,"wrong":1}`, 400},
		{`{"lease":%q,"client_seq":2,"response":{"text":"eine Antwort"}}`, 200}, // to question 5
	} {
		slot := "1"
		if strings.Contains(save.body, "text") {
			slot = "5"
		}
		for range 2 {
			if got := l.hear("PUT", path+"/responses/"+slot, fmt.Sprintf(save.body, lease)); got.Status != save.want {
				t.Errorf("%s: %d, want %d", save.body, got.Status, save.want)
			}
		}
	}
	l.everywhere(id, exam.AttemptID(attempt))
	lease = c.Call("mei-a", "POST", path+"/lease", "", 200).JSON()["lease"].(string)
	if got := l.hear("POST", path+"/submit", fmt.Sprintf(`{"lease":%q}`, lease)); got.Status != 200 {
		t.Fatalf("submit: %d %s", got.Status, got.Text)
	}
	l.everywhere(id, exam.AttemptID(attempt))
	markEverything(t, c, "marker", id, "COMMENT")

	// Released, while somebody could still sit, and when nobody can any more.
	c.Fake.Advance(2*time.Hour + 30*time.Second)
	must(t, c.Tick(t.Context()))
	if n, err := c.Exams.Release(t.Context(), c.Viewer("hr"), id); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	if got := l.hear("GET", path+"/result", ""); got.Status != 200 || got.JSON()["slots"] != nil {
		t.Errorf("released, with the window hardly over: %d %s", got.Status, got.Text)
	}
	l.everywhere(id, exam.AttemptID(attempt))
	if l.heard < 500 {
		t.Errorf("only %d answers were read", l.heard)
	}

	c.Fake.Advance(time.Hour)
	must(t, c.Tick(t.Context()))
	for _, p := range []string{path + "/result", fmt.Sprintf("/attempts/%d/result", attempt)} {
		if text := c.Call("mei-a", "GET", p, "", 200).Text; strings.Count(text, keySentinel) < 6 || !strings.Contains(text, "COMMENT") {
			t.Errorf("%s has no keys after the review has opened: %.500s", p, text)
		}
	}
}

// Threat 39: while somebody counts down, the own start is moved: at the moment that was told first no call tells a question, and the
// start says until when.
func TestNoQuestionWhenTheStartIsMoved(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(sentinelPaper(c), func(s *exam.Settings) {
		s.OpensAt, s.ClosesAt = s.OpensAt.Add(time.Hour), s.ClosesAt.Add(time.Hour)
	}, "mei-a", "lan-a")
	l := &listener{t: t, Clinic: c, forbidden: []string{keySentinel, stemSentinel}}
	opens := dbtest.Start.Add(time.Hour)
	c.Fake.Set(opens.Add(-time.Second))
	later, until := opens.Add(2*time.Hour), opens.Add(5*time.Hour)
	must(t, c.Exams.Defer(t.Context(), c.Viewer("hr"), id, c.Person["mei-a"], exam.Grant{OpensAt: &later, ClosesAt: &until, Reason: "病假"}))
	start := "/api/v1/exams/" + id.String() + "/attempts"
	for _, at := range []time.Time{opens, later.Add(-time.Second)} {
		c.Fake.Set(at)
		l.everywhere(id, 1)
		if got := l.hear("POST", start, ""); got.Status != 425 {
			t.Errorf("at %s: %d %s", at, got.Status, got.Text)
		}
	}
	c.Fake.Set(later)
	l.forbidden = []string{keySentinel}
	if got := l.hear("POST", start, ""); got.Status != 201 || !strings.Contains(got.Text, stemSentinel) {
		t.Errorf("at the moved start: %d %s", got.Status, got.Text)
	}
}

// Threats 39 and 40: while all exams stand a start that is due tells no question, and of an exam that is gone through one way no byte tells a
// question of a section before it is reached, also not after the hand-in from the first one.
func TestNoQuestionOfASectionAhead(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(sentinelPaper(c), func(s *exam.Settings) { s.OneWay = true }, "mei-a", "lan-a")
	const ahead = "写出你的回复" // in the stem of the second section
	l := &listener{t: t, Clinic: c, forbidden: []string{keySentinel, stemSentinel, ahead}}
	start := "/api/v1/exams/" + id.String() + "/attempts"
	if _, _, err := c.Exams.FreezeAll(t.Context(), c.Viewer("hr"), "升级"); err != nil {
		t.Fatal(err)
	}
	if got := l.hear("POST", start, ""); got.Status != 425 {
		t.Errorf("while all stand: %d %s", got.Status, got.Text)
	}
	l.everywhere(id, 1)
	if _, _, err := c.Exams.UnfreezeAll(t.Context(), c.Viewer("hr")); err != nil {
		t.Fatal(err)
	}
	l.forbidden = []string{keySentinel, ahead}
	begun := l.hear("POST", start, "")
	if begun.Status != 201 || strings.Count(begun.Text, stemSentinel) != 4 {
		t.Fatalf("start: %d %s", begun.Status, begun.Text)
	}
	attempt, err := strconv.ParseInt(begun.JSON()["attempt"].(map[string]any)["id"].(string), 10, 64)
	must(t, err)
	path := fmt.Sprintf("/api/v1/attempts/%d", attempt)
	body := fmt.Sprintf(`{"lease":%q,"client_seq":1,"response":{"text":"x"}}`, begun.JSON()["lease"])
	if got := l.hear("PUT", path+"/responses/5", body); got.Status != 409 {
		t.Errorf("an answer ahead: %d %s", got.Status, got.Text)
	}
	l.everywhere(id, exam.AttemptID(attempt))
	lease := c.Call("mei-a", "POST", path+"/lease", "", 200).JSON()["lease"].(string)
	if got := l.hear("POST", path+"/submit", fmt.Sprintf(`{"lease":%q}`, lease)); got.Status != 200 {
		t.Fatalf("submit: %d %s", got.Status, got.Text)
	}
	l.everywhere(id, exam.AttemptID(attempt))

	// Whoever goes on gets it.
	other := c.Call("lan-a", "POST", start, "", 201).JSON()
	next := c.Call("lan-a", "POST", "/api/v1/attempts/"+other["attempt"].(map[string]any)["id"].(string)+"/sections/1/finish", fmt.Sprintf(`{"lease":%q}`, other["lease"]), 200)
	if !strings.Contains(next.Text, ahead) {
		t.Errorf("the next section is not there: %s", next.Text)
	}
}

// Where the review policy shows no keys they are told to nobody who sat, not even when all is over.
func TestKeysStayWhereTheReviewShowsNone(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	l := &listener{t: t, Clinic: c, forbidden: []string{keySentinel}}
	for _, review := range []exam.Review{exam.ReviewScore, exam.ReviewMarks} {
		id := c.Exam(sentinelPaper(c), func(s *exam.Settings) { s.Review, s.Release = review, exam.ReleaseAtClose }, "mei-a")
		attempt := c.Sit("mei-a", id, 0)
		markEverything(t, c, "marker", id, "")
		c.Fake.Advance(4 * time.Hour)
		must(t, c.Tick(t.Context()))
		if got := l.hear("GET", "/api/v1/attempts/"+attempt.String()+"/result", ""); got.Status != 200 || (got.JSON()["slots"] != nil) != (review == exam.ReviewMarks) {
			t.Errorf("%s: %d %s", review, got.Status, got.Text)
		}
		l.everywhere(id, attempt)
	}
}

// markEverything lets somebody give full marks to all that waits in an exam.
func markEverything(t *testing.T, c *apptest.Clinic, login string, id exam.ExamID, comment string) {
	t.Helper()
	v := c.Viewer(login)
	queues, err := c.Exams.MarkingQueues(t.Context(), v, id)
	must(t, err)
	marked := 0
	for _, q := range queues {
		for range q.Mine {
			a, err := c.Exams.NextAnswer(t.Context(), v, id, q.VersionID)
			must(t, err)
			must(t, c.Exams.MarkAnswer(t.Context(), v, a.ID, exam.GivenMark{Parts: []int{100}, Comment: comment}))
			marked++
		}
	}
	if marked == 0 {
		t.Fatal("nothing waited for a marker")
	}
}
