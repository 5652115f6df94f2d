-- The SQL of what people report of questions. Times are parameters. $1 and $2 of a reader of other people's reports are the scope: all,
-- or the units.

-- name: insert_report
-- why: a new report; a person has one open report of a version
INSERT INTO question_report (version_id, person_id, exam_id, attempt_id, slot, reason, note, reported_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open') RETURNING id

-- name: own_report
-- why: whoever made a report takes it back; nobody else learns that there is one
SELECT state FROM question_report WHERE id = $1 AND person_id = $2 FOR UPDATE

-- name: withdraw_report
-- why: taken back by whoever made it
UPDATE question_report SET state = 'withdrawn', withdrawn_at = $2 WHERE id = $1 AND state = 'open'

-- name: own_reports
-- why: what the viewer reported of an own result, for its page, the newest first
SELECT r.id, r.version_id, v.question_id, v.version, r.person_id, r.exam_id, r.attempt_id, r.slot, r.reason, r.note, r.reported_at, r.state,
    coalesce(r.outcome, '') AS outcome, coalesce(r.answer, '') AS answer, r.answered_at
FROM question_report r JOIN question_version v ON v.id = r.version_id
WHERE r.attempt_id = $1 AND r.person_id = $2 AND r.state <> 'withdrawn' ORDER BY r.id DESC LIMIT 500

-- name: reports
-- why: a page of the reports within reach by their state, the newest first, read off its index
SELECT r.id FROM question_report r
WHERE ($1 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = r.person_id AND p.unit_id = ANY ($2::bigint[]))) AND r.state = $3
  AND (cardinality($4::bigint[]) = 0 OR EXISTS (SELECT 1 FROM question_version_topic t WHERE t.version_id = r.version_id AND t.topic_id = ANY ($4::bigint[])))
ORDER BY r.id DESC LIMIT $5 OFFSET $6

-- name: reports_count
-- why: how many there are, up to a bound
SELECT count(*) FROM (SELECT 1 FROM question_report r
    WHERE ($1 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = r.person_id AND p.unit_id = ANY ($2::bigint[]))) AND r.state = $3
      AND (cardinality($4::bigint[]) = 0 OR EXISTS (SELECT 1 FROM question_version_topic t WHERE t.version_id = r.version_id AND t.topic_id = ANY ($4::bigint[])))
    LIMIT 1000) reports

-- name: reports_of_question
-- why: what was said of one question, whatever became of it, through its versions
SELECT r.id, count(*) OVER () AS total FROM question_version v JOIN question_report r ON r.version_id = v.id
WHERE ($1 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = r.person_id AND p.unit_id = ANY ($2::bigint[]))) AND v.question_id = $3
ORDER BY r.id DESC LIMIT $4 OFFSET $5

-- name: reports_shown
-- why: what a page shows of them
SELECT r.id, r.version_id, v.question_id, v.version, r.person_id, p.name AS person_name, r.exam_id, e.title AS exam_title, r.attempt_id, r.slot, r.reason, r.note,
    r.reported_at, r.state, coalesce(r.outcome, '') AS outcome, coalesce(r.answer, '') AS answer, coalesce(a.name, '') AS answered_name, r.answered_at, r.withdrawn_at, v.body
FROM question_report r JOIN question_version v ON v.id = r.version_id JOIN person p ON p.id = r.person_id JOIN exam e ON e.id = r.exam_id
LEFT JOIN person a ON a.id = r.answered_by
WHERE r.id = ANY ($1::bigint[]) ORDER BY r.id DESC

-- name: lock_report
-- why: one report within reach is answered once
SELECT r.id FROM question_report r
WHERE r.id = $3 AND ($1 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = r.person_id AND p.unit_id = ANY ($2::bigint[]))) FOR UPDATE

-- name: report_within
-- why: one report, to whoever reaches the person who made it
SELECT r.id FROM question_report r
WHERE r.id = $3 AND ($1 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = r.person_id AND p.unit_id = ANY ($2::bigint[])))

-- name: published_number
-- why: whether a question has been corrected since
SELECT coalesce(max(version), 0) FROM question_version WHERE question_id = $1 AND state = 'published'

-- name: answer_report
-- why: the answer, once
UPDATE question_report SET state = 'answered', outcome = $2, answer = $3, answered_by = $4, answered_at = $5 WHERE id = $1 AND state = 'open'
