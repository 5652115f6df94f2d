-- What the database holds of one exam, read afterwards over a connection that no fault touches.

-- name: attempts
-- why: each attempt with its results and the acts of handing it in
SELECT a.id, l.login, a.state, a.started_at, a.deadline_at, a.submitted_at, coalesce(a.submit_cause, '') AS cause, coalesce(a.answered, -1) AS answered,
       coalesce(a.journal_head, '') AS journal_head, count(r.id) AS results, coalesce(max(r.version), 0) AS version,
       coalesce(max(r.score_hundredths), -1) AS score, coalesce(max(r.total_hundredths), -1) AS total,
       (SELECT count(*) FROM audit_event WHERE act = 'attempt.submit' AND subject = 'attempt:' || a.id) AS hand_ins
FROM attempt a JOIN account l ON l.person_id = a.person_id LEFT JOIN result r ON r.attempt_id = a.id
WHERE a.exam_id = $1 GROUP BY a.id, l.login ORDER BY a.id LIMIT 100000

-- name: journal
-- why: every change that was accepted
SELECT j.attempt_id, j.epoch, j.client_seq, j.slot, j.response, j.received_at FROM journal j JOIN attempt a ON a.id = j.attempt_id
WHERE a.exam_id = $1 ORDER BY j.attempt_id, j.epoch, j.client_seq LIMIT 10000000

-- name: overdue
-- why: promise 8: nobody's attempt stays open after deadline, grace and drain; a tick is a second
SELECT count(*) FROM attempt WHERE exam_id = $1 AND state = 'open' AND deadline_at + make_interval(secs => grace_seconds + $2::integer) < $3

-- name: open
-- why: whether somebody's attempt is still to be handed in
SELECT count(*) FROM attempt WHERE exam_id = $1 AND state <> 'marked'

-- name: move_on
-- why: a short run does not wait for the deadline: it lets the attempts that are open have begun earlier
UPDATE attempt SET started_at = started_at - make_interval(secs => $2), deadline_at = deadline_at - make_interval(secs => $2)
WHERE exam_id = $1 AND state = 'open'
