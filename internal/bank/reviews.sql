-- The SQL of review. Times are parameters.

-- name: submit_version
-- why: a draft is put before the reviewers
UPDATE question_version SET state = 'in_review', submitted_by = $2, submitted_at = $3 WHERE id = $1 AND state = 'draft'

-- name: unsubmit_version
-- why: withdrawn or sent back
UPDATE question_version SET state = 'draft', submitted_by = NULL, submitted_at = NULL WHERE id = $1 AND state = 'in_review'

-- name: insert_review
-- why: the history of review of one version
INSERT INTO question_review (version_id, revision, act, actor, at, note) VALUES ($1, $2, $3, $4, $5, $6)

-- name: reviews_of
-- why: a question's page tells what reviewers said, the newest first
SELECT r.version_id, v.version, r.act, r.actor, r.at, r.note, r.looked,
    coalesce((SELECT p.name FROM person p WHERE r.actor LIKE 'person:%' AND p.id = substr(r.actor, 8)::bigint), '') AS actor_name
FROM question_review r JOIN question_version v ON v.id = r.version_id WHERE r.version_id = ANY ($1::bigint[]) ORDER BY r.id DESC LIMIT 100

-- name: waiting_alone
-- why: the queue of versions that came by no import, the longest waiting first
SELECT v.id FROM question_version v WHERE v.state = 'in_review' AND v.import_id IS NULL ORDER BY v.id LIMIT $1 OFFSET $2

-- name: waiting_of_import
-- why: a page of a batch in the file's order
SELECT v.id FROM question_version v WHERE v.state = 'in_review' AND v.import_id = $1 ORDER BY v.id LIMIT $2 OFFSET $3

-- name: waiting_alone_count
-- why: how long that queue is, up to a bound
SELECT count(*) FROM (SELECT 1 FROM question_version v WHERE v.state = 'in_review' AND v.import_id IS NULL LIMIT 5000) waiting

-- name: waiting_versions
-- why: what the queue shows of the versions of one page, with their writers
SELECT v.id, v.question_id, v.version, v.revision, v.is_current, v.state, v.body, v.created_by, v.created_at, v.edited_at, v.editors,
    coalesce(v.reviewed_by, '') AS reviewed_by, v.submitted_at,
    array(SELECT t.topic_id FROM question_version_topic t WHERE t.version_id = v.id ORDER BY t.position) AS topic_ids,
    coalesce((SELECT p.name FROM person p WHERE v.created_by LIKE 'person:%' AND p.id = substr(v.created_by, 8)::bigint), '') AS created_name
FROM question_version v WHERE v.id = ANY ($1::bigint[]) ORDER BY v.id

-- name: batches
-- why: the imports of which something waits, the longest waiting first
SELECT w.import_id, i.file_name, i.created_by, i.applied_at, i.imported_count AS imported, w.waiting, 0 AS revisions,
    coalesce((SELECT p.name FROM person p WHERE i.created_by LIKE 'person:%' AND p.id = substr(i.created_by, 8)::bigint), '') AS created_name
FROM (SELECT import_id, count(*) AS waiting FROM question_version WHERE state = 'in_review' AND import_id IS NOT NULL GROUP BY import_id ORDER BY import_id LIMIT 200) w
JOIN bank_import i ON i.id = w.import_id ORDER BY w.import_id

-- name: batch
-- why: one of them, with what tells that it moved
SELECT i.id AS import_id, i.file_name, i.created_by, i.applied_at, i.imported_count AS imported,
    count(v.id) AS waiting, coalesce(sum(v.revision), 0) AS revisions,
    coalesce((SELECT p.name FROM person p WHERE i.created_by LIKE 'person:%' AND p.id = substr(i.created_by, 8)::bigint), '') AS created_name
FROM bank_import i LEFT JOIN question_version v ON v.import_id = i.id AND v.state = 'in_review'
WHERE i.id = $1 AND i.state = 'applied' GROUP BY i.id

-- name: lock_batch
-- why: one reviewer after the other
SELECT id FROM bank_import WHERE id = $1 AND state = 'applied' FOR UPDATE

-- name: approve_batch
-- why: a batch is published in two statements, however many questions it holds; what the reviewer wrote at themself stays for another.
-- An import brings first versions alone, so that no older one is published
WITH done AS (
    UPDATE question_version SET state = 'published', reviewed_by = $2, published_at = $3
    WHERE import_id = $1 AND state = 'in_review' AND created_by <> $2 AND $2 <> ALL (editors) RETURNING id, revision
)
INSERT INTO question_review (version_id, revision, act, actor, at, note, looked) SELECT id, revision, 'approve', $2, $3, $4, $5 FROM done

-- name: return_batch
-- why: a batch goes back to whoever imported it
WITH done AS (
    UPDATE question_version SET state = 'draft', submitted_by = NULL, submitted_at = NULL
    WHERE import_id = $1 AND state = 'in_review' AND created_by <> $2 AND $2 <> ALL (editors) RETURNING id, revision
)
INSERT INTO question_review (version_id, revision, act, actor, at, note) SELECT id, revision, 'return', $2, $3, $4 FROM done
