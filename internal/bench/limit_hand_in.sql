-- The limit of one hand-in: close the attempt and write the points of each question. Each attempt is closed once.
\set n :n + 1
\set attempt :n * :clients + :client_id + 1
WITH closed AS (
    UPDATE limit_attempt SET state = 'submitted', points = 100 WHERE id = CAST(:attempt AS bigint) AND state = 'open' RETURNING id
)
INSERT INTO limit_points (attempt_id, slot, points)
SELECT closed.id, r.slot, CASE r.response ->> 'choice' WHEN 'b' THEN 200 ELSE 0 END
FROM closed JOIN limit_response r ON r.attempt_id = closed.id;
