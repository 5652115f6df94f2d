-- name: send
-- why: one statement for any number of people; who was told already is left alone
INSERT INTO notice (person_id, kind, key, places, link, subject, sent_at)
SELECT p, $2, $3, $4, $5, $6, $7 FROM unnest($1::bigint[]) AS p ON CONFLICT ON CONSTRAINT notice_once DO NOTHING

-- name: send_each
-- why: one statement for any number of people who are told different things
INSERT INTO notice (person_id, kind, key, places, link, subject, sent_at)
SELECT m.person_id, m.kind, m.key, m.places::jsonb, m.link, m.subject, $2
FROM unnest($1::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS m(person_id, kind, key, places, link, subject) ON CONFLICT ON CONSTRAINT notice_once DO NOTHING

-- name: inbox
-- why: a page of the own inbox, newest first
SELECT id, kind, key, places, link, sent_at, read_at, count(*) OVER () AS total
FROM notice WHERE person_id = $1 AND ($2 = false OR read_at IS NULL) ORDER BY id DESC LIMIT $3 OFFSET $4

-- name: unread
-- why: the number beside the bell; a hundred is many
SELECT count(*) FROM (SELECT 1 FROM notice WHERE person_id = $1 AND read_at IS NULL LIMIT 100) AS unread

-- name: read_one
-- why: opening a notice reads it
UPDATE notice SET read_at = $3 WHERE id = $1 AND person_id = $2 AND read_at IS NULL

-- name: link
-- why: opening a notice leads to what it is about
SELECT link FROM notice WHERE id = $1 AND person_id = $2

-- name: read_all
-- why: one tap reads everything
UPDATE notice SET read_at = $2 WHERE person_id = $1 AND read_at IS NULL
