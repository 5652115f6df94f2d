-- The second implementation of what a result comes to and brings (threat 35). It shares nothing with the code that marks and books: no type,
-- no function, no view.
-- Times are no matter here: what is stored is compared with what it rests on.

-- name: may_recount
-- why: one process at a time recounts, and the lock ends with the transaction; a recount has time, somebody who sits an exam has none
SELECT pg_try_advisory_xact_lock($1) AS alone, EXISTS (SELECT 1 FROM attempt WHERE state = 'open') AS sits

-- name: results_after
-- why: the next batch of results, however many there are
SELECT coalesce(max(b.id), 0) AS last, count(*) AS n FROM (SELECT id FROM result WHERE id > $1 ORDER BY id LIMIT $2) b

-- name: recount_results
-- why: each result of a batch that is not what its marks come to: the sums over the slots, the marks against the paper's slots, the percent
-- truncated to 0.01, the band and the pass by the table that it was judged by, held back for red lines, and for questions with one right
-- choice the mark itself, from the journal and the pinned key. A question that was ever ruled on is left to the ruling
WITH r AS MATERIALIZED (
    SELECT r.id, r.exam_id, e.title, r.person_id, r.attempt_id, r.version, r.cause, r.score_hundredths AS score, r.total_hundredths AS total,
           r.percent_hundredths AS percent, r.band, r.passed, r.red_line, r.red_line_misses AS misses, r.marks, e.on_paper,
           coalesce(a.paper_id, c.paper_id, e.paper_id) AS paper_id, p.body -> 'edges' AS edges, (p.body ->> 'pass_from')::numeric AS pass_from
    FROM result r JOIN exam e ON e.id = r.exam_id JOIN candidate c ON c.id = r.candidate_id LEFT JOIN policy_version p ON p.id = r.bands_version_id
    LEFT JOIN attempt a ON a.id = r.attempt_id
    WHERE r.id > $1 AND r.id <= $2
), m AS MATERIALIZED (
    SELECT r.id, m.slot, m.version_id, m.mark * 100 AS mark, m.points * 100 AS points, coalesce(m.dropped, false) AS dropped,
           coalesce(m.red_line_missed, false) AS missed
    FROM r, jsonb_to_recordset(r.marks) AS m(slot integer, version_id bigint, mark numeric, points numeric, red_line_missed boolean, dropped boolean)
), sums AS (
    SELECT m.id, sum(m.mark) AS score, sum(m.points) AS total, count(*) FILTER (WHERE m.missed) AS misses, count(*) AS slots,
           min(m.slot) FILTER (WHERE m.mark < 0 OR m.mark > m.points) AS beyond
    FROM m GROUP BY m.id
), papers AS (
    SELECT r.id, sum(s.points_hundredths) AS total, count(DISTINCT s.slot) AS slots,
           min(s.slot) FILTER (WHERE m.version_id IS NULL OR m.points <> CASE WHEN m.dropped THEN 0 ELSE s.points_hundredths END) AS other
    FROM r JOIN paper_slot s ON s.paper_id = r.paper_id LEFT JOIN m ON m.id = r.id AND m.version_id = s.version_id GROUP BY r.id
), answers AS (
    SELECT DISTINCT ON (j.attempt_id, j.slot) r.id, j.slot, j.response
    FROM r JOIN journal j ON j.attempt_id = r.attempt_id
    WHERE r.version = 1 AND r.cause = 'hand_in' AND NOT r.on_paper
    ORDER BY j.attempt_id, j.slot, j.epoch DESC, j.client_seq DESC
), choices AS (
    SELECT r.id, min(m.slot) AS slot
    FROM r JOIN m ON m.id = r.id JOIN question_version q ON q.id = m.version_id AND q.type IN ('single', 'true_false')
    LEFT JOIN answers a ON a.id = m.id AND a.slot = m.slot
    WHERE r.version = 1 AND r.cause = 'hand_in' AND NOT r.on_paper
      AND m.mark <> CASE WHEN a.response ->> 'choice' = q.body -> 'key' ->> 0 THEN m.points ELSE 0 END
      AND NOT EXISTS (SELECT 1 FROM correction k WHERE k.exam_id = r.exam_id AND k.kind = 'question' AND (k.body ->> 'version_id')::bigint = m.version_id)
    GROUP BY r.id
), counted AS (
    SELECT r.id, coalesce(s.score, 0) AS score, coalesce(s.total, p.total) AS total, coalesce(s.misses, 0) AS misses, coalesce(s.slots, 0) AS slots,
           s.beyond, p.slots AS paper_slots, p.other
    FROM r JOIN papers p ON p.id = r.id LEFT JOIN sums s ON s.id = r.id
), edges AS (
    SELECT r.id, max(b."from") FILTER (WHERE c.score * 100 >= b."from" * c.total) AS earned, max(b."from") FILTER (WHERE b."from" <= r.pass_from) AS bare,
           min(b."from") AS lowest
    FROM r JOIN counted c ON c.id = r.id, jsonb_to_recordset(r.edges) AS b("from" numeric) GROUP BY r.id
), judged AS (
    SELECT r.id, trunc(c.score * 10000 / c.total) AS percent,
           CASE WHEN r.cause = 'absent' OR c.misses > 0 AND r.red_line = 'fail' THEN e.lowest
                WHEN c.misses > 0 AND r.red_line = 'pass' THEN least(e.earned, e.bare) ELSE e.earned END AS edge,
           c.score * 100 >= r.pass_from * c.total AND r.cause <> 'absent' AND NOT (c.misses > 0 AND r.red_line = 'fail') AS passed
    FROM r JOIN counted c ON c.id = r.id JOIN edges e ON e.id = r.id
), bands AS (
    SELECT j.id, j.percent, j.passed, b.band FROM judged j JOIN r ON r.id = j.id, jsonb_to_recordset(r.edges) AS b(band text, "from" numeric) WHERE b."from" = j.edge
), said AS (
    SELECT r.id, r.exam_id, r.title, r.person_id, array_remove(ARRAY[
        CASE WHEN c.id IS NULL THEN 'its paper has no questions' END,
        CASE WHEN r.score <> c.score THEN format('its score is %s, its marks add up to %s', to_char(r.score / 100.0, 'FM999999990.00'), to_char(c.score / 100.0, 'FM999999990.00')) END,
        CASE WHEN r.total <> c.total THEN format('its full mark is %s, its questions add up to %s', to_char(r.total / 100.0, 'FM999999990.00'), to_char(c.total / 100.0, 'FM999999990.00')) END,
        CASE WHEN r.misses <> c.misses THEN format('it misses %s red lines, its marks %s', r.misses, c.misses) END,
        CASE WHEN r.cause <> 'absent' AND c.slots <> c.paper_slots THEN format('it has %s marks, its paper %s questions', c.slots, c.paper_slots) END,
        CASE WHEN c.beyond IS NOT NULL THEN format('question %s has more or less than its points', c.beyond) END,
        CASE WHEN r.cause <> 'absent' AND c.other IS NOT NULL THEN format('question %s of its paper is worth something else', c.other) END,
        CASE WHEN h.slot IS NOT NULL THEN format('question %s is not marked as its answer and key say', h.slot) END,
        CASE WHEN r.percent IS DISTINCT FROM b.percent THEN format('its percentage is %s, recounted %s', to_char(r.percent / 100.0, 'FM999999990.00'), to_char(b.percent / 100.0, 'FM999999990.00')) END,
        CASE WHEN r.band IS DISTINCT FROM b.band THEN format('its band is %s, recounted %s', r.band, b.band) END,
        CASE WHEN r.passed IS DISTINCT FROM b.passed THEN format('passed is %s, recounted %s', r.passed::text, b.passed::text) END
    ], NULL) AS says
    FROM r LEFT JOIN counted c ON c.id = r.id LEFT JOIN bands b ON b.id = r.id LEFT JOIN choices h ON h.id = r.id
)
SELECT 'result' AS what, id, exam_id, title, person_id, array_to_string(says, '; ') AS message FROM said WHERE cardinality(says) > 0 ORDER BY id

-- name: sheets_after
-- why: the next batch of appraisal sheets
SELECT coalesce(max(b.id), 0) AS last, count(*) AS n FROM (SELECT id FROM sheet WHERE id > $1 ORDER BY id LIMIT $2) b

-- name: recount_rounds
-- why: the percentage that the appraisal took from a round against the released results of that round (decision 22): the first score where
-- that passed; after a passed retake or re-exam 60.00, at most 69.99 or the raw score, as the clinic says; else the best. Sheets that are
-- confirmed keep what they were confirmed with
WITH f AS MATERIALIZED (
    SELECT DISTINCT ON (f.cycle_id, f.person_id, f.indicator, f.source_id) f.id, f.person_id, f.source_id AS round_id, f.value_hundredths AS value, f.n
    FROM sheet s JOIN fact f ON f.cycle_id = s.cycle_id AND f.person_id = s.person_id AND f.source_kind = 'round'
    WHERE s.id > $1 AND s.id <= $2 AND s.state IN ('collecting', 'scored')
    ORDER BY f.cycle_id, f.person_id, f.indicator, f.source_id, f.version DESC
), sat AS MATERIALIZED (
    SELECT DISTINCT ON (f.id, r.candidate_id) f.id, e.kind, r.percent_hundredths AS percent, r.passed
    FROM f JOIN result r ON r.person_id = f.person_id AND r.released_at IS NOT NULL JOIN exam e ON e.id = r.exam_id AND e.round_id = f.round_id
    ORDER BY f.id, r.candidate_id, r.id DESC
), came AS (
    SELECT f.id, f.person_id, f.round_id, f.value,
           max(s.percent) FILTER (WHERE s.passed AND s.kind NOT IN ('retake', 'reexam')) AS first,
           array_agg(s.percent) FILTER (WHERE s.passed AND s.kind IN ('retake', 'reexam')) AS later, max(s.percent) AS best
    FROM f LEFT JOIN sat s ON s.id = f.id WHERE f.n > 0 GROUP BY f.id, f.person_id, f.round_id, f.value
)
SELECT 'fact' AS what, c.id, e.id AS exam_id, e.title, c.person_id,
       CASE WHEN c.best IS NULL THEN format('it takes %s from round %s, of which nothing is released', to_char(c.value / 100.0, 'FM999999990.00'), c.round_id)
            ELSE format('it takes %s from round %s, whose results say %s', to_char(c.value / 100.0, 'FM999999990.00'), c.round_id,
                        CASE WHEN c.first IS NOT NULL THEN to_char(c.first / 100.0, 'FM999999990.00') WHEN c.later IS NOT NULL THEN 'that a later sitting was passed' ELSE to_char(c.best / 100.0, 'FM999999990.00') END)
       END AS message
FROM came c JOIN round d ON d.id = c.round_id JOIN exam e ON e.id = d.exam_id
WHERE CASE WHEN c.best IS NULL THEN true
           WHEN c.first IS NOT NULL THEN c.value <> c.first
           WHEN c.later IS NOT NULL THEN NOT (c.value = 6000 OR c.value = ANY (c.later) OR c.value = 6999 AND 6999 < ANY (c.later))
           ELSE c.value <> c.best END
ORDER BY c.id

-- name: people_after
-- why: the next batch of people, and how many entries of points and pay they have
SELECT coalesce(max(b.id), 0) AS last, (SELECT count(*) FROM ledger_entry e WHERE e.person_id > $1 AND e.person_id <= max(b.id)) AS n
FROM (SELECT id FROM person WHERE id > $1 ORDER BY id LIMIT $2) b

-- name: recount_pay
-- why: what each person's entries of a round come to against what is owed (C33, C47): by the sittings' newest released results, nothing while a
-- case is open, a fail when people have decided, by the version that holds when the round's exam opens, or closes for a round of
-- before that rule. A version that was made after the
-- entry that stands, or after what settled the round, rewrites nothing. Entries without a result are found as results without entries are
WITH sat AS MATERIALIZED (
    SELECT DISTINCT ON (r.candidate_id) r.person_id, e.round_id, e.kind, r.id, r.passed, r.band, r.released_at
    FROM result r JOIN exam e ON e.id = r.exam_id
    WHERE r.person_id > $1 AND r.person_id <= $2 AND r.released_at IS NOT NULL AND e.round_id IS NOT NULL
    ORDER BY r.candidate_id, r.id DESC
), came AS (
    SELECT s.person_id, s.round_id, max(s.id) AS result_id, max(s.released_at) AS at, max(s.band) FILTER (WHERE s.passed AND s.kind NOT IN ('retake', 'reexam')) AS band,
           bool_or(s.passed AND s.kind = 'retake') AS retaken, bool_or(s.passed AND s.kind = 'reexam') AS retrained
    FROM sat s GROUP BY s.person_id, s.round_id
), booked AS (
    SELECT e.person_id, e.round_id, max(e.result_id) AS result_id, sum(e.points) AS points, sum(e.fen) AS fen, count(*) FILTER (WHERE x.stands) AS standing,
           max(e.outcome) FILTER (WHERE x.stands) AS outcome, max(e.policy_version_id) FILTER (WHERE x.stands) AS version_id, max(e.created_at) FILTER (WHERE x.stands) AS at
    FROM ledger_entry e LEFT JOIN ledger_entry n ON n.reverses = e.id AND n.person_id > $1 AND n.person_id <= $2, LATERAL (SELECT e.reverses IS NULL AND n.id IS NULL AS stands) x
    WHERE e.person_id > $1 AND e.person_id <= $2 GROUP BY e.person_id, e.round_id
), settled AS (
    SELECT person_id, round_id, coalesce(c.result_id, b.result_id) AS result_id, coalesce(b.at, greatest(c.at, k.moved_at)) AS at,
           coalesce(b.points, 0) AS points, coalesce(b.fen, 0) AS fen, coalesce(b.standing, 0) AS standing, b.outcome, b.version_id,
           CASE WHEN c.result_id IS NULL OR k.state <> 'closed' THEN NULL
                WHEN c.band IS NOT NULL THEN c.band
                WHEN c.retaken THEN 'passed_retake'
                WHEN c.retrained THEN 'passed_retraining'
                WHEN k.outcome IN ('transferred', 'dismissed') THEN 'failed' END AS came_to
    FROM came c FULL JOIN booked b USING (person_id, round_id)
    LEFT JOIN (SELECT * FROM remediation_case WHERE person_id > $1 AND person_id <= $2) k USING (person_id, round_id)
), owed AS (
    SELECT s.*, d.exam_id, o.title, v.id AS due_by, coalesce((v.rate ->> 'points')::bigint, 0) AS due_points, coalesce((v.rate ->> 'fen')::bigint, 0) AS due_fen
    FROM settled s JOIN round d ON d.id = s.round_id JOIN exam o ON o.id = d.exam_id LEFT JOIN LATERAL (
        SELECT p.id, p.body -> 'kinds' -> o.kind -> s.came_to AS rate FROM policy_version p
        WHERE p.kind = 'result_pay' AND p.effective_from <= CASE WHEN d.paid_at_opening THEN o.opens_at ELSE o.closes_at END AND p.created_at <= s.at ORDER BY p.effective_from DESC, p.version DESC LIMIT 1
    ) v ON true
), said AS (
    SELECT o.result_id, o.exam_id, o.title, o.person_id, o.round_id, array_remove(ARRAY[
        CASE WHEN o.points <> o.due_points OR o.fen <> o.due_fen THEN format('%s points and %s yuan are booked, %s and %s are owed for %s', o.points,
            to_char(o.fen / 100.0, 'FM999999990.00'), o.due_points, to_char(o.due_fen / 100.0, 'FM999999990.00'), coalesce(o.came_to, 'what is not settled')) END,
        CASE WHEN o.standing <> CASE WHEN o.due_points = 0 AND o.due_fen = 0 THEN 0 ELSE 1 END THEN format('%s entries stand', o.standing) END,
        CASE WHEN o.outcome <> coalesce(o.came_to, '') THEN format('it is booked for %s, it came to %s', o.outcome, coalesce(o.came_to, 'nothing yet')) END,
        CASE WHEN o.version_id <> coalesce(o.due_by, 0) THEN format('it is booked by version %s, %s held', o.version_id, coalesce(o.due_by::text, 'none')) END
    ], NULL) AS says
    FROM owed o
)
SELECT 'pay' AS what, result_id AS id, exam_id, title, person_id, format('person %s in round %s: ', person_id, round_id) || array_to_string(says, '; ') AS message
FROM said WHERE cardinality(says) > 0 ORDER BY person_id, round_id
