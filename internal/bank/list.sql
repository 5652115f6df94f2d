-- The SQL of the list of questions. A name that ends with {order} stands for one statement for each order (list.go), so that the order is
-- read off an index, however the statement is planned.

-- name: list_{order}
-- why: a page of the list without words and knowledge points
SELECT v.id FROM question_version v
WHERE v.is_current
  AND CASE $1 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $1 END
  AND ($2 = '' OR v.type = $2) AND ($3::integer = 0 OR v.difficulty = $3) AND ($4 = '' OR v.key_question = ($4 = 'yes')) AND ($5 = '' OR v.law = $5)
ORDER BY {by} LIMIT $6 OFFSET $7

-- name: found
-- why: the questions that hold the words and facts, but no more than $5, with a page of them in the order asked. Words and facts are found
-- together in their index; the sub-select hides them from the planner, which else may read every question's words. Counting to $5 reads
-- as many rows: to count a word of every second question would read the whole bank
WITH found AS MATERIALIZED (
    SELECT v.id, v.question_id, v.difficulty, v.type FROM question_version v
    WHERE v.is_current AND v.search @@ (SELECT $1::tsquery)
      AND CASE $2 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $2 END AND ($3 = '' OR v.law = $3)
      AND CASE $4::text WHEN '' THEN true ELSE EXISTS (SELECT 1 FROM item_exposure e WHERE e.version_id = v.id) = ($4 = 'shown') END
    LIMIT $5
)
SELECT c.total, p.id FROM (SELECT count(*) AS total FROM found) c LEFT JOIN LATERAL (
    SELECT f.id, row_number() OVER (ORDER BY
        CASE $6::text WHEN 'difficulty' THEN f.difficulty WHEN '-difficulty' THEN -f.difficulty END, CASE $6 WHEN 'type' THEN f.type END, CASE $6 WHEN '-type' THEN f.type END DESC,
        CASE $6 WHEN 'shown' THEN coalesce(e.shown, 0) WHEN '-shown' THEN -coalesce(e.shown, 0) END,
        CASE $6 WHEN 'last_shown' THEN coalesce(extract(epoch FROM e.last_shown_at), 0) WHEN '-last_shown' THEN -coalesce(extract(epoch FROM e.last_shown_at), 0) END,
        CASE WHEN $6 IN ('id', '-difficulty', '-type') THEN f.question_id END, f.question_id DESC) AS place
    FROM found f LEFT JOIN item_exposure e ON e.version_id = f.id ORDER BY place LIMIT $7 OFFSET $8
) p ON true ORDER BY p.place

-- name: walk_{order}
-- why: a page of the list by words that very many questions hold: walked in the order asked until the page is full. IS TRUE keeps the index
-- of words out, from which all would have to be fetched and sorted
SELECT v.id FROM question_version v
WHERE v.is_current AND (v.search @@ $1::tsquery) IS TRUE
  AND CASE $2 WHEN '' THEN v.state <> 'retired' WHEN 'all' THEN true ELSE v.state = $2 END AND ($3 = '' OR v.law = $3)
  AND CASE $4::text WHEN '' THEN true ELSE EXISTS (SELECT 1 FROM item_exposure e WHERE e.version_id = v.id) = ($4 = 'shown') END
ORDER BY {by} LIMIT $5 OFFSET $6
