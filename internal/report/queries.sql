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
