package exam

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
)

// What was lost in failed papers is counted at each question's own point; what was passed, is not released or was taken out is not.
func TestWeakPoints(t *testing.T) {
	c := newClinic(t, 4)
	c.exec(`ALTER TABLE question_version_topic DISABLE TRIGGER ALL`)
	c.exec(`INSERT INTO question_version_topic (version_id, topic_id, position) SELECT n, (n - 1) % 4 + 1, 0 FROM generate_series(1, 120) n`)
	c.exec(`INSERT INTO question_version_topic (version_id, topic_id, position) SELECT n, 5, 1 FROM generate_series(1, 120) n`)
	exam := c.published(4, nil)
	for person, right := range map[int]int{1: 4, 2: 10, 3: 0} { // the fourth does not come
		sheet := c.begin(exam, person)
		c.answer(sheet, person, right)
		c.submit(sheet, person)
	}
	c.clock.Advance(2 * time.Hour)
	c.due()
	round := RoundID(c.count(`SELECT round_id FROM exam WHERE id = $1`, int64(exam)))
	of := func(people ...account.PersonID) []WeakPoint {
		t.Helper()
		var who []InRound
		for _, p := range people {
			who = append(who, InRound{round, p})
		}
		points, err := c.WeakPoints(c.ctx, c.d, who)
		must(t, err)
		return points
	}
	if got := of(1); len(got) > 0 {
		t.Errorf("before the release: %+v", got)
	}
	must1(c.Release(c.ctx, c.staff, exam))(t)
	first := of(1)
	if missed, asked := sums(first); missed != 6 || asked > 10 || !slices.IsSortedFunc(first, func(a, b WeakPoint) int { return b.Missed - a.Missed }) {
		t.Errorf("four of ten right: %+v", first)
	}
	for _, p := range first {
		if p.TopicID > 4 || p.People != 1 {
			t.Errorf("not the own point of one person's questions: %+v", p)
		}
		lost := c.count(`SELECT count(*) FROM result r, jsonb_array_elements(r.marks) m
			WHERE r.person_id = 1 AND ((m ->> 'version_id')::bigint - 1) % 4 + 1 = $1 AND (m ->> 'mark')::numeric < (m ->> 'points')::numeric`, int64(p.TopicID))
		if lost != p.Missed {
			t.Errorf("point %d: %d missed, want %d", p.TopicID, p.Missed, lost)
		}
	}
	if missed, _ := sums(of(1, 3)); missed != 16 {
		t.Errorf("of two people: %+v", of(1, 3))
	}
	if got := of(1, 3); len(got) == 0 || got[0].People < 1 || !slices.ContainsFunc(got, func(p WeakPoint) bool { return p.People == 2 }) {
		t.Errorf("people: %+v", got)
	}
	if got := of(2, 4); len(got) > 0 {
		t.Errorf("of who passed and who was absent: %+v", got)
	}
	c.corrected(exam, 1, 8000, true)
	if got := of(1); len(got) > 0 {
		t.Errorf("after it was corrected to a pass: %+v", got)
	}
	c.exec(`ALTER TABLE result DISABLE TRIGGER ALL`)
	c.exec(`UPDATE result SET marks = (SELECT jsonb_agg(m || '{"dropped":true}') FROM jsonb_array_elements(marks) m) WHERE person_id = 3`)
	if got := of(3); len(got) > 0 {
		t.Errorf("of questions that were taken out: %+v", got)
	}
}

func sums(points []WeakPoint) (missed, asked int) {
	for _, p := range points {
		missed, asked = missed+p.Missed, asked+p.Asked
	}
	return missed, asked
}

// Each table is reached by the one before: of a clinic's exams and results only those of the rounds are read.
func TestWeakPointsAreReachedByTheirRounds(t *testing.T) {
	c := newUntouchedClinic(t, 1)
	plan := c.plan(queriesSQL, "weak_points", []string{"SET enable_seqscan = off", "SET enable_hashjoin = off", "SET enable_mergejoin = off"}, "bigint[]", "bigint[]", "integer")
	for _, index := range []string{"exam_sitting", "candidate_once", "result_of_candidate", "question_version_topic_pkey"} {
		if !strings.Contains(plan, index) {
			t.Errorf("not by %s:\n%s", index, plan)
		}
	}
}
