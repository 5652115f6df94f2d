package app_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/report"
)

// alter changes rows past the triggers, as a fault in the program or the hand of a database administrator would.
func alter(t *testing.T, c *apptest.Clinic, statement string) {
	t.Helper()
	tx, err := c.DB.SQL().Begin()
	must(t, err)
	_, err = tx.Exec("SET LOCAL session_replication_role = replica")
	must(t, err)
	done, err := tx.Exec(statement)
	must(t, err)
	if n, err := done.RowsAffected(); n == 0 || err != nil {
		t.Fatalf("%s: %d rows, %v", statement, n, err)
	}
	must(t, tx.Commit())
}

// sat is a clinic in which marking went through all that it may: passes, fails with retakes, an absence, a red line that holds a band back, a
// question that was ruled on, another that was dropped, and facts of the appraisal from each. right says whether the ruling lifts fails (2) or
// passes (3).
func sat(t *testing.T, right int) *apptest.Clinic {
	t.Helper()
	ctx := context.Background()
	c, order, seen, _ := raised(t, 3, right)
	must(t, c.Exams.ApproveCorrection(ctx, c.Viewer("hr"), order, seen, "属实"))
	c.FillBank(40)
	failed := c.Exam(c.Paper(5), func(s *exam.Settings) { s.RedLine = exam.RedLineFail }, "many-0", "many-1", "mei-a", "lan-a")
	c.Sit("many-0", failed, 2)
	c.Sit("many-1", failed, 5)
	c.Sit("mei-a", failed, 0)
	c.Fake.Advance(200 * time.Hour)
	must(t, c.Tick(ctx))
	_, err := c.Exams.Release(ctx, c.Viewer("hr"), failed)
	must(t, err)
	var retake exam.ExamID
	must(t, c.DB.SQL().QueryRow(`SELECT max(id) FROM exam WHERE kind = 'retake' AND state = 'published'`).Scan(&retake))
	c.Sit("many-0", retake, 5)
	c.Fake.Advance(200 * time.Hour)
	must(t, c.Tick(ctx))
	_, err = c.Exams.Release(ctx, c.Viewer("hr"), retake)
	must(t, err)
	return c
}

// Threat 35: the second implementation agrees with what was marked, and names whatever is altered by what is wrong with it.
func TestARecountFindsEveryWrongNumber(t *testing.T) {
	ctx := context.Background()
	c := sat(t, 2)
	recount := func() report.Recount {
		t.Helper()
		found, err := c.Reports.Recount(ctx, nil)
		must(t, err)
		return found
	}
	clean := recount()
	if clean.Disagreements != 0 || clean.Results < 10 || clean.Sheets < 3 {
		t.Fatalf("%+v", clean)
	}
	for what, wanted := range map[string]string{
		"passed after a retake": `SELECT count(*) FROM result r JOIN exam e ON e.id = r.exam_id WHERE e.kind = 'retake' AND r.passed`,
		"absent":                `SELECT count(*) FROM result WHERE cause = 'absent'`,
		"corrected":             `SELECT count(*) FROM result WHERE cause = 'regrade'`,
		"failed":                `SELECT count(*) FROM result WHERE NOT passed AND attempt_id IS NOT NULL`,
		"in the appraisal":      `SELECT count(*) FROM fact WHERE source_kind = 'round' AND n > 0`,
	} {
		var n int
		must(t, c.DB.SQL().QueryRow(wanted).Scan(&n))
		if n == 0 {
			t.Errorf("nothing is %s: the recount shows nothing of it", what)
		}
	}
	for _, table := range []string{"result", "fact"} {
		_, err := c.DB.SQL().Exec("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
		must(t, err)
	}
	passed := `(SELECT max(id) FROM result WHERE passed AND version = 1 AND cause = 'hand_in' AND red_line_misses = 0)`
	failed := `(SELECT max(id) FROM result WHERE NOT passed AND version = 1 AND cause = 'hand_in' AND red_line_misses = 0)`
	for _, k := range []struct{ what, alter, says string }{
		{"a score", `UPDATE result SET score_hundredths = score_hundredths - 1, percent_hundredths = (score_hundredths - 1) * 10000 / total_hundredths WHERE id = ` + passed, "its score is "},
		{"a full mark", `UPDATE result SET total_hundredths = total_hundredths + 1, percent_hundredths = score_hundredths * 10000 / (total_hundredths + 1) WHERE id = ` + passed, "its full mark is "},
		{"a band", `UPDATE result SET band = CASE band WHEN 'good' THEN 'pass' ELSE 'good' END WHERE id = ` + passed, "its band is "},
		{"the table of bands", `UPDATE result SET bands_version_id = 0 WHERE id = ` + passed, "its band is excellent, recounted "},
		{"a pass", `UPDATE result SET passed = true WHERE id = ` + failed, "passed is true, recounted false"},
		{"the mark of an answer", `UPDATE result r SET marks = (SELECT jsonb_agg(CASE WHEN x.m = s.m THEN jsonb_set(x.m, '{mark}', CASE WHEN x.m ->> 'mark' = '0.00' THEN x.m -> 'points'
			ELSE '"0.00"' END) ELSE x.m END ORDER BY x.no) FROM jsonb_array_elements(r.marks) WITH ORDINALITY x(m, no)) FROM (SELECT r.id, m FROM result r, jsonb_array_elements(r.marks) m
			JOIN question_version q ON q.id = (m ->> 'version_id')::bigint AND q.type IN ('single', 'true_false') WHERE r.version = 1 AND r.cause = 'hand_in' ORDER BY r.id DESC LIMIT 1) s
			WHERE r.id = s.id`, "is not marked as its answer and key say"},
		{"more than its points", `UPDATE result SET marks = jsonb_set(marks, '{0,mark}', '"99.00"') WHERE id = ` + failed, "has more or less than its points"},
		{"the points of a question", `UPDATE result SET marks = jsonb_set(marks, '{0,points}', '"99.00"') WHERE id = ` + failed, "is worth something else"},
		{"another question", `UPDATE result SET marks = jsonb_set(marks, '{0,version_id}', '0') WHERE id = ` + failed, "is worth something else"},
		{"a question too few", `UPDATE result SET marks = marks - 0 WHERE id = ` + failed, "marks, its paper "},
		{"a question twice", `UPDATE result SET marks = marks || (marks -> 0) WHERE id = ` + passed, "marks, its paper "},
		{"the marks of another", `UPDATE result SET marks = '[]', red_line_misses = 0 WHERE id = ` + passed, "its score is "},
		{"an absence that counts", `UPDATE result SET passed = true WHERE id = (SELECT max(id) FROM result WHERE cause = 'absent')`, "passed is true, recounted false"},
		{"the full mark of an absence", `UPDATE result SET total_hundredths = 1 WHERE id = (SELECT max(id) FROM result WHERE cause = 'absent')`, "its full mark is 0.01"},
		{"a correction", `UPDATE result SET score_hundredths = 0, percent_hundredths = 0 WHERE id = (SELECT max(id) FROM result WHERE cause = 'regrade')`, "its score is 0.00"},
		{"a number of the appraisal", `UPDATE fact SET value_hundredths = 4321 WHERE id = (SELECT max(id) FROM fact WHERE source_kind = 'round' AND n > 0)`, "it takes 43.21 from round "},
		{"a result that is not out", `UPDATE result SET released_at = NULL WHERE exam_id = (SELECT r.exam_id FROM round r JOIN fact f ON f.source_id = r.id AND f.n > 0 ORDER BY f.id DESC LIMIT 1)`, "nothing is released"},
	} {
		alter(t, c, k.alter)
		found := recount()
		if said := fmt.Sprint(found.First); found.Disagreements == 0 || len(found.First) == 0 || !strings.Contains(said, k.says) {
			t.Errorf("%s: %d %s, want %q", k.what, found.Disagreements, said, k.says)
		}
		alter(t, c, `UPDATE result r SET score_hundredths = k.score_hundredths, total_hundredths = k.total_hundredths, percent_hundredths = k.percent_hundredths, band = k.band,
			passed = k.passed, marks = k.marks, red_line_misses = k.red_line_misses, bands_version_id = k.bands_version_id, released_at = k.released_at FROM kept_result k WHERE k.id = r.id`)
		alter(t, c, `UPDATE fact f SET value_hundredths = k.value_hundredths FROM kept_fact k WHERE k.id = f.id`)
	}
	if found := recount(); fmt.Sprint(found) != fmt.Sprint(clean) {
		t.Errorf("put right: %+v", found)
	}
}

// Threat 35: the recount is made once a night, waits for who sits an exam, and what differs is told to who answers for results.
func TestTheNightlyRecount(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(c.Paper(4), func(s *exam.Settings) { s.ClosesAt = s.OpensAt.Add(90 * time.Hour) }, "mei-a", "lan-a", "mei-b")
	attempt := c.Sit("mei-a", id, 3)
	recounts := func() (n int, last report.Recount) {
		t.Helper()
		var body sql.NullString
		must(t, c.DB.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE act = 'exam.recount'`).Scan(&n))
		must(t, c.DB.SQL().QueryRow(`SELECT max(body ->> 'facts') FROM audit_event WHERE act = 'exam.recount' AND id = (SELECT max(id) FROM audit_event WHERE act = 'exam.recount')`).Scan(&body))
		if body.Valid {
			must(t, json.Unmarshal([]byte(body.String), &last))
		}
		return n, last
	}
	at := func(advance time.Duration, want int) report.Recount {
		t.Helper()
		c.Fake.Advance(advance)
		must(t, c.Recount(ctx))
		n, last := recounts()
		if n != want {
			t.Fatalf("%s later there are %d recounts, want %d", advance, n, want)
		}
		return last
	}
	at(59*time.Minute, 0)
	if first := at(2*time.Minute, 1); first.Results != 1 || first.Disagreements != 0 {
		t.Errorf("%+v", first)
	}
	at(10*time.Minute, 1)
	shows(t, c.Call("admin", "GET", "/admin/audit", "", 200).Text, "夜间复算", "1 份成绩逐题相加")

	alter(t, c, fmt.Sprintf(`UPDATE result SET band = 'excellent' WHERE attempt_id = %d`, attempt))
	c.Begin("lan-a", id)
	night := c.Fake.Now().In(c.Config.Timezone)
	until := time.Date(night.Year(), night.Month(), night.Day()+1, 4, 0, 0, 0, c.Config.Timezone).Sub(c.Fake.Now())
	at(until, 1)              // somebody sits
	at(11*time.Hour, 1)       // still
	found := at(time.Hour, 2) // it cannot wait for ever
	if found.Disagreements != 1 || found.First[0].What != "result" || found.First[0].ExamID != int64(id) {
		t.Fatalf("%+v", found)
	}
	at(10*time.Minute, 2)
	for login, wants := range map[string]string{"hr": "/exams/" + id.String() + "/results", "supervisor": "/admin/audit", "admin": "/admin/audit", "trainer": "", "lead-a": "", "mei-a": ""} {
		list, _, err := c.Notify.Inbox(ctx, c.Viewer(login), false, page.New(1, 50))
		must(t, err)
		got := ""
		for _, n := range list {
			if n.Key == "notify.recount_differs" {
				got += n.Link
			}
		}
		if got != wants {
			t.Errorf("%s is told %q, want %q", login, got, wants)
		}
	}
	shows(t, c.Call("supervisor", "GET", "/admin/audit", "", 200).Text, "1 处对不上", "its band is excellent, recounted good")
	shows(t, c.Call("hr", "GET", "/notices", "", 200).Text, "1 处成绩与逐题得分对不上", "请联系管理员")
	r := c.Request("", "GET", "/metrics", "")
	r.RemoteAddr = "127.0.0.1:1"
	shows(t, c.Do(r).Text, "peikao_recount_disagreements 1")
	if v := c.Viewer("hr"); !v.Can(account.ExamRelease) {
		t.Error("HR does not answer for results")
	}
}
