-- The SQL of rulings: regrades by question. Times are parameters.

-- name: exam_rulings
-- why: what orders have ruled on an exam's questions, in the order of their approval, and the one that waits
SELECT id, state, body FROM correction WHERE exam_id = $1 AND kind = 'question' AND state IN ('approved', 'proposed')
ORDER BY decided_at NULLS LAST, id LIMIT 2000

-- name: exam_sat_by
-- why: nobody rules on the questions of an exam that they sat, or have still to sit
SELECT EXISTS (SELECT 1 FROM attempt WHERE exam_id = $1 AND person_id = $2) AS sat, still_to_sit($2, $1, 0) AS still_to_sit

-- name: exam_people
-- why: who can be the second person of an order on a whole exam follows from its people: all of them, or those who sat it
SELECT c.person_id FROM candidate c WHERE c.exam_id = $1 AND (NOT $2 OR EXISTS (SELECT 1 FROM attempt a WHERE a.exam_id = $1 AND a.person_id = c.person_id))
ORDER BY c.person_id LIMIT 20000

-- name: ruling_questions
-- why: the question versions that marked attempts of an exam hold, in the order of the paper, with how many hold each
SELECT s.version_id, min(s.slot) AS slot, sum(p.n) AS people
FROM (SELECT paper_id, count(*) AS n FROM attempt WHERE exam_id = $1 AND state = 'marked' GROUP BY paper_id) p
JOIN paper_slot s ON s.paper_id = p.paper_id GROUP BY s.version_id ORDER BY min(s.slot), s.version_id LIMIT 2000

-- name: ruling_lock
-- why: no result of the exam gets another version, and no attempt is voided, while a ruling is approved
SELECT count(*) FROM (SELECT id FROM attempt WHERE exam_id = $1 AND state = 'marked' ORDER BY id FOR NO KEY UPDATE) a

-- name: ruling_results
-- why: the newest versions of the results that a ruling is about
SELECT r.id, r.exam_id, r.candidate_id, r.person_id, r.attempt_id, r.version, r.cause, r.score_hundredths, r.total_hundredths, r.percent_hundredths,
       r.band, r.passed, r.red_line, r.red_line_misses, r.marks, r.created_at, r.released_at, s.points_hundredths, n.name, n.employee_no,
       coalesce(c.closes_at, e.closes_at) AS sitting_closed_at
FROM attempt a JOIN paper_slot s ON s.paper_id = a.paper_id AND s.version_id = $2
JOIN exam e ON e.id = a.exam_id JOIN candidate c ON c.id = a.candidate_id JOIN person n ON n.id = a.person_id
CROSS JOIN LATERAL (SELECT * FROM result WHERE attempt_id = a.id ORDER BY version DESC LIMIT 1) r
WHERE a.exam_id = $1 AND a.state = 'marked' ORDER BY n.employee_no COLLATE "C", a.id LIMIT 20000

-- name: ruling_answers
-- why: what the journals of these attempts ended with, each in its own slot
SELECT DISTINCT ON (j.attempt_id) j.attempt_id, j.epoch, j.client_seq, j.slot, j.response, j.received_at
FROM unnest($1::bigint[], $2::integer[]) m(attempt_id, slot) JOIN journal j ON j.attempt_id = m.attempt_id AND j.slot = m.slot
ORDER BY j.attempt_id, j.epoch DESC, j.client_seq DESC

-- name: ruling_admitted
-- why: the attempts among them in which orders have admitted late answers, in the order of their approval
SELECT attempt_id, body FROM correction WHERE attempt_id = ANY($1::bigint[]) AND kind = 'late_answers' AND state = 'approved' ORDER BY attempt_id, decided_at, id

-- name: ruling_late_answers
-- why: the late answers of those attempts
SELECT attempt_id, no, kind, at, (body ->> 'slot')::integer AS slot, (body ->> 'epoch')::integer AS epoch, (body ->> 'client_seq')::bigint AS client_seq,
       body -> 'response' AS response
FROM attempt_evidence WHERE attempt_id = ANY($1::bigint[]) AND kind IN ('late', 'closed', 'lost_lease', 'code') AND body -> 'slot' IS NOT NULL ORDER BY attempt_id, no

-- name: ruling_marks
-- why: what people gave these attempts at a question that they mark: at the hand-in, or at the newest order that admitted another answer to it
SELECT DISTINCT ON (t.attempt_id) t.attempt_id, t.agreed_hundredths AS mark_hundredths
FROM mark_task t LEFT JOIN correction k ON k.id = t.correction_id
WHERE t.attempt_id = ANY($1::bigint[]) AND t.version_id = $2 AND t.state = 'done' AND (k.id IS NULL OR k.state = 'approved')
ORDER BY t.attempt_id, k.decided_at DESC NULLS LAST, k.id DESC

-- name: ruling_entered_marks
-- why: what was keyed in for that question of these sheets of paper
SELECT a.id AS attempt_id, (SELECT round((m ->> 'mark')::numeric * 100)::bigint FROM jsonb_array_elements(n.marks) m WHERE (m ->> 'slot')::integer = s.slot LIMIT 1) AS mark_hundredths
FROM attempt a JOIN paper_slot s ON s.paper_id = a.paper_id AND s.version_id = $2
JOIN mark_entry n ON n.attempt_id = a.id WHERE a.id = ANY($1::bigint[])

-- name: ruling_done
-- why: what an approved order brought to each result, and whose it left as it was
WITH changed AS (
    SELECT o.id AS before_id, o.version, 'better' AS effect, n.id AS after_id, n.score_hundredths, n.total_hundredths, n.percent_hundredths, n.band, n.passed,
           n.red_line_misses, (SELECT m FROM jsonb_array_elements(n.marks) m WHERE (m ->> 'version_id')::bigint = $2 LIMIT 1) AS mark
    FROM correction_result k JOIN result n ON n.id = k.result_id JOIN result o ON o.attempt_id = n.attempt_id AND o.version = n.version - 1
    WHERE k.correction_id = $1
    UNION ALL
    SELECT o.id, o.version, 'spared', 0, s.score_hundredths, s.total_hundredths, s.percent_hundredths, s.band, s.passed, s.red_line_misses, s.mark
    FROM correction_spared s JOIN result o ON o.id = s.result_id WHERE s.correction_id = $1
)
SELECT c.effect, c.after_id, c.score_hundredths AS after_score, c.total_hundredths AS after_total, c.percent_hundredths AS after_percent, c.band AS after_band,
       c.passed AS after_passed, c.red_line_misses AS after_misses, c.mark AS after_mark,
       r.id, r.exam_id, r.candidate_id, r.person_id, r.attempt_id, r.version, r.cause, r.score_hundredths, r.total_hundredths, r.percent_hundredths,
       r.band, r.passed, r.red_line, r.red_line_misses, r.created_at, r.released_at, n.name, n.employee_no,
       (SELECT jsonb_agg(m) FROM jsonb_array_elements(r.marks) m WHERE (m ->> 'version_id')::bigint = $2) AS marks
FROM changed c JOIN result r ON r.id = c.before_id JOIN person n ON n.id = r.person_id ORDER BY n.employee_no COLLATE "C", r.id LIMIT 20000

-- name: ruling_spare
-- why: whose result an approved order left as it was, with what it would have come to
INSERT INTO correction_spared (correction_id, result_id, mark, score_hundredths, total_hundredths, percent_hundredths, band, passed, red_line_misses)
SELECT $1, m.result_id, m.mark::jsonb, m.score, m.total, m.percent, m.band, m.passed, m.misses
FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::boolean[], $9::integer[])
    AS m(result_id, mark, score, total, percent, band, passed, misses)

-- name: ruling_exams
-- why: the other exams with results that hold the question version, the newest first, and how far each is ruled on
SELECT e.id, e.title, e.kind, e.state, e.closes_at, coalesce(k.state, '') AS ruled, coalesce(k.id, 0) AS order_id
FROM exam e
LEFT JOIN LATERAL (SELECT id, state FROM correction WHERE exam_id = e.id AND kind = 'question' AND state IN ('approved', 'proposed')
    AND (body ->> 'version_id')::bigint = $2 ORDER BY id DESC LIMIT 1) k ON true
WHERE e.id <> $1 AND e.state IN ('published', 'marked', 'archived') AND e.kind <> 'mock' AND (
    EXISTS (SELECT 1 FROM paper_slot s WHERE s.version_id = $2 AND s.paper_id = e.paper_id)
    OR e.id IN (SELECT c.exam_id FROM paper_slot s JOIN candidate c ON c.paper_id = s.paper_id WHERE s.version_id = $2))
  AND ($3 OR NOT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = e.id
        AND NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($4::bigint[]))))
ORDER BY e.closes_at DESC, e.id DESC LIMIT 50
