-- The SQL of near-duplicates. Times are parameters.

-- name: near_due
-- why: versions whose bands are to be worked out; other processes take others
SELECT l.version_id AS id, v.question_id, v.state, v.body FROM question_likeness l JOIN question_version v ON v.id = l.version_id
WHERE l.bands IS NULL ORDER BY l.version_id LIMIT $1 FOR UPDATE OF l SKIP LOCKED

-- name: near_bands
-- why: what was worked out
UPDATE question_likeness l SET bands = n.bands::integer[] FROM unnest($1::bigint[], $2::text[]) AS n(version_id, bands) WHERE l.version_id = n.version_id

-- name: near_forget
-- why: an edited draft is compared anew
UPDATE question_likeness SET bands = NULL WHERE version_id = $1

-- name: near_forget_pairs
-- why: and its pairs no longer hold
DELETE FROM question_near WHERE version_id = $1 OR other_id = $1

-- name: near_candidates
-- why: versions in use that share a band with one of several questions, each looked up by the index; a form that was filled in a
-- thousand times is near to the first of them already
SELECT n.item, c.id, c.question_id FROM unnest($1::bigint[], $2::text[]) AS n(item, bands)
CROSS JOIN LATERAL (
    SELECT v.id, v.question_id FROM question_likeness l JOIN question_version v ON v.id = l.version_id
    WHERE l.bands && n.bands::integer[] AND v.state <> 'retired' LIMIT 50
) c LIMIT 50000

-- name: near_bodies
-- why: what the candidates are compared by
SELECT id, body FROM question_version WHERE id = ANY ($1::bigint[])

-- name: near_insert
-- why: pairs that are near; one that is known stays as it was decided, and so do newer versions of two questions that are both meant
INSERT INTO question_near (version_id, other_id, percent, dismissed_by, dismissed_at)
SELECT least(n.a, n.b), greatest(n.a, n.b), n.percent, d.dismissed_by, d.dismissed_at
FROM unnest($1::bigint[], $2::bigint[], $3::integer[]) AS n(a, b, percent)
JOIN question_version a ON a.id = n.a JOIN question_version b ON b.id = n.b
LEFT JOIN question_near_meant d ON d.question_id = least(a.question_id, b.question_id) AND d.other_id = greatest(a.question_id, b.question_id)
ON CONFLICT DO NOTHING

-- name: near_pairs
-- why: the list of pairs in the bank, the nearest first
SELECT n.version_id, n.other_id, n.percent FROM question_near n JOIN question_version a ON a.id = n.version_id JOIN question_version b ON b.id = n.other_id
WHERE n.dismissed_at IS NULL AND a.state <> 'retired' AND b.state <> 'retired' ORDER BY n.percent DESC, n.version_id DESC, n.other_id DESC LIMIT $1 OFFSET $2

-- name: near_pairs_count
-- why: how many there are, up to a bound
SELECT count(*) FROM (SELECT 1 FROM question_near n JOIN question_version a ON a.id = n.version_id JOIN question_version b ON b.id = n.other_id
    WHERE n.dismissed_at IS NULL AND a.state <> 'retired' AND b.state <> 'retired' LIMIT 1000) pairs

-- name: near_waiting
-- why: whether the list is whole
SELECT EXISTS (SELECT 1 FROM question_likeness WHERE bands IS NULL)

-- name: near_dismiss
-- why: both questions are meant, in whatever version
UPDATE question_near n SET dismissed_by = $3, dismissed_at = $4
FROM question_version a JOIN question_version mine ON mine.question_id = a.question_id, question_version b JOIN question_version theirs ON theirs.question_id = b.question_id
WHERE a.id = $1 AND b.id = $2 AND n.version_id = least(mine.id, theirs.id) AND n.other_id = greatest(mine.id, theirs.id) AND n.dismissed_at IS NULL

-- name: near_open
-- why: the pair that somebody saw, while nobody has decided on it
SELECT version_id FROM question_near WHERE version_id = $1 AND other_id = $2 AND dismissed_at IS NULL FOR UPDATE

-- name: near_meant
-- why: it holds for the questions, so that their newer versions are not listed again
INSERT INTO question_near_meant (question_id, other_id, dismissed_by, dismissed_at)
SELECT least(a.question_id, b.question_id), greatest(a.question_id, b.question_id), $3, $4 FROM question_version a, question_version b WHERE a.id = $1 AND b.id = $2
ON CONFLICT DO NOTHING

-- name: near_questions
-- why: the bank's side of a preview's pairs, by the version that lists show
SELECT question_id, body FROM question_version WHERE question_id = ANY ($1::bigint[]) AND is_current
