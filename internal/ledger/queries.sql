-- name: lock_round
-- why: two acts on the same round see each other's results and entries; nothing that only refers to the round waits
SELECT id FROM round WHERE id = $1 FOR NO KEY UPDATE

-- name: tails
-- why: what stands for some people of a round, and the number of the last entry
SELECT DISTINCT ON (e.person_id) e.id, e.person_id, e.seq, e.outcome, e.policy_version_id, e.result_id, e.points, e.fen, e.reverses IS NULL AS stands
FROM ledger_entry e WHERE e.round_id = $1 AND e.person_id = ANY($2::bigint[]) ORDER BY e.person_id, e.seq DESC LIMIT 100000

-- name: add
-- why: reversals and bookings of all people of an act in one statement; each person's in the order in which they follow each other
INSERT INTO ledger_entry (round_id, person_id, seq, booked_on, policy_version_id, outcome, points, fen, result_id, reverses, recorded_by, created_at)
SELECT $1, m.person_id, m.seq, $2::date, m.policy_version_id, m.outcome, m.points, m.fen, m.result_id, m.reverses, $3, $4
FROM jsonb_to_recordset($5::jsonb) AS m(person_id bigint, seq integer, policy_version_id bigint, outcome text, points bigint, fen bigint, result_id bigint, reverses bigint)
ORDER BY m.person_id, m.seq
RETURNING id, person_id, seq

-- name: own
-- why: the own lines, the newest first
SELECT e.id, e.person_id, e.round_id, e.booked_on, e.outcome, e.points, e.fen, e.reverses IS NOT NULL AS reversal, v.version, r.attempt_id, x.title, x.kind, e.created_at,
    EXISTS (SELECT 1 FROM ledger_entry n WHERE n.reverses = e.id) AS reversed
FROM (SELECT * FROM ledger_entry WHERE person_id = $1 ORDER BY booked_on DESC, id DESC LIMIT $2 OFFSET $3) e
JOIN policy_version v ON v.id = e.policy_version_id JOIN result r ON r.id = e.result_id JOIN round rd ON rd.id = e.round_id JOIN exam x ON x.id = rd.exam_id
ORDER BY e.booked_on DESC, e.id DESC

-- name: own_months
-- why: what each month of a person comes to, the newest first
SELECT date_trunc('month', booked_on::timestamp)::date AS month, sum(points)::bigint AS points, sum(fen)::bigint AS fen, count(*) AS n
FROM ledger_entry WHERE person_id = $1 GROUP BY 1 ORDER BY 1 DESC LIMIT 240

-- name: own_month
-- why: the consultant's home says what the month has brought so far
SELECT count(*) AS n, coalesce(sum(points), 0)::bigint AS points, coalesce(sum(fen), 0)::bigint AS fen
FROM ledger_entry WHERE person_id = $1 AND booked_on >= $2::date AND booked_on < $3::date

-- name: entries
-- why: HR's list of the viewer's part of the tree, a page of it; a month is read by the index on days
WITH part AS (
    SELECT e.id, e.booked_on, p.pinyin, e.points * 100 + e.fen AS worth
    FROM ledger_entry e JOIN person p ON p.id = e.person_id
    WHERE ($1 AND $3::bigint = 0 OR e.person_id IN (SELECT pp.person_id FROM person_place pp WHERE ($1 OR pp.unit_id = ANY($2::bigint[]))
               AND ($3 = 0 OR pp.unit_id IN (SELECT unit_id FROM org_ancestor WHERE ancestor_id = $3))))
      AND ($4::text = '' OR p.name LIKE '%' || $4 || '%' OR p.initials LIKE lower($4) || '%' OR p.pinyin LIKE lower($4) || '%' OR lower(p.employee_no) = lower($4))
      AND e.booked_on >= $5::date AND e.booked_on < $6::date
    ORDER BY CASE WHEN $7::text = 'person' THEN p.pinyin END, CASE WHEN $7 = '-person' THEN p.pinyin END DESC,
        CASE WHEN $7 = 'worth' THEN e.points * 100 + e.fen END, CASE WHEN $7 = '-worth' THEN e.points * 100 + e.fen END DESC,
        CASE WHEN $7 = 'day' THEN e.booked_on END, CASE WHEN $7 = 'day' THEN e.id END, e.booked_on DESC, e.id DESC
    LIMIT $8 OFFSET $9
)
SELECT e.id, e.person_id, e.round_id, e.booked_on, e.outcome, e.points, e.fen, e.reverses IS NOT NULL AS reversal, v.version, r.attempt_id, x.title, x.kind, e.created_at,
    EXISTS (SELECT 1 FROM ledger_entry n WHERE n.reverses = e.id) AS reversed, p.name AS person_name, p.employee_no, u.name AS unit_name
FROM part JOIN ledger_entry e ON e.id = part.id JOIN person p ON p.id = e.person_id JOIN person_place pp ON pp.person_id = e.person_id
JOIN org_unit u ON u.id = pp.unit_id JOIN policy_version v ON v.id = e.policy_version_id JOIN result r ON r.id = e.result_id
JOIN round rd ON rd.id = e.round_id JOIN exam x ON x.id = rd.exam_id
ORDER BY CASE WHEN $7::text = 'person' THEN part.pinyin END, CASE WHEN $7 = '-person' THEN part.pinyin END DESC,
    CASE WHEN $7 = 'worth' THEN part.worth END, CASE WHEN $7 = '-worth' THEN part.worth END DESC,
    CASE WHEN $7 = 'day' THEN part.booked_on END, CASE WHEN $7 = 'day' THEN part.id END, part.booked_on DESC, part.id DESC

-- name: entries_sum
-- why: how many the filter finds and what they come to; the same conditions as the list's
SELECT count(*) AS n, coalesce(sum(e.points), 0)::bigint AS points, coalesce(sum(e.fen), 0)::bigint AS fen
FROM ledger_entry e JOIN person p ON p.id = e.person_id
WHERE ($1 AND $3::bigint = 0 OR e.person_id IN (SELECT pp.person_id FROM person_place pp WHERE ($1 OR pp.unit_id = ANY($2::bigint[]))
           AND ($3 = 0 OR pp.unit_id IN (SELECT unit_id FROM org_ancestor WHERE ancestor_id = $3))))
  AND ($4::text = '' OR p.name LIKE '%' || $4 || '%' OR p.initials LIKE lower($4) || '%' OR p.pinyin LIKE lower($4) || '%' OR lower(p.employee_no) = lower($4))
  AND e.booked_on >= $5::date AND e.booked_on < $6::date

-- name: first_day
-- why: the months that HR's list can be narrowed to begin here
SELECT min(booked_on) FROM ledger_entry
