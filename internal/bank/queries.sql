-- name: topics
-- why: the tree is small and is read whole: paths, labels and subtrees are worked out from it
SELECT id, parent_id, area, name, position, retired_at FROM knowledge_point ORDER BY area, position, id LIMIT 20000

-- name: topic_counts
-- why: the page of the tree shows how many questions stand at each point
SELECT t.topic_id, count(*) AS questions, count(*) FILTER (WHERE v.state = 'published') AS published
FROM question_version_topic t JOIN question_version v ON v.id = t.version_id
WHERE v.is_current AND v.state <> 'retired' GROUP BY t.topic_id LIMIT 20000

-- name: insert_topic
-- why: a new point, last among its siblings
INSERT INTO knowledge_point (parent_id, area, name, position)
SELECT p.id, p.area, $2, (SELECT coalesce(max(s.position), 0) + 1 FROM knowledge_point s WHERE s.parent_id = p.id)
FROM knowledge_point p WHERE p.id = $1 AND p.retired_at IS NULL
RETURNING id

-- name: edit_topic
-- why: another name, place or order; the areas themselves stay
UPDATE knowledge_point SET parent_id = $2, name = $3, position = $4 WHERE id = $1 AND parent_id IS NOT NULL AND retired_at IS NULL

-- name: retire_topic
-- why: a point without live questions and points below leaves the lists
UPDATE knowledge_point k SET retired_at = $2
WHERE k.id = $1 AND k.parent_id IS NOT NULL AND k.retired_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM knowledge_point c WHERE c.parent_id = k.id AND c.retired_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM question_version_topic t JOIN question_version v ON v.id = t.version_id WHERE t.topic_id = k.id AND v.state <> 'retired')

-- name: list_count
-- why: how many there are in all, from the narrow index alone
SELECT count(*) FROM question_version v
WHERE v.is_current
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)

-- name: list_numbered
-- why: the question of a number that somebody typed
SELECT v.id FROM question_version v
WHERE v.is_current AND v.question_id = $6
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)

-- name: list_at
-- why: the list by knowledge points. IS TRUE keeps the two lists apart, each read once from its index; joined, every version of a
-- large point was looked up alone
SELECT v.id, count(*) OVER () AS total FROM question_version v
WHERE v.is_current AND (v.id IN (SELECT t.version_id FROM question_version_topic t WHERE t.topic_id = ANY ($9::bigint[]))) IS TRUE
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
ORDER BY CASE $6 WHEN 'difficulty' THEN v.difficulty WHEN '-difficulty' THEN -v.difficulty END,
    CASE WHEN $6 = 'type' THEN v.type END, CASE WHEN $6 = '-type' THEN v.type END DESC, CASE WHEN $6 = 'id' THEN v.question_id END, v.question_id DESC
LIMIT $7 OFFSET $8

-- name: rows
-- why: what the list shows of the versions that a page holds
SELECT v.id, v.question_id, v.version, v.state, v.body, v.edited_at,
    array(SELECT t.topic_id FROM question_version_topic t WHERE t.version_id = v.id ORDER BY t.position) AS topic_ids,
    NOT v.state IN ('draft', 'in_review') AND EXISTS (SELECT 1 FROM question_version o WHERE o.question_id = v.question_id AND o.state IN ('draft', 'in_review')) AS has_open,
    array(SELECT t.name FROM question_tag g JOIN tag t ON t.id = g.tag_id WHERE g.question_id = v.question_id ORDER BY g.place) AS tags,
    coalesce(e.shown, 0) AS shown, e.last_shown_at
FROM question_version v LEFT JOIN item_exposure e ON e.version_id = v.id WHERE v.id = ANY ($1)

-- name: question
-- why: a question's own facts
SELECT q.id, q.retired_at, array(SELECT t.name FROM question_tag g JOIN tag t ON t.id = g.tag_id WHERE g.question_id = q.id ORDER BY g.place) AS tags
FROM question q WHERE q.id = $1

-- name: lock_question
-- why: edits and publications of one question happen one after the other
SELECT id FROM question WHERE id = $1 FOR UPDATE

-- name: questions_of_stimulus
-- why: a stimulus is equal in all questions that share it
SELECT DISTINCT question_id FROM question_version
WHERE body -> 'stimulus' ->> 'id' = $1 AND (is_current OR state IN ('draft', 'in_review')) AND question_id <> $2 ORDER BY question_id LIMIT 100

-- name: versions_of
-- why: a question's page and every act on it look at its versions, the newest first
SELECT v.id, v.question_id, v.version, v.revision, v.is_current, v.state, v.body, v.created_by, v.created_at, v.edited_at,
    coalesce(v.reviewed_by, '') AS reviewed_by, v.published_at, v.retired_at, v.editors, v.submitted_at, v.import_id,
    array(SELECT t.topic_id FROM question_version_topic t WHERE t.version_id = v.id ORDER BY t.position) AS topic_ids,
    coalesce((SELECT p.name FROM person p WHERE v.created_by LIKE 'person:%' AND p.id = substr(v.created_by, 8)::bigint), '') AS created_name,
    coalesce((SELECT p.name FROM person p WHERE v.reviewed_by LIKE 'person:%' AND p.id = substr(v.reviewed_by, 8)::bigint), '') AS reviewed_name,
    (SELECT count(*) FROM question_usage u WHERE u.version_id = v.id) AS uses
FROM question_version v WHERE v.question_id = $1 ORDER BY v.version DESC LIMIT 500

-- name: insert_questions
-- why: the threads of one or many new questions
INSERT INTO question (created_by, created_at) SELECT $1, $2 FROM generate_series(1, $3::integer) RETURNING id

-- name: insert_versions
-- why: one or many versions in one statement; an import of thousands takes seconds. Whoever publishes at once stands as the reviewer of
-- the own version, which every page calls not reviewed. What they are near to is worked out later
WITH written AS (INSERT INTO question_version (question_id, version, is_current, type, body, search, fingerprint, difficulty, key_question, law, article, edition,
    source_status, state, created_by, created_at, edited_at, reviewed_by, published_at, submitted_by, submitted_at, import_id)
SELECT n.question_id, n.version, n.is_current, n.type, n.body::jsonb, array_to_tsvector(coalesce(string_to_array(nullif(n.search, ''), ' '), '{}')), n.fingerprint,
    n.difficulty, n.key_question, n.law, n.article, n.edition, n.source_status, n.state, $14, $15, $15,
    CASE WHEN n.state = 'published' THEN $14 END, CASE WHEN n.state = 'published' THEN $15::timestamptz END,
    CASE WHEN n.state = 'in_review' THEN $14 END, CASE WHEN n.state = 'in_review' THEN $15::timestamptz END, $17::bigint
FROM unnest($1::bigint[], $2::integer[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::integer[], $9::boolean[], $10::text[], $11::text[],
    $12::text[], $13::text[], $16::text[])
    AS n(question_id, version, is_current, type, body, search, fingerprint, difficulty, key_question, law, article, edition, source_status, state)
RETURNING id, question_id), likened AS (INSERT INTO question_likeness (version_id) SELECT id FROM written)
SELECT id, question_id FROM written

-- name: insert_version_topics
-- why: the knowledge points of new or edited versions
INSERT INTO question_version_topic (version_id, topic_id, position) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[])

-- name: clear_version_topics
-- why: an edited draft is tagged anew
DELETE FROM question_version_topic WHERE version_id = $1

-- name: edit_version
-- why: an edit of an open version, refused when somebody edited it in between. Whoever edits is one of its writers from now on
UPDATE question_version SET revision = revision + 1, type = $3, body = $4, search = array_to_tsvector(coalesce(string_to_array(nullif($5, ''), ' '), '{}')),
    fingerprint = $6, difficulty = $7, key_question = $8, law = $9, article = $10, edition = $11, source_status = $12, edited_at = $13,
    editors = CASE WHEN created_by = $14 OR $14 = ANY (editors) THEN editors ELSE array_append(editors, $14) END
WHERE id = $1 AND revision = $2 AND state = 'draft'

-- name: retire_published
-- why: a newer version takes the place of the published one
UPDATE question_version SET state = 'retired', retired_at = $2, is_current = false WHERE question_id = $1 AND (state = 'published' OR state = 'retired' AND is_current)

-- name: publish_version
-- why: the open version becomes what papers are drawn from
UPDATE question_version SET state = 'published', reviewed_by = $2, published_at = $3, is_current = true WHERE id = $1 AND state IN ('draft', 'in_review')

-- name: not_current
-- why: a retired question that is written anew shows its draft
UPDATE question_version SET is_current = false WHERE question_id = $1 AND is_current AND state = 'retired'

-- name: revive_question
-- why: a retired question that is written anew is no longer retired
UPDATE question SET retired_at = NULL WHERE id = $1

-- name: retire_question
-- why: a question leaves the pool; papers that took it keep their version
UPDATE question SET retired_at = $2 WHERE id = $1 AND retired_at IS NULL

-- name: retire_versions
-- why: what of a retired question is published or open ends with it
UPDATE question_version SET state = 'retired', retired_at = $2 WHERE question_id = $1 AND state <> 'retired'

-- name: versions_by_id
-- why: a paper's questions, published or superseded since
SELECT v.id, v.question_id, v.body, array(SELECT t.topic_id FROM question_version_topic t WHERE t.version_id = v.id ORDER BY t.position) AS topic_ids
FROM question_version v WHERE v.id = ANY ($1) AND v.published_at IS NOT NULL

-- name: mark_used
-- why: papers take versions that were published, one of several papers as often as they do; a draft is not taken
INSERT INTO question_usage (version_id, used_at, what)
SELECT v.id, $2, 'paper' FROM unnest($1::bigint[]) AS taken(id) JOIN question_version v ON v.id = taken.id WHERE v.published_at IS NOT NULL ORDER BY v.id

-- name: doubles
-- why: which of a file's questions the bank holds already
SELECT fingerprint, min(question_id) AS question_id FROM question_version WHERE is_current AND state <> 'retired' AND fingerprint = ANY ($1::bytea[]) GROUP BY fingerprint

-- name: import_memory
-- why: a large import adds to the index of words in few large steps. What waits to be added is read by each search until the next
-- vacuum, therefore no more than this
SELECT set_config('gin_pending_list_limit', '16MB', true), set_config('work_mem', '64MB', true)

-- name: insert_import
-- why: a preview, kept for the moment when it is applied; or the record of an import that was applied at once
INSERT INTO bank_import (created_by, created_at, file_name, sha256, read_count, item_count, error_count, warning_count, problems, items, state, applied_at, imported_count, left_out, near)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id

-- name: import
-- why: the page of a preview; a preview is its maker's own
SELECT id, created_by, created_at, file_name, sha256, read_count, item_count, error_count, warning_count, problems, items, state, applied_at, imported_count, left_out, near
FROM bank_import WHERE id = $1 AND created_by = $2

-- name: imports_of
-- why: whoever imports finds what they brought, and what was left out of it
SELECT id, created_by, created_at, file_name, sha256, read_count, item_count, error_count, warning_count, '[]' AS problems, state, applied_at, imported_count, left_out
FROM bank_import WHERE created_by = $1 AND state = 'applied' ORDER BY id DESC LIMIT 20

-- name: lock_import
-- why: an import is applied once
SELECT id FROM bank_import WHERE id = $1 AND created_by = $2 FOR UPDATE

-- name: apply_import
-- why: the file's questions are in the bank; they need not stand here too
UPDATE bank_import SET state = 'applied', items = NULL, near = NULL, applied_at = $2, imported_count = $3, left_out = $4 WHERE id = $1 AND state = 'previewed'

-- name: tidy_imports
-- why: previews that nobody applied
DELETE FROM bank_import WHERE state = 'previewed' AND created_at < $1
