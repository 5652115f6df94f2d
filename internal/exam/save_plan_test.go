package exam

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/db"
)

// plan is how PostgreSQL runs a named statement with these settings, whatever its arguments.
func (c *clinic) plan(text, name string, settings []string, types ...string) string {
	c.t.Helper()
	c.lent.Keep() // a connection of the pool keeps the settings
	blocks, err := db.Parse(text)
	must(c.t, err)
	conn, err := c.d.SQL().Conn(c.ctx)
	must(c.t, err)
	defer conn.Close()
	for _, statement := range append(slices.Clone(settings),
		"SET plan_cache_mode = force_generic_plan",
		fmt.Sprintf("PREPARE planned_%s %s AS %s", name, inBrackets(types), blocks[name])) {
		_, err := conn.ExecContext(c.ctx, statement)
		must(c.t, err)
	}
	defer func() {
		_, err := conn.ExecContext(context.WithoutCancel(c.ctx), "DEALLOCATE planned_"+name)
		must(c.t, err)
	}()
	rows, err := conn.QueryContext(c.ctx, fmt.Sprintf("EXPLAIN EXECUTE planned_%s %s", name, inBrackets(slices.Repeat([]string{"NULL"}, len(types)))))
	must(c.t, err)
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		must(c.t, rows.Scan(&line))
		plan.WriteString(line + "\n")
	}
	must(c.t, rows.Err())
	return plan.String()
}

// inBrackets is a list as SQL has it; an empty one has no brackets.
func inBrackets(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// What an examinee does costs the same however many sit beside them: each statement reaches its attempt by its id. An index of
// the open attempts looks almost empty to the planner before an exam, and is read from end to end during one.
func TestEachAttemptIsReachedByItsID(t *testing.T) {
	c := newUntouchedClinic(t, 2)
	exam := c.published(1, nil)
	c.submit(c.begin(exam, 1), 1)
	// A thousand old attempts and none open is what the planner knows when the first exam of a quarter begins.
	c.exec(`INSERT INTO attempt (exam_id, person_id, candidate_id, paper_id, started_at, deadline_at, submitted_at, marked_at, no, epoch, grace_seconds,
	            answered, state, lease, holder, submit_cause, journal_head)
	        SELECT exam_id, person_id, candidate_id, paper_id, started_at, deadline_at, submitted_at, marked_at, n, 1, 60, answered, state, lease, holder,
	               submit_cause, journal_head FROM attempt, generate_series(2, 1000) n`)
	c.exec(`ANALYZE attempt`)
	for _, s := range []struct {
		text, name string
		settings   []string
		types      []string
	}{
		{saveSQL, "save", lineSettings, []string{"bigint[]", "bigint[]", "text[]", "bigint[]", "bigint[]", "timestamptz[]", "bigint[]", "bigint[]", "smallint[]", "text[]", "smallint[]"}},
		{saveSQL, "explain", lineSettings, []string{"bigint[]", "bigint[]", "bigint[]", "integer[]", "bigint[]", "smallint[]", "text[]"}},
		{queriesSQL, "attempts_hold", nil, []string{"bigint[]", "bigint[]", "text[]", "timestamptz[]", "text", "timestamptz"}},
		{queriesSQL, "attempts_finish", nil, []string{"timestamptz", "bigint[]", "text[]", "timestamptz[]", "text[]", "integer[]", "text[]",
			"bigint[]", "bigint[]", "bigint[]", "text[]", "boolean[]", "text[]", "bigint[]", "text[]", "integer[]"}},
		{queriesSQL, "attempt_take_over", nil, []string{"bigint", "bigint", "text", "text"}},
	} {
		plan := c.plan(s.text, s.name, s.settings, s.types...)
		if !strings.Contains(plan, "attempt_pkey") || strings.Contains(plan, "attempt_due") || strings.Contains(plan, "attempt_one_open") {
			t.Errorf("%s:\n%s", s.name, plan)
		}
	}
	if plan := c.plan(queriesSQL, "due_attempts", nil, "timestamptz", "bigint"); !strings.Contains(plan, "attempt_due") {
		t.Errorf("the sweep:\n%s", plan)
	}
	// A hand-in is marked by the rulings on its exam, of which there are few, among the orders of every exam.
	c.exec(`INSERT INTO correction (exam_id, attempt_id, kind, body, reason, state, proposed_by_person, proposed_at, decided_by_person, decided_at, decision_reason)
	        SELECT a.exam_id, a.id, 'late_answers', '{"evidence": [1]}', '理由', 'rejected', 1, a.started_at, 2, a.submitted_at, '理由' FROM attempt a`)
	c.exec(`ANALYZE correction`)
	hold := c.plan(queriesSQL, "attempts_hold", nil, "bigint[]", "bigint[]", "text[]", "timestamptz[]", "text", "timestamptz")
	if !strings.Contains(hold, "correction_rulings") || strings.Contains(hold, "Seq Scan on correction") {
		t.Errorf("the rulings of a hand-in:\n%s", hold)
	}
	// Voided attempts are few: the results of an exam are not compared with every attempt of every exam.
	board := []string{"bigint", "boolean", "bigint[]", "bigint", "boolean", "bigint[]"}
	if plan := c.plan(queriesSQL, "board_tally", nil, board...); !strings.Contains(plan, "attempt_void") {
		t.Errorf("the board:\n%s", plan)
	}
}
