-- name: pool
-- why: what papers are drawn from: the published versions at the given points, or all. Their numbers alone, in one row: what a published
-- version is does not change, and the process remembers it (pool_facts.go)
SELECT coalesce(array_agg(v.id), '{}') AS versions FROM question_version v
WHERE v.is_current AND v.state = 'published'
  AND (cardinality($1::bigint[]) = 0 OR v.id IN (SELECT x.version_id FROM question_version_topic x WHERE x.topic_id = ANY ($1)))

-- name: pool_facts
-- why: what versions are that the process does not know yet, by their facts and points, the main one first
SELECT v.type, v.difficulty, v.key_question, v.topic_ids, array_agg(v.id) AS versions, array_agg(v.question_id) AS questions FROM (
    SELECT q.id, q.question_id, q.type, q.difficulty, q.key_question, array(SELECT t.topic_id FROM question_version_topic t WHERE t.version_id = q.id ORDER BY t.position) AS topic_ids
    FROM question_version q WHERE q.id = ANY ($1::bigint[]) AND q.published_at IS NOT NULL
) v
GROUP BY v.type, v.difficulty, v.key_question, v.topic_ids LIMIT 200000

-- name: questions_of_versions
-- why: two papers ask the same question also where they took it in different versions
SELECT id, question_id FROM question_version WHERE id = ANY ($1::bigint[])

-- name: pool_uses
-- why: how many papers have taken each question, in whichever version: a draw prefers the less exposed
SELECT coalesce(array_agg(u.question_id), '{}') AS questions, coalesce(array_agg(u.uses), '{}') AS uses FROM (
    SELECT v.question_id, count(*) AS uses FROM question_usage u JOIN question_version v ON v.id = u.version_id GROUP BY v.question_id LIMIT 200000
) u
