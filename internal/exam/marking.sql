-- The statements of marking by people.

-- name: marking_set
-- why: how a draft's answers are marked; a published exam keeps what it was announced with
UPDATE exam SET markers = $2, mark_gap_percent = $3 WHERE id = $1 AND state = 'draft'

-- name: mark_tasks_insert
-- why: the answers of attempts that wait for people
INSERT INTO mark_task (attempt_id, slot, exam_id, version_id, person_id, points_hundredths, response, shuffle, wanted, state, created_at, correction_id)
SELECT r.attempt_id, r.slot, r.exam_id, r.version_id, r.person_id, r.points, r.response::jsonb, r.shuffle, e.markers, 'open', $1, nullif($2::bigint, 0)
FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[]) WITH ORDINALITY
    AS r(attempt_id, exam_id, person_id, slot, version_id, points, response, shuffle, ord)
JOIN exam e ON e.id = r.exam_id ORDER BY r.ord

-- name: attempts_await_marks
-- why: open → submitted with their receipts; the results follow when people have marked
UPDATE attempt a SET state = 'submitted', submitted_at = m.submitted_at, submit_cause = m.cause, answered = m.answered, journal_head = m.head, paused_at = NULL
FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::integer[], $5::text[]) AS m(id, submitted_at, cause, answered, head)
WHERE a.id = m.id AND a.state = 'open'

-- name: marking_queues
-- why: what is left to mark in an exam, a line a question
SELECT t.version_id, count(*) AS answers, count(*) FILTER (WHERE t.state = 'done') AS done, count(*) FILTER (WHERE t.wanted = 3) AS thirds,
       count(*) FILTER (WHERE t.state = 'open' AND t.person_id <> $2 AND NOT EXISTS (SELECT 1 FROM mark m WHERE m.task_id = t.id AND m.marker_id = $2)
           AND ($5 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($6::bigint[])))) AS mine
FROM mark_task t
WHERE t.exam_id = $1 AND t.state <> 'dropped' AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($4::bigint[])))
GROUP BY t.version_id ORDER BY t.version_id LIMIT 200

-- name: marking_exams
-- why: the exams in which answers wait for their marks, and how many of them for the viewer, the longest closed first: by the earliest close of
-- the sittings that wait, which of a deferred one is its own
SELECT e.id, e.title, min(coalesce(c.closes_at, e.closes_at)) AS closes_at, count(*) AS waiting,
       count(*) FILTER (WHERE t.person_id <> $1 AND NOT EXISTS (SELECT 1 FROM mark m WHERE m.task_id = t.id AND m.marker_id = $1)
           AND ($4 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($5::bigint[])))) AS mine
FROM mark_task t JOIN exam e ON e.id = t.exam_id JOIN attempt a ON a.id = t.attempt_id JOIN candidate c ON c.id = a.candidate_id
WHERE t.state = 'open' AND ($2 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($3::bigint[])))
GROUP BY e.id ORDER BY closes_at, e.id LIMIT 50

-- name: mark_claimed
-- why: whoever left an answer half marked finds it again
SELECT t.id FROM mark_claim c JOIN mark_task t ON t.id = c.task_id
WHERE c.marker_id = $1 AND c.until_at > $4 AND t.exam_id = $2 AND t.version_id = $3 AND t.state = 'open' LIMIT 1

-- name: mark_next
-- why: the next answer in random order that is nobody's own, not marked by this marker and not in front of enough others
SELECT t.id FROM mark_task t
WHERE t.exam_id = $2 AND t.version_id = $3 AND t.state = 'open' AND t.person_id <> $1
  AND ($5 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($6::bigint[])))
  AND NOT EXISTS (SELECT 1 FROM mark m WHERE m.task_id = t.id AND m.marker_id = $1)
  AND t.wanted > (SELECT count(DISTINCT m.marker_id) FROM mark m WHERE m.task_id = t.id)
               + (SELECT count(*) FROM mark_claim c WHERE c.task_id = t.id AND c.marker_id <> $1 AND c.until_at > $4)
ORDER BY t.shuffle LIMIT 1 FOR UPDATE OF t SKIP LOCKED

-- name: mark_claim
-- why: the answer is in front of this marker for a while
INSERT INTO mark_claim (task_id, marker_id, until_at) VALUES ($1, $2, $3)
ON CONFLICT (task_id, marker_id) DO UPDATE SET until_at = excluded.until_at

-- name: mark_unclaim
-- why: it is marked
DELETE FROM mark_claim WHERE task_id = $1 AND marker_id = $2

-- name: mark_task
-- why: an answer as its marker sees it, without a name
SELECT t.id, t.attempt_id, t.exam_id, t.version_id, t.points_hundredths, t.response, t.state, e.title FROM mark_task t JOIN exam e ON e.id = t.exam_id
WHERE t.id = $1 AND t.person_id <> $2
  AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($4::bigint[])))

-- name: mark_task_lock
-- why: a mark is added under the lock of its answer, so that two do not both finish it
SELECT t.id, t.attempt_id, t.slot, t.exam_id, t.version_id, t.person_id, t.points_hundredths, t.state, t.wanted, e.markers, e.mark_gap_percent, a.state AS attempt_state,
       coalesce(t.correction_id, 0) AS correction_id,
       EXISTS (SELECT 1 FROM result r WHERE r.attempt_id = t.attempt_id AND r.released_at IS NOT NULL) AS released,
       EXISTS (SELECT 1 FROM mark_task o JOIN correction k ON k.id = o.correction_id
               WHERE o.attempt_id = t.attempt_id AND o.slot = t.slot AND k.state = 'approved') AS replaced,
       EXISTS (SELECT 1 FROM mark m WHERE m.task_id = t.id AND m.marker_id = $2) AS mine,
       (SELECT count(DISTINCT m.marker_id) FROM mark m WHERE m.task_id = t.id) AS marks
FROM mark_task t JOIN exam e ON e.id = t.exam_id JOIN attempt a ON a.id = t.attempt_id
WHERE t.id = $1 AND t.person_id <> $2
  AND ($3 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($4::bigint[])))
FOR UPDATE OF t, a

-- name: mark_task_exam_hold
-- why: the last mark makes a result as a hand-in does, so it waits for the approval of a ruling before it holds anything else (exams_hold)
SELECT e.id FROM exam e WHERE e.id = (SELECT exam_id FROM mark_task WHERE id = $1) FOR KEY SHARE

-- name: mark_task_order
-- why: the order that an answer belongs to is not decided while it is marked
SELECT k.state FROM mark_task t JOIN correction k ON k.id = t.correction_id WHERE t.id = $1 FOR SHARE OF k

-- name: mark_tasks_drop
-- why: a decided order leaves nothing to mark
UPDATE mark_task SET state = 'dropped' WHERE correction_id = $1 AND state = 'open'

-- name: mark_tasks_void
-- why: a voided attempt leaves nothing to mark, neither of its hand-in nor of an order
UPDATE mark_task SET state = 'dropped' WHERE attempt_id = $1 AND state = 'open'

-- name: marks_of_correction
-- why: what people gave the answers that an order admits
SELECT slot, agreed_hundredths FROM mark_task WHERE correction_id = $1 AND state = 'done' ORDER BY slot

-- name: mark_insert
-- why: a marker's newest version counts, the earlier ones stay
INSERT INTO mark (task_id, marker_id, version, given, mark_hundredths, comment, marked_at, reason)
SELECT $1, $2, coalesce((SELECT max(version) FROM mark WHERE task_id = $1 AND marker_id = $2), 0) + 1, $3, $4, $5, $6, $7

-- name: own_marks
-- why: what a marker gave in an exam, what can still be revised first
SELECT t.id, t.version_id, t.response, t.points_hundredths, m.mark_hundredths, m.marked_at,
       CASE WHEN t.correction_id IS NOT NULL THEN k.state <> 'proposed'
            ELSE a.state <> 'submitted' AND (a.state <> 'marked'
                OR EXISTS (SELECT 1 FROM result r WHERE r.attempt_id = a.id AND r.released_at IS NOT NULL)
                OR EXISTS (SELECT 1 FROM mark_task o JOIN correction k ON k.id = o.correction_id
                           WHERE o.attempt_id = t.attempt_id AND o.slot = t.slot AND k.state = 'approved')) END AS settled
FROM (SELECT DISTINCT ON (task_id) task_id, mark_hundredths, marked_at FROM mark WHERE marker_id = $2 ORDER BY task_id, version DESC) m
JOIN mark_task t ON t.id = m.task_id JOIN attempt a ON a.id = t.attempt_id LEFT JOIN correction k ON k.id = t.correction_id
WHERE t.exam_id = $1 AND t.state <> 'dropped' ORDER BY settled, m.marked_at DESC, t.id LIMIT 500

-- name: own_mark_exams
-- why: the exams in which a marker can still revise a mark, also when nothing waits there any more, the last closed first
SELECT e.id, e.title FROM exam e WHERE e.id IN (
    SELECT t.exam_id FROM mark m JOIN mark_task t ON t.id = m.task_id JOIN attempt a ON a.id = t.attempt_id
    WHERE m.marker_id = $1 AND t.correction_id IS NULL AND t.state <> 'dropped'
      AND (a.state = 'submitted' OR a.state = 'marked' AND NOT EXISTS (SELECT 1 FROM result r WHERE r.attempt_id = a.id AND r.released_at IS NOT NULL))
) ORDER BY e.closes_at DESC, e.id LIMIT 20

-- name: own_mark
-- why: a marker's own newest mark of an answer
SELECT given, comment FROM mark WHERE task_id = $1 AND marker_id = $2 ORDER BY version DESC LIMIT 1

-- name: marks_of_task
-- why: one mark a marker, the newest, in the order in which the markers came
SELECT mark_hundredths FROM (
    SELECT DISTINCT ON (marker_id) marker_id, mark_hundredths, min(id) OVER (PARTITION BY marker_id) AS first FROM mark
    WHERE task_id = $1 ORDER BY marker_id, version DESC
) newest ORDER BY first LIMIT 3

-- name: mark_task_settle
-- why: what the marks of an answer come to so far
UPDATE mark_task SET wanted = $2, state = $3, agreed_hundredths = $4, done_at = $5 WHERE id = $1

-- name: marks_of_attempt
-- why: what people gave an attempt's answers, and whether any is still missing
SELECT slot, agreed_hundredths, state FROM mark_task WHERE attempt_id = $1 AND correction_id IS NULL ORDER BY slot

-- name: comments_of_attempt
-- why: what the markers of the answers that count wrote, each one's newest words; who wrote them is not told
SELECT n.slot, n.comment FROM (
    SELECT DISTINCT ON (t.slot, m.marker_id) t.slot, m.marker_id, m.comment FROM (
        SELECT DISTINCT ON (t.slot) t.id, t.slot FROM mark_task t LEFT JOIN correction k ON k.id = t.correction_id
        WHERE t.attempt_id = $1 AND (t.correction_id IS NULL OR k.state = 'approved') ORDER BY t.slot, k.decided_at DESC NULLS LAST, k.id DESC
    ) t JOIN mark m ON m.task_id = t.id
    ORDER BY t.slot, m.marker_id, m.version DESC
) n WHERE n.comment <> '' ORDER BY n.slot, n.comment LIMIT 600

-- name: closing_of
-- why: an attempt whose last answer has just been marked
SELECT a.id, a.exam_id, a.person_id, a.candidate_id, a.paper_id, a.deadline_at, a.grace_seconds, a.state, e.bands_version_id, e.red_line, e.release, e.round_id, e.kind,
       (SELECT coalesce(jsonb_agg(k.body ORDER BY k.decided_at, k.id), '[]') FROM correction k
        WHERE k.exam_id = a.exam_id AND k.kind = 'question' AND k.state = 'approved') AS rulings
FROM attempt a JOIN exam e ON e.id = a.exam_id WHERE a.id = $1 AND a.state = 'submitted'

-- name: result_to_remark
-- why: the newest version of a result that nobody has seen: what it says but for one answer stays
SELECT id, exam_id, score_hundredths, marks, red_line, bands_version_id FROM result WHERE attempt_id = $1 ORDER BY version DESC LIMIT 1

-- name: result_remark
-- why: a mark that was corrected before the release makes a newer version; the caller holds the exam and the attempt
INSERT INTO result (exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed, marks,
                    bands_version_id, created_at, red_line, red_line_misses)
SELECT exam_id, candidate_id, person_id, attempt_id, version + 1, 'remark', $2, $3, $4, $5, $6, $7::jsonb, bands_version_id, $8, red_line, $9
FROM result WHERE id = $1 RETURNING id

-- name: marker_figures
-- why: how each marker of an exam marks beside the others, by the answers inside the viewer's part of the tree
SELECT m.marker_id, n.name, count(*) AS answers, (sum(m.mark_hundredths * 10000 / t.points_hundredths) / count(*))::bigint AS mean_percent,
       coalesce(sum(abs(m.mark_hundredths - t.agreed_hundredths) * 10000 / t.points_hundredths) FILTER (WHERE t.state = 'done')
                / nullif(count(*) FILTER (WHERE t.state = 'done'), 0), 0)::bigint AS mean_apart_percent,
       count(*) FILTER (WHERE t.wanted = 3) AS thirds
FROM (SELECT DISTINCT ON (task_id, marker_id) * FROM mark WHERE task_id IN (SELECT id FROM mark_task WHERE exam_id = $1) ORDER BY task_id, marker_id, version DESC) m
JOIN mark_task t ON t.id = m.task_id JOIN person n ON n.id = m.marker_id
WHERE $2 OR EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = t.person_id AND p.unit_id = ANY($3::bigint[])) GROUP BY m.marker_id, n.name ORDER BY m.marker_id LIMIT 200
