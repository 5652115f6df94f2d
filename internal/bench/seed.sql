-- The clinic of the benchmark, filled by sets: what is measured is the server, not how fast it is filled.

-- name: people
-- why: everybody, with a log-in that is the employee number; $2 is how many sit the exams
WITH p AS (
    INSERT INTO person (employee_no, name, pinyin, initials, hired_on, created_at)
    SELECT 'b' || lpad(n::text, 6, '0'), '考生' || n, 'kaosheng', 'ks', CAST($4::timestamptz AS date), $4 FROM generate_series(1, $1::integer) AS n
    RETURNING id, employee_no
), placed AS (
    INSERT INTO assignment (person_id, unit_id, post_id, from_on, is_place, created_at)
    SELECT id, CASE WHEN substr(employee_no, 2)::integer <= $2::integer THEN $5::bigint ELSE $6::bigint END, $7, CAST($4::timestamptz AS date), true, $4 FROM p
), granted AS (
    INSERT INTO role_grant (person_id, role, unit_id, from_at, granted_by)
    SELECT id, 'consultant', CASE WHEN substr(employee_no, 2)::integer <= $2::integer THEN $5::bigint ELSE $6::bigint END, $4, 'system' FROM p
)
INSERT INTO account (person_id, login, password_hash, must_change, password_changed_at, created_at)
SELECT id, employee_no, (SELECT password_hash FROM account WHERE person_id = $3), false, $4, $4 FROM p

-- name: old_exams
-- why: what was sat before, closed and archived, on the paper of the template
INSERT INTO exam (paper_id, title, kind, state, opens_at, closes_at, limit_seconds, grace_seconds, shuffle_slots, shuffle_options, review, release,
                  attempts_allowed, seed, bands_version_id, created_by, created_at, published_at, marked_at, archived_at)
SELECT paper_id, '往期 ' || n, 'mock', 'archived', opens_at - interval '30 days' * n, closes_at - interval '30 days' * n, limit_seconds, grace_seconds,
       true, true, 'marks', 'at_hand_in', 1, seed, bands_version_id, 'system', created_at - interval '31 days' * n,
       created_at - interval '31 days' * n, closes_at - interval '30 days' * n, closes_at - interval '30 days' * n
FROM exam, generate_series(1, $2::integer) AS n WHERE id = $1

-- name: old_candidates
-- why: everybody sat every old exam
INSERT INTO candidate (exam_id, person_id, state, invited_by, created_at, settled_at)
SELECT e.id, p.id, 'invited', 'system', e.created_at, e.closes_at
FROM exam e, person p WHERE e.state = 'archived' AND p.employee_no ~ '^b[0-9]{6}$'

-- name: old_attempts
-- why: the attempts that lie in the tables beside those of the run
INSERT INTO attempt (exam_id, person_id, candidate_id, paper_id, last_seq, started_at, deadline_at, submitted_at, marked_at, no, epoch, grace_seconds,
                     answered, state, lease, holder, submit_cause, journal_head)
SELECT e.id, c.person_id, c.id, e.paper_id, $1::bigint, e.opens_at, e.closes_at, e.closes_at, e.closes_at, 1, 1, e.grace_seconds,
       50, 'marked', '1.' || c.id, 'x', 'deadline', repeat('0', 64)
FROM candidate c JOIN exam e ON e.id = c.exam_id WHERE e.state = 'archived'

-- name: old_layouts
-- why: an attempt has its layout
INSERT INTO attempt_layout (attempt_id, places)
SELECT a.id, l.places FROM attempt a,
    (SELECT jsonb_agg(jsonb_build_object('slot', slot, 'paper_slot', slot, 'version_id', version_id, 'points', points_hundredths) ORDER BY slot) AS places
     FROM paper_slot WHERE paper_id = $1) l
WHERE a.state = 'marked'

-- name: old_results
-- why: and its result
INSERT INTO result (exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed,
                    marks, bands_version_id, created_at, released_at)
SELECT a.exam_id, a.candidate_id, a.person_id, a.id, 1, 'hand_in', 9000, 10000, 9000, '良好', true, '[]', e.bands_version_id, a.marked_at, a.marked_at
FROM attempt a JOIN exam e ON e.id = a.exam_id WHERE a.state = 'marked'

-- name: old_journal
-- why: the changes of those attempts, each from one number to another
INSERT INTO journal (attempt_id, client_seq, received_at, epoch, late_by_ms, slot, response)
SELECT a.id, n, a.started_at + interval '1 second' * n, 1, 0, (n - 1) % 50 + 1, '{"choice": "a"}'
FROM attempt a JOIN exam e ON e.id = a.exam_id, generate_series($1::integer, $2::integer) AS n
WHERE e.state = 'archived' AND a.id BETWEEN $3 AND $4

-- name: old_range
-- why: the journal is filled part by part
SELECT coalesce(min(a.id), 1) AS first, coalesce(max(a.id), 0) AS last FROM attempt a JOIN exam e ON e.id = a.exam_id WHERE e.state = 'archived'

-- name: old_size
-- why: how many of them there are, and how many changes each has
SELECT count(*) AS attempts, coalesce(max(a.last_seq), 0) AS each FROM attempt a JOIN exam e ON e.id = a.exam_id WHERE e.state = 'archived'
