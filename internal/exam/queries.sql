-- The exam's SQL. Times are parameters.

-- name: blueprint_insert
-- why: a blueprint is a title with versions
INSERT INTO blueprint (title, created_by, created_at) VALUES ($1, $2, $3) RETURNING id

-- name: blueprint_version_insert
-- why: a change of a blueprint is a new version
INSERT INTO blueprint_version (blueprint_id, version, body, created_by, created_at)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4 FROM blueprint_version WHERE blueprint_id = $1
RETURNING id

-- name: blueprint_current
-- why: the newest version is edited and drawn from
SELECT b.id, v.id AS version_id, v.version, v.body, v.created_at FROM blueprint b JOIN blueprint_version v ON v.blueprint_id = b.id
WHERE b.id = $1 ORDER BY v.version DESC LIMIT 1

-- name: blueprints
-- why: the list of blueprints, newest first, each with its newest version, which has the title
WITH part AS (
    SELECT b.id, v.id AS version_id, v.version, v.body, v.created_at, count(*) OVER () AS list_total FROM blueprint b
    JOIN LATERAL (SELECT * FROM blueprint_version WHERE blueprint_id = b.id ORDER BY version DESC LIMIT 1) v ON true
    WHERE b.retired_at IS NULL AND position(lower($1) IN lower(v.body ->> 'title')) > 0 ORDER BY b.id DESC LIMIT $2 OFFSET $3
)
SELECT part.* FROM part ORDER BY id DESC

-- name: papers_insert
-- why: papers are frozen when they are made, many together, numbered in their order; their slots follow in the same transaction
INSERT INTO paper (title, blueprint_version_id, person_id, seed, total_hundredths, notes, created_by, created_at, form_set_id, form)
SELECT m.title, m.blueprint_version_id, m.person_id, m.seed, m.total_hundredths, m.notes, m.created_by, $2, m.form_set_id, m.form
FROM jsonb_to_recordset($1) AS m(no integer, title text, blueprint_version_id bigint, person_id bigint, seed bigint, total_hundredths bigint, notes jsonb,
    created_by text, form_set_id bigint, form text)
ORDER BY m.no RETURNING id, person_id, form

-- name: paper_slots_insert
-- why: all slots of papers in one statement
INSERT INTO paper_slot (paper_id, slot, section, version_id, points_hundredths, reason)
SELECT s.paper_id, s.slot, s.section, s.version_id, s.points, s.reason::jsonb
FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::bigint[], $5::bigint[], $6::text[]) AS s(paper_id, slot, section, version_id, points, reason)

-- name: paper
-- why: a paper's page and an absence need its head
SELECT p.id, p.title, p.total_hundredths, p.notes, p.created_at, (SELECT count(*) FROM paper_slot s WHERE s.paper_id = p.id) AS slots
FROM paper p WHERE p.id = $1

-- name: paper_shown
-- why: a paper's page, with keys: a person's own paper inside the viewer's part of the tree, and never the viewer's own
SELECT p.id, p.title, p.total_hundredths, p.notes, p.created_at, (SELECT count(*) FROM paper_slot s WHERE s.paper_id = p.id) AS slots,
    (SELECT count(*) FROM paper f WHERE f.form_set_id = p.form_set_id) AS forms,
    coalesce((SELECT n.name || ' ' || n.employee_no FROM person n WHERE n.id = p.person_id), '') AS person
FROM paper p
WHERE p.id = $1 AND (p.person_id IS NULL
    OR p.person_id <> $2 AND ($3 OR EXISTS (SELECT 1 FROM person_place c WHERE c.person_id = p.person_id AND c.unit_id = ANY ($4::bigint[]))))

-- name: still_to_sit
-- why: what shows the questions of an exam ($2) or of a paper ($3) is closed to a person who has still to sit them
SELECT still_to_sit($1, $2, $3) AS still_to_sit

-- name: papers
-- why: the list of papers for exams, all or by whether an exam takes them, a form with its set; own papers of single people are not in it
WITH part AS (
    SELECT p.id, p.title, p.total_hundredths, p.notes, p.created_at, p.form_set_id, count(*) OVER () AS list_total FROM paper p
    WHERE p.person_id IS NULL AND position(lower($1) IN lower(p.title)) > 0
      AND ($2 = '' OR ($2 = 'used') = (EXISTS (SELECT 1 FROM exam e WHERE e.paper_id = p.id)
           OR EXISTS (SELECT 1 FROM paper f JOIN exam e ON e.paper_id = f.id WHERE f.form_set_id = p.form_set_id)))
    ORDER BY p.id DESC LIMIT $3 OFFSET $4
)
SELECT part.id, part.title, part.total_hundredths, part.notes, part.created_at, part.list_total,
    (SELECT count(*) FROM paper_slot s WHERE s.paper_id = part.id) AS slots,
    (SELECT count(*) FROM exam e WHERE e.paper_id = part.id OR e.paper_id IN (SELECT f.id FROM paper f WHERE f.form_set_id = part.form_set_id)) AS exams
FROM part ORDER BY id DESC

-- name: paper_slots
-- why: a frozen paper is read once a process and kept
SELECT slot, section, version_id, points_hundredths, reason FROM paper_slot WHERE paper_id = $1 ORDER BY slot

-- name: exam_insert
-- why: a draft
INSERT INTO exam (round_id, sitting_no, paper_id, title, kind, state, opens_at, closes_at, last_start_at, limit_seconds, grace_seconds,
                  shuffle_slots, shuffle_options, review, release, attempts_allowed, seed, bands_version_id, created_by, created_at, published_at, red_line, one_way,
                  contact)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
ON CONFLICT (round_id, kind, sitting_no) DO NOTHING RETURNING id

-- name: exam_edit
-- why: only a draft is edited
UPDATE exam SET paper_id = $2, title = $3, kind = $4, opens_at = $5, closes_at = $6, last_start_at = $7, limit_seconds = $8,
    grace_seconds = $9, shuffle_slots = $10, shuffle_options = $11, review = $12, release = $13, attempts_allowed = $14, red_line = $15, one_way = $16, contact = $17
WHERE id = $1 AND state = 'draft'

-- name: exam
-- why: an exam by id
SELECT id, round_id, sitting_no, paper_id, title, kind, state, opens_at, closes_at, last_start_at, limit_seconds, grace_seconds, shuffle_slots,
       shuffle_options, review, release, red_line, attempts_allowed, seed, bands_version_id, absence_version_id, markers, mark_gap_percent, integrity,
       published_at, on_paper, called_off_at, called_off_reason, one_way, contact
FROM exam WHERE id = $1

-- name: exam_lock
-- why: publishing, inviting and releasing of one exam happen one after another
SELECT id, round_id, sitting_no, paper_id, title, kind, state, opens_at, closes_at, last_start_at, limit_seconds, grace_seconds, shuffle_slots,
       shuffle_options, review, release, red_line, attempts_allowed, seed, bands_version_id, absence_version_id, markers, mark_gap_percent, integrity,
       published_at, on_paper, called_off_at, called_off_reason, one_way, contact
FROM exam WHERE id = $1 FOR UPDATE

-- name: exams
-- why: the staff's list, newest window first, with how many are invited and settled, and since when results wait for their release
WITH part AS (
    SELECT e.id, e.title, e.kind, e.state, e.opens_at, e.closes_at, e.limit_seconds, count(*) OVER () AS list_total
    FROM exam e
    WHERE ($1 = '' OR e.state = $1 OR $1 = 'unreleased' AND EXISTS (SELECT 1 FROM result_standing r WHERE r.exam_id = e.id AND r.released_at IS NULL))
      AND ($2 = '' OR e.kind = $2) AND position(lower($3) IN lower(e.title)) > 0
    ORDER BY e.opens_at DESC, e.id DESC LIMIT $4 OFFSET $5
)
SELECT part.*, people.n AS candidates, people.n - (SELECT count(*) FROM candidate c WHERE c.exam_id = part.id AND c.settled_at IS NULL) AS settled,
       w.unreleased, w.unreleased_from, (SELECT count(*) FROM mark_task t WHERE t.exam_id = part.id AND t.state = 'open') AS marking
FROM part
CROSS JOIN LATERAL (SELECT count(*) AS n FROM candidate c WHERE c.exam_id = part.id AND c.removed_at IS NULL) people
CROSS JOIN LATERAL (
    SELECT count(*) AS unreleased, min(coalesce(c.closes_at, part.closes_at)) AS unreleased_from
    FROM result_standing r JOIN candidate c ON c.id = r.candidate_id
    WHERE r.exam_id = part.id AND r.released_at IS NULL
) w
ORDER BY part.opens_at DESC, part.id DESC

-- name: exam_publish
-- why: draft → published
UPDATE exam SET state = 'published', published_at = $2, bands_version_id = $3, round_id = $4, absence_version_id = $5 WHERE id = $1 AND state = 'draft'

-- name: exam_settle
-- why: published → marked, when still nobody is waited for (due_settlements): the caller has locked the exam, as whoever joins it does
UPDATE exam e SET state = 'marked', marked_at = $2 WHERE id = $1 AND state = 'published'
  AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = e.id AND c.settled_at IS NULL AND c.state <> 'deferred'
                  AND (e.kind <> 'mock' OR EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id AND a.state = 'open')))

-- name: exam_reopen
-- why: marked or archived → published when somebody joins a retake; its window covers all windows of its candidates
UPDATE exam SET state = 'published', marked_at = NULL, archived_at = NULL, opens_at = least(opens_at, $2), closes_at = greatest(closes_at, $3)
WHERE id = $1 AND state IN ('published', 'marked', 'archived')

-- name: exam_waits_for
-- why: an exam is put away when nobody of it is waited for: who has leave, or sits again after a void, could not begin any more; a
-- mock waits for those alone who are at it
SELECT count(*) FROM candidate c JOIN exam e ON e.id = c.exam_id WHERE c.exam_id = $1 AND c.settled_at IS NULL
  AND (e.kind <> 'mock' OR EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id AND a.state IN ('open', 'submitted')))

-- name: exam_archive
-- why: marked → archived
UPDATE exam SET state = 'archived', archived_at = $2 WHERE id = $1 AND state = 'marked'

-- name: exam_begun
-- why: an exam is called off, or a person ($2) taken off it, only while nothing has come of it: no attempt, not even a void one, no sheet of
-- paper keyed in, no absence recorded; 0 asks for everybody
SELECT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = $1 AND ($2::bigint = 0 OR c.person_id = $2)
    AND (c.settled_at IS NOT NULL AND c.state <> 'withdrawn' OR EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id)
         OR EXISTS (SELECT 1 FROM mark_entry m WHERE m.candidate_id = c.id)))

-- name: exam_call_off
-- why: published → called off; nobody is waited for any more
WITH e AS (
    UPDATE exam SET state = 'called_off', called_off_at = $2, called_off_reason = $3 WHERE id = $1 AND state = 'published' RETURNING id
), settled AS (
    UPDATE candidate SET state = 'withdrawn', settled_at = $2 WHERE exam_id = (SELECT id FROM e) AND settled_at IS NULL
)
SELECT id FROM e

-- name: round_insert
-- why: an original exam begins a round
INSERT INTO round (exam_id, created_at) VALUES ($1, $2) RETURNING id

-- name: round_original
-- why: retakes and re-exams come of the original; the lock lets one of them be opened at a time
SELECT e.id, e.round_id, e.sitting_no, e.paper_id, e.title, e.kind, e.state, e.opens_at, e.closes_at, e.last_start_at, e.limit_seconds, e.grace_seconds,
       e.shuffle_slots, e.shuffle_options, e.review, e.release, e.red_line, e.attempts_allowed, e.seed, e.bands_version_id, e.published_at
FROM round r JOIN exam e ON e.id = r.exam_id WHERE r.id = $1 FOR UPDATE OF r

-- name: round_sitting
-- why: the one retake exam of a round, or the n-th re-exam
SELECT id FROM exam WHERE round_id = $1 AND kind = $2 AND sitting_no = $3

-- name: round_candidacies
-- why: people's sittings of a kind in a round: the last one, and how many say which re-exam comes next
SELECT DISTINCT ON (c.person_id) c.person_id, c.exam_id, c.settled_at IS NOT NULL AS settled, count(*) OVER (PARTITION BY c.person_id) AS sat
FROM exam e JOIN candidate c ON c.exam_id = e.id
WHERE e.round_id = $1 AND e.kind = $2 AND c.person_id = ANY($3::bigint[]) ORDER BY c.person_id, e.sitting_no DESC

-- name: round_sittings
-- why: what a round came to for a person: its released results in the order sat
SELECT e.kind, r.percent_hundredths, r.passed FROM exam e JOIN result r ON r.exam_id = e.id
WHERE e.round_id = $1 AND r.person_id = $2 AND r.released_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM result n WHERE n.candidate_id = r.candidate_id AND n.id > r.id AND n.released_at IS NOT NULL)
ORDER BY e.sitting_no + CASE e.kind WHEN 'reexam' THEN 1000 WHEN 'retake' THEN 500 ELSE 0 END LIMIT 50

-- name: weak_points
-- why: what people lost in the failed papers of their rounds, by the questions' own knowledge points, for whoever chooses their courses
SELECT t.topic_id, count(*) AS asked, count(*) FILTER (WHERE m.mark < m.points) AS missed,
    count(DISTINCT r.person_id) FILTER (WHERE m.mark < m.points) AS people
FROM unnest($1::bigint[], $2::bigint[]) AS w(round_id, person_id)
JOIN exam e ON e.round_id = w.round_id JOIN candidate c ON c.exam_id = e.id AND c.person_id = w.person_id JOIN result r ON r.candidate_id = c.id
CROSS JOIN LATERAL jsonb_to_recordset(r.marks) AS m(version_id bigint, mark numeric, points numeric, dropped boolean)
JOIN question_version_topic t ON t.version_id = m.version_id AND t.position = 0
WHERE r.released_at IS NOT NULL AND NOT r.passed AND m.dropped IS NOT TRUE
  AND NOT EXISTS (SELECT 1 FROM result n WHERE n.candidate_id = r.candidate_id AND n.id > r.id AND n.released_at IS NOT NULL)
GROUP BY t.topic_id HAVING count(*) FILTER (WHERE m.mark < m.points) > 0
ORDER BY missed DESC, asked, t.topic_id LIMIT $3

-- name: candidates_insert
-- why: inviting twice invites once; who was taken off is invited anew
INSERT INTO candidate (exam_id, person_id, state, invited_by, created_at)
SELECT $1, person_id, 'invited', $3, $4 FROM unnest($2::bigint[]) AS person_id
ON CONFLICT (exam_id, person_id) DO UPDATE SET state = 'invited', settled_at = NULL, removed_at = NULL, removed_reason = NULL, opens_at = NULL,
    closes_at = NULL, extra_seconds = 0, invited_by = excluded.invited_by, created_at = excluded.created_at
WHERE candidate.removed_at IS NOT NULL RETURNING person_id

-- name: candidates_insert_own
-- why: a retake's candidates have own windows and own papers
INSERT INTO candidate (exam_id, person_id, state, opens_at, closes_at, paper_id, invited_by, created_at)
SELECT m.exam_id, m.person_id, 'invited', $1, m.closes_at, m.paper_id, $2, $3
FROM unnest($4::bigint[], $5::bigint[], $6::timestamptz[], $7::bigint[]) WITH ORDINALITY AS m(exam_id, person_id, closes_at, paper_id, ord) ORDER BY m.ord

-- name: candidate_remove
-- why: before the exam is published an invitation is a draft's line and nothing that counts; who has left is in nobody's part of the tree
DELETE FROM candidate c USING exam e WHERE c.exam_id = $1 AND c.person_id = $2 AND e.id = c.exam_id AND e.state = 'draft'
  AND ($3 OR NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id)
       OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($4::bigint[])))

-- name: candidate_take_off
-- why: who was invited to a published exam by mistake; the caller holds the exam, so nobody begins meanwhile
UPDATE candidate SET state = 'withdrawn', settled_at = $2, removed_at = $2, removed_reason = $3 WHERE id = $1 AND settled_at IS NULL

-- name: candidate_lock
-- why: a grant to one person, who must be inside the examiner's part of the tree
SELECT c.id, c.exam_id, c.person_id, c.state, c.opens_at, c.closes_at, c.extra_seconds, c.paper_id FROM candidate c
WHERE c.exam_id = $1 AND c.person_id = $2
  AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($4::bigint[]))) FOR UPDATE

-- name: candidates_lock
-- why: people's places in an exam whose fails lead to another sitting, in one order of locking
SELECT c.id, c.exam_id, c.person_id, c.state, c.opens_at, c.closes_at, c.extra_seconds, c.paper_id FROM candidate c
WHERE c.exam_id = $1 AND c.person_id = ANY($2::bigint[]) ORDER BY c.id FOR UPDATE

-- name: candidate_grant
-- why: what was granted to one person; a settled candidate has nothing left to grant
UPDATE candidate SET state = $2, opens_at = $3, closes_at = $4, extra_seconds = $5 WHERE id = $1 AND settled_at IS NULL

-- name: candidates_hold
-- why: starts that are under way are waited for, and those that come wait, before it is looked whether the people have begun
SELECT id FROM candidate WHERE exam_id = $1 AND person_id = ANY($2::bigint[]) ORDER BY id FOR UPDATE

-- name: candidate_withdraw
-- why: the fail that a retake or re-exam came of was lifted; who has begun is left to the end
UPDATE candidate c SET state = 'withdrawn', settled_at = $3 FROM exam e
WHERE c.exam_id = $1 AND c.person_id = ANY($2::bigint[]) AND c.settled_at IS NULL AND e.id = c.exam_id AND e.kind IN ('retake', 'reexam')
  AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id)
RETURNING c.person_id

-- name: candidates
-- why: the people of an exam inside the viewer's part of the tree with attempt and newest result, a page of them
WITH part AS (
    SELECT c.*, p.unit_id, count(*) OVER () AS list_total FROM candidate c LEFT JOIN person_place p ON p.person_id = c.person_id
    WHERE c.exam_id = $1 AND ($2 OR p.unit_id = ANY($3::bigint[])) ORDER BY c.person_id LIMIT $4 OFFSET $5
)
SELECT part.id, part.person_id, n.name, n.employee_no, coalesce(u.name, '') AS unit_name, part.state, part.opens_at, part.closes_at,
       part.extra_seconds, part.settled_at, part.created_at, part.removed_reason, part.list_total,
       a.id AS attempt_id, a.state AS attempt_state, a.started_at, a.deadline_at, a.submitted_at, a.submit_cause,
       r.id AS result_id, r.score_hundredths, r.total_hundredths, r.percent_hundredths, r.band, r.passed, r.cause, r.released_at
FROM part JOIN person n ON n.id = part.person_id LEFT JOIN org_unit u ON u.id = part.unit_id
LEFT JOIN LATERAL (SELECT * FROM attempt WHERE candidate_id = part.id ORDER BY no DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT * FROM result WHERE candidate_id = part.id ORDER BY attempt_id DESC NULLS LAST, version DESC LIMIT 1) r ON true
ORDER BY part.person_id

-- name: candidates_people
-- why: everybody on the list is told of the publication, and of its being called off; an exam has at most some thousand candidates
SELECT person_id FROM candidate WHERE exam_id = $1 AND settled_at IS NULL ORDER BY person_id LIMIT 20000

-- name: candidates_count
-- why: the number of pages of that list
SELECT count(*) FROM candidate c
WHERE c.exam_id = $1 AND ($2 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($3::bigint[])))

-- name: candidate_beyond
-- why: an act on a whole exam needs a reach over all of its people
SELECT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = $1 AND c.removed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($2::bigint[])))

-- name: exam_reach
-- why: the page before such an act says how many people the exam has and how many of them are beyond the viewer
SELECT count(*) AS people, count(*) FILTER (WHERE NOT ($2
           OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = c.person_id AND p.unit_id = ANY($3::bigint[])))) AS beyond
FROM candidate c WHERE c.exam_id = $1 AND c.removed_at IS NULL

-- name: candidates_known
-- why: how many of an audience are on the list already
SELECT count(*) FROM candidate WHERE exam_id = $1 AND person_id = ANY($2::bigint[]) AND removed_at IS NULL

-- name: people_to_invite
-- why: single people by name or employee number, for whoever sets an exam up; each branch of hit reads one index
WITH hit AS (
    SELECT id FROM person WHERE name >= $2 AND name < $3
    UNION SELECT id FROM person WHERE substr(name, 2) >= $2 AND substr(name, 2) < $3
    UNION SELECT id FROM person WHERE pinyin >= $2 AND pinyin < $3
    UNION SELECT id FROM person WHERE initials >= $2 AND initials < $3
    UNION SELECT id FROM person WHERE lower(employee_no) >= $2 AND lower(employee_no) < $3
)
SELECT p.id, p.name, p.employee_no, u.name AS unit_name, c.id IS NOT NULL AS invited, count(*) OVER () AS list_total
FROM hit JOIN person p ON p.id = hit.id JOIN person_place s ON s.person_id = p.id JOIN org_unit u ON u.id = s.unit_id
LEFT JOIN candidate c ON c.exam_id = $1 AND c.person_id = p.id AND c.removed_at IS NULL
WHERE p.left_on IS NULL AND ($4 OR s.unit_id = ANY($5::bigint[]))
ORDER BY p.pinyin COLLATE "C", p.id LIMIT $6

-- name: mine
-- why: a person's exams, what is still to come or running first by the newest invitation
SELECT e.id, e.round_id, e.title, e.kind, e.opens_at, e.closes_at, e.last_start_at, e.limit_seconds, e.grace_seconds, e.attempts_allowed, e.review, e.release, e.red_line,
       e.one_way, e.contact, e.bands_version_id, e.absence_version_id, e.on_paper,
       c.opens_at AS own_opens_at, c.closes_at AS own_closes_at, c.extra_seconds, c.state AS candidate_state,
       e.called_off_at, e.called_off_reason, c.removed_at, c.removed_reason,
       a.id AS attempt_id, a.state AS attempt_state, a.deadline_at, a.paused_at,
       (SELECT count(*) FROM attempt u WHERE u.candidate_id = c.id AND u.state <> 'void') AS attempts_used,
       r.band, r.percent_hundredths, r.passed, r.released_at,
       (SELECT (value ->> 'at')::timestamptz FROM setting WHERE key = 'exam.freeze') AS frozen_at
FROM candidate c JOIN exam e ON e.id = c.exam_id
LEFT JOIN LATERAL (SELECT * FROM attempt WHERE candidate_id = c.id ORDER BY no DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT * FROM result WHERE candidate_id = c.id AND released_at IS NOT NULL ORDER BY id DESC LIMIT 1) r ON true
WHERE c.person_id = $1 AND e.state <> 'draft' AND (c.state <> 'withdrawn' OR a.id IS NOT NULL OR e.state = 'called_off' OR c.removed_at IS NOT NULL)
  AND ($2::bigint = 0 OR e.id = $2)
ORDER BY c.id DESC LIMIT $3

-- name: start_facts
-- why: what decides the starts of many people beside their exam, in one look
SELECT m.ord, coalesce(c.id, 0) AS candidate_id, c.opens_at AS own_opens_at, c.closes_at AS own_closes_at, coalesce(c.extra_seconds, 0) AS extra_seconds,
       c.paper_id AS own_paper_id, coalesce(c.state, '') AS candidate_state, c.removed_at, c.admitted_at, coalesce(p.name, '') AS person_name,
       coalesce(p.employee_no, '') AS employee_no, coalesce(a.id, 0) AS last_attempt_id, coalesce(a.state, '') AS last_attempt_state,
       coalesce(a.no, 0) AS last_attempt_no, coalesce(a.holder, '') AS last_holder, coalesce(a.epoch, 0) AS last_epoch,
       (SELECT count(*) FROM attempt u WHERE u.candidate_id = c.id AND u.state <> 'void') AS attempts_used,
       (SELECT (value ->> 'at')::timestamptz FROM setting WHERE key = 'exam.freeze') AS frozen_at
FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS m(exam_id, person_id, ord)
LEFT JOIN candidate c ON c.exam_id = m.exam_id AND c.person_id = m.person_id
LEFT JOIN person p ON p.id = c.person_id
LEFT JOIN LATERAL (SELECT id, state, no, holder, epoch FROM attempt WHERE candidate_id = c.id ORDER BY no DESC LIMIT 1) a ON true
ORDER BY m.ord

-- name: not_begun
-- why: reminders: whose window of a regular exam is open, began or ends within $2 seconds, and who has not begun
SELECT w.* FROM (
    SELECT e.id AS exam_id, e.title, e.published_at, c.person_id,
           coalesce(c.opens_at, e.opens_at) AS opens_at, coalesce(c.closes_at, e.closes_at) AS closes_at
    FROM exam e JOIN candidate c ON c.exam_id = e.id
    WHERE c.settled_at IS NULL AND (e.state = 'published' OR c.state = 'deferred') AND e.kind IN ('quarterly', 'yearly', 'special')
      AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id)
) w
WHERE w.opens_at <= $1 AND w.closes_at > $1
  AND (w.opens_at > $1 - make_interval(secs => $2) OR w.closes_at <= $1 + make_interval(secs => $2))
ORDER BY w.exam_id, w.opens_at, w.closes_at, w.person_id LIMIT 20000

-- name: attempts_insert
-- why: the starts; two of a candidate at once meet at a unique index and one of them inserts nothing. Whoever calls the exam off or takes the
-- person off holds the exam or the candidate: they are locked here in that order and looked at as they are then. The layouts come as lines
-- of one text: in an array's text every quote of their JSON would be written and read as two
WITH m AS (
    SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::integer[], $8::integer[], $9::text[], $10::text[],
                         string_to_array($11, chr(10)), $12::smallint[])
        AS m(exam_id, person_id, candidate_id, paper_id, deadline_at, no, grace_seconds, lease, holder, places, section)
), exams AS (
    SELECT id FROM exam WHERE id IN (SELECT exam_id FROM m) AND state <> 'called_off' ORDER BY id FOR KEY SHARE
), held AS (
    SELECT c.id FROM m JOIN exams ON exams.id = m.exam_id JOIN candidate c ON c.id = m.candidate_id WHERE c.state <> 'withdrawn'
    ORDER BY c.id FOR KEY SHARE OF c
), a AS (
    INSERT INTO attempt (exam_id, person_id, candidate_id, paper_id, started_at, deadline_at, no, epoch, grace_seconds, state, lease, holder, section, news)
    SELECT m.exam_id, m.person_id, m.candidate_id, m.paper_id, $1, m.deadline_at, m.no, 1, m.grace_seconds, 'open', m.lease, m.holder, m.section,
           (SELECT count(*) FROM invigilation i WHERE i.exam_id = m.exam_id AND i.person_id IS NULL AND i.kind IN ('notice', 'correction'))
    FROM m JOIN held ON held.id = m.candidate_id ON CONFLICT DO NOTHING RETURNING id, candidate_id, news
), l AS (
    INSERT INTO attempt_layout (attempt_id, places) SELECT a.id, m.places::json FROM a JOIN m ON m.candidate_id = a.candidate_id
)
SELECT id, candidate_id, news FROM a

-- name: attempt
-- why: an examinee's own attempt with its layout
SELECT a.id, a.exam_id, a.person_id, a.candidate_id, a.paper_id, a.no, a.state, a.epoch, a.last_seq, a.lease, a.holder, a.started_at, a.deadline_at,
       a.grace_seconds, a.paused_at, a.section, a.news, a.submitted_at, a.submit_cause, a.answered, a.journal_head, l.places, e.title, e.review, e.release, e.kind,
       e.integrity, e.contact, p.name AS person_name, p.employee_no
FROM attempt a JOIN attempt_layout l ON l.attempt_id = a.id JOIN exam e ON e.id = a.exam_id JOIN person p ON p.id = a.person_id WHERE a.id = $1

-- name: attempt_beat
-- why: what a heart-beat tells and a hand-in asks, without the layout
SELECT a.id, a.exam_id, a.person_id, a.state, a.lease, a.last_seq, a.deadline_at, a.grace_seconds, a.paused_at, a.section, a.news, a.submitted_at, a.answered,
       a.journal_head, e.integrity
FROM attempt a JOIN exam e ON e.id = a.exam_id WHERE a.id = $1

-- name: attempt_take_over
-- why: a new epoch ends the lease before it; numbering begins again
UPDATE attempt SET epoch = epoch + 1, last_seq = 0, lease = (epoch + 1)::text || '.' || $3, holder = $4
WHERE id = $1 AND person_id = $2 AND state = 'open'

-- name: attempt_next_section
-- why: the row is held by attempt_facts, so that every save that came before is in the section that it leaves
UPDATE attempt SET section = section + 1 WHERE id = $1 AND section = $2

-- name: journal
-- why: an attempt's accepted changes; their fold is what it holds now
SELECT epoch, client_seq, slot, response, received_at, late_by_ms FROM journal WHERE attempt_id = $1 ORDER BY epoch, client_seq LIMIT 100000

-- name: evidence_insert
-- why: what was refused or noticed, at most 1,000 rows an attempt, of which the last 300 are for answers and finished parts alone; the attempt's
-- row is locked by the caller
INSERT INTO attempt_evidence (attempt_id, no, kind, at, body)
SELECT $1, n.last + k.ord, k.kind, $4, k.body::jsonb
FROM (SELECT coalesce(max(no), 0) AS last FROM attempt_evidence WHERE attempt_id = $1) n,
     unnest($2::text[], $3::text[]) WITH ORDINALITY AS k(kind, body, ord)
WHERE n.last + k.ord <= CASE WHEN k.kind IN ('late', 'closed', 'lost_lease', 'code', 'section') THEN 1000 ELSE 700 END

-- name: attempt_of_code
-- why: whose attempt a hand-in code is of, and the lease that signed it; evidence is numbered under the attempt's lock
SELECT lease, epoch, section FROM attempt WHERE id = $1 AND exam_id = $2 AND person_id = $3 FOR UPDATE

-- name: attempt_lock
-- why: evidence is numbered under the attempt's lock
SELECT id FROM attempt WHERE id = $1 AND person_id = $2 FOR UPDATE

-- name: exams_hold
-- why: a ruling is approved, and an invigilator acts, under the lock of the exam: a hand-in waits for them before it holds its attempt, and they
-- for it, so that every result is either weighed by the ruling or marked by it
SELECT e.id FROM exam e WHERE e.id IN (SELECT exam_id FROM attempt WHERE id = ANY($1::bigint[])) ORDER BY e.id FOR KEY SHARE OF e

-- name: attempts_hold
-- why: the attempts that are open to their hand-ins, held: no save can slip in between this and the fold that follows. Their
-- pages are signalled
WITH a AS (
    SELECT t.id, t.exam_id, t.person_id, t.candidate_id, t.paper_id, t.deadline_at, t.grace_seconds, t.paused_at
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[]) AS m(id, person_id, lease, deadline_by)
    JOIN attempt t ON t.id = m.id
    WHERE t.state = 'open' AND (m.person_id = 0 OR t.person_id = m.person_id) AND (m.lease = '' OR t.lease = m.lease) AND t.deadline_at <= m.deadline_by
    ORDER BY t.id FOR NO KEY UPDATE OF t
), signalled AS (
    INSERT INTO signal (topic, subject, at) SELECT $5, id, $6 FROM a
)
SELECT a.*, 'open' AS state, e.bands_version_id, e.red_line, e.release, e.round_id, e.kind,
       (SELECT coalesce(jsonb_agg(k.body ORDER BY k.decided_at, k.id), '[]') FROM correction k
        WHERE k.exam_id = a.exam_id AND k.kind = 'question' AND k.state = 'approved') AS rulings
FROM a JOIN exam e ON e.id = a.exam_id

-- name: layouts
-- why: the layouts of attempts that this process does not know
SELECT attempt_id, places FROM attempt_layout WHERE attempt_id = ANY($1)

-- name: journals
-- why: the accepted changes of attempts that are handed in together, a row an attempt
SELECT attempt_id, array_agg(epoch) AS epochs, array_agg(client_seq) AS seqs, array_agg(slot) AS slots, array_agg(response::text) AS responses,
       array_agg(round(date_part('epoch', received_at) * 1000000)::bigint) AS received, array_agg(late_by_ms) AS late
FROM journal WHERE attempt_id = ANY($1) GROUP BY attempt_id

-- name: attempts_finish
-- why: open → marked, or submitted → marked when people have marked; the candidates settled and the results inserted
WITH m AS (
    SELECT * FROM unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::integer[], $7::text[],
                         $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::boolean[], $13::text[], $14::bigint[], $15::text[], $16::integer[])
        AS m(id, was, submitted_at, cause, answered, journal_head, score, total, percent, band, passed, marks, bands_version_id, red_line, red_line_misses)
), a AS (
    UPDATE attempt t SET state = 'marked', marked_at = $1, answered = m.answered, journal_head = m.journal_head, paused_at = NULL,
        submitted_at = coalesce(t.submitted_at, m.submitted_at), submit_cause = coalesce(t.submit_cause, m.cause)
    FROM m WHERE t.id = m.id AND t.state = m.was
    RETURNING t.id, t.exam_id, t.candidate_id, t.person_id
), c AS (
    UPDATE candidate SET settled_at = $1 WHERE id IN (SELECT candidate_id FROM a) AND settled_at IS NULL
)
INSERT INTO result (exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths,
                    band, passed, marks, bands_version_id, created_at, red_line, red_line_misses)
SELECT a.exam_id, a.candidate_id, a.person_id, a.id, 1, 'hand_in', m.score, m.total, m.percent, m.band, m.passed, m.marks::jsonb, m.bands_version_id, $1,
       m.red_line, m.red_line_misses
FROM a JOIN m ON m.id = a.id RETURNING id, attempt_id

-- name: attempt_confirm
-- why: a receipt is repeated only after a durable write: reading alone would confirm what no standby has
UPDATE attempt SET last_seq = last_seq WHERE id = $1

-- name: due_attempts
-- why: the sweep: deadline and grace are over at $1, which lies the drain before now
SELECT id, deadline_at FROM attempt WHERE state = 'open' AND submitted_at IS NULL AND paused_at IS NULL AND deadline_at <= $1
  AND deadline_at + make_interval(secs => grace_seconds) <= $1 ORDER BY deadline_at LIMIT $2

-- name: due_absences
-- why: candidates who never started, no longer can, and can no longer be given leave; while all is frozen nobody's window ends
SELECT c.id, c.exam_id, c.person_id, coalesce(c.paper_id, e.paper_id) AS paper_id, e.bands_version_id, e.absence_version_id, e.release
FROM exam e JOIN candidate c ON c.exam_id = e.id AND c.settled_at IS NULL LEFT JOIN policy_version rule ON rule.id = e.absence_version_id
WHERE e.state IN ('published', 'marked') AND e.kind <> 'mock' AND NOT e.on_paper
  AND coalesce(c.closes_at, e.closes_at) + make_interval(hours => coalesce((rule.body ->> 'leave_hours_after_the_close')::integer, 0)) <= $1
  AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id AND a.state <> 'void')
  AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'exam.freeze') ORDER BY c.id LIMIT $2

-- name: candidate_excused
-- why: an absence that counts for nothing is recorded without a result
UPDATE candidate SET state = 'absent', settled_at = $2 WHERE id = $1 AND settled_at IS NULL

-- name: candidate_absent
-- why: an absence is a result 0 (N05) that is released with the others
WITH c AS (
    UPDATE candidate SET state = 'absent', settled_at = $2 WHERE id = $1 AND settled_at IS NULL RETURNING id, exam_id, person_id
)
INSERT INTO result (exam_id, candidate_id, person_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed,
                    marks, bands_version_id, created_at)
SELECT exam_id, id, person_id, 1, 'absent', 0, $3, 0, $4, false, '[]', $5, $2 FROM c RETURNING id

-- name: due_settlements
-- why: exams whose close is past and of whose people nobody is waited for; a deferred sitting does not hold the others up
SELECT e.id FROM exam e WHERE e.state = 'published' AND e.closes_at <= $1
  AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = e.id AND c.settled_at IS NULL AND c.state <> 'deferred'
                  AND (e.kind <> 'mock' OR EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id AND a.state = 'open')))
ORDER BY e.id LIMIT $2

-- name: due_releases
-- why: results that become visible at the close, once all are marked
SELECT DISTINCT e.id FROM exam e JOIN result_standing r ON r.exam_id = e.id AND r.released_at IS NULL
WHERE e.state = 'marked' AND e.release = 'at_close'
  AND NOT EXISTS (SELECT 1 FROM mark_task t WHERE t.attempt_id = r.attempt_id AND t.correction_id IS NULL AND t.state = 'open')
ORDER BY e.id LIMIT $1

-- name: results_unreleased
-- why: what a release releases, of each attempt the newest version; locked so that two releases do it once. Where a corrected mark asks for
-- a third marker the result waits
SELECT r.id, r.exam_id, e.round_id, r.candidate_id, r.person_id, r.attempt_id, e.kind, e.title, r.cause, r.score_hundredths, r.total_hundredths, r.percent_hundredths,
       r.band, r.passed, coalesce(c.closes_at, e.closes_at) AS sitting_closed_at
FROM result_standing r JOIN exam e ON e.id = r.exam_id JOIN candidate c ON c.id = r.candidate_id
WHERE r.exam_id = $1 AND r.released_at IS NULL AND (cardinality($2::bigint[]) = 0 OR r.id = ANY($2))
  AND NOT EXISTS (SELECT 1 FROM mark_task t WHERE t.attempt_id = r.attempt_id AND t.correction_id IS NULL AND t.state = 'open')
ORDER BY r.id LIMIT 5000 FOR UPDATE OF r

-- name: release_preview
-- why: what a release would do, before it: everybody counted, passes and fails told of those inside the viewer's part of the tree
WITH going AS (
    SELECT r.passed, r.cause, coalesce(c.closes_at, e.closes_at) AS closed_at,
           EXISTS (SELECT 1 FROM mark_task t WHERE t.attempt_id = r.attempt_id AND t.correction_id IS NULL AND t.state = 'open') AS waits,
           $2 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = r.person_id AND p.unit_id = ANY($3::bigint[])) AS inside
    FROM result_standing r JOIN exam e ON e.id = r.exam_id JOIN candidate c ON c.id = r.candidate_id
    WHERE r.exam_id = $1 AND r.released_at IS NULL
)
SELECT count(*) FILTER (WHERE NOT waits) AS results, count(*) FILTER (WHERE inside AND NOT waits AND passed) AS passed,
       count(*) FILTER (WHERE inside AND NOT waits AND NOT passed AND cause <> 'absent') AS failed, count(*) FILTER (WHERE inside AND cause = 'absent') AS absent,
       min(closed_at) FILTER (WHERE inside AND NOT waits AND NOT passed) AS first_fail_closed_at,
       max(closed_at) FILTER (WHERE inside AND NOT waits AND NOT passed) AS last_fail_closed_at,
       count(*) FILTER (WHERE waits) + (SELECT count(*) FROM candidate c WHERE c.exam_id = $1 AND c.settled_at IS NULL) AS waiting
FROM going

-- name: results_release
-- why: the one fact of release; of an exam that is marked the analysis is wanted anew
WITH r AS (
    UPDATE result SET released_at = $2 WHERE id = ANY($1::bigint[]) AND released_at IS NULL RETURNING id, exam_id
), wanted AS (
    INSERT INTO exam_analysis_due (exam_id, wanted, due_at)
    SELECT e.id, 1, $2 FROM exam e WHERE e.id IN (SELECT exam_id FROM r) AND e.state IN ('marked', 'archived')
    ON CONFLICT (exam_id) DO UPDATE SET wanted = exam_analysis_due.wanted + 1
)
SELECT id FROM r

-- name: result_of_attempt
-- why: the newest version of an attempt's result
SELECT r.id, r.exam_id, r.candidate_id, r.person_id, r.attempt_id, r.version, r.cause, r.score_hundredths, r.total_hundredths, r.percent_hundredths,
       r.band, r.passed, r.red_line, r.red_line_misses, r.marks, r.created_at, r.released_at, e.review, e.title, e.kind, e.on_paper, n.name, n.employee_no,
       ($2 OR r.person_id = $3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = r.person_id AND p.unit_id = ANY($4::bigint[]))) AS inside
FROM result r JOIN exam e ON e.id = r.exam_id JOIN person n ON n.id = r.person_id WHERE r.attempt_id = $1 ORDER BY r.version DESC LIMIT 1

-- name: exam_over_at
-- why: keys are not shown while anybody of the exam can still be answering; a paused clock ends no earlier than if it ran on at $3, nor
-- does the window of who may not start while all is frozen
SELECT greatest(
    max(coalesce(c.closes_at, e.closes_at) + make_interval(secs => $2 + c.extra_seconds + e.grace_seconds)
        + coalesce($3 - (SELECT (value ->> 'at')::timestamptz FROM setting WHERE key = 'exam.freeze'), '0')),
    (SELECT max(a.deadline_at + make_interval(secs => a.grace_seconds) + coalesce($3 - a.paused_at, '0')) FROM attempt a WHERE a.exam_id = $1))
FROM exam e JOIN candidate c ON c.exam_id = e.id WHERE e.id = $1

-- name: outages_uncredited
-- why: time to give back; an outage is looked at once
SELECT o.id, o.from_at, o.to_at FROM outage o
WHERE o.to_at > $1 AND NOT EXISTS (SELECT 1 FROM outage_credited d WHERE d.outage_id = o.id) ORDER BY o.id LIMIT 100

-- name: outage_attempts
-- why: who was sitting during an outage, and for how long of it the clock stood: the end of a pause gives that back
SELECT a.id, a.started_at, a.deadline_at, a.paused_at, coalesce((
    SELECT ceil(sum(extract(epoch FROM least(i.at, $2) - greatest(i.at - make_interval(secs => i.seconds), $1)))) FROM invigilation i
    WHERE i.attempt_id = a.id AND i.kind = 'resume' AND i.at > $1 AND i.at - make_interval(secs => i.seconds) < $2), 0)::integer AS stood_seconds
FROM attempt a WHERE a.state = 'open' AND a.submitted_at IS NULL AND a.deadline_at > $1 AND a.started_at < $2 ORDER BY a.id

-- name: attempt_credit
-- why: the credit moves the deadline and is recorded, once for each outage
WITH c AS (
    INSERT INTO attempt_credit (attempt_id, outage_id, seconds, given_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING attempt_id
)
UPDATE attempt SET deadline_at = deadline_at + make_interval(secs => $3) WHERE id = (SELECT attempt_id FROM c) AND state = 'open'

-- name: outage_done
-- why: the outage has been credited
INSERT INTO outage_credited (outage_id, credited_at) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: open_attempt_of
-- why: a grant reaches the attempt that is running
SELECT a.id, a.started_at, a.deadline_at, a.paused_at, coalesce((SELECT sum(seconds) FROM attempt_credit k WHERE k.attempt_id = a.id), 0)
       + coalesce((SELECT sum(seconds) FROM invigilation i WHERE i.attempt_id = a.id AND i.kind = 'resume'), 0) AS credited_seconds
FROM attempt a WHERE a.candidate_id = $1 AND a.state = 'open' FOR UPDATE

-- name: candidate_at_work
-- why: leave is for who does not come, and not for who is at work
SELECT EXISTS (SELECT 1 FROM attempt WHERE candidate_id = $1 AND state = 'open')

-- name: attempt_deadline
-- why: a deadline is moved by a recorded grant only
UPDATE attempt SET deadline_at = $2 WHERE id = $1 AND state = 'open'

-- name: seen_versions
-- why: a retake does not ask what its person has seen (N03)
SELECT p.id AS person_id, array_agg(s.version_id) AS versions
FROM unnest($1::bigint[]) AS p(id)
CROSS JOIN LATERAL (SELECT DISTINCT ps.version_id FROM attempt a JOIN paper_slot ps ON ps.paper_id = a.paper_id WHERE a.person_id = p.id LIMIT 20000) s
GROUP BY p.id

-- name: seen_by_people
-- why: a paper for an exam takes what its invited people have seen least. Counted by paper first: many sat the same
SELECT s.version_id, sum(p.people)::bigint AS seen FROM (
    SELECT a.paper_id, count(DISTINCT a.person_id) AS people FROM attempt a WHERE a.person_id = ANY($1::bigint[]) GROUP BY a.paper_id
) p CROSS JOIN LATERAL (SELECT version_id FROM paper_slot WHERE paper_id = p.paper_id LIMIT 200) s GROUP BY s.version_id LIMIT 200000

-- name: marks_of_people
-- why: each person's own wrong points weigh the retake; of each the newest version counts
SELECT DISTINCT ON (r.person_id) r.person_id, r.marks FROM result r WHERE r.exam_id = $1 AND r.person_id = ANY($2::bigint[]) ORDER BY r.person_id, r.id DESC

-- name: board
-- why: the results board: an exam's people with the last attempt and its newest result, chosen and sorted here. known: what the viewer
-- may see of a result; who has none stands last in either order. Attempts and results of everybody are read only for a filter or an
-- order that asks for them, else those of the page alone; person by person, because a joined list was walked once for each person
WITH people AS (
    SELECT c.id, c.person_id, n.name, n.pinyin, n.initials, n.employee_no, p.unit_id, c.state, c.opens_at, c.closes_at, c.extra_seconds, c.settled_at,
           c.paper_id, a.submitted_at, r.id AS result_id, r.percent_hundredths, r.band, r.released_at,
           r.id IS NOT NULL AND (r.released_at IS NOT NULL OR c.person_id <> $4 AND ($5 OR coalesce(p.unit_id = ANY($6::bigint[]), false))) AS known,
           CASE WHEN c.state = 'absent' THEN 'absent' WHEN a.id IS NULL AND c.state <> 'invited' THEN c.state WHEN a.id IS NULL THEN 'not_started'
                WHEN a.state = 'open' THEN 'working' WHEN a.state = 'void' THEN 'void' ELSE 'handed_in' END AS standing
    FROM candidate c JOIN person n ON n.id = c.person_id LEFT JOIN person_place p ON p.person_id = c.person_id
    LEFT JOIN LATERAL (SELECT * FROM attempt t WHERE ($7::text <> '' OR $12::text = 'submitted') AND t.exam_id = $1 AND t.person_id = c.person_id
                       ORDER BY t.no DESC LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT * FROM result_standing s WHERE ($7 = 'unreleased' OR $8::text <> '' OR $12 = 'score') AND s.candidate_id = c.id
                       ORDER BY s.attempt_id DESC NULLS LAST LIMIT 1) r ON true
    WHERE c.exam_id = $1 AND ($2 OR p.unit_id = ANY($3::bigint[]))
), listed AS (
    SELECT people.*, count(*) OVER () AS list_total,
           CASE $12 WHEN 'score' THEN CASE WHEN known THEN percent_hundredths END
                    WHEN 'submitted' THEN (extract(epoch FROM submitted_at) * 1000000)::bigint END AS number_key,
           CASE $12 WHEN 'name' THEN pinyin ELSE employee_no END COLLATE "C" AS text_key, $13::boolean AND $12 NOT IN ('score', 'submitted') AS text_down
    FROM people
    WHERE ($7 = '' OR standing = $7 OR $7 = 'unreleased' AND result_id IS NOT NULL AND released_at IS NULL)
      AND ($8 = '' OR known AND band = $8)
      AND ($9::bigint = 0 OR unit_id IN (SELECT unit_id FROM org_ancestor WHERE ancestor_id = $9))
      AND ($10::text = '' OR position($10 IN lower(name)) > 0 OR starts_with(lower(employee_no), $10) OR starts_with(pinyin, $10) OR starts_with(initials, $10))
      AND ($11::bigint = 0 OR person_id = $11)
), part AS (
    SELECT * FROM listed ORDER BY $12 IN ('score', 'submitted') AND number_key IS NULL, CASE WHEN NOT $13 THEN number_key END,
             CASE WHEN $13 THEN number_key END DESC, CASE WHEN NOT text_down THEN text_key END, CASE WHEN text_down THEN text_key END DESC, person_id
    LIMIT $14 OFFSET $15
)
SELECT c.id, c.person_id, c.name, c.employee_no, coalesce(u.name, '') AS unit_name, c.state, c.opens_at, c.closes_at, c.extra_seconds,
       c.settled_at, a.id AS attempt_id, a.state AS attempt_state, a.started_at, a.deadline_at, a.submitted_at, a.submit_cause, r.id AS result_id, r.version,
       CASE WHEN k.known THEN r.score_hundredths END AS score_hundredths, CASE WHEN k.known THEN r.total_hundredths END AS total_hundredths,
       CASE WHEN k.known THEN r.percent_hundredths END AS percent_hundredths, CASE WHEN k.known THEN r.band END AS band,
       CASE WHEN k.known THEN r.passed END AS passed, r.cause, r.released_at, k.known, k.standing, c.paper_id, (SELECT p.form FROM paper p WHERE p.id = c.paper_id) AS form, c.list_total
FROM part c LEFT JOIN org_unit u ON u.id = c.unit_id
LEFT JOIN LATERAL (SELECT * FROM attempt t WHERE t.exam_id = $1 AND t.person_id = c.person_id ORDER BY t.no DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (SELECT * FROM result_standing s WHERE s.candidate_id = c.id ORDER BY s.attempt_id DESC NULLS LAST LIMIT 1) r ON true
CROSS JOIN LATERAL (
    SELECT r.id IS NOT NULL AND (r.released_at IS NOT NULL OR c.person_id <> $4 AND ($5 OR coalesce(c.unit_id = ANY($6::bigint[]), false))) AS known,
           CASE WHEN c.state = 'absent' THEN 'absent' WHEN a.id IS NULL AND c.state <> 'invited' THEN c.state WHEN a.id IS NULL THEN 'not_started'
                WHEN a.state = 'open' THEN 'working' WHEN a.state = 'void' THEN 'void' ELSE 'handed_in' END AS standing
) k
ORDER BY $12 IN ('score', 'submitted') AND c.number_key IS NULL, CASE WHEN NOT $13 THEN c.number_key END, CASE WHEN $13 THEN c.number_key END DESC,
         CASE WHEN NOT c.text_down THEN c.text_key END, CASE WHEN c.text_down THEN c.text_key END DESC, c.person_id

-- name: board_tally
-- why: the figures above that board, of everybody inside the viewer's part of the tree; bands and scores of known results only, averages
-- without those who were absent. The two medians are the middle ones of an even number
WITH tried AS (
    SELECT DISTINCT ON (person_id) person_id, id, state FROM attempt WHERE exam_id = $1 ORDER BY person_id DESC, no DESC
), judged AS (
    SELECT DISTINCT ON (candidate_id) candidate_id, id, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed, released_at
    FROM result_standing WHERE exam_id = $1 ORDER BY candidate_id, attempt_id DESC NULLS LAST
), people AS (
    SELECT c.state, coalesce(c.closes_at, e.closes_at) AS closed_at, a.id AS attempt_id, a.state AS attempt_state,
           r.id AS result_id, r.cause, r.score_hundredths, r.total_hundredths, r.percent_hundredths, r.band, r.passed, r.released_at,
           r.id IS NOT NULL AND (r.released_at IS NOT NULL OR c.person_id <> $4 AND ($5 OR coalesce(p.unit_id = ANY($6::bigint[]), false))) AS known
    FROM exam e JOIN candidate c ON c.exam_id = e.id LEFT JOIN person_place p ON p.person_id = c.person_id
    LEFT JOIN tried a ON a.person_id = c.person_id LEFT JOIN judged r ON r.candidate_id = c.id
    WHERE e.id = $1 AND ($2 OR p.unit_id = ANY($3::bigint[]))
)
SELECT count(*) AS people,
       count(*) FILTER (WHERE state = 'absent') AS absent,
       count(*) FILTER (WHERE state = 'deferred' AND attempt_id IS NULL) AS deferred,
       count(*) FILTER (WHERE state = 'withdrawn' AND attempt_id IS NULL) AS withdrawn,
       count(*) FILTER (WHERE state = 'invited' AND attempt_id IS NULL) AS not_started,
       count(*) FILTER (WHERE state <> 'absent' AND attempt_state = 'open') AS working,
       count(*) FILTER (WHERE state <> 'absent' AND attempt_state = 'void') AS void,
       count(*) FILTER (WHERE state <> 'absent' AND attempt_state IN ('submitted', 'marked')) AS handed_in,
       count(*) FILTER (WHERE result_id IS NOT NULL AND released_at IS NULL) AS unreleased,
       min(closed_at) FILTER (WHERE result_id IS NOT NULL AND released_at IS NULL) AS unreleased_from,
       count(*) FILTER (WHERE known) AS known,
       count(*) FILTER (WHERE known AND passed) AS passed,
       count(*) FILTER (WHERE known AND band = 'excellent') AS excellent,
       count(*) FILTER (WHERE known AND band = 'good') AS good,
       count(*) FILTER (WHERE known AND band = 'pass') AS pass,
       count(*) FILTER (WHERE known AND band = 'fail') AS fail,
       count(*) FILTER (WHERE known AND cause <> 'absent') AS sat,
       coalesce(sum(percent_hundredths) FILTER (WHERE known AND cause <> 'absent'), 0)::bigint AS percent_sum,
       coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY percent_hundredths) FILTER (WHERE known AND cause <> 'absent'), 0) AS median_low,
       coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY percent_hundredths DESC) FILTER (WHERE known AND cause <> 'absent'), 0) AS median_high,
       coalesce(sum(score_hundredths) FILTER (WHERE known AND cause <> 'absent'), 0)::bigint AS score_sum,
       coalesce(min(total_hundredths) FILTER (WHERE known AND cause <> 'absent'), 0) AS least_total,
       coalesce(max(total_hundredths) FILTER (WHERE known AND cause <> 'absent'), 0) AS most_total
FROM people

-- name: rounds_closed
-- why: the appraisal's knowledge indicator: all sittings of the rounds whose first one closed in a period, the newest released version of each
SELECT e.round_id, r.person_id, o.title, e.id AS exam_id, r.attempt_id, r.id AS result_id, e.kind, r.percent_hundredths, r.passed, r.band,
       coalesce(oc.closes_at, o.closes_at) AS sitting_closed_at, o.kind AS round_kind,
       CASE WHEN rd.paid_at_opening THEN o.opens_at ELSE o.closes_at END AS round_paid_as_of
FROM candidate oc JOIN exam o ON o.id = oc.exam_id JOIN round rd ON rd.exam_id = o.id
JOIN exam e ON e.round_id = rd.id JOIN result r ON r.exam_id = e.id AND r.person_id = oc.person_id
WHERE oc.person_id = ANY($1::bigint[]) AND coalesce(oc.closes_at, o.closes_at) > $2 AND coalesce(oc.closes_at, o.closes_at) <= $3
  AND r.released_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM result n WHERE n.candidate_id = r.candidate_id AND n.id > r.id AND n.released_at IS NOT NULL)
ORDER BY r.person_id, e.round_id, e.sitting_no + CASE e.kind WHEN 'reexam' THEN 1000 WHEN 'retake' THEN 500 ELSE 0 END LIMIT 100000

-- name: round_of_people
-- why: the same for one round of some people, as each release changes it
SELECT e.round_id, r.person_id, o.title, e.id AS exam_id, r.attempt_id, r.id AS result_id, e.kind, r.percent_hundredths, r.passed, r.band,
       coalesce(oc.closes_at, o.closes_at) AS sitting_closed_at, o.kind AS round_kind,
       CASE WHEN rd.paid_at_opening THEN o.opens_at ELSE o.closes_at END AS round_paid_as_of
FROM round rd JOIN exam o ON o.id = rd.exam_id JOIN candidate oc ON oc.exam_id = o.id AND oc.person_id = ANY($2::bigint[])
JOIN exam e ON e.round_id = rd.id JOIN result r ON r.exam_id = e.id AND r.person_id = oc.person_id
WHERE rd.id = $1 AND r.released_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM result n WHERE n.candidate_id = r.candidate_id AND n.id > r.id AND n.released_at IS NOT NULL)
ORDER BY r.person_id, e.sitting_no + CASE e.kind WHEN 'reexam' THEN 1000 WHEN 'retake' THEN 500 ELSE 0 END LIMIT 100000
