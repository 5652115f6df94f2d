package app_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/questionbank"
)

// soundSentinel is in the sound of mei-a: nobody hears it but who must.
const (
	soundSentinel = "SOUNDSENTINEL"
	webmSound     = "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm " + soundSentinel
)

func partBody(lease string, part int, sound string) string {
	return fmt.Sprintf(`{"lease":%q,"recording":"abcdefghijklmnop","part":%d,"begins":%v,"ms":5000,"sha256":"%x","sound":%q}`,
		lease, part, part == 1, sha256.Sum256([]byte(sound)), base64.StdEncoding.EncodeToString([]byte(sound)))
}

// Nobody but the person, the markers of the person's branch and, after the release, who sees the result reaches a recording: not
// while it is made, not when it is handed in, and never a marker the own one.
func TestRecordingsOfOthers(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(questionbank.Question{
		Type: questionbank.Spoken, Stem: "录一段开场白。", Explanation: "先自报家门。", KnowledgePoints: []string{"2/电话"}, Difficulty: 3,
		Key: questionbank.Key{Model: "您好，这里是……", Rubric: []questionbank.Criterion{{Text: "自报家门", Percent: 60}, {Text: "语速", Percent: 40}}},
	})
	c.Employ("marker-a", "城东阅卷", c.Branch["a"], c.OtherPost, account.Marker)
	c.Employ("marker-b", "城西阅卷", c.Branch["b"], c.OtherPost, account.Marker)
	must(t, c.Accounts.GrantRole(t.Context(), account.System(), c.Person["mei-a"], account.Marker, c.Root))
	id := c.Exam(c.PaperOf(exam.BlueprintRow{Section: "录音", Type: string(questionbank.Spoken), Count: 1}), func(s *exam.Settings) { s.Review = exam.ReviewMarks }, "mei-a", "mei-b")
	begun := c.Call("mei-a", "POST", "/api/v1/exams/"+id.String()+"/attempts", "{}", 201).JSON()
	attempt := begun["attempt"].(map[string]any)["id"].(string)
	parts, own := "/api/v1/attempts/"+attempt+"/recordings/1", "/attempts/"+attempt+"/recordings/1/1"
	c.Call("mei-a", "POST", parts, partBody(begun["lease"].(string), 1, webmSound), 200)
	c.Call("mei-a", "POST", parts, partBody(begun["lease"].(string), 2, " und mehr"), 200)
	everybody := []string{"mei-b", "lan-a", "lan-b", "lead-a", "lead-b", "trainer", "hr", "supervisor", "admin", "marker", "marker-a", "marker-b"}
	closed := func(when string, open ...string) {
		t.Helper()
		for _, login := range everybody {
			if strings.Contains(strings.Join(open, " ")+" ", login+" ") {
				continue
			}
			if got := c.Do(c.Request(login, "GET", own, "")); got.Status != 404 || strings.Contains(got.Text, soundSentinel) {
				t.Errorf("%s: %s gets %d", when, login, got.Status)
			}
		}
	}
	whole := c.Call("mei-a", "GET", own, "", 200)
	if whole.Text != webmSound+" und mehr" || whole.Header.Get("Content-Type") != "audio/webm" || whole.Header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(whole.Header.Get("Content-Security-Policy"), "sandbox;") || whole.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%q %v", whole.Text, whole.Header)
	}
	closed("while it is made")
	c.Call("mei-a", "GET", "/attempts/"+attempt+"/recordings/1/2", "", 404)
	c.Call("mei-a", "GET", "/attempts/"+attempt+"/recordings/2/1", "", 404)
	c.Call("mei-a", "GET", "/attempts/"+attempt+"/recordings/x/y", "", 404)

	c.Call("mei-a", "POST", "/api/v1/attempts/"+attempt+"/submit", fmt.Sprintf(`{"lease":%q}`, begun["lease"]), 200)
	c.Call("mei-a", "GET", own, "", 404)
	closed("handed in")
	queues, err := c.Exams.MarkingQueues(t.Context(), c.Viewer("marker-a"), id)
	must(t, err)
	a, err := c.Exams.NextAnswer(t.Context(), c.Viewer("marker-a"), id, queues[0].VersionID)
	must(t, err)
	task := fmt.Sprintf("/exams/%d/marking/answers/%d/takes/1", id, a.ID)
	for login, want := range map[string]int{"marker-b": 404, "mei-a": 404, "mei-b": 403, "lead-a": 403, "hr": 403, "trainer": 403, "admin": 403} {
		if got := c.Do(c.Request(login, "GET", task, "")); got.Status != want || strings.Contains(got.Text, soundSentinel) {
			t.Errorf("the marker's address: %s gets %d, want %d", login, got.Status, want)
		}
	}
	r := c.Request("marker-a", "GET", task, "")
	r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", len(webmSound)-3, len(webmSound)+3))
	tallied, tally := db.WithTally(t.Context())
	if got := c.Do(r.WithContext(tallied)); got.Status != 206 || got.Text != "NEL und" || len(tally.Runs()) > 8 {
		t.Errorf("a range over two parts: %d %q with %d statements", got.Status, got.Text, len(tally.Runs()))
	}
	must(t, c.Exams.MarkAnswer(t.Context(), c.Viewer("marker-a"), a.ID, exam.GivenMark{Parts: []int{100, 100}}))
	c.Fake.Advance(4 * time.Hour)
	must(t, c.Tick(t.Context()))
	if n, err := c.Exams.Release(t.Context(), c.Viewer("hr"), id); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	c.Fake.Advance(time.Hour)
	c.Call("mei-a", "GET", own, "", 200)
	c.Call("lead-a", "GET", own, "", 200)
	seers := []string{"lead-a"}
	for _, login := range everybody {
		if c.Do(c.Request(login, "GET", "/attempts/"+attempt+"/result", "")).Status == 200 {
			seers = append(seers, login)
		}
	}
	closed("released", seers...)
}
