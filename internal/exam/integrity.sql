-- The statements of integrity: what is watched for, what was noticed, and who may begin.

-- name: integrity_set
-- why: the exam's row is locked by the caller
UPDATE exam SET integrity = $2 WHERE id = $1

-- name: integrity_inherit
-- why: a retake or re-exam watches for what its original does, without the doors of that room
UPDATE exam e SET integrity = o.integrity - '{access_code,ranges,seb_keys}'::text[] FROM exam o WHERE e.id = $1 AND o.id = $2

-- name: candidate_door
-- why: what an examinee is told before the start, and whether the code is still asked for
SELECT c.id, c.admitted_at, e.integrity FROM candidate c JOIN exam e ON e.id = c.exam_id
WHERE c.exam_id = $1 AND c.person_id = $2 AND e.state <> 'draft'

-- name: candidate_door_lock
-- why: an access code that is given before the start; tries of one person follow one another
SELECT c.id, c.admitted_at, c.code_tries, c.code_tried_at, e.integrity FROM candidate c JOIN exam e ON e.id = c.exam_id
WHERE c.exam_id = $1 AND c.person_id = $2 AND e.state <> 'draft' FOR UPDATE OF c

-- name: candidate_admitted
-- why: the code fitted
UPDATE candidate SET admitted_at = $2, code_tries = 0 WHERE id = $1

-- name: candidate_code_missed
-- why: the code did not fit; counted in a transaction of its own, since the start is refused
UPDATE candidate SET code_tries = code_tries + 1, code_tried_at = $2 WHERE id = $1

-- name: attempt_hold
-- why: evidence is numbered and counted under the attempt's lock; counts: only what the holder's page notices while the clock runs is counted
SELECT state = 'open' AND lease = $3 AND paused_at IS NULL AND deadline_at > $4 AS counts, deadline_at FROM attempt WHERE id = $1 AND person_id = $2 FOR UPDATE

-- name: evidence_once
-- why: what was noticed, or came by a code, bounded as by evidence_insert; a heart-beat whose answer was lost brings the same again, which is
-- kept once
WITH fresh AS (
    SELECT k.kind, k.body::jsonb AS body, row_number() OVER (ORDER BY k.ord) AS ord
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS k(kind, body, ord)
    WHERE NOT EXISTS (SELECT 1 FROM attempt_evidence e WHERE e.attempt_id = $1 AND e.kind = k.kind AND e.body - 'counts' = k.body::jsonb - 'counts')
)
INSERT INTO attempt_evidence (attempt_id, no, kind, at, body)
SELECT $1, n.last + fresh.ord, fresh.kind, $4, fresh.body
FROM (SELECT coalesce(max(no), 0) AS last FROM attempt_evidence WHERE attempt_id = $1) n, fresh
WHERE n.last + fresh.ord <= CASE WHEN fresh.kind IN ('late', 'closed', 'lost_lease', 'code', 'section') THEN 1000 ELSE 700 END

-- name: evidence_kept
-- why: how many of these things are kept, from now or before: evidence is bounded, and who took answers in must know what found no room
SELECT count(*) FROM unnest($2::text[], $3::text[]) AS k(kind, body)
WHERE EXISTS (SELECT 1 FROM attempt_evidence e WHERE e.attempt_id = $1 AND e.kind = k.kind AND e.body - 'counts' = k.body::jsonb - 'counts')

-- name: evidence_counted
-- why: how often something that is watched for was noticed
SELECT kind, count(*) AS n FROM attempt_evidence WHERE attempt_id = $1 AND kind = ANY($2::text[]) AND body @> '{"counts": true}' GROUP BY kind

-- name: integrity_people
-- why: the examiner's summary: what was noticed of everybody inside the viewer's part of the tree, most first; never of the viewer's own sitting
WITH people AS (
    SELECT c.person_id, n.name, n.employee_no, coalesce(max(a.epoch), 0) AS epoch, (array_agg(a.submit_cause ORDER BY a.no DESC))[1] AS submit_cause
    FROM candidate c JOIN person n ON n.id = c.person_id LEFT JOIN attempt a ON a.candidate_id = c.id
    WHERE c.exam_id = $1 AND c.person_id <> $2 AND (c.state <> 'withdrawn' OR a.id IS NOT NULL)
      AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($4::bigint[])))
    GROUP BY c.person_id, n.name, n.employee_no
), noticed AS (
    SELECT k.person_id, jsonb_object_agg(k.kind, jsonb_build_object('n', k.n, 'length_ms', k.length_ms)) AS kinds, sum(k.n)::bigint AS total
    FROM (SELECT a.person_id, e.kind, count(*) AS n, coalesce(sum((e.body ->> 'length_ms')::bigint), 0) AS length_ms
          FROM attempt a JOIN attempt_evidence e ON e.attempt_id = a.id WHERE a.exam_id = $1 AND e.kind <> 'section'
          GROUP BY a.person_id, e.kind) k
    GROUP BY k.person_id
)
SELECT p.person_id, p.name, p.employee_no, p.epoch, p.submit_cause, coalesce(n.kinds, '{}') AS kinds, coalesce(n.total, 0) AS total, count(*) OVER () AS list_total
FROM people p LEFT JOIN noticed n ON n.person_id = p.person_id ORDER BY coalesce(n.total, 0) DESC, p.employee_no, p.person_id LIMIT $5 OFFSET $6

-- name: similarity_people
-- why: whose answers are compared: the marked last attempts of an exam, with what each slot earned in the newest version; inside tells
-- whose name the viewer may see
SELECT a.id AS attempt_id, a.person_id, n.name, n.employee_no, r.marks,
       a.person_id <> $2 AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($4::bigint[]))) AS inside
FROM (SELECT DISTINCT ON (person_id) id, person_id, state FROM attempt WHERE exam_id = $1 ORDER BY person_id, no DESC) a
JOIN person n ON n.id = a.person_id
CROSS JOIN LATERAL (SELECT marks FROM result WHERE attempt_id = a.id ORDER BY version DESC LIMIT 1) r
WHERE a.state = 'marked' ORDER BY a.person_id LIMIT $5

-- name: similarity_answers
-- why: the answers that those attempts ended with
SELECT DISTINCT ON (attempt_id, slot) attempt_id, epoch, client_seq, slot, response, received_at FROM journal WHERE attempt_id = ANY($1::bigint[])
ORDER BY attempt_id, slot, epoch DESC, client_seq DESC
