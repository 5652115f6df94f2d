-- name: unit_tree
-- why: the organisation page and every picker of a unit; parents before children. People are counted in one pass over all
-- places: a count for each unit read every place as often as there are units
SELECT u.id, COALESCE(u.parent_id, 0) AS parent_id, u.kind, u.name, u.position, a.depth, COALESCE(n.people, 0) AS people
FROM org_unit u
JOIN (SELECT unit_id, max(depth) AS depth FROM org_ancestor GROUP BY unit_id) a ON a.unit_id = u.id
LEFT JOIN (SELECT s.unit_id, count(*) AS people FROM assignment s JOIN person p ON p.id = s.person_id
           WHERE s.is_place AND p.left_on IS NULL GROUP BY s.unit_id) n ON n.unit_id = u.id
WHERE u.retired_at IS NULL
ORDER BY depth, u.position, u.name, u.id
LIMIT 5000;

-- name: unit
-- why: an act on one unit
SELECT id, COALESCE(parent_id, 0) AS parent_id, kind, name, position, 0 AS depth, 0 AS people
FROM org_unit WHERE id = $1 AND retired_at IS NULL;

-- name: unit_lock
-- why: as unit, while nobody else may retire or move it
SELECT id, COALESCE(parent_id, 0) AS parent_id, kind, name, position, 0 AS depth, 0 AS people
FROM org_unit WHERE id = $1 AND retired_at IS NULL FOR UPDATE;

-- name: unit_insert
-- why: a new unit; the trigger keeps the closure
INSERT INTO org_unit (parent_id, kind, name, position, created_at)
VALUES (NULLIF($1::bigint, 0), $2, $3, $4, $5) RETURNING id;

-- name: unit_rename
-- why: name and place among its siblings
UPDATE org_unit SET name = $2, position = $3 WHERE id = $1 AND retired_at IS NULL;

-- name: unit_move
-- why: another parent; the trigger moves the subtree and refuses circles
UPDATE org_unit SET parent_id = $2 WHERE id = $1 AND parent_id IS NOT NULL AND retired_at IS NULL;

-- name: unit_retire
-- why: an empty unit goes out of use; old rosters still name it
UPDATE org_unit u SET retired_at = $2
WHERE u.id = $1 AND u.retired_at IS NULL AND u.parent_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM org_unit c WHERE c.parent_id = u.id AND c.retired_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.unit_id = u.id AND g.to_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM assignment s JOIN person p ON p.id = s.person_id
                  WHERE s.unit_id = u.id AND s.is_place AND p.left_on IS NULL);

-- name: posts
-- why: pickers and the import's look-up
SELECT id, code, name, kind FROM post WHERE retired_at IS NULL ORDER BY name, id LIMIT 500;

-- name: post
-- why: that a post exists and is in use
SELECT id, code, name, kind FROM post WHERE id = $1 AND retired_at IS NULL;

-- name: post_insert
-- why: a new post
INSERT INTO post (code, name, kind, created_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: post_retire
-- why: nobody stands at it any more
UPDATE post SET retired_at = $2
WHERE id = $1 AND retired_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM assignment s JOIN person p ON p.id = s.person_id
                  WHERE s.post_id = $1 AND s.is_place AND p.left_on IS NULL);

-- name: person
-- why: one person inside the viewer's scope; outside is not there
SELECT p.id, p.employee_no, p.name, p.pinyin, p.phone, p.email, p.language, p.hired_on, p.left_on, p.version,
       s.unit_id, u.name AS unit_name, s.post_id, t.name AS post_name
FROM person p
JOIN assignment s ON s.person_id = p.id AND s.is_place
JOIN org_unit u ON u.id = s.unit_id
JOIN post t ON t.id = s.post_id
WHERE p.id = $1 AND ($2::boolean OR p.id = $3 OR s.unit_id = ANY($4::bigint[]));

-- name: person_lock
-- why: one act on a person at a time
SELECT id FROM person WHERE id = $1 FOR UPDATE;

-- name: person_insert
-- why: a new person
INSERT INTO person (employee_no, name, pinyin, initials, phone, email, hired_on, language, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::date, $8, $9) RETURNING id;

-- name: person_edit
-- why: guarded by the version that the editor saw
UPDATE person SET employee_no = $3, name = $4, pinyin = $5, initials = $6, phone = $7, email = $8, hired_on = $9::date,
                  version = version + 1
WHERE id = $1 AND version = $2;

-- name: person_leave
-- why: people are never deleted
UPDATE person SET left_on = $2::date, version = version + 1 WHERE id = $1 AND left_on IS NULL;

-- name: person_return
-- why: who comes back keeps the number and the history
UPDATE person SET left_on = NULL, version = version + 1 WHERE id = $1 AND left_on IS NOT NULL;

-- name: person_language
-- why: the language is the person's own setting
UPDATE person SET language = $2 WHERE id = $1;

-- name: names
-- why: names beside ids on any page
SELECT id, name FROM person WHERE id = ANY($1::bigint[]);

-- name: assignments
-- why: the history on a person's page, newest first
SELECT s.id, s.unit_id, u.name AS unit_name, s.post_id, t.name AS post_name, s.from_on, s.to_on, s.is_place
FROM assignment s JOIN org_unit u ON u.id = s.unit_id JOIN post t ON t.id = s.post_id
WHERE s.person_id = $1 ORDER BY s.from_on DESC LIMIT 100;

-- name: place
-- why: where a person stands, to move from there
SELECT s.id, s.unit_id, '' AS unit_name, s.post_id, '' AS post_name, s.from_on, s.to_on, s.is_place
FROM assignment s WHERE s.person_id = $1 AND s.is_place;

-- name: assignment_insert
-- why: the place from a day on
INSERT INTO assignment (person_id, unit_id, post_id, from_on, is_place, created_at) VALUES ($1, $2, $3, $4::date, true, $5);

-- name: assignment_amend
-- why: a transfer corrected on the day on which it begins
UPDATE assignment SET unit_id = $2, post_id = $3 WHERE id = $1;

-- name: assignment_close
-- why: the old place becomes history when a new one begins
UPDATE assignment SET to_on = LEAST(COALESCE(to_on, $2::date), $2::date), is_place = false WHERE id = $1 AND is_place;

-- name: assignment_end
-- why: the last day; the place stays where the person is seen from
UPDATE assignment SET to_on = $2::date WHERE person_id = $1 AND is_place AND to_on IS NULL;

-- name: grants_of
-- why: a person's page: who holds what, since when, by whom
SELECT g.id, g.role, g.unit_id, u.name AS unit_name, g.from_at, g.granted_by
FROM role_grant g JOIN org_unit u ON u.id = g.unit_id
WHERE g.person_id = $1 AND g.to_at IS NULL ORDER BY g.role, u.name LIMIT 100;

-- name: grants_with_units
-- why: the viewer's grants with everything below each unit
SELECT g.role, g.unit_id, array_agg(a.unit_id ORDER BY a.unit_id) AS units
FROM role_grant g JOIN org_ancestor a ON a.ancestor_id = g.unit_id
WHERE g.person_id = $1 AND g.to_at IS NULL GROUP BY g.role, g.unit_id ORDER BY g.role, g.unit_id;

-- name: holders
-- why: who is to be told of something about each of these people: a grant for the person's unit or for one above it
SELECT DISTINCT pp.person_id AS about, g.person_id AS holder FROM person_place pp
JOIN org_ancestor a ON a.unit_id = pp.unit_id JOIN role_grant g ON g.unit_id = a.ancestor_id AND g.to_at IS NULL AND g.role = ANY($2::text[])
JOIN person p ON p.id = g.person_id AND p.left_on IS NULL
WHERE pp.person_id = ANY($1::bigint[]) AND g.person_id <> pp.person_id ORDER BY about, holder LIMIT 100000;

-- name: holders_of_all
-- why: who is to be told of something about all of these people: grants that together reach each of their units
WITH units AS (SELECT DISTINCT pp.unit_id FROM person_place pp WHERE pp.person_id = ANY($1::bigint[]))
SELECT g.person_id FROM role_grant g
JOIN org_ancestor a ON a.ancestor_id = g.unit_id JOIN units u ON u.unit_id = a.unit_id
JOIN person p ON p.id = g.person_id AND p.left_on IS NULL
WHERE g.to_at IS NULL AND g.role = ANY($2::text[]) GROUP BY g.person_id HAVING count(DISTINCT u.unit_id) = (SELECT count(*) FROM units)
ORDER BY g.person_id LIMIT 1000;

-- name: holders_of_any
-- why: who is to be told of something that each of them can settle for one of these people at least
SELECT DISTINCT g.person_id FROM person_place pp
JOIN org_ancestor a ON a.unit_id = pp.unit_id JOIN role_grant g ON g.unit_id = a.ancestor_id AND g.to_at IS NULL AND g.role = ANY($2::text[])
JOIN person p ON p.id = g.person_id AND p.left_on IS NULL
WHERE pp.person_id = ANY($1::bigint[]) ORDER BY g.person_id LIMIT 1000;

-- name: grant_insert
-- why: holding it already is no error and no second row
INSERT INTO role_grant (person_id, role, unit_id, from_at, granted_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id, role, unit_id) WHERE to_at IS NULL DO NOTHING;

-- name: grant_held
-- why: what is about to be ended
SELECT g.id, g.role, g.unit_id, '' AS unit_name, g.from_at, g.granted_by
FROM role_grant g WHERE g.id = $1 AND g.person_id = $2 AND g.to_at IS NULL;

-- name: grant_end
-- why: ended, not deleted
UPDATE role_grant SET to_at = $2, ended_by = $3 WHERE id = $1 AND to_at IS NULL;

-- name: grants_end_all
-- why: leaving ends every role
UPDATE role_grant SET to_at = $2, ended_by = $3 WHERE person_id = $1 AND to_at IS NULL;

-- name: grants_end_at_unit
-- why: who moves away gives up what was held for the old unit
UPDATE role_grant SET to_at = $3, ended_by = $4 WHERE person_id = $1 AND unit_id = $2 AND to_at IS NULL;

-- name: holds_at_unit
-- why: a consultant stays a consultant in the new unit
SELECT count(*) FROM role_grant WHERE person_id = $1 AND unit_id = $2 AND role = $3 AND to_at IS NULL;

-- name: login_of
-- why: the log-in side of a person's page
SELECT person_id, login, must_change, disabled_at, last_login_at, password_changed_at FROM account WHERE person_id = $1;

-- name: login_insert
-- why: a person may sign in from now on
INSERT INTO account (person_id, login, password_hash, must_change, password_changed_at, created_at) VALUES ($1, $2, $3, $4, $5, $5);

-- name: login_password
-- why: a new password, chosen or given
UPDATE account SET password_hash = $2, must_change = $3, password_changed_at = $4 WHERE person_id = $1;

-- name: login_disable
-- why: out within a second, together with a revocation
UPDATE account SET disabled_at = $2 WHERE person_id = $1 AND disabled_at IS NULL;

-- name: login_enable
-- why: back in, unless the person has left
UPDATE account SET disabled_at = NULL
WHERE person_id = $1 AND disabled_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = $1 AND p.left_on IS NOT NULL);

-- name: credentials
-- why: signing in; one shape for known and unknown logins
SELECT a.person_id, a.login, a.password_hash, a.must_change, p.employee_no,
       (a.disabled_at IS NOT NULL OR p.left_on IS NOT NULL) AS barred
FROM account a JOIN person p ON p.id = a.person_id WHERE a.login = $1;

-- name: credentials_of
-- why: changing the own password
SELECT a.person_id, a.login, a.password_hash, a.must_change, p.employee_no,
       (a.disabled_at IS NOT NULL OR p.left_on IS NOT NULL) AS barred
FROM account a JOIN person p ON p.id = a.person_id WHERE a.person_id = $1;

-- name: login_signed_in
-- why: shown to who looks after accounts; the guard closes the door on whoever was disabled or reset meanwhile
UPDATE account SET last_login_at = $2 WHERE person_id = $1 AND disabled_at IS NULL AND password_hash = $3;

-- name: attempt_lock
-- why: parallel guesses at one login are counted one after the other
SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('login_attempt' || encode($1::bytea, 'hex'), 0))) AS held;

-- name: attempt_known_device
-- why: strangers' failures do not count against a browser that was here before
SELECT EXISTS (SELECT 1 FROM known_device d JOIN account a ON a.person_id = d.person_id WHERE d.token_sha256 = $1 AND a.login = $2);

-- name: attempt_failures
-- why: failures in a row since the last success; a known device ($3) counts its own alone; open ones are being looked at, since $4 at the most
SELECT count(*) AS failures, COALESCE(max(at), $2) AS last_at
FROM login_attempt l
WHERE l.login_sha256 = $1 AND l.at > $2 AND (l.outcome = 'wrong' OR l.outcome = 'open' AND l.at > $4)
  AND ($3::bytea IS NULL OR l.device_sha256 = $3)
  AND l.id > COALESCE((SELECT max(k.id) FROM login_attempt k
                       WHERE k.login_sha256 = $1 AND k.at > $2 AND k.outcome = 'ok'
                         AND ($3::bytea IS NULL OR k.device_sha256 = $3)), 0);

-- name: attempt_address_failures
-- why: the budget of wrong passwords from one address
SELECT count(*) FROM (SELECT 1 FROM login_attempt WHERE address = $1 AND outcome = 'wrong' AND at > $2 LIMIT 1000) AS failed;

-- name: attempt_insert
-- why: counted before the password is looked at
INSERT INTO login_attempt (at, login_sha256, device_sha256, address, outcome) VALUES ($1, $2, $3, $4, $5) RETURNING id;

-- name: attempt_settle
-- why: how it went
UPDATE login_attempt SET outcome = $2 WHERE id = $1 AND outcome = 'open';

-- name: device_keep
-- why: this browser has signed this person in
INSERT INTO known_device (token_sha256, person_id, last_seen_at) VALUES ($1, $2, $3)
ON CONFLICT (token_sha256, person_id) DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at;

-- name: devices_forget
-- why: after "log out everywhere" and a reset no browser is known
DELETE FROM known_device WHERE person_id = $1;

-- name: session_insert
-- why: somebody has signed in
INSERT INTO session (token_sha256, person_id, kind, stage, scopes, client, address, created_at, last_seen_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9);

-- name: session_by_token
-- why: who is asking; everything that ends a session is in the condition
SELECT s.person_id, s.kind, s.stage, s.scopes, s.created_at, s.last_seen_at, s.expires_at, p.name, p.language, a.login
FROM session s JOIN person p ON p.id = s.person_id JOIN account a ON a.person_id = s.person_id
WHERE s.token_sha256 = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL AND p.left_on IS NULL;

-- name: session_touch
-- why: at most every five minutes; never shortens what an attempt has lengthened
UPDATE session SET last_seen_at = $2, expires_at = GREATEST(expires_at, $3) WHERE token_sha256 = $1 AND revoked_at IS NULL;

-- name: session_revoke
-- why: log-out
UPDATE session SET revoked_at = $2 WHERE token_sha256 = $1 AND revoked_at IS NULL;

-- name: session_revoke_own
-- why: a person signs out one of the own devices from another one
UPDATE session SET revoked_at = $3 WHERE token_sha256 = $1 AND person_id = $2 AND revoked_at IS NULL AND expires_at > $3;

-- name: sessions_revoke_all
-- why: log-out everywhere, disable, new password
UPDATE session SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL;

-- name: sessions_keep_until
-- why: a session lives through an attempt
UPDATE session s SET expires_at = m.until FROM unnest($1::bigint[], $2::timestamptz[]) AS m(person_id, until)
WHERE s.person_id = m.person_id AND s.revoked_at IS NULL AND s.expires_at < m.until;

-- name: sessions_of
-- why: the list on the settings page
SELECT token_sha256, kind, client, address, created_at, last_seen_at FROM session
WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY last_seen_at DESC LIMIT 50;

-- name: revoke
-- why: every process forgets what it knows of the person (0: of everybody) within a second
INSERT INTO revocation (person_id, at) VALUES ($1, $2);

-- name: revocations_since
-- why: once a second in every process; overlapping, because rows become visible out of order
SELECT id, person_id FROM revocation WHERE at > $1 ORDER BY at LIMIT 10000;

-- name: link_insert
-- why: a first password for the first administrator
INSERT INTO one_time_link (token_sha256, person_id, made_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: links_end
-- why: a newer link replaces the older ones
UPDATE one_time_link SET used_at = $2 WHERE person_id = $1 AND used_at IS NULL;

-- name: link_person
-- why: whose link it is, while it is good
SELECT l.person_id, a.login, p.name, p.employee_no
FROM one_time_link l JOIN account a ON a.person_id = l.person_id JOIN person p ON p.id = l.person_id
WHERE l.token_sha256 = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND a.disabled_at IS NULL AND p.left_on IS NULL;

-- name: link_use
-- why: once
UPDATE one_time_link SET used_at = $2 WHERE token_sha256 = $1 AND used_at IS NULL AND expires_at > $2;

-- name: person_of_login
-- why: people admin LOGIN for a login that exists
SELECT person_id FROM account WHERE login = $1;

-- name: root_unit
-- why: where the first administrator is put
SELECT COALESCE((SELECT id FROM org_unit WHERE parent_id IS NULL), 0);

-- name: audience
-- why: whom to invite: units with all below, and posts (both given: both must fit), and single persons; nobody who has left
SELECT p.id FROM person p JOIN assignment s ON s.person_id = p.id AND s.is_place
WHERE p.left_on IS NULL AND ($1::boolean OR s.unit_id = ANY($2::bigint[]))
  AND (p.id = ANY($5::bigint[])
       OR (cardinality($3::bigint[]) + cardinality($4::bigint[]) > 0
           AND (cardinality($3::bigint[]) = 0 OR s.unit_id IN (SELECT unit_id FROM org_ancestor WHERE ancestor_id = ANY($3::bigint[])))
           AND (cardinality($4::bigint[]) = 0 OR s.post_id = ANY($4::bigint[]))))
ORDER BY p.id LIMIT 100000;

-- name: persons_by_employee_no
-- why: which rows of a staff list are known people
SELECT p.id, p.employee_no, p.name, p.pinyin, p.phone, p.email, p.language, p.hired_on, p.left_on, p.version,
       s.unit_id, '' AS unit_name, s.post_id, '' AS post_name
FROM person p JOIN assignment s ON s.person_id = p.id AND s.is_place
WHERE p.employee_no = ANY($1::text[]) LIMIT 5000;

-- name: logins_taken
-- why: which logins of a staff list belong to whom
SELECT a.login, p.employee_no FROM account a JOIN person p ON p.id = a.person_id
WHERE a.login = ANY($1::text[]) OR p.employee_no = ANY($2::text[]) LIMIT 10000;

-- name: grants_of_many
-- why: which roles of a staff list are held already
SELECT p.employee_no, g.role, g.unit_id FROM role_grant g JOIN person p ON p.id = g.person_id
WHERE p.employee_no = ANY($1::text[]) AND g.to_at IS NULL LIMIT 20000;

-- name: import_insert
-- why: what was previewed is what is applied
INSERT INTO people_import (made_by, file_name, rows, created_at) VALUES ($1, $2, $3, $4) RETURNING id;

-- name: import_lock
-- why: applied once, by whoever uploaded it
SELECT file_name, rows FROM people_import WHERE id = $1 AND made_by = $2 AND applied_at IS NULL AND created_at > $3 FOR UPDATE;

-- name: import_read
-- why: the preview's page
SELECT file_name, rows FROM people_import WHERE id = $1 AND made_by = $2 AND applied_at IS NULL AND created_at > $3;

-- name: import_applied
-- why: personal data of the file goes as soon as it is no longer needed
UPDATE people_import SET applied_at = $2, rows = '[]' WHERE id = $1 AND applied_at IS NULL;

-- name: tidy_sessions
-- why: retention
DELETE FROM session WHERE token_sha256 IN (SELECT token_sha256 FROM session WHERE expires_at < $1 LIMIT 10000);

-- name: tidy_devices
-- why: retention
DELETE FROM known_device WHERE last_seen_at < $1;

-- name: tidy_attempts
-- why: retention
DELETE FROM login_attempt WHERE id IN (SELECT id FROM login_attempt WHERE at < $1 ORDER BY at LIMIT 10000);

-- name: tidy_links
-- why: retention
DELETE FROM one_time_link WHERE expires_at < $1;

-- name: tidy_imports
-- why: retention
DELETE FROM people_import WHERE created_at < $1;

-- name: tidy_revocations
-- why: retention
DELETE FROM revocation WHERE id IN (SELECT id FROM revocation WHERE at < $1 ORDER BY at LIMIT 10000);
