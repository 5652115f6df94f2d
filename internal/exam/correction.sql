-- The SQL of corrections. Times are parameters.

-- name: late_attempts
-- why: whose marked attempts have refused answers that an order could admit, inside the viewer's part of the tree; never the own
SELECT a.id AS attempt_id, a.person_id, n.name, n.employee_no, a.deadline_at, a.submitted_at, v.answers, v.late, v.closed, v.lost_lease, v.code,
       v.first_at, v.last_at, coalesce((SELECT k.id FROM correction k WHERE k.attempt_id = a.id AND k.state = 'proposed'), 0) AS proposed_id,
       count(*) OVER () AS total
FROM attempt a JOIN person n ON n.id = a.person_id
CROSS JOIN LATERAL (
    SELECT count(*) AS answers, count(*) FILTER (WHERE kind = 'late') AS late, count(*) FILTER (WHERE kind = 'closed') AS closed,
           count(*) FILTER (WHERE kind = 'lost_lease') AS lost_lease, count(*) FILTER (WHERE kind = 'code') AS code, min(at) AS first_at, max(at) AS last_at
    FROM attempt_evidence WHERE attempt_id = a.id AND kind IN ('late', 'closed', 'lost_lease', 'code') AND body -> 'slot' IS NOT NULL
) v
WHERE a.exam_id = $1 AND a.state = 'marked' AND v.answers > 0 AND a.person_id <> $2
  AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($4::bigint[])))
ORDER BY n.pinyin, a.id LIMIT $5 OFFSET $6

-- name: late_answers
-- why: the refused answers of one attempt; what a page calls by these names without an answer in it is none
SELECT no, kind, at, (body ->> 'slot')::integer AS slot, (body ->> 'epoch')::integer AS epoch, (body ->> 'client_seq')::bigint AS client_seq,
       body -> 'response' AS response
FROM attempt_evidence WHERE attempt_id = $1 AND kind IN ('late', 'closed', 'lost_lease', 'code') AND body -> 'slot' IS NOT NULL ORDER BY no LIMIT 1000

-- name: admitted_orders
-- why: what earlier orders admitted counts, in the order of their approval
SELECT body FROM correction WHERE attempt_id = $1 AND state = 'approved' ORDER BY decided_at, id LIMIT 1000

-- name: correctable
-- why: an attempt with what marking it again and telling of it need
SELECT a.id AS attempt_id, a.exam_id, a.person_id, a.candidate_id, a.paper_id, a.state AS attempt_state, a.deadline_at, a.submitted_at, l.places,
       e.title, e.kind AS exam_kind, e.round_id, e.bands_version_id, e.red_line, coalesce(c.closes_at, e.closes_at) AS sitting_closed_at, n.name, n.employee_no,
       coalesce((SELECT k.id FROM correction k WHERE k.attempt_id = a.id AND k.state = 'proposed'), 0) AS proposed_id,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', k.id, 'body', k.body) ORDER BY k.decided_at, k.id)
                 FROM correction k WHERE k.attempt_id = a.id AND k.state = 'approved'), '[]') AS admitted,
       (SELECT coalesce(jsonb_agg(k.body ORDER BY k.decided_at, k.id), '[]') FROM correction k
        WHERE k.exam_id = a.exam_id AND k.kind = 'question' AND k.state = 'approved') AS rulings,
       ($2 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($3::bigint[]))) AS inside,
       still_to_sit($4, a.exam_id, 0) AS still_to_sit
FROM attempt a JOIN attempt_layout l ON l.attempt_id = a.id JOIN exam e ON e.id = a.exam_id JOIN candidate c ON c.id = a.candidate_id
JOIN person n ON n.id = a.person_id WHERE a.id = $1

-- name: correctable_lock
-- why: a marked attempt is corrected by one order at a time
SELECT a.id FROM attempt a JOIN candidate c ON c.id = a.candidate_id WHERE a.id = $1 AND a.state = 'marked' FOR UPDATE OF a, c

-- name: correction_insert
-- why: a proposal; it changes nothing
INSERT INTO correction (exam_id, attempt_id, kind, body, reason, state, proposed_by_person, proposed_at, decision_reason)
VALUES ($1, nullif($2::bigint, 0), $3, $4, $5, 'proposed', $6, $7, '') RETURNING id

-- name: correction_lock
-- why: an order is decided once
SELECT id, kind, body, reason, state, proposed_by_person, proposed_at, decided_by_person, decided_at, decision_reason
FROM correction WHERE id = $1 FOR UPDATE

-- name: correction_decide
-- why: proposed → approved, rejected or withdrawn
UPDATE correction SET state = $2, decided_by_person = $3, decided_at = $4, decision_reason = $5 WHERE id = $1 AND state = 'proposed'

-- name: correction
-- why: an order's page, with who proposed and who decided; one on a whole exam is for those who reach all of its people
SELECT k.id, k.exam_id, coalesce(k.attempt_id, 0) AS attempt_id, k.kind, k.body, k.reason, k.state, k.proposed_by_person, k.proposed_at, k.decided_by_person,
       k.decided_at, k.decision_reason, coalesce(a.person_id, 0) AS person_id, coalesce(n.name, '') AS name, coalesce(n.employee_no, '') AS employee_no,
       pn.name AS proposed_by_name, coalesce(dn.name, '') AS decided_by_name,
       EXISTS (SELECT 1 FROM attempt o WHERE o.exam_id = k.exam_id AND o.person_id = $4 AND (o.id = k.attempt_id OR k.attempt_id IS NULL)) AS own,
       still_to_sit($4, k.exam_id, 0) AS still_to_sit
FROM correction k LEFT JOIN attempt a ON a.id = k.attempt_id LEFT JOIN person n ON n.id = a.person_id JOIN person pn ON pn.id = k.proposed_by_person
LEFT JOIN person dn ON dn.id = k.decided_by_person
WHERE k.id = $1 AND ($2 OR CASE WHEN k.attempt_id IS NULL
    THEN NOT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = k.exam_id
        AND NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($3::bigint[])))
    ELSE EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($3::bigint[])) END)

-- name: corrections
-- why: an exam's orders, newest first, inside the viewer's part of the tree; never on the own attempt
SELECT k.id, k.exam_id, coalesce(k.attempt_id, 0) AS attempt_id, k.kind, k.body, k.reason, k.state, k.proposed_by_person, k.proposed_at, k.decided_by_person,
       k.decided_at, k.decision_reason, coalesce(a.person_id, 0) AS person_id, coalesce(n.name, '') AS name, coalesce(n.employee_no, '') AS employee_no,
       pn.name AS proposed_by_name, coalesce(dn.name, '') AS decided_by_name, count(*) OVER () AS total,
       e.still_to_sit
FROM correction k LEFT JOIN attempt a ON a.id = k.attempt_id LEFT JOIN person n ON n.id = a.person_id JOIN person pn ON pn.id = k.proposed_by_person
LEFT JOIN person dn ON dn.id = k.decided_by_person
CROSS JOIN (SELECT still_to_sit($2, $1, 0) AS still_to_sit, EXISTS (SELECT 1 FROM attempt o WHERE o.exam_id = $1 AND o.person_id = $2) AS sat,
    $3 OR NOT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = $1
        AND NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($4::bigint[]))) AS whole) e
WHERE k.exam_id = $1 AND CASE WHEN k.attempt_id IS NULL THEN e.whole AND NOT e.sat
    ELSE a.person_id <> $2 AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($4::bigint[]))) END
ORDER BY k.id DESC LIMIT $5 OFFSET $6

-- name: corrections_waiting
-- why: the exams in which orders wait for a second person, for whoever may be it: neither the proposer nor whom it is about
SELECT k.exam_id, e.title, count(*) AS waiting FROM correction k JOIN exam e ON e.id = k.exam_id LEFT JOIN attempt a ON a.id = k.attempt_id
WHERE k.state = 'proposed' AND k.proposed_by_person <> $1 AND CASE WHEN k.attempt_id IS NULL
    THEN NOT EXISTS (SELECT 1 FROM attempt o WHERE o.exam_id = k.exam_id AND o.person_id = $1)
        AND ($2 OR NOT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = k.exam_id
            AND NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($3::bigint[]))))
    ELSE a.person_id <> $1 AND ($2 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($3::bigint[]))) END
GROUP BY k.exam_id, e.title ORDER BY min(k.proposed_at) LIMIT 20

-- name: correction_versions
-- why: what an approved order replaced and what it brought
SELECT o.id, o.version, o.score_hundredths, o.total_hundredths, o.percent_hundredths, o.band, o.passed, o.marks, o.released_at
FROM correction_result k JOIN result n ON n.id = k.result_id JOIN result o ON o.attempt_id = n.attempt_id AND o.version IN (n.version, n.version - 1)
WHERE k.correction_id = $1 ORDER BY o.version LIMIT 2

-- name: results_correct
-- why: a correction adds versions; where the one before is released, the new one is released with it
WITH m AS (
    SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::boolean[], $8::text[], $9::integer[])
        AS m(before_id, score, total, percent, band, passed, marks, red_line_misses)
), r AS (
    INSERT INTO result (exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths,
                        band, passed, marks, bands_version_id, approved_by, created_at, red_line, red_line_misses, released_at)
    SELECT o.exam_id, o.candidate_id, o.person_id, o.attempt_id, o.version + 1, 'regrade', m.score, m.total, m.percent, m.band, m.passed, m.marks::jsonb,
           $10, $11, $12, o.red_line, m.red_line_misses, CASE WHEN o.released_at IS NULL THEN NULL ELSE $12::timestamptz END
    FROM m JOIN result o ON o.id = m.before_id ORDER BY o.id RETURNING id, attempt_id
), named AS (
    INSERT INTO correction_result (correction_id, result_id) SELECT $1, id FROM r
)
SELECT id, attempt_id FROM r
