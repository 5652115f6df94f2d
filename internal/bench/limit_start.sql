-- The limit of one start: one row with the layout of 50 questions. Each person starts once.
\set n :n + 1
\set person :n * :clients + :client_id + 1
INSERT INTO limit_start (exam_id, person_id, started_at, deadline_at, places)
SELECT CAST(:exam AS bigint), CAST(:person AS bigint), CAST(:at AS timestamptz), CAST(:at AS timestamptz) + interval '1 hour', places FROM limit_layout
ON CONFLICT DO NOTHING;
