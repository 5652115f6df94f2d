-- What a clinic of a given size holds, by sets: each part is one statement or a few. {words in braces} are the sizes and the
-- moment, put in before the part runs. The small clinic that the services made is the pattern: its first exam, attempt and
-- result, its questions and its password hash are copied, and every CHECK, foreign key and trigger is in force.
-- Ids are worked out, so that the walk through the pages knows them: see ids.go.

-- part: pattern
CREATE TEMP TABLE pattern ON COMMIT DROP AS
SELECT e.id AS exam_id, e.paper_id, r.candidate_id, r.attempt_id, r.id AS result_id, r.total_hundredths AS total, r.bands_version_id AS bands,
    (SELECT id FROM policy_version WHERE kind = 'retake' ORDER BY id LIMIT 1) AS retake_policy,
    (SELECT id FROM policy_version WHERE kind = 'absence' ORDER BY id LIMIT 1) AS absence,
    (SELECT id FROM org_unit WHERE parent_id IS NULL) AS root, (SELECT id FROM org_unit WHERE name = '城东分院') AS first_branch,
    (SELECT id FROM post WHERE code = 'online') AS post, (SELECT person_id FROM account WHERE login = 'hr') AS hr,
    (SELECT person_id FROM account WHERE login = 'hr2') AS hr2, (SELECT person_id FROM account WHERE login = 'superior') AS superior,
    (SELECT person_id FROM account WHERE login = 'trainer') AS trainer, (SELECT password_hash FROM account WHERE login = 'hr') AS password_hash,
    '{now}'::timestamptz AS now, date_trunc('day', '{now}'::timestamptz)::date AS today
FROM exam e JOIN result r ON r.exam_id = e.id ORDER BY e.id, r.id LIMIT 1;

-- part: units
-- Branch 1 is the small clinic's own.
CREATE TEMP TABLE branch ON COMMIT DROP AS
SELECT b, CASE WHEN b = 1 THEN first_branch ELSE 1000000 + b END AS id FROM pattern, generate_series(1, {branches}) b;
INSERT INTO org_unit (id, parent_id, kind, name, position, created_at) OVERRIDING SYSTEM VALUE
SELECT branch.id, root, 'branch', '第' || b || '分院', b, now FROM branch, pattern WHERE b > 1;
INSERT INTO org_unit (id, parent_id, kind, name, position, created_at) OVERRIDING SYSTEM VALUE
SELECT 1100000 + g, branch.id, 'group', '第' || g || '组', g, now
FROM pattern, generate_series(1, {groups}) g JOIN branch ON branch.b = (g - 1) % {branches} + 1;

-- part: people
INSERT INTO person (id, employee_no, name, pinyin, initials, phone, hired_on, created_at) OVERRIDING SYSTEM VALUE
SELECT 1000000 + i, 'S' || lpad(i::text, 5, '0'), s.han || g.han, s.latin || g.latin, left(s.latin, 1) || g.short, '1380' || lpad(i::text, 7, '0'), today - 400 - i % 2000, now
FROM pattern, generate_series(1, {people}) i
JOIN (VALUES (0, '王', 'wang'), (1, '李', 'li'), (2, '张', 'zhang'), (3, '刘', 'liu'), (4, '陈', 'chen'), (5, '杨', 'yang'), (6, '赵', 'zhao'),
    (7, '黄', 'huang'), (8, '周', 'zhou'), (9, '吴', 'wu')) s(n, han, latin) ON s.n = i % 10
JOIN (VALUES (0, '小美', 'xiaomei', 'xm'), (1, '晓兰', 'xiaolan', 'xl'), (2, '静', 'jing', 'j'), (3, '丽娜', 'lina', 'ln'), (4, '雪梅', 'xuemei', 'xm'),
    (5, '婷婷', 'tingting', 'tt'), (6, '敏', 'min', 'm'), (7, '佳怡', 'jiayi', 'jy')) g(n, han, latin, short) ON g.n = (i / 10) % 8;
INSERT INTO assignment (person_id, unit_id, post_id, from_on, is_place, created_at)
SELECT 1000000 + i, 1100000 + (i - 1) % {groups} + 1, post, today - 400, true, now FROM pattern, generate_series(1, {people}) i;
INSERT INTO assignment (person_id, unit_id, post_id, from_on, to_on, is_place, created_at)
SELECT 1000000 + i, 1100000 + i % {groups} + 1, post, today - 900, today - 401, false, now FROM pattern, generate_series(1, {people}) i;
INSERT INTO role_grant (person_id, role, unit_id, from_at, granted_by)
SELECT 1000000 + i, CASE WHEN i > {groups} AND i <= 2 * {groups} THEN 'lead' ELSE 'consultant' END, 1100000 + (i - 1) % {groups} + 1, now, 'system'
FROM pattern, generate_series(1, {people}) i;
INSERT INTO account (person_id, login, password_hash, must_change, password_changed_at, created_at)
SELECT 1000000 + i, 's' || lpad(i::text, 5, '0'), password_hash, false, now, now FROM pattern, generate_series(1, {people}) i;

-- part: questions
-- One question in five has been published twice; its first version is superseded.
CREATE TEMP TABLE asked ON COMMIT DROP AS SELECT v.*, (row_number() OVER (ORDER BY v.id) - 1)::integer AS n FROM question_version v WHERE v.state = 'published';
INSERT INTO question (id, created_by, created_at) OVERRIDING SYSTEM VALUE SELECT 1000000 + q, 'system', now FROM pattern, generate_series(1, {questions}) q;
INSERT INTO question_version (id, question_id, version, is_current, type, body, search, fingerprint, difficulty, key_question, law, article, edition,
    source_status, state, created_by, created_at, edited_at, reviewed_by, published_at, retired_at) OVERRIDING SYSTEM VALUE
SELECT 1000000 + 2 * q, 1000000 + q, 1, false, a.type, a.body, a.search, sha256(convert_to('old' || q, 'UTF8')), a.difficulty, a.key_question,
    a.law, a.article, a.edition, '', 'retired', 'person:' || trainer, now, now, 'person:' || trainer, now, now
FROM pattern, generate_series(5, {questions}, 5) q JOIN asked a ON a.n = q % (SELECT count(*) FROM asked);
INSERT INTO question_version (id, question_id, version, is_current, type, body, search, fingerprint, difficulty, key_question, law, article, edition,
    source_status, state, created_by, created_at, edited_at, submitted_by, submitted_at, reviewed_by, published_at) OVERRIDING SYSTEM VALUE
SELECT 1000001 + 2 * q, 1000000 + q, CASE WHEN q % 5 = 0 THEN 2 ELSE 1 END, true, a.type, jsonb_set(a.body, '{stem}', to_jsonb('第' || q || '问：' || (a.body ->> 'stem'))),
    array_to_tsvector(tsvector_to_array(a.search) || q::text), sha256(convert_to('new' || q, 'UTF8')), a.difficulty, a.key_question, a.law, a.article, a.edition,
    '', s.state, 'person:' || trainer, now, now, CASE s.state WHEN 'in_review' THEN 'person:' || trainer END, CASE s.state WHEN 'in_review' THEN now END,
    CASE s.state WHEN 'published' THEN 'person:' || trainer END, CASE s.state WHEN 'published' THEN now END
FROM pattern, generate_series(1, {questions}) q JOIN asked a ON a.n = q % (SELECT count(*) FROM asked)
CROSS JOIN LATERAL (SELECT CASE WHEN q % 10 = 3 THEN 'draft' WHEN q % 10 = 4 THEN 'in_review' ELSE 'published' END AS state) s;
INSERT INTO question_version_topic (version_id, topic_id, position)
SELECT 1000001 + 2 * q, t.topic_id, t.position
FROM generate_series(1, {questions}) q JOIN asked a ON a.n = q % (SELECT count(*) FROM asked) JOIN question_version_topic t ON t.version_id = a.id;

-- part: papers
INSERT INTO blueprint (id, title, created_by, created_at) OVERRIDING SYSTEM VALUE SELECT 1000000 + e, '第' || e || '次考核', 'system', now FROM pattern, generate_series(1, {exams}) e;
INSERT INTO blueprint_version (id, blueprint_id, version, body, created_by, created_at) OVERRIDING SYSTEM VALUE
SELECT 1000000 + e, 1000000 + e, 1, v.body, 'system', now FROM pattern, generate_series(1, {exams}) e, (SELECT body FROM blueprint_version ORDER BY id LIMIT 1) v;
INSERT INTO paper (id, title, blueprint_version_id, seed, total_hundredths, notes, created_by, created_at) OVERRIDING SYSTEM VALUE
SELECT 1000000 + e, '第' || e || '次考核', 1000000 + e, e, p.total_hundredths, p.notes, 'system', now
FROM pattern JOIN paper p ON p.id = pattern.paper_id, generate_series(1, {exams}) e;
INSERT INTO paper_slot (paper_id, slot, section, version_id, points_hundredths)
SELECT 1000000 + e, slot, section, version_id, points_hundredths FROM generate_series(1, {exams}) e, pattern JOIN paper_slot s ON s.paper_id = pattern.paper_id;

-- part: exams
-- 1–3 are open now, 4 was sat by everybody, 5 is marked and not yet released, the older ones are done; one a week back in time.
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT e, CASE WHEN e <= 3 THEN now - interval '1 day' ELSE now - make_interval(days => 7 * e + 2) END AS opens,
    CASE WHEN e <= 3 THEN now + interval '6 days' ELSE now - make_interval(days => 7 * e) END AS closes,
    CASE WHEN e <= 3 THEN 'published' WHEN e <= 30 THEN 'marked' ELSE 'archived' END AS state
FROM pattern, generate_series(1, {exams}) e;
INSERT INTO exam (id, paper_id, title, kind, state, opens_at, closes_at, limit_seconds, shuffle_slots, shuffle_options, review, release, attempts_allowed, seed, created_by, created_at)
OVERRIDING SYSTEM VALUE
SELECT 1000000 + e, 1000000 + e, '第' || e || '次季度考核', CASE WHEN e % 7 = 0 THEN 'special' ELSE 'quarterly' END, 'draft', opens, closes, 3600, true, true, 'keys', 'by_hand', 1, e, 'system', opens
FROM held, pattern;
INSERT INTO round (id, exam_id, created_at) OVERRIDING SYSTEM VALUE SELECT 1000000 + e, 1000000 + e, opens FROM held;
UPDATE exam SET round_id = exam.id, state = held.state, published_at = opens, bands_version_id = bands, absence_version_id = absence,
    marked_at = CASE WHEN held.state <> 'published' THEN closes + interval '1 hour' END, archived_at = CASE WHEN held.state = 'archived' THEN closes + interval '30 days' END
FROM held, pattern WHERE exam.id = 1000000 + e;
-- Each round's retake (2…) and re-exam (3…).
INSERT INTO exam (id, round_id, paper_id, title, kind, state, opens_at, closes_at, limit_seconds, shuffle_slots, shuffle_options, review, release, attempts_allowed, seed,
    bands_version_id, created_by, created_at, published_at)
OVERRIDING SYSTEM VALUE
SELECT k.base + e, 1000000 + e, 1000000 + e, '第' || e || '次季度考核 · ' || k.name, k.kind, 'published', closes, closes + k.later, 3600, true, true, 'marks', 'at_hand_in', 1, e,
    bands, 'system', closes, closes
FROM held, pattern, (VALUES (2000000, 'retake', '补考', interval '7 days'), (3000000, 'reexam', '复训后考核', interval '60 days')) k(base, kind, name, later)
WHERE e > 5;

-- part: candidates
-- Person 1 sits everything. score: one in five fails, one in fifty is absent. In the order in which it happened, exam by exam: so it
-- stands on disk.
CREATE TEMP TABLE seat ON COMMIT DROP AS
SELECT 1000000 + e * 10000 + i AS id, e, i, opens, closes, (i + e) % 50 = 49 AS absent, total, bands, now,
    CASE WHEN (i * 13 + e * 7) % 5 = 0 THEN total * (20 + i % 30) / 100 ELSE total * (60 + (i + e) % 41) / 100 END AS score
FROM held, pattern, generate_series(1, {people}) i
WHERE (i + e) % {spread} = 0 OR e IN (3, 4) OR i = 1
ORDER BY opens, e, i;
INSERT INTO candidate (id, exam_id, person_id, state, invited_by, created_at, settled_at) OVERRIDING SYSTEM VALUE
SELECT id, 1000000 + e, 1000000 + i, CASE WHEN absent AND e > 3 THEN 'absent' ELSE 'invited' END, 'system', opens, CASE WHEN e > 3 THEN closes END FROM seat;

-- part: attempts
-- Of the open exams a third has handed in, a tenth sits.
DELETE FROM seat WHERE e <= 3 AND i % 10 > 3;
INSERT INTO attempt (id, exam_id, person_id, candidate_id, paper_id, last_seq, started_at, deadline_at, submitted_at, marked_at, no, epoch, grace_seconds, answered, state,
    lease, holder, submit_cause, journal_head) OVERRIDING SYSTEM VALUE
SELECT s.id, 1000000 + e, 1000000 + i, s.id, 1000000 + e, 5, opens + interval '1 hour', opens + interval '2 hours',
    CASE WHEN NOT sits THEN opens + interval '100 minutes' END, CASE WHEN NOT sits THEN opens + interval '100 minutes' END, 1, 1, 60, CASE WHEN NOT sits THEN 5 END,
    CASE WHEN sits THEN 'open' ELSE 'marked' END, md5(s.id::text), 'tab', CASE WHEN NOT sits THEN 'examinee' END, CASE WHEN NOT sits THEN repeat('0', 64) END
FROM seat s, LATERAL (SELECT e <= 3 AND i % 10 = 0 AS sits) x WHERE NOT absent;
INSERT INTO attempt_layout (attempt_id, places) SELECT s.id, l.places FROM seat s, pattern JOIN attempt_layout l ON l.attempt_id = pattern.attempt_id WHERE NOT absent;
INSERT INTO journal (attempt_id, client_seq, received_at, epoch, late_by_ms, slot, response)
SELECT s.id, n, opens + interval '70 minutes', 1, 0, n, j.response
FROM seat s, generate_series(1, 5) n, LATERAL (SELECT response FROM journal, pattern WHERE journal.attempt_id = pattern.attempt_id ORDER BY client_seq LIMIT 1) j
WHERE NOT absent AND (i % 4 = 0 OR i = 1);

-- part: results
INSERT INTO result (id, exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed, marks, red_line_misses,
    bands_version_id, created_at, released_at) OVERRIDING SYSTEM VALUE
SELECT s.id, 1000000 + e, s.id, 1000000 + i, CASE WHEN NOT absent THEN s.id END, 1, CASE WHEN absent THEN 'absent' ELSE 'hand_in' END, x.score, s.total, x.percent,
    CASE WHEN x.percent >= 9000 THEN 'excellent' WHEN x.percent >= 7000 THEN 'good' WHEN x.percent >= 6000 THEN 'pass' ELSE 'fail' END, x.percent >= 6000,
    CASE WHEN absent THEN '[]' ELSE r.marks END, CASE WHEN absent THEN 0 ELSE r.red_line_misses END, s.bands, closes, CASE WHEN e > 5 OR e = 4 THEN closes + interval '2 hours' END
FROM seat s, pattern JOIN result r ON r.id = pattern.result_id
CROSS JOIN LATERAL (SELECT CASE WHEN absent THEN 0 ELSE s.score END AS score, CASE WHEN absent THEN 0 ELSE s.score END * 10000 / s.total AS percent) x
WHERE e > 3 OR NOT absent AND i % 10 > 0;

-- part: cases
-- Who failed or was absent. Three in four are closed; the rest stand in every state.
CREATE TEMP TABLE way ON COMMIT DROP AS
SELECT w.*, stage >= 3 AS retaken, stage >= 7 OR outcome IN ('passed_retraining', 'transferred', 'dismissed') AS reexamined FROM (
    SELECT r.id AS result_id, s.e, s.i, s.closes, 1000000 + row_number() OVER (ORDER BY s.e, s.i) AS id, CASE WHEN s.absent THEN 'absent' ELSE 'failed' END AS cause, k,
        CASE WHEN k < 75 THEN 'closed' WHEN k < 80 THEN 'retake_due' WHEN k = 80 THEN 'retake_marking' WHEN k < 85 THEN 'retraining_due' WHEN k < 91 THEN 'retraining'
             WHEN k < 95 THEN 'reexam_due' WHEN k = 95 THEN 'reexam_marking' ELSE 'decision_due' END AS state,
        CASE WHEN k < 60 THEN 'passed_retake' WHEN k < 70 THEN 'passed_retraining' WHEN k < 72 THEN 'transferred' WHEN k < 74 THEN 'dismissed' WHEN k = 74 THEN 'lifted' ELSE '' END AS outcome,
        CASE WHEN k < 74 THEN 8 WHEN k < 80 THEN 1 WHEN k = 80 THEN 2 WHEN k < 85 THEN 3 WHEN k < 91 THEN 4 WHEN k < 95 THEN 5 WHEN k = 95 THEN 6 ELSE 7 END AS stage
    FROM seat s JOIN result r ON r.id = s.id AND NOT r.passed, LATERAL (SELECT (s.i * 31 + s.e * 17) % 100 AS k) x
    WHERE s.e > 5) w;
-- The retake (4…) and the re-exam (7…) as the case needs them: passed by hand-in or failed by absence.
CREATE TEMP TABLE again ON COMMIT DROP AS
SELECT 4000000 + e * 10000 + i AS id, 2000000 + e AS exam_id, e, i, closes, outcome = 'passed_retake' AS passed FROM way WHERE stage >= 3 AND k <> 74
UNION ALL SELECT 7000000 + e * 10000 + i, 3000000 + e, e, i, closes, outcome = 'passed_retraining' FROM way WHERE reexamined;
INSERT INTO candidate (id, exam_id, person_id, state, paper_id, invited_by, created_at, settled_at) OVERRIDING SYSTEM VALUE
SELECT id, exam_id, 1000000 + i, CASE WHEN passed THEN 'invited' ELSE 'absent' END, 1000000 + e, 'system', closes, closes + interval '7 days' FROM again;
INSERT INTO attempt (id, exam_id, person_id, candidate_id, paper_id, last_seq, started_at, deadline_at, submitted_at, marked_at, no, epoch, grace_seconds, answered, state,
    lease, holder, submit_cause, journal_head) OVERRIDING SYSTEM VALUE
SELECT id, exam_id, 1000000 + i, id, 1000000 + e, 5, closes, closes + interval '1 hour', closes + interval '1 hour', closes + interval '1 hour', 1, 1, 60, 5, 'marked',
    md5(id::text), 'tab', 'examinee', repeat('0', 64) FROM again WHERE passed;
INSERT INTO result (id, exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed, marks, red_line_misses,
    bands_version_id, created_at, released_at) OVERRIDING SYSTEM VALUE
SELECT a.id, a.exam_id, a.id, 1000000 + i, CASE WHEN a.passed THEN a.id END, 1, CASE WHEN a.passed THEN 'hand_in' ELSE 'absent' END, x.score, total, x.score * 10000 / total,
    CASE WHEN a.passed THEN 'good' ELSE 'fail' END, a.passed, CASE WHEN a.passed THEN r.marks ELSE '[]' END, CASE WHEN a.passed THEN r.red_line_misses ELSE 0 END,
    bands, closes + interval '7 days', closes + interval '7 days'
FROM again a, pattern JOIN result r ON r.id = pattern.result_id, LATERAL (SELECT CASE WHEN a.passed THEN total * 8 / 10 ELSE 0 END AS score) x;
INSERT INTO remediation_case (id, round_id, person_id, cause, state, outcome, first_result_id, policy_version_id, opened_at, sitting_closed_at, retake_exam_id, retake_closes_at,
    retake_result_id, retraining_due_on, reexam_exam_id, reexam_closes_at, reexam_result_id, moved_at, closed_at) OVERRIDING SYSTEM VALUE
SELECT w.id, 1000000 + e, 1000000 + i, cause, state, outcome, w.result_id, retake_policy, closes, closes, 2000000 + e, closes + interval '7 days',
    CASE WHEN retaken AND k <> 74 THEN 4000000 + e * 10000 + i END, CASE WHEN reexamined OR stage BETWEEN 4 AND 6 THEN (closes + interval '20 days')::date END,
    CASE WHEN reexamined OR stage IN (5, 6) THEN 3000000 + e END, CASE WHEN reexamined OR stage IN (5, 6) THEN closes + interval '60 days' END,
    CASE WHEN reexamined THEN 7000000 + e * 10000 + i END, closes + interval '10 days', CASE WHEN state = 'closed' THEN closes + interval '10 days' END
FROM way w, pattern;
INSERT INTO case_event (case_id, no, at, actor, event, from_state, to_state, body)
SELECT w.id, n, closes + make_interval(days => n), 'system', x.event, x.from_state, x.to_state, '{}'
FROM way w JOIN (VALUES (1, 'opened', '', 'retake_due'), (2, 'handed_in', 'retake_due', 'retake_marking'), (3, 'failed', 'retake_marking', 'retraining_due'),
    (4, 'assigned', 'retraining_due', 'retraining'), (5, 'courses_done', 'retraining', 'reexam_due'), (6, 'handed_in', 'reexam_due', 'reexam_marking'),
    (7, 'failed', 'reexam_marking', 'decision_due')) x(n, event, from_state, to_state) ON x.n <= least(stage, 7);

-- part: ledger
-- What the passes have brought; one in fifty was taken back.
INSERT INTO ledger_entry (round_id, person_id, seq, booked_on, policy_version_id, outcome, points, fen, result_id, recorded_by, created_at)
SELECT 1000000 + e, 1000000 + i, 1, closes::date, pay.id, r.band, 10 + i % 3 * 5, i % 4 * 5000, r.id, 'system', closes
FROM seat s JOIN result r ON r.id = s.id AND r.passed AND r.released_at IS NOT NULL, (SELECT min(id) AS id FROM policy_version WHERE kind = 'result_pay') pay
ORDER BY s.closes, e, i;
INSERT INTO ledger_entry (round_id, person_id, seq, booked_on, policy_version_id, outcome, points, fen, result_id, reverses, recorded_by, created_at)
SELECT round_id, person_id, 2, booked_on, policy_version_id, outcome, -points, -fen, result_id, id, 'system', created_at
FROM ledger_entry WHERE (person_id + round_id) % 50 = 0 ORDER BY id;

-- part: courses
CREATE TEMP TABLE lesson ON COMMIT DROP AS SELECT c, u, 1000000 + c * 10 + u AS id FROM generate_series(1, {courses}) c, generate_series(1, 4) u;
INSERT INTO object (id, key, name, size_bytes, part_bytes, state, content_type, sha256, duration_ms, uploaded_by, begun_at, arrived_at, settled_at) OVERRIDING SYSTEM VALUE
SELECT id, 'scale/' || id, '第' || u || '节.mp4', 1000000, 5242880, 'checked', 'video/mp4', sha256(convert_to(id::text, 'UTF8')), 600000, trainer, now, now, now FROM lesson, pattern;
INSERT INTO course (id, unit_id, title, pinyin, initials, summary, topics, self_study, state, created_by, created_at, published_by, published_at, retired_at) OVERRIDING SYSTEM VALUE
SELECT 1000000 + c, root, '第' || c || '课：术前沟通', 'di' || c || 'ke', 'd' || c || 'k', '术前沟通的要点。', '{}', c % 2 = 0, x.state, 'system', now,
    CASE WHEN x.state <> 'draft' THEN 'person:' || trainer END, CASE WHEN x.state <> 'draft' THEN now END, CASE WHEN x.state = 'retired' THEN now END
FROM pattern, generate_series(1, {courses}) c, LATERAL (SELECT CASE WHEN c % 10 = 9 THEN 'draft' WHEN c % 15 = 0 THEN 'retired' ELSE 'published' END AS state) x;
INSERT INTO course_unit (id, course_id, position, title, required, created_at) OVERRIDING SYSTEM VALUE SELECT id, 1000000 + c, u, '第' || u || '节', true, now FROM lesson, pattern;
INSERT INTO unit_version (id, unit_id, version, object_id, minutes, created_by, created_at) OVERRIDING SYSTEM VALUE SELECT id, id, 1, id, 10, 'system', now FROM lesson, pattern;

-- part: progress
-- Everybody learns six courses, person 1 up to sixty; a third of them is open, of those one unit is finished.
CREATE TEMP TABLE learner ON COMMIT DROP AS
SELECT 1000000 + i * 100 + j AS id, i, (i * 7 + j) % {courses} + 1 AS c, j % 3 = 0 AS open
FROM generate_series(1, {people}) i, generate_series(0, least(CASE WHEN i = 1 THEN 60 ELSE 6 END, {courses}) - 1) j;
INSERT INTO enrolment (id, person_id, course_id, reason, state, due_on, assigned_by, assigned_at, completed_at) OVERRIDING SYSTEM VALUE
SELECT id, 1000000 + i, 1000000 + c, CASE WHEN open THEN 'assigned' ELSE 'self' END, CASE WHEN open THEN 'open' ELSE 'completed' END, CASE WHEN open THEN today + id::integer % 30 END,
    'system', now - interval '20 days', CASE WHEN NOT open THEN now END FROM learner, pattern;
INSERT INTO progress (enrolment_id, unit_version_id, unit_id, person_id, body, percent, active, begun_at, beat_at, completed_at)
SELECT l.id, 1000000 + c * 10 + u, 1000000 + c * 10 + u, 1000000 + i, '{"spans":[{"f":0,"t":240000}],"credited_ms":240000,"last":{"position_ms":240000},"last_at":"2026-01-01T00:00:00Z"}',
    CASE WHEN open AND u > 1 THEN 40 ELSE 100 END, false, now, now, CASE WHEN open AND u > 1 THEN NULL ELSE now END
FROM learner l, pattern, generate_series(1, 4) u;
INSERT INTO progress_event (enrolment_id, unit_version_id, position_ms, page, credited_ms, at)
SELECT l.id, 1000000 + c * 10 + u, 10000, 0, 10000, now FROM learner l, pattern, generate_series(1, 4) u;

-- part: case courses
INSERT INTO case_course (case_id, cycle, course_id, assigned_at, completed_at)
SELECT w.id, 1, 1000000 + c, closes + interval '9 days', CASE WHEN state <> 'retraining' THEN closes + interval '15 days' END
FROM way w, generate_series(1, 3) c WHERE reexamined OR stage BETWEEN 4 AND 6;
INSERT INTO case_decision (case_id, cycle, kind, reason, state, proposed_by, proposed_at, decided_by, decided_at)
SELECT w.id, 1, CASE outcome WHEN 'dismissed' THEN 'decided_dismissal' ELSE 'decided_transfer' END, '复训后仍不合格', CASE WHEN state = 'closed' THEN 'approved' ELSE 'proposed' END,
    hr, closes, CASE WHEN state = 'closed' THEN hr2 END, CASE WHEN state = 'closed' THEN closes END
FROM way w, pattern WHERE outcome IN ('transferred', 'dismissed') OR state = 'decision_due' AND k < 98;

-- part: notices
INSERT INTO notice (person_id, kind, key, places, link, subject, sent_at, read_at)
SELECT 1000000 + i, 'exam', 'notify.exam_opened', jsonb_build_object('title', '第' || n || '次季度考核', 'closes_at', '2026-03-01 18:00'), '/exams/' || 1000000 + n, 'scale:' || n,
    now - make_interval(hours => n), CASE WHEN n > 5 THEN now END
FROM pattern, generate_series(1, {people}) i, generate_series(1, CASE WHEN i = 1 THEN 20 * {notices} ELSE {notices} END) n;

-- part: old cycles
-- Back from the quarter before this one; final sheets with two typed facts each.
CREATE TEMP TABLE past ON COMMIT DROP AS
SELECT c, 1000000 + c AS id, x.n / 4 AS year, x.n % 4 + 1 AS quarter, make_date(x.n / 4, 3 * (x.n % 4) + 1, 1) AS from_on
FROM pattern, generate_series(1, {cycles}) c, LATERAL (SELECT (extract(year FROM now) * 4 + extract(quarter FROM now) - 1)::integer - c AS n) x;
INSERT INTO cycle (id, scheme_version_id, unit_id, year, quarter, from_on, to_on, mode, state, opened_at, opened_by, scored_at, closed_at) OVERRIDING SYSTEM VALUE
SELECT id, {version}, root, year, quarter, from_on, (from_on + interval '3 months - 1 day')::date, 'counting', 'closed', now, 'system', now, now FROM past, pattern;
INSERT INTO sheet (cycle_id, person_id, unit_id, post_id, state, missing, total_hundredths, grade, computed, scored_at, opinion, confirmed_at, confirmed_by, final_at)
SELECT past.id, 1000000 + i, 1100000 + (i - 1) % {groups} + 1, post, 'final', '{}', {total}, '{grade}', '{computed}', now, '同意', now, superior, now
FROM past, pattern, generate_series(1, {people}) i;
INSERT INTO fact (cycle_id, person_id, indicator, source_kind, source_id, version, value_hundredths, n, detail, recorded_at, recorded_by)
SELECT past.id, 1000000 + i, x.indicator, 'typed', 0, 1, 8600, 1, '{"note":"抽查"}', now, 'person:' || superior
FROM past, pattern, generate_series(1, {people}) i, (VALUES ('chat'), ('call')) x(indicator);

-- part: record of acts
INSERT INTO audit_event (at, actor, act, subject, body, row_hash)
SELECT now - make_interval(mins => {events} - n), 'person:' || 1000000 + n % {people} + 1, (ARRAY['account.session.open', 'exam.attempt.submit', 'exam.release', 'bank.question.edit',
    'account.person.edit'])[n % 5 + 1], (ARRAY['exam', 'person', 'question'])[n % 3 + 1] || ':' || 1000000 + n % 4000, '{"no":"1"}', sha256(int8send(n::bigint))
FROM pattern, generate_series(1, {events}) n ORDER BY n;

-- part: sequences
-- What the services add later comes after what stands here.
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id' AND is_identity = 'YES' LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), greatest(20000000, (SELECT max(id) FROM %I)))', c.table_name, c.table_name);
    END LOOP;
END $$;
