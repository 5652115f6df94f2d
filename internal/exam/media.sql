-- The sealed media of papers.

-- name: paper_key
-- why: the key that a start brings
SELECT key FROM paper_key WHERE paper_id = $1

-- name: paper_media
-- why: the sealed files of a paper
SELECT object, blob, content_type, bytes FROM paper_media WHERE paper_id = $1 ORDER BY object LIMIT 5000

-- name: paper_key_insert
-- why: a paper is sealed once
INSERT INTO paper_key (paper_id, key, created_at) VALUES ($1, $2, $3)

-- name: paper_media_insert
-- why: one sealed file
INSERT INTO paper_media (paper_id, object, blob, content_type, bytes) VALUES ($1, $2, $3, $4, $5)

-- name: paper_blob
-- why: whether there is such a file
SELECT bytes FROM paper_media WHERE blob = $1

-- name: candidate_paper
-- why: the paper that somebody will sit
SELECT coalesce(c.paper_id, e.paper_id) FROM candidate c JOIN exam e ON e.id = c.exam_id
WHERE e.id = $1 AND c.person_id = $2 AND e.state = 'published' AND c.state <> 'withdrawn'
