-- The SQL of tags.

-- name: insert_tags
-- why: words that nobody used before
INSERT INTO tag (name, folded) SELECT DISTINCT ON (n.folded) n.name, n.folded FROM unnest($1::text[], $2::text[]) AS n(name, folded) ORDER BY n.folded ON CONFLICT ON CONSTRAINT tag_folded DO NOTHING

-- name: clear_tags
-- why: a question is tagged anew
DELETE FROM question_tag WHERE question_id = ANY ($1::bigint[])

-- name: put_tags
-- why: the tags of one or many questions, each with its place
INSERT INTO question_tag (question_id, tag_id, place) SELECT n.question_id, t.id, n.place
FROM unnest($1::bigint[], $2::text[], $3::integer[]) AS n(question_id, folded, place) JOIN tag t ON t.folded = n.folded

-- name: filter_words
-- why: the laws and the tags that the list's filter offers, in one statement
(SELECT 'law' AS kind, 0::bigint AS id, v.law AS name FROM question_version v WHERE v.is_current AND v.law <> '' GROUP BY v.law ORDER BY v.law LIMIT 200)
UNION ALL
(SELECT 'tag', t.id, t.name FROM tag t WHERE EXISTS (SELECT 1 FROM question_tag g WHERE g.tag_id = t.id) ORDER BY t.folded LIMIT 500)

-- name: list_tagged
-- why: the list by a tag, whatever else it is chosen and sorted by: the questions of the tag are read off its index, and each looked up
SELECT v.id, count(*) OVER () AS total
FROM question_tag g JOIN question_version v ON v.question_id = g.question_id AND v.is_current LEFT JOIN item_exposure e ON e.version_id = v.id
WHERE g.tag_id = $9
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
  AND ($10::text = '' OR (v.search @@ (SELECT nullif($10, '')::tsquery)) IS TRUE)
  AND (cardinality($11::bigint[]) = 0 OR EXISTS (SELECT 1 FROM question_version_topic t WHERE t.version_id = v.id AND t.topic_id = ANY ($11)))
  AND CASE $12::text WHEN 'never' THEN e.version_id IS NULL WHEN 'shown' THEN e.version_id IS NOT NULL ELSE true END
ORDER BY CASE $6 WHEN 'difficulty' THEN v.difficulty WHEN '-difficulty' THEN -v.difficulty END, CASE WHEN $6 = 'type' THEN v.type END, CASE WHEN $6 = '-type' THEN v.type END DESC,
    CASE $6 WHEN 'shown' THEN coalesce(e.shown, 0) WHEN '-shown' THEN -coalesce(e.shown, 0) END,
    CASE $6 WHEN 'last_shown' THEN coalesce(extract(epoch FROM e.last_shown_at), 0) WHEN '-last_shown' THEN -coalesce(extract(epoch FROM e.last_shown_at), 0) END,
    CASE WHEN $6 IN ('id', '-difficulty', '-type') THEN v.question_id END, v.question_id DESC
LIMIT $7 OFFSET $8
