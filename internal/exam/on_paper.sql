
-- name: exam_set_on_paper
-- why: whether an exam is sat on paper is decided on the draft
UPDATE exam SET on_paper = $2 WHERE id = $1 AND state = 'draft'

-- name: paper_sheets
-- why: the candidates of an exam on paper inside the marker's part of the tree, with how far each is; never the marker's own sheet. What was
-- confirmed of a candidate who is not settled belongs to a sheet that was declared void
WITH part AS (
    SELECT c.id, c.person_id, c.state, c.settled_at, n.name, n.employee_no, p.unit_id, f.form,
           e.id AS entry_id, e.entered_by, e.confirmed_at, e.sum_hundredths,
           CASE WHEN c.state = 'absent' THEN 'absent' WHEN c.settled_at IS NOT NULL THEN 'confirmed' WHEN e.id IS NULL THEN 'open' ELSE 'entered' END AS standing
    FROM candidate c JOIN person n ON n.id = c.person_id LEFT JOIN person_place p ON p.person_id = c.person_id LEFT JOIN paper f ON f.id = c.paper_id
    LEFT JOIN LATERAL (SELECT * FROM mark_entry m WHERE m.candidate_id = c.id ORDER BY m.no DESC LIMIT 1) e ON e.confirmed_at IS NULL OR c.settled_at IS NOT NULL
    WHERE c.exam_id = $1 AND c.person_id <> $2 AND ($3 OR p.unit_id = ANY ($4::bigint[])) AND c.state <> 'withdrawn'
)
SELECT part.person_id, part.name, part.employee_no, coalesce(u.name, '') AS unit_name, coalesce(part.form, '') AS form, part.standing,
    coalesce((SELECT m.name FROM person m WHERE m.id = part.entered_by), '') AS entered_name, part.entered_by IS NOT DISTINCT FROM $2 AS own,
    CASE WHEN part.standing = 'confirmed' OR part.entered_by = $2 THEN part.sum_hundredths END AS sum_hundredths, count(*) OVER () AS list_total
FROM part LEFT JOIN org_unit u ON u.id = part.unit_id
WHERE ($5 = '' OR part.standing = $5) AND ($6::text = '' OR position($6 IN lower(part.name)) > 0 OR starts_with(lower(part.employee_no), $6))
  AND ($7::bigint = 0 OR part.person_id = $7)
ORDER BY part.employee_no COLLATE "C", part.person_id LIMIT $8 OFFSET $9

-- name: mark_entry_newest
-- why: what was keyed in last, to check it against the paper
SELECT id, paper_id, marks, sum_hundredths, entered_by, confirmed_at FROM mark_entry WHERE candidate_id = $1 ORDER BY no DESC LIMIT 1

-- name: mark_entry_insert
-- why: marks as they were keyed in
INSERT INTO mark_entry (candidate_id, no, paper_id, marks, sum_hundredths, entered_by, entered_at)
SELECT $1, coalesce(max(no), 0) + 1, $2, $3, $4, $5, $6 FROM mark_entry WHERE candidate_id = $1 RETURNING id

-- name: mark_entry_confirm
-- why: a second person has found the same sum on the paper: it is the attempt that stands for the sheet
UPDATE mark_entry SET confirmed_by = $2, confirmed_at = $3, attempt_id = $4 WHERE id = $1 AND confirmed_at IS NULL AND entered_by <> $2

-- name: exam_hold
-- why: the second sum makes a result as a hand-in does, so it waits for the approval of a ruling before it holds anything else (exams_hold)
SELECT id FROM exam WHERE id = $1 FOR KEY SHARE

-- name: attempt_on_paper
-- why: the marks of a paper become a result as those of an attempt do; the attempt stands for the sheet of paper
WITH a AS (
    INSERT INTO attempt (exam_id, person_id, candidate_id, paper_id, started_at, deadline_at, submitted_at, no, epoch, grace_seconds, state, submit_cause, lease, holder)
    SELECT $1, $2, $3, $4, $5, $6, $7, coalesce(max(no), 0) + 1, 1, 0, 'submitted', 'invigilator', '', '' FROM attempt WHERE exam_id = $1 AND person_id = $2
    RETURNING id
)
INSERT INTO attempt_layout (attempt_id, places) SELECT id, $8 FROM a RETURNING attempt_id

-- name: candidate_for_absence
-- why: who did not come to an exam on paper, as the sweep would have it for others
SELECT c.id, c.exam_id, c.person_id, coalesce(c.paper_id, e.paper_id) AS paper_id, e.bands_version_id, e.absence_version_id, e.release
FROM candidate c JOIN exam e ON e.id = c.exam_id WHERE c.id = $1 AND c.settled_at IS NULL

-- name: paper_exams
-- why: the exams on paper with sheets that wait for marks of the marker's part of the tree; an exam on paper is settled within days
SELECT e.id, e.title, e.closes_at, count(*) AS waiting FROM exam e JOIN candidate c ON c.exam_id = e.id LEFT JOIN person_place p ON p.person_id = c.person_id
WHERE e.on_paper AND e.state = 'published' AND e.opens_at <= $1 AND c.settled_at IS NULL AND c.state = 'invited' AND c.person_id <> $2
  AND ($3 OR p.unit_id = ANY ($4::bigint[]))
GROUP BY e.id ORDER BY e.closes_at, e.id LIMIT 200
