-- The SQL of item statistics and exposure. Times are parameters.

-- name: statistics_lock
-- why: the counters of exposure are added up from all exams, so that two analyses at once would each miss the other's rows
SELECT pg_advisory_xact_lock(hashtext('item_statistic'))

-- name: statistics_insert
-- why: what one analysis says of its question versions, in one statement
INSERT INTO item_statistic (analysis_id, version_id, exam_id, shown, last_shown_at, released, pooled, sums)
SELECT $1, n.version_id, $2, n.shown, CASE WHEN n.shown > 0 THEN n.last_shown_at::timestamptz END, $3, $4, n.sums::jsonb
FROM unnest($5::bigint[], $6::integer[], $7::text[], $8::text[]) AS n(version_id, shown, last_shown_at, sums)

-- name: exposure_refresh
-- why: lists sort by how often a version was seen; the newest analysis of each exam tells it. In one order, so that nobody waits in a ring
INSERT INTO item_exposure (version_id, exams, shown, last_shown_at)
SELECT version_id, count(*), sum(shown), max(last_shown_at) FROM (
    SELECT DISTINCT ON (version_id, exam_id) version_id, shown, last_shown_at FROM item_statistic WHERE version_id = ANY($1::bigint[])
    ORDER BY version_id, exam_id, analysis_id DESC
) newest WHERE shown > 0 GROUP BY version_id ORDER BY version_id
ON CONFLICT (version_id) DO UPDATE SET exams = excluded.exams, shown = excluded.shown, last_shown_at = excluded.last_shown_at

-- name: statistics_of_analysis
-- why: the page of an exam's analysis; a paper has at most 200 slots, and a retake's own papers some more versions
SELECT s.version_id, v.question_id, v.version, s.shown, s.sums FROM item_statistic s JOIN question_version v ON v.id = s.version_id
WHERE s.analysis_id = $1 ORDER BY s.version_id LIMIT 2000

-- name: statistics_of_versions
-- why: a question's page pools what the newest released analysis of each exam says, versions kept apart; the newest exams first
SELECT version_id, sums FROM (
    SELECT DISTINCT ON (version_id, exam_id) version_id, exam_id, sums FROM item_statistic
    WHERE version_id = ANY($1::bigint[]) AND released AND pooled ORDER BY version_id, exam_id, analysis_id DESC
) newest ORDER BY exam_id DESC LIMIT 1000

-- name: exposure_of_versions
-- why: in how many papers a version stands, and how often exams that are over have shown it
SELECT v.id AS version_id, (SELECT count(*) FROM question_usage u WHERE u.version_id = v.id) AS papers, coalesce(e.exams, 0) AS exams, coalesce(e.shown, 0) AS shown, e.last_shown_at
FROM question_version v LEFT JOIN item_exposure e ON e.version_id = v.id WHERE v.id = ANY($1::bigint[])

-- name: list_exposed
-- why: the list chosen or sorted by how often a question's current version was shown. Its own statement: the others need not look there
SELECT v.id FROM question_version v LEFT JOIN item_exposure e ON e.version_id = v.id
WHERE v.is_current
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
  AND ($6::text = '' OR v.search @@ (SELECT nullif($6, '')::tsquery))
  AND (cardinality($7::bigint[]) = 0 OR (v.id IN (SELECT t.version_id FROM question_version_topic t WHERE t.topic_id = ANY ($7))) IS TRUE)
  AND CASE $8::text WHEN 'never' THEN e.version_id IS NULL WHEN 'shown' THEN e.version_id IS NOT NULL ELSE true END
ORDER BY CASE $9::text WHEN 'shown' THEN coalesce(e.shown, 0) WHEN '-shown' THEN -coalesce(e.shown, 0) END,
    CASE $9 WHEN 'last_shown' THEN coalesce(extract(epoch FROM e.last_shown_at), 0) WHEN '-last_shown' THEN -coalesce(extract(epoch FROM e.last_shown_at), 0) END, v.question_id DESC
LIMIT $10 OFFSET $11

-- name: list_most_shown
-- why: the beginning of that list when the most shown stand first: read off the index until the page is full
SELECT v.id FROM item_exposure e JOIN question_version v ON v.id = e.version_id
WHERE v.is_current
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
  AND ($8::text = '' OR (v.search @@ nullif($8, '')::tsquery) IS TRUE)
ORDER BY e.shown DESC, v.question_id DESC LIMIT $6 OFFSET $7

-- name: list_last_shown
-- why: the same for the last shown
SELECT v.id FROM item_exposure e JOIN question_version v ON v.id = e.version_id
WHERE v.is_current
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
  AND ($8::text = '' OR (v.search @@ nullif($8, '')::tsquery) IS TRUE)
ORDER BY e.last_shown_at DESC, v.question_id DESC LIMIT $6 OFFSET $7

-- name: list_never_shown
-- why: the same for those that nobody has seen, the newest first
SELECT v.id FROM question_version v WHERE v.is_current
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
  AND NOT EXISTS (SELECT 1 FROM item_exposure e WHERE e.version_id = v.id) AND ($8::text = '' OR (v.search @@ nullif($8, '')::tsquery) IS TRUE)
ORDER BY v.question_id DESC LIMIT $6 OFFSET $7

-- name: exposed_count
-- why: how many that list holds; without points and exposure list_count tells it from the index alone
SELECT count(*) FROM question_version v LEFT JOIN item_exposure e ON e.version_id = v.id
WHERE v.is_current
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
  AND (cardinality($6::bigint[]) = 0 OR (v.id IN (SELECT t.version_id FROM question_version_topic t WHERE t.topic_id = ANY ($6))) IS TRUE)
  AND CASE $7::text WHEN 'never' THEN e.version_id IS NULL WHEN 'shown' THEN e.version_id IS NOT NULL ELSE true END
