-- The SQL of bulk edits.

-- name: lock_questions
-- why: a bulk edit takes its questions in the order of their ids, so that two of them cannot wait for each other
SELECT id FROM question WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE

-- name: questions_of
-- why: the questions of the versions that the list found
SELECT question_id FROM question_version WHERE id = ANY ($1::bigint[])

-- name: bulk_heads
-- why: the questions' own facts
SELECT q.id, q.retired_at, array(SELECT t.name FROM question_tag g JOIN tag t ON t.id = g.tag_id WHERE g.question_id = q.id ORDER BY g.place) AS tags
FROM question q WHERE q.id = ANY ($1::bigint[]) ORDER BY q.id

-- name: bulk_versions
-- why: of each the newest version, which an edit starts from, and the one that lists show; the newest first
SELECT v.id, v.question_id, v.version, v.revision, v.is_current, v.state, v.body, v.created_by, v.created_at, v.edited_at, v.editors,
    coalesce(v.reviewed_by, '') AS reviewed_by, v.published_at, v.retired_at, v.submitted_at, v.import_id,
    array(SELECT t.topic_id FROM question_version_topic t WHERE t.version_id = v.id ORDER BY t.position) AS topic_ids
FROM question_version v
WHERE v.question_id = ANY ($1::bigint[])
  AND (v.is_current OR NOT EXISTS (SELECT 1 FROM question_version n WHERE n.question_id = v.question_id AND n.version > v.version))
ORDER BY v.question_id, v.version DESC
