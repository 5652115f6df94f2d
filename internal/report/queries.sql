-- What is read across the features' tables. Times are parameters; every branch is for whom it concerns.

-- name: waiting
-- why: the numbers of the first page in one statement; a number that is not the viewer's is not counted. $1, $2: who asks, as person and as
-- actor; then of each action whether it is theirs, over everybody or over which units
SELECT
    CASE WHEN $3::boolean THEN (SELECT coalesce(jsonb_object_agg(k.state, k.n), '{}') FROM (
        SELECT c.state, count(*) AS n FROM remediation_case c
        WHERE c.state <> 'closed' AND ($4::boolean OR c.person_id IN (SELECT pp.person_id FROM person_place pp WHERE pp.unit_id = ANY($5::bigint[])))
        GROUP BY c.state) k) END AS cases,
    CASE WHEN $6::boolean THEN (SELECT count(*) FROM (
        SELECT 1 FROM question_version v WHERE v.state = 'in_review' AND v.created_by <> $2::text AND $2 <> ALL (v.editors) LIMIT 1000) w) END AS reviews,
    CASE WHEN $7::boolean THEN (SELECT count(*) FROM (
        SELECT 1 FROM question_report r
        WHERE r.state = 'open' AND ($8::boolean OR r.person_id IN (SELECT pp.person_id FROM person_place pp WHERE pp.unit_id = ANY($9::bigint[]))) LIMIT 1000) w) END AS reports,
    sheets.n AS sheets, sheets.cycle_id AS sheets_cycle,
    CASE WHEN $13::boolean THEN (SELECT count(DISTINCT p.id) FROM person p JOIN person_place pp ON pp.person_id = p.id
        WHERE p.left_on IS NULL AND ($14::boolean OR p.id = $1 OR pp.unit_id = ANY($15::bigint[]))) END AS people
FROM (SELECT CASE WHEN $10::boolean THEN count(s.id) END AS n, CASE WHEN count(DISTINCT c.id) = 1 THEN min(c.id) END AS cycle_id
    FROM cycle c JOIN sheet s ON s.cycle_id = c.id AND s.state = 'scored'
    WHERE $10 AND c.state = 'scored' AND s.person_id <> $1::bigint
      AND ($11::boolean OR s.person_id IN (SELECT pp.person_id FROM person_place pp WHERE pp.unit_id = ANY($12::bigint[])))) sheets

-- name: of_attempt
-- why: on the page of a result, what stands for its round, for whom may see the person's lines, and the open case that decides it, for whose it
-- is. $2 to $4: the part of the tree whose lines are the viewer's to see; $5: the viewer, where own cases are
SELECT coalesce(l.outcome, '') AS outcome, coalesce(l.points, 0) AS points, coalesce(l.fen, 0) AS fen, coalesce(l.version, 0) AS version, coalesce(c.id, 0) AS case_id
FROM attempt a JOIN exam x ON x.id = a.exam_id
LEFT JOIN LATERAL (
    SELECT e.outcome, e.points, e.fen, v.version, e.reverses IS NULL AS stands FROM ledger_entry e JOIN policy_version v ON v.id = e.policy_version_id
    WHERE e.round_id = x.round_id AND e.person_id = a.person_id ORDER BY e.seq DESC LIMIT 1
) l ON l.stands AND ($2 OR a.person_id = $3 OR EXISTS (SELECT 1 FROM person_place pp WHERE pp.person_id = a.person_id AND pp.unit_id = ANY($4::bigint[])))
LEFT JOIN remediation_case c ON c.round_id = x.round_id AND c.person_id = a.person_id AND c.state <> 'closed' AND a.person_id = $5
WHERE a.id = $1
