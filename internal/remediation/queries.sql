-- name: insert_cases
-- why: each released fail opens one case; a second one for the same round and person is refused by the unique key
INSERT INTO remediation_case (round_id, person_id, cause, state, first_result_id, policy_version_id, opened_at, sitting_closed_at,
    retake_exam_id, retake_closes_at, moved_at)
SELECT $1, m.person_id, m.cause, 'retake_due', m.result_id, $2, $3, m.sitting_closed_at, m.retake_exam_id, m.retake_closes_at, $3
FROM unnest($4::bigint[], $5::text[], $6::bigint[], $7::timestamptz[], $8::bigint[], $9::timestamptz[])
    AS m(person_id, cause, result_id, sitting_closed_at, retake_exam_id, retake_closes_at)
ORDER BY m.person_id RETURNING id, person_id

-- name: cases_of_round
-- why: released or corrected results find their cases, locked for the move
SELECT id, round_id, person_id, cause, state, outcome, cycle, first_result_id, policy_version_id, opened_at, sitting_closed_at, retake_exam_id,
    retake_closes_at, retake_result_id, retraining_due_on, reexam_exam_id, reexam_closes_at, reexam_result_id, moved_at, closed_at
FROM remediation_case WHERE round_id = $1 AND person_id = ANY($2::bigint[]) ORDER BY id LIMIT 20000 FOR UPDATE

-- name: cases_of_rounds
-- why: what a correction of these people's results would do to their cases; nothing is locked
SELECT c.id, c.round_id, c.person_id, c.cause, c.state, c.outcome, c.cycle, c.first_result_id, c.policy_version_id, c.opened_at, c.sitting_closed_at,
    c.retake_exam_id, c.retake_closes_at, c.retake_result_id, c.retraining_due_on, c.reexam_exam_id, c.reexam_closes_at, c.reexam_result_id, c.moved_at, c.closed_at
FROM unnest($1::bigint[], $2::bigint[]) m(round_id, person_id) JOIN remediation_case c ON c.round_id = m.round_id AND c.person_id = m.person_id

-- name: case_for_update
-- why: an act of HR on a case inside the viewer's part of the tree, locked for the move
SELECT id, round_id, person_id, cause, state, outcome, cycle, first_result_id, policy_version_id, opened_at, sitting_closed_at, retake_exam_id,
    retake_closes_at, retake_result_id, retraining_due_on, reexam_exam_id, reexam_closes_at, reexam_result_id, moved_at, closed_at
FROM remediation_case c
WHERE c.id = $1 AND ($4 OR c.person_id = $2 OR EXISTS (SELECT 1 FROM person_place pp WHERE pp.person_id = c.person_id AND pp.unit_id = ANY($3)))
FOR UPDATE

-- name: case_seen
-- why: the page of one case, with the name of the exam that was failed
SELECT c.id, c.round_id, c.person_id, c.cause, c.state, c.outcome, c.cycle, c.first_result_id, c.policy_version_id, c.opened_at, c.sitting_closed_at,
    c.retake_exam_id, c.retake_closes_at, c.retake_result_id, c.retraining_due_on, c.reexam_exam_id, c.reexam_closes_at, c.reexam_result_id, c.moved_at,
    c.closed_at, e.title AS exam_title
FROM remediation_case c JOIN round r ON r.id = c.round_id JOIN exam e ON e.id = r.exam_id
WHERE c.id = $1 AND ($4 OR c.person_id = $2 OR EXISTS (SELECT 1 FROM person_place pp WHERE pp.person_id = c.person_id AND pp.unit_id = ANY($3)))

-- name: cases_in_retraining
-- why: a finished course may unlock the re-exam of a case
SELECT id, round_id, person_id, cause, state, outcome, cycle, first_result_id, policy_version_id, opened_at, sitting_closed_at, retake_exam_id,
    retake_closes_at, retake_result_id, retraining_due_on, reexam_exam_id, reexam_closes_at, reexam_result_id, moved_at, closed_at
FROM remediation_case WHERE person_id = $1 AND state = 'retraining' ORDER BY id LIMIT 20 FOR UPDATE

-- name: move
-- why: the one guarded transition, of as many cases as make it together
UPDATE remediation_case c SET state = m.state, outcome = m.outcome, moved_at = m.moved_at, closed_at = CASE WHEN m.state = 'closed' THEN coalesce(c.closed_at, m.moved_at) END,
    cycle = m.cycle, retake_result_id = m.retake_result_id, retraining_due_on = m.retraining_due_on, reexam_exam_id = m.reexam_exam_id,
    reexam_closes_at = m.reexam_closes_at, reexam_result_id = m.reexam_result_id
FROM jsonb_to_recordset($1) AS m(id bigint, was text, state text, outcome text, moved_at timestamptz, cycle integer, retake_result_id bigint, retraining_due_on date,
    reexam_exam_id bigint, reexam_closes_at timestamptz, reexam_result_id bigint)
WHERE c.id = m.id AND c.state = m.was

-- name: closes_moved
-- why: a retake or re-exam may be sat until another moment; the cases are locked in the order of every other statement
WITH moved AS (
    SELECT c.id, c.retake_exam_id = m.exam_id AS retake, m.closes_at
    FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS m(exam_id, person_id, closes_at)
    JOIN remediation_case c ON c.person_id = m.person_id AND m.exam_id IN (c.retake_exam_id, c.reexam_exam_id)
    ORDER BY c.id FOR UPDATE OF c
)
UPDATE remediation_case c SET retake_closes_at = CASE WHEN m.retake THEN m.closes_at ELSE c.retake_closes_at END,
    reexam_closes_at = CASE WHEN m.retake THEN c.reexam_closes_at ELSE m.closes_at END
FROM moved m WHERE c.id = m.id

-- name: insert_events
-- why: the story of each case; numbers follow each other because the cases' rows are locked
INSERT INTO case_event (case_id, no, at, actor, event, from_state, to_state, body)
SELECT m.case_id, coalesce((SELECT max(e.no) FROM case_event e WHERE e.case_id = m.case_id), 0) + 1, $2, $3, m.event, m.from_state, m.to_state, m.body::jsonb
FROM unnest($1::bigint[], $4::text[], $5::text[], $6::text[], $7::text[]) AS m(case_id, event, from_state, to_state, body)

-- name: events
-- why: the story on the case's page
SELECT no, at, actor, event, from_state, to_state FROM case_event WHERE case_id = $1 ORDER BY no LIMIT 200

-- name: insert_courses
-- why: the courses of one retraining in one statement
INSERT INTO case_course (case_id, cycle, course_id, assigned_at) SELECT $1, $2, c, $4 FROM unnest($3::bigint[]) AS c

-- name: complete_course
-- why: a finished course counts for the retraining that asked for it
UPDATE case_course SET completed_at = $4 WHERE case_id = $1 AND cycle = $2 AND course_id = $3 AND completed_at IS NULL

-- name: courses_left
-- why: the re-exam opens when neither a course nor a tutoring is left
SELECT (SELECT count(*) FROM case_course WHERE case_id = $1 AND cycle = $2 AND completed_at IS NULL)
    + (SELECT count(*) FROM case_tutoring WHERE case_id = $1 AND cycle = $2 AND confirmed_at IS NULL)

-- name: insert_tutorings
-- why: what a retraining has beside its courses
INSERT INTO case_tutoring (case_id, cycle, form, about, assigned_at) SELECT $1, $2, m.form, m.about, $5 FROM unnest($3::text[], $4::text[]) AS m(form, about)

-- name: confirm_tutoring
-- why: a part that happened face to face is done, once
UPDATE case_tutoring SET confirmed_at = $4, confirmed_by = $5 WHERE case_id = $1 AND cycle = $2 AND form = $3 AND confirmed_at IS NULL

-- name: courses_to_withdraw
-- why: the unfinished courses of cases whose fails were lifted, but for those that another case of the person asks for as well
SELECT cc.case_id, cc.course_id FROM remediation_case c JOIN case_course cc ON cc.case_id = c.id AND cc.cycle = c.cycle
WHERE c.id = ANY($1::bigint[]) AND cc.completed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM remediation_case o JOIN case_course oc ON oc.case_id = o.id AND oc.cycle = o.cycle
                  WHERE o.person_id = c.person_id AND o.id <> c.id AND o.state = 'retraining' AND oc.course_id = cc.course_id AND oc.completed_at IS NULL)
ORDER BY cc.case_id, cc.course_id LIMIT 100000

-- name: retraining
-- why: the retraining as a list with ticks: what happens face to face, by its form, and the courses
SELECT 0::bigint AS course_id, t.about AS title, t.form, t.confirmed_at AS done_at, t.confirmed_by FROM case_tutoring t WHERE t.case_id = $1 AND t.cycle = $2
UNION ALL
SELECT cc.course_id, c.title, '', cc.completed_at, NULL FROM case_course cc JOIN course c ON c.id = cc.course_id WHERE cc.case_id = $1 AND cc.cycle = $2
ORDER BY form DESC, course_id LIMIT 100

-- name: board
-- why: HR's list, the most urgent first: by deadline where the person must act, by waiting time where HR must. The cases of the page
-- are chosen from their own table alone; the places of everybody are read only for a viewer or a filter that takes some of them
WITH part AS (
    SELECT c.id, CASE c.state WHEN 'retake_due' THEN c.retake_closes_at WHEN 'reexam_due' THEN c.reexam_closes_at
        WHEN 'retraining' THEN c.retraining_due_on::timestamp AT TIME ZONE 'UTC' WHEN 'closed' THEN 'infinity'::timestamptz ELSE c.moved_at END AS urgent
    FROM remediation_case c
    WHERE (($11 = 'open' AND c.state <> 'closed') OR $11 = 'all' OR c.state = $11 OR $11 = 'hr' AND c.state IN ('retraining_due', 'decision_due'))
      AND (NOT $5 OR (c.state = 'retake_due' AND c.retake_closes_at > $6 AND c.retake_closes_at <= $7)
           OR (c.state = 'reexam_due' AND c.reexam_closes_at > $6 AND c.reexam_closes_at <= $7)
           OR (c.state = 'retraining' AND c.retraining_due_on BETWEEN $8 AND $9)
           OR ($10 AND c.state = 'decision_due' AND c.moved_at > $6 AND c.moved_at <= $7))
      AND ($1 AND $3::bigint = 0 OR c.person_id IN (SELECT pp.person_id FROM person_place pp WHERE ($1 OR pp.unit_id = ANY($2))
               AND ($3 = 0 OR pp.unit_id IN (SELECT unit_id FROM org_ancestor WHERE ancestor_id = $3))))
      AND ($4 = '' OR c.person_id IN (SELECT p.id FROM person p WHERE p.name LIKE '%' || $4 || '%' OR p.initials LIKE lower($4) || '%'
               OR p.pinyin LIKE lower($4) || '%' OR lower(p.employee_no) = lower($4)))
    ORDER BY urgent, c.id LIMIT $12 OFFSET $13
)
SELECT c.id, c.state, c.outcome, c.cause, c.cycle, c.opened_at, c.moved_at, c.retake_closes_at, c.retraining_due_on, c.reexam_closes_at,
    p.id AS person_id, p.name AS person_name, p.employee_no, u.name AS unit_name, e.title AS exam_title
FROM part
JOIN remediation_case c ON c.id = part.id
JOIN person p ON p.id = c.person_id
JOIN person_place pp ON pp.person_id = c.person_id
JOIN org_unit u ON u.id = pp.unit_id
JOIN round r ON r.id = c.round_id
JOIN exam e ON e.id = r.exam_id
ORDER BY part.urgent, part.id

-- name: counts
-- why: the columns of the board, and how many the filter finds; the same conditions as the board's but for the state
SELECT c.state, count(*) AS n
FROM remediation_case c
WHERE (NOT $5 OR (c.state = 'retake_due' AND c.retake_closes_at > $6 AND c.retake_closes_at <= $7)
       OR (c.state = 'reexam_due' AND c.reexam_closes_at > $6 AND c.reexam_closes_at <= $7)
       OR (c.state = 'retraining' AND c.retraining_due_on BETWEEN $8 AND $9)
       OR ($10 AND c.state = 'decision_due' AND c.moved_at > $6 AND c.moved_at <= $7))
  AND ($1 AND $3::bigint = 0 OR c.person_id IN (SELECT pp.person_id FROM person_place pp WHERE ($1 OR pp.unit_id = ANY($2))
           AND ($3 = 0 OR pp.unit_id IN (SELECT unit_id FROM org_ancestor WHERE ancestor_id = $3))))
  AND ($4 = '' OR c.person_id IN (SELECT p.id FROM person p WHERE p.name LIKE '%' || $4 || '%' OR p.initials LIKE lower($4) || '%'
           OR p.pinyin LIKE lower($4) || '%' OR lower(p.employee_no) = lower($4)))
GROUP BY c.state

-- name: calendar
-- why: what falls due on each day of a few weeks, and decisions on the day since which they wait: the first $10 of a day and how many there are
WITH due AS (
    SELECT id, retake_closes_at AS due_at, NULL::date AS due_on FROM remediation_case WHERE state = 'retake_due' AND retake_closes_at > $5 AND retake_closes_at <= $6
    UNION ALL
    SELECT id, reexam_closes_at, NULL FROM remediation_case WHERE state = 'reexam_due' AND reexam_closes_at > $5 AND reexam_closes_at <= $6
    UNION ALL
    SELECT id, NULL, retraining_due_on FROM remediation_case WHERE state = 'retraining' AND retraining_due_on BETWEEN $7 AND $8
    UNION ALL
    SELECT id, moved_at, NULL FROM remediation_case WHERE state = 'decision_due' AND moved_at > $5 AND moved_at <= $6
), placed AS (
    SELECT c.id, coalesce(d.due_on, ((d.due_at - interval '1 microsecond') AT TIME ZONE $9)::date) AS day, coalesce(d.due_at, 'infinity') AS due_at
    FROM due d
    JOIN remediation_case c ON c.id = d.id
    JOIN person p ON p.id = c.person_id
    JOIN person_place pp ON pp.person_id = c.person_id
    WHERE ($1 OR pp.unit_id = ANY($2))
      AND ($3::bigint = 0 OR pp.unit_id IN (SELECT unit_id FROM org_ancestor WHERE ancestor_id = $3))
      AND ($4 = '' OR p.name LIKE '%' || $4 || '%' OR p.initials LIKE lower($4) || '%' OR p.pinyin LIKE lower($4) || '%' OR lower(p.employee_no) = lower($4))
), numbered AS (
    SELECT id, day, row_number() OVER (PARTITION BY day ORDER BY due_at, id) AS no, count(*) OVER (PARTITION BY day) AS on_day FROM placed
)
SELECT c.id, c.state, c.outcome, c.cause, c.cycle, c.opened_at, c.moved_at, c.retake_closes_at, c.retraining_due_on, c.reexam_closes_at,
    p.id AS person_id, p.name AS person_name, p.employee_no, u.name AS unit_name, e.title AS exam_title,
    n.day, n.on_day
FROM numbered n
JOIN remediation_case c ON c.id = n.id
JOIN person p ON p.id = c.person_id
JOIN person_place pp ON pp.person_id = c.person_id
JOIN org_unit u ON u.id = pp.unit_id
JOIN round r ON r.id = c.round_id
JOIN exam e ON e.id = r.exam_id
WHERE n.no <= $10 ORDER BY n.day, n.no LIMIT 1000

-- name: chosen
-- why: an act on several cases says first to whom it can be done; those outside the viewer's part of the tree are not there
SELECT c.id, c.round_id, c.state, c.outcome, c.cause, c.cycle, c.opened_at, c.moved_at, c.retake_closes_at, c.retraining_due_on, c.reexam_closes_at,
    p.id AS person_id, p.name AS person_name, p.employee_no, u.name AS unit_name, e.title AS exam_title,
    EXISTS (SELECT 1 FROM case_decision d WHERE d.case_id = c.id AND d.state = 'proposed') AS proposed
FROM remediation_case c
JOIN person p ON p.id = c.person_id
JOIN person_place pp ON pp.person_id = c.person_id
JOIN org_unit u ON u.id = pp.unit_id
JOIN round r ON r.id = c.round_id
JOIN exam e ON e.id = r.exam_id
WHERE c.id = ANY($1::bigint[]) AND ($2 OR pp.unit_id = ANY($3)) ORDER BY p.pinyin, c.id LIMIT 100

-- name: open_of_person
-- why: the consultant's home says where the own cases stand
SELECT c.id, c.round_id, c.person_id, c.cause, c.state, c.outcome, c.cycle, c.first_result_id, c.policy_version_id, c.opened_at, c.sitting_closed_at, c.retake_exam_id,
    c.retake_closes_at, c.retake_result_id, c.retraining_due_on, c.reexam_exam_id, c.reexam_closes_at, c.reexam_result_id, c.moved_at, c.closed_at
FROM remediation_case c WHERE c.person_id = $1 AND (c.state <> 'closed' OR $2) ORDER BY c.id DESC LIMIT 20

-- name: titles
-- why: the list of the own cases names the exams they come from
SELECT c.id, e.title FROM remediation_case c JOIN round r ON r.id = c.round_id JOIN exam e ON e.id = r.exam_id
WHERE c.id = ANY($1::bigint[]) AND c.person_id = $2 LIMIT 20

-- name: insert_decision
-- why: a proposal; one open at a time
INSERT INTO case_decision (case_id, cycle, kind, reason, state, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, 'proposed', $5, $6) RETURNING id

-- name: open_decision
-- why: the proposal that waits for a second person
SELECT id, case_id, kind, reason, state, proposed_by, proposed_at, decided_by, decided_at, remark FROM case_decision
WHERE case_id = $1 AND state = 'proposed' FOR UPDATE

-- name: decide
-- why: the second person's word, once
UPDATE case_decision SET state = $2, decided_by = $3, decided_at = $4, remark = $5 WHERE id = $1 AND state = 'proposed'

-- name: moot
-- why: fails were lifted while proposals waited for their second person
UPDATE case_decision SET state = 'moot', decided_at = $2 WHERE case_id = ANY($1::bigint[]) AND state = 'proposed' RETURNING case_id

-- name: decisions
-- why: all proposals of a case with their fate
SELECT id, case_id, kind, reason, state, proposed_by, proposed_at, decided_by, decided_at, remark FROM case_decision WHERE case_id = $1 ORDER BY id LIMIT 50

-- name: exam_title
-- why: notices name the exam that was failed
SELECT e.title FROM round r JOIN exam e ON e.id = r.exam_id WHERE r.id = $1

-- name: waiting
-- why: who must act soon is reminded
SELECT c.id, c.person_id, c.state, c.cycle, c.retake_closes_at, c.retraining_due_on, c.reexam_closes_at, e.title AS exam_title
FROM remediation_case c JOIN round r ON r.id = c.round_id JOIN exam e ON e.id = r.exam_id
WHERE (c.state = 'retake_due' AND c.retake_closes_at <= $1) OR (c.state = 'reexam_due' AND c.reexam_closes_at <= $1)
   OR (c.state = 'retraining' AND c.retraining_due_on <= $2)
ORDER BY c.id LIMIT 5000
