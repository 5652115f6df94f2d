-- The limit of one durable save: one guarded upsert, no journal. Each client has its own attempts, as examinees have.
\set n :n + 1
\set attempt random(0, :attempts / :clients - 1) * :clients + :client_id + 1
\set slot random(1, 50)
INSERT INTO limit_response (attempt_id, slot, client_seq, saved_at, response)
SELECT a.id, CAST(:slot AS smallint), CAST(:n AS bigint), CAST(:at AS timestamptz), '{"choice": "b"}'
FROM limit_attempt a WHERE a.id = CAST(:attempt AS bigint) AND a.state = 'open' AND a.deadline_at > CAST(:at AS timestamptz)
ON CONFLICT (attempt_id, slot) DO UPDATE SET client_seq = excluded.client_seq, saved_at = excluded.saved_at, response = excluded.response
WHERE limit_response.client_seq < excluded.client_seq;
