-- The statements of invigilation: what people do to a running exam, and how its pages hear of it.

-- name: attempts_reached
-- why: the running attempts that an act concerns, locked in one order; a person outside the viewer's part of the tree is not among them
SELECT a.id, a.person_id, a.candidate_id, a.started_at, a.deadline_at, a.paused_at FROM attempt a
WHERE a.exam_id = $1 AND a.state = 'open' AND ($2 OR a.person_id = ANY($3::bigint[])) ORDER BY a.id LIMIT 20000 FOR UPDATE

-- name: candidates_outside
-- why: persons who are no candidates or are outside the viewer's part of the tree are refused before anything is done
SELECT person_id FROM unnest($2::bigint[]) AS person_id
WHERE NOT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = $1 AND c.person_id = person_id.person_id
  AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($4::bigint[])))) LIMIT 1

-- name: candidate_is
-- why: nobody invigilates an exam that they sit
SELECT EXISTS (SELECT 1 FROM candidate WHERE exam_id = $1 AND person_id = $2)

-- name: candidates_extra_time
-- why: extra time for many at once, before or during the exam; a settled candidate has nothing left to give time to
UPDATE candidate SET extra_seconds = extra_seconds + $4 WHERE exam_id = $1 AND ($2 OR person_id = ANY($3::bigint[])) AND settled_at IS NULL
RETURNING id, person_id

-- name: attempts_extra_time
-- why: both arms of the deadline's minimum hold the extra time, so the deadline moves by as much
UPDATE attempt SET deadline_at = deadline_at + make_interval(secs => $2) WHERE candidate_id = ANY($1::bigint[]) AND state = 'open'
RETURNING id, person_id

-- name: attempts_pause
-- why: the clock stops; an attempt whose time is over has no clock to stop. One that began just now may have begun by the clock of another server
UPDATE attempt SET paused_at = greatest($2, started_at) WHERE id = ANY($1::bigint[]) AND state = 'open' AND paused_at IS NULL AND deadline_at > $2
RETURNING id, person_id

-- name: attempts_resume
-- why: the clock runs on, the deadline moved by the pause
UPDATE attempt a SET paused_at = NULL, deadline_at = deadline_at + make_interval(secs => r.seconds)
FROM unnest($1::bigint[], $2::integer[]) AS r(id, seconds) WHERE a.id = r.id AND a.state = 'open' AND a.paused_at IS NOT NULL

-- name: attempts_announce
-- why: the page of each attempt has something to look at; each process polls the signals
WITH n AS (UPDATE attempt SET news = news + 1 WHERE id = ANY($1::bigint[]) RETURNING id)
INSERT INTO signal (topic, subject, at) SELECT $2, id, $3 FROM n

-- name: signals_since
-- why: once a second and process; a row of arrays, because each signal is read thirty times
SELECT array_agg(id) AS ids, array_agg(subject) AS subjects FROM (SELECT id, subject FROM signal WHERE topic = $1 AND at > $2 ORDER BY id LIMIT 50000) s

-- name: signals_tidy
-- why: a day-old signal has been read by everybody
DELETE FROM signal WHERE at < $1

-- name: invigilation_insert
-- why: the log of the examination room, a row for each person, or one for everybody
INSERT INTO invigilation (exam_id, person_id, attempt_id, kind, category, seconds, version_id, note, by_actor, at)
SELECT $1, nullif(r.person, 0), nullif(r.attempt, 0), $2, nullif($3, ''), nullif(r.seconds, 0), nullif($4::bigint, 0), $5, $6, $7
FROM unnest($8::bigint[], $9::bigint[], $10::integer[]) AS r(person, attempt, seconds)

-- name: invigilation_log
-- why: the log newest first, with who did it; what concerns persons is shown to who reaches them
SELECT i.id, i.attempt_id, i.kind, i.category, i.seconds, i.version_id, i.note, i.by_actor, i.at, i.person_id, coalesce(n.name, '') AS name,
       coalesce(b.name, '') AS by_name
FROM invigilation i LEFT JOIN person n ON n.id = i.person_id
LEFT JOIN person b ON b.id = CASE WHEN i.by_actor LIKE 'person:%' THEN substr(i.by_actor, 8)::bigint END
WHERE i.exam_id = $1 AND ($2 OR i.person_id IS NULL OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = i.person_id AND p.unit_id = ANY($3::bigint[])))
ORDER BY i.id DESC LIMIT $4 OFFSET $5

-- name: invigilation_count
-- why: the number of pages of the log
SELECT count(*) FROM invigilation i
WHERE i.exam_id = $1 AND ($2 OR i.person_id IS NULL OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = i.person_id AND p.unit_id = ANY($3::bigint[])))

-- name: attempt_notices
-- why: what the invigilators told this page, the newest of them, oldest first
SELECT * FROM (
    SELECT id, kind, version_id, note, at FROM invigilation
    WHERE exam_id = $1 AND kind IN ('notice', 'correction') AND (person_id IS NULL OR attempt_id = $2) ORDER BY id DESC LIMIT $3
) newest ORDER BY id

-- name: attempt_places
-- why: where an attempt shows a corrected question
SELECT places FROM attempt_layout WHERE attempt_id = $1

-- name: paper_of_exam_has
-- why: a correction is of a question that the exam asks
SELECT EXISTS (SELECT 1 FROM exam e JOIN paper_slot s ON s.paper_id = e.paper_id AND s.version_id = $2 WHERE e.id = $1)
    OR EXISTS (SELECT 1 FROM candidate c JOIN paper_slot s ON s.paper_id = c.paper_id AND s.version_id = $2 WHERE c.exam_id = $1)

-- name: asked_of_own
-- why: of a retake, whose candidates have papers of their own, each question that one of them is asked
SELECT DISTINCT s.version_id FROM candidate c JOIN paper_slot s ON s.paper_id = c.paper_id WHERE c.exam_id = $1 AND c.state <> 'withdrawn' ORDER BY s.version_id LIMIT $2

-- name: seen_keep
-- why: when this process last heard of the pages, in one statement every few seconds
INSERT INTO attempt_seen (attempt_id, seen_at) SELECT * FROM unnest($1::bigint[], $2::timestamptz[])
ON CONFLICT (attempt_id) DO UPDATE SET seen_at = greatest(attempt_seen.seen_at, excluded.seen_at)

-- name: seen_tidy
-- why: it counts for nothing once the exam is over
DELETE FROM attempt_seen WHERE seen_at < $1

-- name: live
-- why: the live board of one exam in one query, at most once in five seconds and process however many watch
SELECT c.person_id, n.name, n.employee_no, c.state AS candidate_state, c.extra_seconds, a.id AS attempt_id, a.state AS attempt_state, a.started_at,
       a.deadline_at, a.paused_at, a.submitted_at, a.submit_cause, a.epoch, a.seen_at, coalesce(a.answered, j.answered, 0) AS answered, j.last_at,
       coalesce(v.marks, 0) AS marks, coalesce(v.late, 0) AS late, coalesce(place.units, '{}') AS unit_ids,
       coalesce(place.names, '{}') AS unit_names, coalesce((SELECT max(slot) FROM paper_slot WHERE paper_id = coalesce(a.paper_id, c.paper_id, e.paper_id)), 0) AS questions
FROM candidate c JOIN exam e ON e.id = c.exam_id JOIN person n ON n.id = c.person_id
LEFT JOIN LATERAL (SELECT x.*, s.seen_at FROM attempt x LEFT JOIN attempt_seen s ON s.attempt_id = x.id WHERE x.candidate_id = c.id ORDER BY x.no DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE f.response <> 'null') AS answered, max(f.received_at) AS last_at
    FROM (SELECT DISTINCT ON (slot) slot, response, received_at FROM journal WHERE attempt_id = a.id AND a.state = 'open' ORDER BY slot, epoch DESC, client_seq DESC) f
) j ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS marks, count(*) FILTER (WHERE kind IN ('late', 'closed', 'lost_lease', 'code')) AS late FROM attempt_evidence
    WHERE attempt_id = a.id AND kind <> 'section'
) v ON true
LEFT JOIN LATERAL (
    SELECT array_agg(p.unit_id ORDER BY p.unit_id) AS units, array_agg(u.name ORDER BY p.unit_id) AS names
    FROM person_place p JOIN org_unit u ON u.id = p.unit_id WHERE p.person_id = c.person_id
) place ON true
WHERE c.exam_id = $1 AND (c.state <> 'withdrawn' OR a.id IS NOT NULL) ORDER BY c.person_id LIMIT 5000

-- name: last_attempt_of
-- why: an incident of one examinee stands beside the sitting, if there is one yet
SELECT coalesce(max(id), 0) FROM attempt WHERE exam_id = $1 AND person_id = $2

-- name: timeline
-- why: one sitting from its start to the hand-in, whatever is known of it; at most some thousand rows. What came at
-- one time stands in the order in which it came, so that no page repeats what another shows
SELECT t.at, t.source, t.kind, t.facts, count(*) OVER () AS total FROM (
    SELECT e.at, 'evidence' AS source, e.kind,
           jsonb_strip_nulls(jsonb_build_object('slot', e.body -> 'slot', 'length_ms', e.body -> 'length_ms', 'response', nullif(e.body -> 'response', 'null'),
                                            'slots', e.body -> 'slots', 'section', e.body -> 'section', 'network', nullif(e.body -> 'network', '""'))) AS facts,
           e.attempt_id AS of, e.no::bigint AS n
    FROM attempt a JOIN attempt_evidence e ON e.attempt_id = a.id WHERE a.exam_id = $1 AND a.person_id = $2
    UNION ALL
    SELECT i.at, 'log', i.kind, jsonb_strip_nulls(jsonb_build_object('seconds', i.seconds, 'category', i.category, 'note', i.note, 'by', i.by_actor, 'by_name', b.name, 'everybody', i.person_id IS NULL)), 0, i.id
    FROM invigilation i LEFT JOIN person b ON b.id = CASE WHEN i.by_actor LIKE 'person:%' THEN substr(i.by_actor, 8)::bigint END
    WHERE i.exam_id = $1 AND (i.person_id = $2 OR i.person_id IS NULL)
    UNION ALL
    SELECT a.started_at, 'attempt', 'started', jsonb_build_object('no', a.no), a.id, 0 FROM attempt a WHERE a.exam_id = $1 AND a.person_id = $2
    UNION ALL
    SELECT a.submitted_at, 'attempt', 'handed_in', jsonb_strip_nulls(jsonb_build_object('no', a.no, 'cause', a.submit_cause, 'answered', a.answered)), a.id, 1
    FROM attempt a WHERE a.exam_id = $1 AND a.person_id = $2 AND a.submitted_at IS NOT NULL
    UNION ALL
    SELECT k.given_at, 'attempt', 'outage_credit', jsonb_build_object('no', a.no, 'seconds', k.seconds), a.id, k.outage_id
    FROM attempt a JOIN attempt_credit k ON k.attempt_id = a.id WHERE a.exam_id = $1 AND a.person_id = $2
) t ORDER BY t.at, t.source, t.of, t.n, t.kind LIMIT $3 OFFSET $4

-- name: long_pauses
-- why: pauses that began before $1 and that nobody has ended, one row for the people who were paused together. Open attempts are few
SELECT a.exam_id, e.title, a.paused_at, array_agg(a.person_id ORDER BY a.person_id) AS people
FROM attempt a JOIN exam e ON e.id = a.exam_id WHERE a.state = 'open' AND a.submitted_at IS NULL AND a.paused_at <= $1
GROUP BY a.exam_id, e.title, a.paused_at ORDER BY a.paused_at, a.exam_id LIMIT 200

-- name: attempt_to_void
-- why: the sitting that a void concerns, locked, and whether its result is out
SELECT a.id, a.candidate_id, a.person_id, a.state, EXISTS (SELECT 1 FROM result r WHERE r.attempt_id = a.id AND r.released_at IS NOT NULL) AS released
FROM attempt a WHERE a.exam_id = $1 AND a.person_id = $2 ORDER BY a.no DESC LIMIT 1 FOR UPDATE OF a

-- name: attempt_void
-- why: any state → void by a recorded order; what was answered and marked stays where it is and counts for nothing
UPDATE attempt SET state = 'void', void_reason = $3, paused_at = NULL WHERE id = $1 AND state = $2

-- name: candidate_again
-- why: the person is waited for again: until $2, or by the exam's own window
UPDATE candidate SET settled_at = NULL, state = CASE WHEN $2::timestamptz IS NULL THEN 'invited' ELSE 'deferred' END,
       opens_at = CASE WHEN $2::timestamptz IS NULL THEN opens_at ELSE $3 END, closes_at = coalesce($2, closes_at)
WHERE id = $1

-- name: exam_waits_again
-- why: marked → published: somebody is waited for again
UPDATE exam SET state = 'published', marked_at = NULL WHERE id = $1 AND state = 'marked'
