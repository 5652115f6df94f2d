-- name: pool
-- why: what papers are drawn from: the published versions at the given points, or all, by their facts. Whole lists in a row: a bank of
-- 100,000 questions is read in a few dozen rows, where a row for each took most of the time of a draw
SELECT v.type, v.difficulty, v.key_question, array_agg(v.id) AS versions, array_agg(v.question_id) AS questions FROM question_version v
WHERE v.is_current AND v.state = 'published'
  AND (cardinality($1::bigint[]) = 0 OR v.id IN (SELECT x.version_id FROM question_version_topic x WHERE x.topic_id = ANY ($1)))
GROUP BY v.type, v.difficulty, v.key_question LIMIT 1000

-- name: pool_points
-- why: where the same versions stand, the questions' own points first
SELECT t.topic_id, array_agg(t.version_id) AS versions FROM question_version_topic t
WHERE cardinality($1::bigint[]) = 0 OR t.version_id IN (SELECT x.version_id FROM question_version_topic x WHERE x.topic_id = ANY ($1))
GROUP BY t.position, t.topic_id ORDER BY t.position, t.topic_id LIMIT 50000

-- name: pool_uses
-- why: how many papers have taken each question, in whichever version: a draw prefers the less exposed
SELECT coalesce(array_agg(u.question_id), '{}') AS questions, coalesce(array_agg(u.uses), '{}') AS uses FROM (
    SELECT v.question_id, count(*) AS uses FROM question_usage u JOIN question_version v ON v.id = u.version_id GROUP BY v.question_id LIMIT 200000
) u
