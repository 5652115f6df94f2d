package exam

import "testing"

// BenchmarkAnalysis is the whole of it: 5,000 people with 50 questions each are read, computed and written.
//
//	go test -run '^$' -bench Analysis -benchtime 3x ./internal/exam
func BenchmarkAnalysis(b *testing.B) {
	const people, questions = 5000, 50
	c := newClinic(b, 0)
	now := c.clock.Now()
	c.exec(`INSERT INTO person (employee_no, name, pinyin, initials, created_at) SELECT 'P' || n, '某人', 'mouren', 'mr', $1 FROM generate_series(1, $2::integer) n`, now, people)
	id := must1(c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(questions)))(b)
	c.exec(`INSERT INTO candidate (exam_id, person_id, state, invited_by, created_at, settled_at) SELECT $1, id, 'invited', 'system', $2, $2 FROM person`, int64(id), now)
	must(b, c.Publish(c.ctx, c.staff, id))
	c.exec(`INSERT INTO attempt (exam_id, person_id, candidate_id, paper_id, started_at, deadline_at, submitted_at, marked_at, no, epoch, grace_seconds, answered, state, lease, holder,
		submit_cause, journal_head) SELECT $1, c.person_id, c.id, e.paper_id, $2, $2::timestamptz + interval '1 hour', $2, $2, 1, 1, 60, $3, 'marked', md5(c.id::text), 'tab', 'examinee', repeat('0', 64)
		FROM candidate c JOIN exam e ON e.id = c.exam_id`, int64(id), now, questions)
	c.exec(`INSERT INTO journal (attempt_id, client_seq, received_at, epoch, late_by_ms, slot, response)
		SELECT a.id, n, a.started_at + make_interval(secs => 20 * n), 1, 0, n, jsonb_build_object('choice', chr(97 + ((a.id * 7 + n * 13) % 4)::integer)) FROM attempt a, generate_series(1, $1::integer) n`, questions)
	c.exec(`INSERT INTO result (exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed, marks, bands_version_id, created_at)
		SELECT a.exam_id, a.candidate_id, a.person_id, a.id, 1, 'hand_in', m.score, 1000 * $1::bigint, m.score * 10000 / (1000 * $1::bigint), 'pass', true, m.marks, e.bands_version_id, $2
		FROM attempt a JOIN exam e ON e.id = a.exam_id, LATERAL (
			SELECT jsonb_agg(jsonb_build_object('slot', s.slot, 'version_id', s.version_id, 'mark', CASE WHEN x.right_one THEN '10.00' ELSE '0.00' END, 'points', '10.00', 'answered', true)) AS marks,
				sum(CASE WHEN x.right_one THEN 1000 ELSE 0 END)::bigint AS score
			FROM paper_slot s, LATERAL (SELECT (a.id * 7 + s.slot * 13) % 4 = 1 AS right_one) x WHERE s.paper_id = a.paper_id
		) m`, questions, now)
	c.exec(`UPDATE exam SET state = 'marked', marked_at = $2 WHERE id = $1`, int64(id), now)
	c.exec(`ANALYZE`)
	b.ResetTimer()
	for b.Loop() {
		c.exec(`INSERT INTO exam_analysis_due (exam_id, wanted, due_at) VALUES ($1, 1, $2)`, int64(id), now)
		must(b, c.AnalyseDue(c.ctx, now))
	}
	if got := must1(c.Analysis(c.ctx, c.staff, id))(b); got.People != people || len(got.Items) != questions {
		b.Errorf("%d people, %d questions", got.People, len(got.Items))
	}
}
