-- name: rivals
-- why: a draw takes at most one of each set; bounded far above any bank
SELECT r.set_id, r.question_id FROM rival_set s JOIN rival r ON r.set_id = s.id WHERE s.retired_at IS NULL ORDER BY r.set_id, r.question_id LIMIT 200000

-- name: rival_sets
-- why: the list of sets that hold, the newest first, all or those of one question
SELECT s.id, s.note, s.created_at, count(*) OVER () AS list_total,
    coalesce((SELECT p.name FROM person p WHERE s.created_by LIKE 'person:%' AND p.id = substr(s.created_by, 8)::bigint), '') AS created_name
FROM rival_set s
WHERE s.retired_at IS NULL AND ($1::bigint = 0 OR EXISTS (SELECT 1 FROM rival r WHERE r.question_id = $1 AND r.set_id = s.id))
ORDER BY s.id DESC LIMIT $2 OFFSET $3

-- name: rivals_in
-- why: the questions of the sets that a page shows, by their current versions
SELECT r.set_id, r.question_id, v.body ->> 'stem' AS stem, v.state FROM rival r
JOIN question_version v ON v.question_id = r.question_id AND v.is_current WHERE r.set_id = ANY ($1::bigint[]) ORDER BY r.set_id, r.question_id

-- name: rivals_known
-- why: which of the numbers that somebody typed are questions that papers are drawn from or may be
SELECT q.id FROM question q WHERE q.id = ANY ($1::bigint[]) AND q.retired_at IS NULL

-- name: insert_rival_set
-- why: a new set
INSERT INTO rival_set (note, created_by, created_at) VALUES ($1, $2, $3) RETURNING id

-- name: insert_rivals
-- why: its questions
INSERT INTO rival (set_id, question_id) SELECT $1, q FROM unnest($2::bigint[]) AS q

-- name: retire_rival_set
-- why: the set no longer holds; papers that were drawn keep their questions
UPDATE rival_set SET retired_at = $2, retired_by = $3 WHERE id = $1 AND retired_at IS NULL
