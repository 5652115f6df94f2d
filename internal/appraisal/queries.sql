-- name: schemes
-- why: the list of schemes with all their versions, the newest first
SELECT v.id, v.scheme_id, s.name, v.version, v.state, v.preset, v.body, v.created_at, v.activated_at
FROM scheme s JOIN scheme_version v ON v.scheme_id = s.id
ORDER BY s.name, v.version DESC LIMIT 500;

-- name: version
-- why: one version with its body
SELECT v.id, v.scheme_id, s.name, v.version, v.state, v.preset, v.body, v.created_at, v.activated_at
FROM scheme_version v JOIN scheme s ON s.id = v.scheme_id WHERE v.id = $1;

-- name: version_lock
-- why: one editor or activation at a time; no cycle opens on a version that is being retired
SELECT id FROM scheme_version WHERE id = $1 FOR UPDATE;

-- name: scheme_insert
-- why: a new scheme
INSERT INTO scheme (name, created_at, created_by) VALUES ($1, $2, $3) RETURNING id;

-- name: version_insert
-- why: its next draft; a second draft of one scheme breaks a unique index
INSERT INTO scheme_version (scheme_id, version, state, preset, body, created_at, created_by)
SELECT $1::bigint, coalesce(max(version), 0) + 1, 'draft', $2, $3, $4, $5 FROM scheme_version WHERE scheme_id = $1
RETURNING id;

-- name: version_edit
-- why: only a draft is edited
UPDATE scheme_version SET body = $2 WHERE id = $1 AND state = 'draft';

-- name: version_activate
-- why: from now on cycles may use it and nothing in it changes
UPDATE scheme_version SET state = 'active', activated_at = $2, activated_by = $3 WHERE id = $1 AND state = 'draft';

-- name: version_retire
-- why: the version that the newly activated one follows
UPDATE scheme_version SET state = 'retired', retired_at = $2 WHERE scheme_id = $1 AND state = 'active';

-- name: cycles
-- why: the cycles of the viewer's part of the tree, or with people of it, with how far they are; only those of the page are counted
WITH listed AS MATERIALIZED (
    SELECT c.id, count(*) OVER () AS total FROM cycle c
    WHERE ($1::boolean OR c.unit_id = ANY($2::bigint[]) OR EXISTS (SELECT 1 FROM sheet s JOIN person_place pp ON pp.person_id = s.person_id
                                               WHERE s.cycle_id = c.id AND pp.unit_id = ANY($2)))
      AND ($3::integer = 0 OR c.year = $3) AND ($4::text = '' OR c.state = $4)
    ORDER BY c.from_on DESC, c.id DESC LIMIT $5 OFFSET $6
)
SELECT c.id, c.scheme_version_id, m.name AS scheme_name, v.version, c.unit_id, u.name AS unit_name, c.year, c.quarter,
       c.from_on, c.to_on, c.mode, c.state, c.opened_at, p.collecting, p.scored, p.confirmed, p.excused, listed.total
FROM listed
JOIN cycle c ON c.id = listed.id
JOIN scheme_version v ON v.id = c.scheme_version_id
JOIN scheme m ON m.id = v.scheme_id
JOIN org_unit u ON u.id = c.unit_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE s.state = 'collecting') AS collecting, count(*) FILTER (WHERE s.state = 'scored') AS scored,
           count(*) FILTER (WHERE s.state IN ('confirmed', 'final')) AS confirmed, count(*) FILTER (WHERE s.state = 'excused') AS excused
    FROM sheet s
    WHERE s.cycle_id = listed.id
      AND ($1 OR s.person_id IN (SELECT pp.person_id FROM person_place pp WHERE pp.unit_id IN (SELECT unnest($2))))
) p
ORDER BY c.from_on DESC, c.id DESC;

-- name: cycle
-- why: one cycle that the viewer may see as a whole or in part
SELECT c.id, c.scheme_version_id, m.name AS scheme_name, v.version, c.unit_id, u.name AS unit_name, c.year, c.quarter,
       c.from_on, c.to_on, c.mode, c.state, c.opened_at, v.body, p.collecting, p.scored, p.confirmed, p.excused
FROM cycle c
JOIN scheme_version v ON v.id = c.scheme_version_id
JOIN scheme m ON m.id = v.scheme_id
JOIN org_unit u ON u.id = c.unit_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE s.state = 'collecting') AS collecting, count(*) FILTER (WHERE s.state = 'scored') AS scored,
           count(*) FILTER (WHERE s.state IN ('confirmed', 'final')) AS confirmed, count(*) FILTER (WHERE s.state = 'excused') AS excused,
           count(*) AS people
    FROM sheet s JOIN person_place pp ON pp.person_id = s.person_id
    WHERE s.cycle_id = c.id AND ($2::boolean OR pp.unit_id = ANY($3::bigint[]))
) p
WHERE c.id = $1 AND ($2 OR c.unit_id = ANY($3) OR p.people > 0);

-- name: cycle_lock
-- why: one act on a cycle at a time
SELECT c.id, c.state, c.unit_id, c.from_on, c.to_on, v.body
FROM cycle c JOIN scheme_version v ON v.id = c.scheme_version_id WHERE c.id = $1 FOR UPDATE OF c;

-- name: cycle_share
-- why: scores are typed by several people at once, but not while the cycle changes its state
SELECT c.id, c.state, c.unit_id, c.from_on, c.to_on, v.body
FROM cycle c JOIN scheme_version v ON v.id = c.scheme_version_id WHERE c.id = $1 FOR SHARE OF c;

-- name: cycle_of_sheet_share
-- why: as cycle_share, found by a sheet; the cycle is locked before the sheet everywhere, so that no two acts wait for each other
SELECT c.id, c.state, c.unit_id, c.from_on, c.to_on, v.body
FROM sheet s JOIN cycle c ON c.id = s.cycle_id JOIN scheme_version v ON v.id = c.scheme_version_id WHERE s.id = $1 FOR SHARE OF c;

-- name: progress
-- why: whether all of a cycle's sheets allow its next step
SELECT count(*) FILTER (WHERE state = 'collecting') AS collecting, count(*) FILTER (WHERE state = 'scored') AS scored,
       count(*) FILTER (WHERE state IN ('confirmed', 'final')) AS confirmed, count(*) FILTER (WHERE state = 'excused') AS excused
FROM sheet WHERE cycle_id = $1;

-- name: opening_lock
-- why: two cycles that open at once cannot both take the same people
SELECT pg_advisory_xact_lock(hashtext('appraisal.open'));

-- name: already_counted
-- why: a person stands in one counting cycle of a period only
SELECT count(*) FROM person_place pp
JOIN org_ancestor a ON a.unit_id = pp.unit_id AND a.ancestor_id = $1
JOIN post t ON t.id = pp.post_id AND t.kind = ANY($2::text[])
JOIN person p ON p.id = pp.person_id AND p.left_on IS NULL
WHERE EXISTS (SELECT 1 FROM sheet s JOIN cycle c ON c.id = s.cycle_id
              WHERE s.person_id = pp.person_id AND c.mode = 'counting' AND c.from_on <= $4::date AND c.to_on >= $3::date);

-- name: cycle_insert
-- why: a new cycle
INSERT INTO cycle (scheme_version_id, unit_id, year, quarter, from_on, to_on, mode, state, opened_at, opened_by)
VALUES ($1, $2, $3, $4, $5::date, $6::date, $7, 'open', $8, $9) RETURNING id;

-- name: enrol
-- why: an empty sheet for everybody who stands in the unit today at a post of the scheme and has none; who came meanwhile from a
-- unit with a counting cycle of the period keeps that one
INSERT INTO sheet (cycle_id, person_id, unit_id, post_id, state, missing, computed, scored_at)
SELECT $1, pp.person_id, pp.unit_id, pp.post_id, 'collecting', $4::text[], $5::jsonb, $6
FROM person_place pp
JOIN org_ancestor a ON a.unit_id = pp.unit_id AND a.ancestor_id = $2
JOIN post t ON t.id = pp.post_id AND t.kind = ANY($3::text[])
JOIN person p ON p.id = pp.person_id AND p.left_on IS NULL
JOIN cycle mine ON mine.id = $1
WHERE mine.mode <> 'counting' OR NOT EXISTS (
    SELECT 1 FROM sheet s JOIN cycle c ON c.id = s.cycle_id
    WHERE s.person_id = pp.person_id AND c.mode = 'counting' AND c.from_on <= mine.to_on AND c.to_on >= mine.from_on)
ORDER BY pp.person_id ON CONFLICT (cycle_id, person_id) DO NOTHING;

-- name: cycle_collected
-- why: when the sources were last asked
UPDATE cycle SET collected_at = $2 WHERE id = $1;

-- name: cycle_move
-- why: guarded by the state that the rule saw
UPDATE cycle SET state = $3, scored_at = CASE WHEN $3 = 'open' THEN NULL ELSE coalesce(scored_at, $4) END,
       closed_at = CASE WHEN $3 = 'closed' THEN $4 END
WHERE id = $1 AND state = $2;

-- name: sheets_at
-- why: which sheets the facts of some people belong to, each of a day; the sheets of a person are few, an exam has thousands of people
SELECT s.id, s.cycle_id, s.person_id, s.state, c.from_on, c.to_on, v.body
FROM unnest($1::bigint[], $2::date[]) AS m(person_id, day) JOIN sheet s ON s.person_id = m.person_id
JOIN cycle c ON c.id = s.cycle_id AND c.from_on <= m.day AND c.to_on >= m.day AND c.state <> 'closed' JOIN scheme_version v ON v.id = c.scheme_version_id
ORDER BY s.id LIMIT 100000 FOR UPDATE OF s;

-- name: cycles_counting
-- why: the cycles in which these people's share of finished courses still moves: not once scoring is finished, which waits for this
SELECT c.id, c.state, c.unit_id, c.from_on, c.to_on, v.body
FROM cycle c JOIN scheme_version v ON v.id = c.scheme_version_id
WHERE c.state = 'open' AND EXISTS (SELECT 1 FROM sheet s WHERE s.cycle_id = c.id AND s.person_id = ANY($1::bigint[]))
ORDER BY c.id LIMIT 200 FOR SHARE OF c;

-- name: sheets_lock
-- why: the sheets that are about to be scored, those inside the scope
SELECT s.id, s.cycle_id, s.person_id, s.state FROM sheet s
WHERE s.cycle_id = $1 AND ($2::bigint[] IS NULL OR s.person_id = ANY($2))
  AND ($3::boolean OR EXISTS (SELECT 1 FROM person_place pp WHERE pp.person_id = s.person_id AND pp.unit_id = ANY($4::bigint[])))
ORDER BY s.id LIMIT 10000 FOR UPDATE;

-- name: facts_newest
-- why: what is known of some people in a cycle: the newest version of each source
SELECT DISTINCT ON (person_id, indicator, source_kind, source_id)
       id, person_id, indicator, source_kind, source_id, version, value_hundredths, n, detail, recorded_at, recorded_by
FROM fact WHERE cycle_id = $1 AND person_id = ANY($2::bigint[])
ORDER BY person_id, indicator, source_kind, source_id, version DESC LIMIT 1000000;

-- name: facts_of
-- why: every fact of one sheet, old versions too, with the name of who recorded it
SELECT f.id, f.person_id, f.indicator, f.source_kind, f.source_id, f.version, f.value_hundredths, f.n, f.detail,
       f.recorded_at, f.recorded_by, coalesce(p.name, '') AS recorder
FROM fact f LEFT JOIN person p ON p.id = CASE WHEN f.recorded_by LIKE 'person:%' THEN substr(f.recorded_by, 8)::bigint END
WHERE f.cycle_id = $1 AND f.person_id = $2 ORDER BY f.id LIMIT 2000;

-- name: facts_insert
-- why: newer numbers of sources, of as many people as have them
INSERT INTO fact (cycle_id, person_id, indicator, source_kind, source_id, version, value_hundredths, n, detail, recorded_at, recorded_by)
SELECT $1, m.person_id, m.indicator, m.source_kind, m.source_id, m.version, m.value, m.n, m.detail, $3, $4
FROM jsonb_to_recordset($2) AS m(ord integer, person_id bigint, indicator text, source_kind text, source_id bigint, version integer, value bigint, n integer, detail jsonb)
ORDER BY m.ord RETURNING id, person_id, indicator, source_kind, source_id, version;

-- name: sheets_compute
-- why: what the facts come to now, of as many sheets as they have moved; one that was confirmed or excused is left as it is
UPDATE sheet s SET state = m.state, missing = array(SELECT jsonb_array_elements_text(m.missing)), total_hundredths = m.total, grade = m.grade,
    computed = m.computed, scored_at = $2
FROM jsonb_to_recordset($1) AS m(id bigint, state text, missing jsonb, total bigint, grade text, computed jsonb)
WHERE s.id = m.id AND s.state IN ('collecting', 'scored');

-- name: sheet_confirm
-- why: the superior's signature (A32)
UPDATE sheet SET state = 'confirmed', opinion = $2, confirmed_at = $3, confirmed_by = NULLIF($4::bigint, 0)
WHERE id = $1 AND state = 'scored';

-- name: sheet_excuse
-- why: somebody who is not appraised this time, and why
UPDATE sheet SET state = 'excused', excused_reason = $2 WHERE id = $1 AND state IN ('collecting', 'scored');

-- name: sheets_finish
-- why: with the cycle its confirmed sheets are final
UPDATE sheet SET state = 'final', final_at = $2 WHERE cycle_id = $1 AND state = 'confirmed';

-- name: missing
-- why: what the cockpit shows first: how many people lack which indicator
SELECT m.indicator, count(*) AS people FROM sheet s JOIN person_place pp ON pp.person_id = s.person_id CROSS JOIN LATERAL unnest(s.missing) AS m(indicator)
WHERE s.cycle_id = $1 AND s.state = 'collecting'
  AND ($2::boolean OR pp.unit_id = ANY($3::bigint[]))
GROUP BY m.indicator ORDER BY m.indicator LIMIT 500;

-- name: grades
-- why: how the grades of a cycle divide
SELECT s.grade, count(*) AS people FROM sheet s JOIN person_place pp ON pp.person_id = s.person_id
WHERE s.cycle_id = $1 AND s.grade IS NOT NULL AND s.state <> 'excused'
  AND ($2::boolean OR pp.unit_id = ANY($3::bigint[]))
GROUP BY s.grade LIMIT 50;

-- name: sheets
-- why: the people of a cycle inside the scope, filtered and sorted; who lacks data stands first. Each condition that does not apply is a
-- CASE, not an OR: the planner takes every OR for a filter that leaves hardly anybody, and looked 4,000 people up one by one
WITH listed AS (
    SELECT s.id, s.person_id, p.pinyin, cardinality(s.missing) AS gaps, s.total_hundredths AS points, count(*) OVER () AS count,
           CASE WHEN $9::text IN ('unit', '-unit') THEN (SELECT u.name FROM org_unit u WHERE u.id = s.unit_id) END AS unit
    FROM sheet s JOIN person p ON p.id = s.person_id
    WHERE s.cycle_id = $1
      AND CASE WHEN $2::boolean THEN true ELSE s.person_id IN (SELECT pp.person_id FROM person_place pp WHERE pp.unit_id = ANY($3::bigint[])) END
      AND CASE WHEN $4::text = '' THEN true ELSE strpos(p.name, $4) > 0 OR starts_with(p.pinyin, lower($4)) OR starts_with(p.initials, lower($4))
               OR starts_with(lower(p.employee_no), lower($4)) END
      AND CASE WHEN $5::bigint = 0 THEN true ELSE s.unit_id IN (SELECT a.unit_id FROM org_ancestor a WHERE a.ancestor_id = $5) END
      AND CASE WHEN $6::text = '' THEN true ELSE s.state = $6 END
      AND CASE WHEN $7::text = '' THEN true ELSE s.grade = $7 END
      AND CASE WHEN $8::text = '' THEN true ELSE $8 = ANY(s.missing) END
), part AS (
    SELECT * FROM listed
    ORDER BY CASE WHEN $9::text = '' THEN gaps END DESC NULLS LAST,
             CASE WHEN $9 = 'total' THEN points END ASC NULLS FIRST, CASE WHEN $9 = '-total' THEN points END DESC NULLS LAST,
             CASE WHEN $9 = 'unit' THEN unit END, CASE WHEN $9 = '-unit' THEN unit END DESC,
             CASE WHEN $9 = '-name' THEN pinyin END DESC, pinyin, person_id
    LIMIT $10 OFFSET $11
)
SELECT s.id, s.cycle_id, s.person_id, p.name AS person_name, p.employee_no, u.name AS unit_name, t.name AS post_name, s.state, s.missing,
       s.total_hundredths, s.grade, s.computed, s.opinion, s.confirmed_at, s.confirmed_by, s.excused_reason, part.count
FROM part
JOIN sheet s ON s.id = part.id
JOIN person p ON p.id = s.person_id
JOIN org_unit u ON u.id = s.unit_id
JOIN post t ON t.id = s.post_id
ORDER BY CASE WHEN $9 = '' THEN part.gaps END DESC NULLS LAST,
             CASE WHEN $9 = 'total' THEN part.points END ASC NULLS FIRST, CASE WHEN $9 = '-total' THEN part.points END DESC NULLS LAST,
             CASE WHEN $9 = 'unit' THEN part.unit END, CASE WHEN $9 = '-unit' THEN part.unit END DESC,
             CASE WHEN $9 = '-name' THEN part.pinyin END DESC, part.pinyin, part.person_id;

-- name: sheet
-- why: one sheet inside the scope; outside is not there
SELECT s.id, s.cycle_id, s.person_id, p.name AS person_name, p.employee_no, u.name AS unit_name, t.name AS post_name, s.state, s.missing,
       s.total_hundredths, s.grade, s.computed, s.opinion, s.confirmed_at, s.confirmed_by, s.excused_reason, coalesce(b.name, '') AS confirmer
FROM sheet s
JOIN person p ON p.id = s.person_id
JOIN org_unit u ON u.id = s.unit_id
JOIN post t ON t.id = s.post_id
LEFT JOIN person b ON b.id = s.confirmed_by
WHERE s.id = $1
  AND ($2::boolean OR s.person_id = $3 OR EXISTS (SELECT 1 FROM person_place pp WHERE pp.person_id = s.person_id AND pp.unit_id = ANY($4::bigint[])));

-- name: sheet_lock
-- why: one act on a sheet at a time, inside the scope of the act
SELECT s.id, s.cycle_id, s.person_id, s.state FROM sheet s
WHERE s.id = $1
  AND ($2::boolean OR EXISTS (SELECT 1 FROM person_place pp WHERE pp.person_id = s.person_id AND pp.unit_id = ANY($3::bigint[])))
FOR UPDATE;

-- name: sheet_cycle
-- why: the cycle of a sheet that the viewer may see, for its owner too
SELECT c.id, c.scheme_version_id, m.name AS scheme_name, v.version, c.unit_id, u.name AS unit_name, c.year, c.quarter,
       c.from_on, c.to_on, c.mode, c.state, c.opened_at, v.body
FROM cycle c
JOIN scheme_version v ON v.id = c.scheme_version_id
JOIN scheme m ON m.id = v.scheme_id
JOIN org_unit u ON u.id = c.unit_id
WHERE c.id = $1;

-- name: sheets_of_person
-- why: a person's own sheets over the cycles, the newest first
SELECT s.id, s.cycle_id, s.state, s.missing, s.total_hundredths, s.grade, m.name AS scheme_name, c.year, c.quarter, c.mode
FROM sheet s
JOIN cycle c ON c.id = s.cycle_id
JOIN scheme_version v ON v.id = c.scheme_version_id
JOIN scheme m ON m.id = v.scheme_id
WHERE s.person_id = $1 ORDER BY c.from_on DESC, s.id DESC LIMIT $2 OFFSET $3;

-- name: sheet_of_person
-- why: a person's own sheet of a cycle
SELECT id FROM sheet WHERE cycle_id = $1 AND person_id = $2;
