-- The tables of the limit: 50 answers of each of bench.attempts attempts, with nothing around them. Nothing cleans up behind the limit:
-- autovacuum would do it during a phase of the server, whose cost it would seem.
CREATE TABLE limit_layout (places jsonb NOT NULL);
INSERT INTO limit_layout SELECT jsonb_agg(jsonb_build_object('slot', n, 'paper_slot', n, 'version_id', 1000 + n, 'points', 200, 'option_ids', '["a", "b", "c", "d"]'::jsonb))
    FROM generate_series(1, 50) AS n;
CREATE TABLE limit_attempt (
    id           bigint PRIMARY KEY,
    state        text NOT NULL,
    deadline_at  timestamptz NOT NULL,
    points       integer
) WITH (fillfactor = 85, autovacuum_enabled = off);
CREATE TABLE limit_response (
    attempt_id bigint NOT NULL,
    slot       smallint NOT NULL,
    client_seq bigint NOT NULL,
    saved_at   timestamptz NOT NULL,
    response   jsonb NOT NULL,
    PRIMARY KEY (attempt_id, slot)
) WITH (fillfactor = 85, autovacuum_enabled = off);
CREATE TABLE limit_points (
    attempt_id bigint NOT NULL,
    slot       smallint NOT NULL,
    points     integer NOT NULL,
    PRIMARY KEY (attempt_id, slot)
) WITH (autovacuum_enabled = off);
CREATE TABLE limit_start (
    exam_id     bigint NOT NULL,
    person_id   bigint NOT NULL,
    started_at  timestamptz NOT NULL,
    deadline_at timestamptz NOT NULL,
    places      jsonb NOT NULL,
    PRIMARY KEY (exam_id, person_id)
) WITH (autovacuum_enabled = off);
INSERT INTO limit_attempt (id, state, deadline_at) SELECT n, 'open', '2100-01-01' FROM generate_series(1, CAST(current_setting('bench.attempts') AS integer)) AS n;
INSERT INTO limit_response SELECT a, s, 1, '2026-01-01', '{"choice": "a"}' FROM generate_series(1, CAST(current_setting('bench.attempts') AS integer)) AS a,
    generate_series(1, 50) AS s;
