package exam

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// shortBank asks the same questions as short ones.
type shortBank struct{ memoryBank }

func (b shortBank) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	out, err := b.memoryBank.Versions(ctx, x, ids)
	for id, q := range out {
		q.Type, q.Options = questionbank.Short, nil
		q.Key = questionbank.Key{Model: secretWord, Rubric: []questionbank.Criterion{{Text: "致歉", Percent: 60}, {Text: "说明", Percent: 40}}}
		out[id] = q
	}
	return out, err
}

// illustratedBank asks short questions with a file in each of their texts.
type illustratedBank struct{ shortBank }

func (b illustratedBank) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	out, err := b.shortBank.Versions(ctx, x, ids)
	file := func(kind questionbank.MediaKind, name string) []questionbank.Media {
		return []questionbank.Media{{Kind: kind, Object: mediaFolder + name, Alt: name}}
	}
	for id, q := range out {
		q.Media, q.ExplanationMedia = file(questionbank.Image, "stem.png"), file(questionbank.Video, "why.mp4")
		q.Stimulus = &questionbank.Stimulus{ID: "s", Text: "来电", Media: file(questionbank.Audio, "call.mp3")}
		out[id] = q
	}
	return out, err
}

// Who marks an answer sees the files of its question, and of no other; who may not mark it sees none.
func TestFilesOfAQuestionForItsMarkers(t *testing.T) {
	c, id, _ := newMarkingClinic(t, 1)
	c.questions = illustratedBank{shortBank{newMemoryBank()}}
	c.KeepMediaIn(nil, pictureBank{newMemoryBank()})
	queues, err := c.MarkingQueues(c.ctx, marker(3), id)
	must(t, err)
	a, err := c.NextAnswer(c.ctx, marker(3), id, queues[0].VersionID)
	must(t, err)
	if len(a.Media) != 1 || len(a.ExplanationMedia) != 1 || a.Stimulus == nil || a.Explanation == "" {
		t.Fatalf("%+v", a)
	}
	for _, file := range []string{"stem.png", "why.mp4", "call.mp3"} {
		body, _, err := c.OpenAnswerMedia(c.ctx, marker(3), a.ID, file)
		must(t, err)
		if data, err := io.ReadAll(body); err != nil || string(data) != "plain bytes of "+mediaFolder+file {
			t.Errorf("%s: %q, %v", file, data, err)
		}
		must(t, body.Close())
	}
	owner := marker(c.count(`SELECT person_id FROM mark_task WHERE id = $1`, int64(a.ID)))
	for name, x := range map[string]struct {
		v    account.Viewer
		file string
	}{"another's file": {marker(3), "other.png"}, "a path": {marker(3), "../paper-media/x"}, "the own answer": {owner, "stem.png"}, "who does not mark": {examinee(3), "stem.png"}} {
		if _, _, err := c.OpenAnswerMedia(c.ctx, x.v, a.ID, x.file); err == nil {
			t.Errorf("%s is opened", name)
		}
	}
}

// The clock hands everybody in together: one statement lays the answers of all of them before the markers, one closes the attempts.
func TestAnswersOfManyWaitTogether(t *testing.T) {
	const people = 3
	c := newClinic(t, people)
	c.questions = shortBank{newMemoryBank()}
	id := c.published(people, nil)
	for n := 1; n <= people; n++ {
		sheet := c.begin(id, n)
		var changes []Change
		for slot := range n {
			changes = append(changes, Change{slot + 1, int64(slot + 1), []byte(`{"text":"先致歉，再说明"}`)})
		}
		_, err := c.Save(c.ctx, examinee(n), sheet.AttemptID, sheet.Lease, changes, c.clock.Now())
		must(t, err)
	}
	c.clock.Advance(2*time.Hour + DrainAllowance)
	must(t, c.handInDue(c.ctx, c.clock.Now()))
	for what, q := range map[string]struct {
		query string
		want  int
	}{
		"answers wait":                   {`SELECT count(*) FROM mark_task t JOIN attempt a ON a.id = t.attempt_id AND a.person_id = t.person_id AND a.exam_id = t.exam_id WHERE t.state = 'open'`, 6},
		"statements laid them there":     {`SELECT count(DISTINCT (xmin::text, cmin::text)) FROM mark_task`, 1},
		"attempts have their receipt":    {`SELECT count(*) FROM attempt WHERE state = 'submitted' AND submit_cause = 'deadline' AND answered = person_id AND journal_head <> ''`, people},
		"statements closed them":         {`SELECT count(DISTINCT (xmin::text, cmin::text)) FROM attempt`, 1},
		"acts say how many answers wait": {`SELECT count(*) FROM audit_event e JOIN attempt a ON e.subject = 'attempt:' || a.id WHERE e.act = 'attempt.submit' AND e.body::jsonb #>> '{facts,waiting}' = a.person_id::text`, people},
	} {
		if n := c.count(q.query); n != q.want {
			t.Errorf("%d %s, want %d", n, what, q.want)
		}
	}
}

// markers are three people who mark, beside the examinees.
func marker(n int) account.Viewer {
	v := account.Operator("marker")
	v.PersonID = account.PersonID(n)
	return v
}

func newMarkingClinic(t *testing.T, markers int) (c *clinic, id ExamID, sheets []Sheet) {
	t.Helper()
	c = newClinic(t, 5)
	c.questions = shortBank{newMemoryBank()}
	paper := c.paperOf(2)
	s := c.settings()
	id, err := c.CreateExam(c.ctx, c.staff, s, paper)
	must(t, err)
	must(t, c.SetMarking(c.ctx, c.staff, id, markers, 20))
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	for n := 1; n <= 2; n++ {
		sheet := c.begin(id, n)
		text := []Change{{1, 1, []byte(`{"text":"先致歉，再说明"}`)}}
		if n == 1 { // the second leaves one question out
			text = append(text, Change{2, 2, []byte(`{"text":"说明"}`)})
		}
		r, err := c.Save(c.ctx, examinee(n), sheet.AttemptID, sheet.Lease, text, c.clock.Now())
		if err != nil || r.Only() != Saved {
			t.Fatal(r, err)
		}
		if receipt := c.submit(sheet, n); receipt.Answered != len(text) {
			t.Fatalf("%+v", receipt)
		}
		sheets = append(sheets, sheet)
	}
	return c, id, sheets
}

// A result cannot be there at the hand-in when people are still to mark (decision 20).
func TestReleaseAtHandInIsRefusedForPeople(t *testing.T) {
	c := newClinic(t, 1)
	c.questions = shortBank{newMemoryBank()}
	s := c.settings()
	s.Release = ReleaseAtHandIn
	paper := c.paperOf(2)
	id, err := c.CreateExam(c.ctx, c.staff, s, paper)
	must(t, err)
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1}})
	must(t, err)
	if n, err := c.MarkedByPeople(c.ctx, c.staff, paper); err != nil || !slices.Equal(n, []TypeCount{{questionbank.Short, 2}}) {
		t.Errorf("%v, %v", n, err)
	}
	var e *errs.Error
	if err := c.Publish(c.ctx, c.staff, id); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != "release" || e.Fields[0].Key != "error.exam.release_by_people" {
		t.Fatalf("published: %v", err)
	}
	for name, bad := range map[string][2]int{"none": {0, 20}, "three": {3, 20}, "gap": {2, 101}, "less": {1, -1}} {
		if err := c.SetMarking(c.ctx, c.staff, id, bad[0], bad[1]); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, c.SetMarking(c.ctx, c.staff, id, 2, 30))
	s.Release = ReleaseAtClose
	must(t, c.EditExam(c.ctx, c.staff, id, s, paper))
	must(t, c.Publish(c.ctx, c.staff, id))
	if e, err := c.Exam(c.ctx, c.staff, id); err != nil || e.Markers != 2 || e.MarkGapPercent != 30 {
		t.Errorf("%+v %v", e, err)
	}
	if err := c.SetMarking(c.ctx, c.staff, id, 1, 30); !errs.Is(err, errs.Conflict) {
		t.Errorf("changed after it was published: %v", err)
	}
}

// Short answers come where they are asked for: not in a row of any type, and in a retake only for want of others.
func TestShortAnswersAreDrawnWhenAskedFor(t *testing.T) {
	pool := []PoolItem{{VersionID: 1, QuestionID: 1, Type: "short", Difficulty: 3, TopicIDs: []TopicID{9}, Key: true},
		{VersionID: 2, QuestionID: 2, Type: "single", Difficulty: 3, TopicIDs: []TopicID{9}, Key: true}}
	row := BlueprintRow{Count: 1, DifficultyMin: 1, DifficultyMax: 5, Points: 100}
	for kind, want := range map[string]VersionID{"": 2, "single": 2, "short": 1} {
		row.Type = kind
		if slots, short := drawn(generator(1, 0), Blueprint{Rows: []BlueprintRow{row}}, Pool{Items: pool}); len(short) > 0 || slots[0].VersionID != want {
			t.Errorf("%q: %v %v", kind, slots, short)
		}
	}
	d := DrawRetake(generator(1, 0), RetakeRule{Count: 2, KeyOnly: true}, []Sat{{TopicID: 9, Difficulty: 3, Points: 100}}, pool, nil)
	if len(d.Slots) != 1 || d.Slots[0].VersionID != 2 {
		t.Errorf("%+v", d)
	}
	d = DrawRetake(generator(1, 0), RetakeRule{Count: 2, KeyOnly: true}, []Sat{{TopicID: 9, Difficulty: 3, Points: 100}}, pool[:1], nil)
	if len(d.Slots) != 1 || d.Slots[0].VersionID != 1 {
		t.Errorf("%+v", d)
	}
}

// markAll lets a marker mark everything that waits for them with the same parts.
func (c *clinic) markAll(v account.Viewer, id ExamID, given ...int) (n int) {
	c.t.Helper()
	queues, err := c.MarkingQueues(c.ctx, v, id)
	must(c.t, err)
	for _, q := range queues {
		for {
			a, err := c.NextAnswer(c.ctx, v, id, q.VersionID)
			if errs.Is(err, errs.NotFound) {
				break
			}
			must(c.t, err)
			must(c.t, c.MarkAnswer(c.ctx, v, a.ID, GivenMark{Parts: given, Comment: "看清了"}))
			n++
		}
	}
	return n
}

func (c *clinic) scores(id ExamID) (out []score.Hundredths) {
	c.t.Helper()
	rows, err := c.d.SQL().Query(`SELECT score_hundredths FROM result WHERE exam_id = $1 ORDER BY person_id`, int64(id))
	must(c.t, err)
	defer rows.Close()
	for rows.Next() {
		var n score.Hundredths
		must(c.t, rows.Scan(&n))
		out = append(out, n)
	}
	return out
}

// Handed in is not marked: the receipt is there, the result follows with the last mark, and nobody marks themself.
func TestOneMarker(t *testing.T) {
	c, id, sheets := newMarkingClinic(t, 1)
	if n := c.count(`SELECT count(*) FROM attempt WHERE state = 'submitted' AND journal_head IS NOT NULL`); n != 2 || len(c.scores(id)) != 0 {
		t.Fatalf("%d attempts wait", n)
	}
	// The exam is not marked while somebody waits, however long.
	c.clock.Advance(c.settings().ClosesAt.Sub(c.clock.Now()) * 3)
	must(t, c.Due(c.ctx, c.clock.Now()))
	if e, err := c.Exam(c.ctx, c.staff, id); err != nil || e.State != Published {
		t.Fatalf("%s %v", e.State, err)
	}
	if n := c.markAll(marker(1), id, 100, 50); n != 1 {
		t.Errorf("an examinee marked %d answers, one is another's", n)
	}
	a, err := c.NextAnswer(c.ctx, marker(3), id, c.versionAt(sheets[0].AttemptID, 1))
	must(t, err)
	if again, err := c.NextAnswer(c.ctx, marker(3), id, a.VersionID); err != nil || again.ID != a.ID {
		t.Errorf("what was left half marked: %d, then %d, %v", a.ID, again.ID, err)
	}
	for name, bad := range map[string][]int{"too few": {100}, "too much": {101, 0}, "less than none": {0, -1}, "none": nil} {
		if err := c.MarkAnswer(c.ctx, marker(3), a.ID, GivenMark{Parts: bad}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := c.markAll(marker(3), id, 100, 50); n != 2 {
		t.Errorf("%d answers were left", n)
	}
	// Each slot is worth 10 points: 60 % + half of 40 % = 8.00; the second answered one of two.
	if got := c.scores(id); !slices.Equal(got, []score.Hundredths{1600, 800}) {
		t.Errorf("scores %v", got)
	}
	must(t, c.Due(c.ctx, c.clock.Now()))
	if e, err := c.Exam(c.ctx, c.staff, id); err != nil || e.State != Marked {
		t.Errorf("%s %v", e.State, err)
	}
	must(t, errOf(c.Release(c.ctx, c.staff, id)))
	if err := c.MarkAnswer(c.ctx, marker(3), a.ID, GivenMark{Parts: []int{0, 0}, Reason: "看错了"}); !isKey(err, "error.exam.mark_released") {
		t.Errorf("marked after the release: %v", err)
	}
}

// Two mark each answer without knowing of each other; a third is asked where they are far apart.
func TestTwoMarkers(t *testing.T) {
	c, id, _ := newMarkingClinic(t, 2)
	if n := c.markAll(marker(3), id, 100, 100); n != 3 { // 10.00 each
		t.Fatalf("the first marked %d", n)
	}
	if len(c.scores(id)) != 0 {
		t.Fatal("one mark of two made a result")
	}
	if n := c.markAll(marker(4), id, 50, 50); n != 3 { // 5.00 each: more than a fifth apart
		t.Fatalf("the second marked %d", n)
	}
	if n := c.markAll(marker(3), id, 0, 0) + c.markAll(marker(4), id, 0, 0); n != 0 {
		t.Fatalf("%d answers were given twice to one marker", n)
	}
	if n := c.markAll(marker(5), id, 100, 75); n != 3 { // 9.00: nearer to the first; (10 + 9) / 2
		t.Fatalf("the third marked %d", n)
	}
	if got := c.scores(id); !slices.Equal(got, []score.Hundredths{1900, 950}) {
		t.Errorf("scores %v", got)
	}
	figures, err := c.MarkerFigures(c.ctx, c.staff, id)
	must(t, err)
	if len(figures) != 3 || figures[0].Answers != 3 || figures[0].MeanPercent != 10000 || figures[1].MeanApartPercent != 4500 || figures[2].Thirds != 3 {
		t.Errorf("%+v", figures)
	}
	// A second computation, from the rows of the marks alone.
	if n := c.count(`WITH newest AS (SELECT DISTINCT ON (task_id, marker_id) task_id, mark_hundredths FROM mark ORDER BY task_id, marker_id, version DESC),
		ranked AS (SELECT task_id, array_agg(mark_hundredths ORDER BY mark_hundredths) m FROM newest GROUP BY task_id)
		SELECT count(*) FROM mark_task t JOIN ranked r ON r.task_id = t.id
		WHERE t.agreed_hundredths <> CASE WHEN r.m[2] - r.m[1] < r.m[3] - r.m[2] THEN (r.m[1] + r.m[2]) / 2 ELSE (r.m[2] + r.m[3]) / 2 END`); n != 0 {
		t.Errorf("%d answers were agreed upon differently by SQL", n)
	}
}

// Markers see an answer in front of one of them only, until it is put back.
func TestClaims(t *testing.T) {
	c, id, sheets := newMarkingClinic(t, 1)
	version := c.versionAt(sheets[0].AttemptID, 1)
	seen := map[MarkTaskID]bool{}
	for n := 3; n <= 5; n++ {
		a, err := c.NextAnswer(c.ctx, marker(n), id, version)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		must(t, err)
		if seen[a.ID] {
			t.Errorf("answer %d is in front of two markers", a.ID)
		}
		seen[a.ID] = true
	}
	waiting := len(seen)
	c.clock.Advance(claimFor + 1)
	if _, err := c.NextAnswer(c.ctx, marker(5), id, version); err != nil || waiting == 0 {
		t.Errorf("after the claims are over: %v", err)
	}
}

// Three markers who are far apart come to one mark, whoever begins and whoever is the third.
func TestTheOrderOfMarkersIsNoMatter(t *testing.T) {
	orders := [][]int{{7, 8, 9}, {7, 9, 8}, {8, 7, 9}, {8, 9, 7}, {9, 7, 8}, {9, 8, 7}}
	given := map[int][]int{7: {100, 100}, 8: {0, 0}, 9: {70, 50}} // 10.00, 0.00, 6.20
	c := newClinic(t, 9)
	c.questions = shortBank{newMemoryBank()}
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(1))
	must(t, err)
	must(t, c.SetMarking(c.ctx, c.staff, id, 2, 20))
	who := account.Audience{}
	for n := range orders {
		who.PersonIDs = append(who.PersonIDs, account.PersonID(n+1))
	}
	_, err = c.Invite(c.ctx, c.staff, id, who)
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	for n, order := range orders {
		sheet := c.begin(id, n+1)
		_, err := c.Save(c.ctx, examinee(n+1), sheet.AttemptID, sheet.Lease, []Change{{1, 1, []byte(`{"text":"致歉"}`)}}, c.clock.Now())
		must(t, err)
		c.submit(sheet, n+1)
		var task MarkTaskID
		must(t, c.d.SQL().QueryRow(`SELECT id FROM mark_task WHERE attempt_id = $1`, int64(sheet.AttemptID)).Scan(&task))
		for i, m := range order {
			if got := c.scores(id); len(got) != n {
				t.Fatalf("%d results before mark %d of order %v", len(got), i+1, order)
			}
			must(t, c.MarkAnswer(c.ctx, marker(m), task, GivenMark{Parts: given[m]}))
		}
	}
	for i, got := range c.scores(id) {
		if got != 810 { // 10.00 and 6.20 are nearest to each other
			t.Errorf("order %v came to %d", orders[i], got)
		}
	}
}

// A voided attempt has nothing left to mark: its answers leave the queue, where nobody could have given them a mark.
func TestVoidedAnswersAreNotMarked(t *testing.T) {
	c, id, _ := newMarkingClinic(t, 1)
	must(t, c.Void(c.ctx, c.staff, id, 1, VoidOrder{Reason: "考场停电"}))
	if n := c.markAll(marker(3), id, 100, 50); n != 1 {
		t.Errorf("%d answers were marked, the one attempt that stands has one", n)
	}
	queues, err := c.MarkingQueues(c.ctx, marker(3), id)
	must(t, err)
	for _, q := range queues {
		if q.Answers != q.Done {
			t.Errorf("%d of %d answers to question %d still wait", q.Answers-q.Done, q.Answers, q.VersionID)
		}
	}
}

// rule:N02: the week of an answer runs from the close of its own sitting: a deferred one, sat weeks later, is not late on its first day.
func TestTheWeekOfMarkingIsThatOfTheSitting(t *testing.T) {
	c, id, _ := newMarkingClinic(t, 1)
	closes := c.settings().ClosesAt
	own := closes.Add(14 * 24 * time.Hour)
	c.exec(`UPDATE candidate SET closes_at = $1 WHERE person_id = 2`, own)
	waits := func(want time.Time, answers int) {
		t.Helper()
		exams, err := c.MarkingExams(c.ctx, marker(3))
		must(t, err)
		if len(exams) != 1 || !exams[0].ClosesAt.Equal(want) || exams[0].Waiting != answers {
			t.Errorf("%+v, want %d answers of a sitting that closed at %v", exams, answers, want)
		}
	}
	waits(closes, 3)
	c.markAll(marker(2), id, 100, 50) // all but the own
	waits(own, 1)
}
