-- The statements of the freeze of all exams. It stands in one row of setting, so that it outlives every process.

-- name: freeze_alone
-- why: a freeze and its end wait for the starts under way, and hold back those that come
SELECT pg_advisory_xact_lock(hashtext('exam.freeze'))

-- name: freeze_beside
-- why: whoever lets a clock run does so beside others, before a freeze or after its end; the statement after this one sees which
SELECT pg_advisory_xact_lock_shared(hashtext('exam.freeze'))

-- name: exam_to_start
-- why: the same of who starts, with the exam, so that a start needs no statement more
SELECT id, round_id, sitting_no, paper_id, title, kind, state, opens_at, closes_at, last_start_at, limit_seconds, grace_seconds, shuffle_slots,
       shuffle_options, review, release, red_line, attempts_allowed, seed, bands_version_id, absence_version_id, markers, mark_gap_percent, integrity,
       published_at, on_paper, called_off_at, called_off_reason, one_way, contact
FROM exam, (SELECT pg_advisory_xact_lock_shared(hashtext('exam.freeze'))) AS beside WHERE id = $1

-- name: frozen
-- why: whether all exams are frozen, since when and why
SELECT value FROM setting WHERE key = 'exam.freeze'

-- name: freeze
-- why: from now on nobody starts
INSERT INTO setting (key, value, updated_at) VALUES ('exam.freeze', $1, $2)

-- name: unfreeze
-- why: from now on starts are free again
DELETE FROM setting WHERE key = 'exam.freeze'

-- name: outside_the_house
-- why: only who reaches the whole clinic freezes it
SELECT EXISTS (SELECT 1 FROM org_unit WHERE parent_id IS NULL AND NOT id = ANY($1::bigint[]))

-- name: sits_now
-- why: nobody stops the clock that they sit under
SELECT EXISTS (SELECT 1 FROM attempt WHERE person_id = $1 AND state = 'open' AND submitted_at IS NULL)

-- name: exams_sat
-- why: the exams in which somebody sits, locked in one order
SELECT e.id FROM exam e WHERE EXISTS (SELECT 1 FROM attempt a WHERE a.exam_id = e.id AND a.state = 'open' AND a.submitted_at IS NULL)
ORDER BY e.id LIMIT 2000 FOR UPDATE

-- name: candidates_held_back
-- why: who might start when all was frozen ($1), or the servers went away, and at its end ($2) might no longer, or not for the whole time, may as
-- much later ($3 seconds), where that helps at all; a last start binds nobody with an own close. A mock is settled by its first try, but its other tries are held back too.
UPDATE candidate c SET closes_at = coalesce(c.closes_at, e.closes_at) + make_interval(secs => $3)
FROM exam e
WHERE e.id = c.exam_id AND e.state IN ('published', 'marked') AND NOT e.on_paper AND c.removed_at IS NULL
  AND (c.settled_at IS NULL OR e.kind = 'mock' AND c.state IN ('invited', 'deferred'))
  AND coalesce(c.opens_at, e.opens_at) < $2 AND coalesce(c.closes_at, e.closes_at) > $1
  AND coalesce(c.closes_at, e.closes_at) + make_interval(secs => $3) > $2
  AND (c.closes_at IS NOT NULL OR e.last_start_at IS NULL OR e.last_start_at >= $1)
  AND (coalesce(c.closes_at, e.closes_at) - make_interval(secs => e.limit_seconds) < $2 OR c.closes_at IS NULL AND e.last_start_at < $2)
  AND (SELECT count(*) FROM attempt a WHERE a.candidate_id = c.id AND a.state <> 'void') < e.attempts_allowed
  AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id AND a.state = 'open')
RETURNING c.exam_id, c.person_id, c.closes_at
