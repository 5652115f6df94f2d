-- The statements of the committer's own connection (see doc.go, "The save"). They run on no other.

-- name: save
-- why: one statement and one commit for a batch: the guard is the UPDATE, the journal takes what it let through. Nothing is late while the clock
-- stands: the deadline moves by the pause
WITH u AS (
    UPDATE attempt a SET last_seq = m.newest
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $11::smallint[])
         WITH ORDINALITY AS m(attempt_id, person_id, lease, oldest, newest, received_at, section, ord)
    WHERE a.id = m.attempt_id AND a.person_id = m.person_id AND a.state = 'open' AND a.lease = m.lease AND a.section = m.section
      AND a.last_seq < m.oldest AND m.received_at <= coalesce(a.paused_at, a.deadline_at) + make_interval(secs => a.grace_seconds)
    RETURNING a.id, a.epoch, a.deadline_at, a.paused_at, a.news, m.ord, m.received_at
), j AS (
    INSERT INTO journal (attempt_id, client_seq, received_at, epoch, late_by_ms, slot, response)
    SELECT u.id, c.client_seq, u.received_at, u.epoch,
           CASE WHEN u.paused_at IS NULL THEN greatest(0, ceil(round(date_part('epoch', u.received_at - u.deadline_at) * 1000000) / 1000))::integer ELSE 0 END,
           c.slot, c.response::jsonb
    FROM unnest($7::bigint[], $8::bigint[], $9::smallint[], $10::text[]) AS c(ord, client_seq, slot, response)
    JOIN u ON u.ord = c.ord
)
SELECT array_agg(u.ord) AS ords, array_agg(round(date_part('epoch', u.deadline_at) * 1000000)::bigint) AS deadlines,
       array_agg(coalesce(round(date_part('epoch', u.paused_at) * 1000000)::bigint, 0)) AS paused, array_agg(u.news) AS news FROM u

-- name: explain
-- why: for refused requests only: the reason of each, and which of its changes stand in the journal with an equal response: those were
-- saved before and their answer got lost. A repetition is confirmed by a durable write of its own, in the same commit: reading alone
-- would confirm what no standby has
WITH f AS (
    SELECT m.ord, a.id, a.state, a.lease, a.last_seq, a.deadline_at, a.grace_seconds, a.paused_at, a.section, a.news
    FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS m(attempt_id, person_id, ord)
    JOIN attempt a ON a.id = m.attempt_id AND a.person_id = m.person_id
), r AS (
    SELECT f.ord, f.id, j.client_seq, j.received_at
    FROM unnest($3::bigint[], $4::integer[], $5::bigint[], $6::smallint[], $7::text[]) AS c(ord, epoch, client_seq, slot, response)
    JOIN f ON f.ord = c.ord
    JOIN journal j ON j.attempt_id = f.id AND j.epoch = c.epoch AND j.client_seq = c.client_seq AND j.slot = c.slot AND j.response = c.response::jsonb
), confirmed AS (
    UPDATE attempt SET last_seq = last_seq WHERE id IN (SELECT r.id FROM r)
)
SELECT f.ord, f.state, f.lease, f.last_seq, f.deadline_at, f.grace_seconds, f.paused_at, f.section, f.news, again.seqs, again.received
FROM f CROSS JOIN LATERAL (
    SELECT array_agg(r.client_seq) AS seqs, array_agg(round(date_part('epoch', r.received_at) * 1000000)::bigint) AS received FROM r WHERE r.ord = f.ord
) again
