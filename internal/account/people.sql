-- name: people
-- why: the directory. Each branch of hit reads one index and runs only for its kind of search ($1). The page is chosen by ids and
-- the one key that sorts it; the rest is looked up for the page alone
WITH hit AS (
    SELECT id FROM person WHERE $1::text = 'name' AND name >= $2 AND name < $3
    UNION SELECT id FROM person WHERE $1 = 'name' AND substr(name, 2) >= $2 AND substr(name, 2) < $3
    UNION SELECT id FROM person WHERE $1 = 'latin' AND pinyin >= $2 AND pinyin < $3
    UNION SELECT id FROM person WHERE $1 = 'latin' AND initials >= $2 AND initials < $3
    UNION SELECT id FROM person WHERE $1 IN ('latin', 'digits') AND lower(employee_no) >= $2 AND lower(employee_no) < $3
    UNION SELECT id FROM person WHERE $1 = 'digits' AND phone <> '' AND "right"(phone, 4) = $2
    UNION SELECT id FROM person WHERE $1 = 'digits' AND phone <> '' AND phone = $2
), listed AS (
    SELECT p.id, s.unit_id, s.post_id, count(*) OVER () AS total,
           CASE $12::text WHEN 'employee_no' THEN p.employee_no WHEN 'hired_on' THEN COALESCE(p.hired_on::text, '')
                          WHEN 'unit' THEN u.name ELSE p.pinyin END COLLATE "C" AS sort_key
    FROM (SELECT id FROM hit UNION ALL SELECT id FROM person WHERE $1 = 'all') h
    JOIN person p ON p.id = h.id
    JOIN assignment s ON s.person_id = p.id AND s.is_place
    JOIN org_unit u ON u.id = s.unit_id
    WHERE ($4::boolean OR p.id = $5 OR s.unit_id = ANY($6::bigint[]))
      AND ($7::bigint = 0 OR s.unit_id IN (SELECT a.unit_id FROM org_ancestor a WHERE a.ancestor_id = $7))
      AND ($8::bigint = 0 OR s.post_id = $8)
      AND ($9::text = '' OR p.id IN (SELECT g.person_id FROM role_grant g WHERE g.role = $9 AND g.to_at IS NULL))
      AND CASE $10::text WHEN 'left' THEN p.left_on IS NOT NULL WHEN 'all' THEN true ELSE p.left_on IS NULL END
), part AS (
    SELECT * FROM listed
    ORDER BY CASE WHEN NOT $11::boolean THEN sort_key END, CASE WHEN $11 THEN sort_key END DESC, id
    LIMIT $13 OFFSET $14
)
SELECT p.id, p.employee_no, p.name, p.pinyin, p.phone, p.email, p.language, p.hired_on, p.left_on,
       p.version, part.unit_id, u.name AS unit_name, part.post_id, t.name AS post_name, part.total,
       ARRAY(SELECT DISTINCT g.role FROM role_grant g WHERE g.person_id = part.id AND g.to_at IS NULL ORDER BY g.role) AS roles,
       COALESCE((SELECT a.login FROM account a WHERE a.person_id = part.id), '') AS login
FROM part JOIN person p ON p.id = part.id JOIN org_unit u ON u.id = part.unit_id JOIN post t ON t.id = part.post_id
ORDER BY CASE WHEN NOT $11 THEN sort_key END, CASE WHEN $11 THEN sort_key END DESC, id;
