-- name: limits
-- why: how large a file may be, when an administrator has said so
SELECT value FROM setting WHERE key = 'courseware.limits';

-- name: uploads_of
-- why: nobody begins uploads without end
SELECT count(*) FROM object WHERE uploaded_by = $1 AND state = 'uploading';

-- name: object_insert
-- why: a file that is about to arrive (with a multipart id) or that the program has put itself
INSERT INTO object (key, name, size_bytes, part_bytes, state, multipart_id, uploaded_by, begun_at, arrived_at)
VALUES ($1, $2, $3, $4, $5::text, NULLIF($6::text, ''), NULLIF($7::bigint, 0), $8::timestamptz, CASE WHEN $5::text = 'pending' THEN $8::timestamptz END) RETURNING id;

-- name: upload
-- why: who uploads a file, and the program, may go on with it
SELECT id, key, name, size_bytes, part_bytes, state, reason, COALESCE(multipart_id, '') AS multipart_id, COALESCE(content_type, '') AS content_type,
       sha256, COALESCE(duration_ms, 0) AS duration_ms, page_count, uploaded_by, begun_at
FROM object WHERE id = $1 AND ($2::boolean OR uploaded_by = $3);

-- name: object
-- why: the check of a file that arrived
SELECT id, key, name, size_bytes, part_bytes, state, reason, COALESCE(multipart_id, '') AS multipart_id, COALESCE(content_type, '') AS content_type,
       sha256, COALESCE(duration_ms, 0) AS duration_ms, page_count, uploaded_by, begun_at
FROM object WHERE id = $1;

-- name: uploads_refused
-- why: files that are about to become units, and cannot: their uploader is told which and why
SELECT id, key, name, size_bytes, part_bytes, state, reason, COALESCE(multipart_id, '') AS multipart_id, COALESCE(content_type, '') AS content_type,
       sha256, COALESCE(duration_ms, 0) AS duration_ms, page_count, uploaded_by, begun_at
FROM object WHERE id = ANY($1::bigint[]) AND uploaded_by = $2 AND state = 'refused' ORDER BY id LIMIT 100;

-- name: object_arrive
-- why: all parts are there; now it is checked
UPDATE object SET state = 'pending', multipart_id = NULL, arrived_at = $2 WHERE id = $1 AND state = 'uploading';

-- name: object_drop
-- why: an upload that is given up
UPDATE object SET state = 'dropped', multipart_id = NULL, settled_at = $2 WHERE id = $1 AND state = 'uploading';

-- name: object_accept
-- why: the file is what it was said to be; from here on its facts stand
UPDATE object SET state = 'checked', content_type = $2, sha256 = $3, duration_ms = NULLIF($4::bigint, 0), page_count = $5, settled_at = $6
WHERE id = $1 AND state = 'pending';

-- name: object_refuse
-- why: the file is not what it was said to be
UPDATE object SET state = 'refused', reason = $2, settled_at = $3 WHERE id = $1 AND state = 'pending';

-- name: object_page_insert
-- why: the picture of a page
INSERT INTO object_page (object_id, page, key, size_bytes, width, height) VALUES ($1, $2, $3, $4, $5, $6);

-- name: uploads_stale
-- why: what nobody finished within a day is given up
SELECT id, key, name, size_bytes, part_bytes, state, reason, COALESCE(multipart_id, '') AS multipart_id, '' AS content_type,
       sha256, 0 AS duration_ms, page_count, uploaded_by, begun_at
FROM object WHERE state = 'uploading' AND begun_at < $1 ORDER BY begun_at LIMIT $2;

-- name: object_readable
-- why: asked at each request for a file: who put it there, authors of the course that shows it, and who learns that course
SELECT o.id, o.key, o.name, o.size_bytes, o.part_bytes, o.state, o.reason, COALESCE(o.multipart_id, '') AS multipart_id,
       COALESCE(o.content_type, '') AS content_type, o.sha256, COALESCE(o.duration_ms, 0) AS duration_ms, o.page_count, o.uploaded_by, o.begun_at
FROM object o
WHERE o.id = $1 AND o.state IN ('pending', 'checked')
  AND ($2::boolean OR o.uploaded_by = NULLIF($3::bigint, 0)
       OR EXISTS (SELECT 1 FROM unit_version v JOIN course_unit u ON u.id = v.unit_id JOIN course c ON c.id = u.course_id
                  WHERE v.object_id = o.id
                    AND (c.unit_id = ANY($4::bigint[])
                         OR EXISTS (SELECT 1 FROM enrolment e
                                    WHERE e.course_id = c.id AND e.person_id = NULLIF($5::bigint, 0) AND e.state <> 'withdrawn'))));

-- name: object_page
-- why: one page image
SELECT key, size_bytes FROM object_page WHERE object_id = $1 AND page = $2;

-- name: courses
-- why: the trainer's list
WITH listed AS (
    SELECT c.*, count(*) OVER () AS total
    FROM course c
    WHERE ($1::boolean OR c.unit_id = ANY($2::bigint[]))
      AND ($3::text = '' OR c.title ILIKE '%' || $3 || '%' OR c.pinyin LIKE $4 || '%' OR c.initials LIKE $4 || '%')
      AND ($5::text = '' OR c.state = $5)
    ORDER BY c.state = 'retired', c.id DESC
    LIMIT $6 OFFSET $7
)
SELECT l.id, l.unit_id, o.name AS unit_name, l.title, l.summary, l.topics, l.self_study, l.state, l.version, l.created_at, l.published_at, l.total,
       (SELECT count(*) FROM course_unit u WHERE u.course_id = l.id AND u.removed_at IS NULL) AS units,
       (SELECT count(*) FROM enrolment e WHERE e.course_id = l.id AND e.state = 'open') AS learning,
       (SELECT count(*) FROM enrolment e WHERE e.course_id = l.id AND e.state = 'completed') AS completed
FROM listed l JOIN org_unit o ON o.id = l.unit_id
ORDER BY l.state = 'retired', l.id DESC;

-- name: course
-- why: a course inside the author's part of the tree
SELECT c.id, c.unit_id, o.name AS unit_name, c.title, c.summary, c.topics, c.self_study, c.state, c.version, c.created_at, c.published_at
FROM course c JOIN org_unit o ON o.id = c.unit_id
WHERE c.id = $1 AND ($2::boolean OR c.unit_id = ANY($3::bigint[]));

-- name: course_lock
-- why: one act on a course at a time
SELECT c.id, c.unit_id, '' AS unit_name, c.title, c.summary, c.topics, c.self_study, c.state, c.version, c.created_at, c.published_at
FROM course c WHERE c.id = $1 AND ($2::boolean OR c.unit_id = ANY($3::bigint[])) FOR UPDATE;

-- name: course_insert
-- why: a new course, a draft
INSERT INTO course (unit_id, title, pinyin, initials, summary, topics, self_study, state, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9) RETURNING id;

-- name: course_edit
-- why: guarded by the version that the editor saw
UPDATE course SET title = $3, pinyin = $4, initials = $5, summary = $6, topics = $7, self_study = $8, version = version + 1
WHERE id = $1 AND version = $2 AND state <> 'retired';

-- name: course_publish
-- why: from here on people learn it; a named person answers for it
UPDATE course SET state = 'published', published_by = $2, published_at = $3, version = version + 1 WHERE id = $1 AND state = 'draft';

-- name: course_retire
-- why: it takes nobody new
UPDATE course SET state = 'retired', retired_at = $2, version = version + 1 WHERE id = $1 AND state IN ('draft', 'published');

-- name: units
-- why: the units of a course in order, each with the file that it shows now
SELECT u.id, u.course_id, u.position, u.title, u.required, v.id AS version_id, v.version, v.minutes, o.id AS object_id, o.name AS file_name,
       o.size_bytes, o.state AS object_state, o.reason AS object_reason, COALESCE(o.content_type, '') AS content_type, o.page_count,
       COALESCE(o.duration_ms, 0) AS measured_ms
FROM course_unit u JOIN unit_current v ON v.unit_id = u.id JOIN object o ON o.id = v.object_id
WHERE u.course_id = $1 AND u.removed_at IS NULL
ORDER BY u.position, u.id
LIMIT 200;

-- name: unit
-- why: the unit that a player tells of
SELECT u.id, u.course_id, u.position, u.title, u.required, v.id AS version_id, v.version, v.minutes, o.id AS object_id, o.name AS file_name,
       o.size_bytes, o.state AS object_state, o.reason AS object_reason, COALESCE(o.content_type, '') AS content_type, o.page_count,
       COALESCE(o.duration_ms, 0) AS measured_ms
FROM course_unit u JOIN unit_current v ON v.unit_id = u.id JOIN object o ON o.id = v.object_id
WHERE u.id = $1 AND u.removed_at IS NULL;

-- name: unit_insert
-- why: a new unit at the end
INSERT INTO course_unit (course_id, position, title, required, created_at)
SELECT $1::bigint, COALESCE(max(position), 0) + 1, $2, $3::boolean, $4::timestamptz FROM course_unit WHERE course_id = $1 RETURNING id;

-- name: version_insert
-- why: another file, or another length, is another version
INSERT INTO unit_version (unit_id, version, object_id, minutes, created_by, created_at)
SELECT $1::bigint, COALESCE(max(version), 0) + 1, $2::bigint, $3::integer, $4, $5::timestamptz FROM unit_version WHERE unit_id = $1 RETURNING id;

-- name: unit_edit
-- why: title, and whether it is compulsory
UPDATE course_unit SET title = $2, required = $3 WHERE id = $1 AND removed_at IS NULL;

-- name: unit_place
-- why: the order of the units
UPDATE course_unit SET position = $2 WHERE id = $1 AND removed_at IS NULL;

-- name: unit_remove
-- why: taken out of a draft
UPDATE course_unit SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL;

-- name: course_for_enrolment
-- why: which of some courses can be begun, in order of their ids so that two assignments cannot wait for each other
SELECT id FROM course WHERE id = ANY($1::bigint[]) AND state = 'published' ORDER BY id FOR SHARE;

-- name: enrolment_open_lock
-- why: the open way through a course, while nobody else changes it
SELECT id, person_id, course_id, reason, state, due_on, assigned_at, completed_at FROM enrolment
WHERE person_id = $1 AND course_id = $2 AND state = 'open' FOR UPDATE;

-- name: enrolment_insert
-- why: a new way through a course; one that was opened at the same moment wins
INSERT INTO enrolment (person_id, course_id, reason, state, due_on, assigned_by, assigned_at)
VALUES ($1, $2, $3, 'open', $4::date, $5, $6) ON CONFLICT (person_id, course_id) WHERE state = 'open' DO NOTHING RETURNING id;

-- name: enrolment_tighten
-- why: what was begun freely, or assigned before, is now due
UPDATE enrolment SET reason = 'assigned', due_on = $2::date, assigned_by = $3, assigned_at = $4 WHERE id = $1 AND state = 'open';

-- name: enrolment_assigned_lock
-- why: what is to be taken back or put off, of somebody inside the viewer's scope
SELECT e.id, e.person_id, e.course_id, e.reason, e.state, e.due_on, e.assigned_at, e.completed_at
FROM enrolment e JOIN person_place pp ON pp.person_id = e.person_id
WHERE e.id = $1 AND e.course_id = $2 AND ($3::boolean OR pp.unit_id = ANY($4::bigint[])) FOR UPDATE OF e;

-- name: enrolment_due
-- why: another due day; since when it is assigned stays
UPDATE enrolment SET due_on = $2::date WHERE id = $1 AND state = 'open';

-- name: enrolments_withdraw
-- why: they need not be finished any more
UPDATE enrolment SET state = 'withdrawn', withdrawn_at = $2 WHERE id = ANY($1::bigint[]) AND state = 'open';

-- name: enrolment_complete
-- why: every compulsory unit is finished
UPDATE enrolment SET state = 'completed', completed_at = $2 WHERE id = $1 AND state = 'open'
  AND NOT EXISTS (SELECT 1 FROM enrolment_unit eu WHERE eu.enrolment_id = $1 AND eu.required AND eu.percent < 100);

-- name: retraining_open
-- why: whether all retraining is done (C55, C57)
SELECT count(*) FROM enrolment WHERE person_id = $1 AND state = 'open' AND reason = 'retraining';

-- name: retraining_of
-- why: the retraining to withdraw when fails are lifted, by person and course
SELECT e.id, e.person_id, e.course_id, e.reason, e.state, e.due_on, e.assigned_at, e.completed_at
FROM unnest($1::bigint[], $2::bigint[]) AS m(person_id, course_id) JOIN enrolment e ON e.person_id = m.person_id AND e.course_id = m.course_id
WHERE e.state = 'open' AND e.reason = 'retraining' ORDER BY e.id LIMIT 100000 FOR UPDATE OF e;

-- name: tasks
-- why: what a person learns and has learnt, the most urgent first
SELECT e.id, e.person_id, e.course_id, e.reason, e.state, e.due_on, e.assigned_at, e.completed_at, c.title, c.summary,
       (SELECT count(*) FROM course_unit u WHERE u.course_id = c.id AND u.removed_at IS NULL) AS units,
       CASE WHEN e.state = 'completed' THEN 100 ELSE
           COALESCE((SELECT floor(avg(eu.percent)) FROM enrolment_unit eu WHERE eu.enrolment_id = e.id AND eu.required), 0) END::integer AS percent
FROM enrolment e JOIN course c ON c.id = e.course_id
WHERE e.person_id = $1 AND e.state <> 'withdrawn'
ORDER BY e.state <> 'open', e.due_on NULLS LAST, e.id DESC
LIMIT $2;

-- name: offered
-- why: courses for self-study that belong to the viewer's part of the tree and are not yet begun
SELECT c.id AS course_id, c.title, c.summary, (SELECT count(*) FROM course_unit u WHERE u.course_id = c.id AND u.removed_at IS NULL) AS units
FROM course c
WHERE c.state = 'published' AND c.self_study
  AND EXISTS (SELECT 1 FROM person_place pp JOIN org_ancestor a ON a.unit_id = pp.unit_id
              WHERE pp.person_id = $1 AND a.ancestor_id = c.unit_id)
  AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = $1 AND e.course_id = c.id AND e.state <> 'withdrawn')
ORDER BY c.id DESC
LIMIT $2;

-- name: course_to_learn
-- why: a course that the viewer learns, may begin, or has written
SELECT c.id, c.unit_id, o.name AS unit_name, c.title, c.summary, c.topics, c.self_study, c.state, c.version, c.created_at, c.published_at
FROM course c JOIN org_unit o ON o.id = c.unit_id
WHERE c.id = $1
  AND ($2::boolean OR c.unit_id = ANY($3::bigint[])
       OR EXISTS (SELECT 1 FROM enrolment e WHERE e.course_id = c.id AND e.person_id = $4 AND e.state <> 'withdrawn')
       OR c.state = 'published' AND c.self_study
          AND EXISTS (SELECT 1 FROM person_place pp JOIN org_ancestor a ON a.unit_id = pp.unit_id
                      WHERE pp.person_id = $4 AND a.ancestor_id = c.unit_id));

-- name: enrolment_of
-- why: the viewer's way through a course: the open one, else the last one
SELECT id, person_id, course_id, reason, state, due_on, assigned_at, completed_at FROM enrolment
WHERE person_id = $1 AND course_id = $2 AND state <> 'withdrawn' ORDER BY state <> 'open', id DESC LIMIT 1;

-- name: unit_percents
-- why: how far each unit is
SELECT unit_id, percent FROM enrolment_unit WHERE enrolment_id = $1 LIMIT 200;

-- name: progress
-- why: what was credited so far, and the beat to compare the next one with
SELECT body FROM progress WHERE enrolment_id = $1 AND unit_version_id = $2;

-- name: active_elsewhere
-- why: one person plays one thing at a time
SELECT beat_at FROM progress WHERE person_id = $1 AND active AND (enrolment_id, unit_version_id) <> ($2, $3) ORDER BY beat_at DESC LIMIT 1;

-- name: progress_store
-- why: the fold after a beat
INSERT INTO progress (enrolment_id, unit_version_id, unit_id, person_id, body, percent, active, begun_at, beat_at, completed_at)
VALUES ($1, $2, $3, $4, $5, $6::integer, $7, $8::timestamptz, $8::timestamptz, CASE WHEN $6::integer = 100 THEN $8::timestamptz END)
ON CONFLICT (enrolment_id, unit_version_id) DO UPDATE
SET body = excluded.body, percent = excluded.percent, active = excluded.active, beat_at = excluded.beat_at,
    completed_at = COALESCE(progress.completed_at, excluded.completed_at);

-- name: progress_event_insert
-- why: what was credited when, for whoever doubts it
INSERT INTO progress_event (enrolment_id, unit_version_id, position_ms, page, credited_ms, at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: learners
-- why: who learns a course and how far they are, inside the viewer's scope
WITH listed AS (
    SELECT e.*, p.name, p.employee_no, o.name AS unit_name, count(*) OVER () AS total
    FROM enrolment e
    JOIN person p ON p.id = e.person_id
    JOIN person_place pp ON pp.person_id = e.person_id
    JOIN org_unit o ON o.id = pp.unit_id
    WHERE e.course_id = $1 AND ($2::boolean OR pp.unit_id = ANY($3::bigint[]))
      AND ($4::text = '' OR e.state = $4)
      AND ($5::text = '' OR p.name LIKE '%' || $5 || '%' OR p.initials LIKE $5 || '%' OR p.pinyin LIKE $5 || '%' OR p.employee_no = $5)
    ORDER BY e.state = 'open' DESC, e.due_on NULLS LAST, e.id DESC
    LIMIT $6 OFFSET $7
)
SELECT l.id, l.person_id, l.course_id, l.reason, l.state, l.due_on, l.assigned_at, l.completed_at, l.name, l.employee_no, l.unit_name, l.total,
       CASE WHEN l.state = 'completed' THEN 100 ELSE
           COALESCE((SELECT floor(avg(eu.percent)) FROM enrolment_unit eu WHERE eu.enrolment_id = l.id AND eu.required), 0) END::integer AS percent
FROM listed l
ORDER BY l.state = 'open' DESC, l.due_on NULLS LAST, l.id DESC;

-- name: course_reported
-- why: the name over the list of learners; a draft has none
SELECT c.id, c.unit_id, o.name AS unit_name, c.title, c.summary, c.topics, c.self_study, c.state, c.version, c.created_at, c.published_at
FROM course c JOIN org_unit o ON o.id = c.unit_id WHERE c.id = $1 AND c.published_at IS NOT NULL;

-- name: courses_assignable
-- why: the courses that a retraining or a plan can choose from
SELECT c.id, c.unit_id, o.name AS unit_name, c.title, c.summary, c.topics, c.self_study, c.state, c.version, c.created_at, c.published_at
FROM course c JOIN org_unit o ON o.id = c.unit_id WHERE c.state = 'published' ORDER BY c.id DESC LIMIT $1;

-- name: titles
-- why: names of courses for pages that hold their ids
SELECT id, title FROM course WHERE id = ANY($1::bigint[]) LIMIT 1000;

-- name: participation
-- why: how much of what was due in a period a person finished (training's share of the appraisal); what may still be finished in time
-- is not counted yet
SELECT e.person_id, count(*) AS assigned, count(*) FILTER (WHERE e.completed_at < $5) AS completed
FROM enrolment e
WHERE e.person_id = ANY($1::bigint[]) AND e.reason <> 'self' AND e.state <> 'withdrawn'
  AND (e.due_on BETWEEN $2::date AND $3::date OR e.due_on IS NULL AND e.assigned_at >= $4 AND e.assigned_at < $5)
  AND (e.completed_at < $5 OR coalesce(e.due_on, $3::date) < $6::date)
GROUP BY e.person_id
LIMIT 100000;

-- name: lately_overdue
-- why: whose courses ran out unfinished in the last days: from now on they count as missed
SELECT DISTINCT person_id FROM enrolment
WHERE state = 'open' AND reason <> 'self' AND due_on >= $1::date AND due_on < $2::date
ORDER BY person_id LIMIT 100000;
