-- What was acknowledged, compared with what is there.

-- name: acked_insert
-- why: the generator's own record of what was acknowledged
INSERT INTO bench_acked (attempt_id, client_seq, slot, response) SELECT $1, a.client_seq, a.slot, a.response::jsonb
FROM unnest($2::bigint[], $3::smallint[], $4::text[]) AS a(client_seq, slot, response)

-- name: missing
-- why: promise 1: an acknowledged change that is not in the journal, as it was, is lost
SELECT count(*) FROM bench_acked a WHERE NOT EXISTS (
    SELECT 1 FROM journal j WHERE j.attempt_id = a.attempt_id AND j.epoch = 1 AND j.client_seq = a.client_seq AND j.slot = a.slot AND j.response = a.response)

-- name: extra
-- why: a change in the journal that nobody acknowledged: only where a request failed
SELECT count(*) FROM journal j WHERE j.attempt_id = ANY($1::bigint[]) AND NOT EXISTS (
    SELECT 1 FROM bench_acked a WHERE a.attempt_id = j.attempt_id AND a.client_seq = j.client_seq)

-- name: results
-- why: the marks, to be compared with the second computation
SELECT a.id, a.state, coalesce(a.answered, 0) AS answered, count(r.id) AS results, coalesce(max(r.score_hundredths), -1) AS score,
       coalesce(max(r.total_hundredths), -1) AS total
FROM attempt a LEFT JOIN result r ON r.attempt_id = a.id WHERE a.id = ANY($1::bigint[]) GROUP BY a.id LIMIT 100000
