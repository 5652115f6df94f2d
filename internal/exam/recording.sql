-- The parts of spoken answers.

-- name: attempt_facts
-- why: what decides whether a part of a recording is taken, or a section left; the row is held until that is done, so that neither a hand-in
-- nor a take-over nor another change slips in between
SELECT state, lease, last_seq, deadline_at, grace_seconds, paused_at, section, news FROM attempt WHERE id = $1 AND person_id = $2 FOR UPDATE

-- name: recording_parts
-- why: a recording from its first part on; the length of what follows is read from where the last part ends
SELECT recording, part, slot, take, content_type, bytes, ms, sha256, received_at, heard_ms,
       CASE WHEN lead(part) OVER (ORDER BY part) IS NULL THEN meter END AS meter
FROM recording_part
WHERE attempt_id = $1 AND recording = $2 ORDER BY part LIMIT 2000

-- name: recordings_counted
-- why: how often a question was recorded anew
SELECT count(*) FROM recording_part WHERE attempt_id = $1 AND slot = $2 AND part = 1

-- name: recording_part_insert
-- why: a part is kept, and with it the answer that it makes enters the journal under the next number
WITH p AS (
    INSERT INTO recording_part (attempt_id, recording, part, slot, take, content_type, bytes, ms, sha256, received_at, heard_ms, meter)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $14, $15)
), a AS (
    UPDATE attempt SET last_seq = last_seq + 1 WHERE id = $1 AND state = 'open' AND lease = $11 RETURNING last_seq, epoch
)
INSERT INTO journal (attempt_id, client_seq, received_at, epoch, late_by_ms, slot, response)
SELECT $1, a.last_seq, $10, a.epoch, $12, $4, $13::jsonb FROM a RETURNING client_seq

-- name: recordings_of_attempt
-- why: the sound of an attempt's answers, for who listens to them
SELECT recording, part, slot, take, content_type, bytes, ms, sha256, received_at, heard_ms FROM recording_part
WHERE attempt_id = $1 AND recording = ANY($2) ORDER BY recording, part LIMIT 40000
