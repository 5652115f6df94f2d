-- The people of the clinic: organisation tree, posts, persons and where they
-- stood on which day, roles, log-in and sessions (C02, E02–E06, Roles, C58).
-- Times and days come from the caller: nothing here reads the clock.

-- +goose Up

-- retention: as long as the clinic; a unit that is no more is retired, since old rosters name it
CREATE TABLE org_unit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id  bigint REFERENCES org_unit (id),
    kind       text NOT NULL CHECK (kind IN ('company', 'branch', 'department', 'group')),
    name       text NOT NULL CHECK (name <> '' AND length(name) <= 60),
    position   integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT org_unit_root CHECK ((kind = 'company') = (parent_id IS NULL)),
    CONSTRAINT org_unit_root_stays CHECK (parent_id IS NOT NULL OR retired_at IS NULL)
);
-- one database = one organisation
CREATE UNIQUE INDEX org_unit_one_root ON org_unit ((parent_id IS NULL)) WHERE parent_id IS NULL;
CREATE UNIQUE INDEX org_unit_name ON org_unit (parent_id, name) WHERE retired_at IS NULL;

-- Closure of the tree, the unit itself included (depth 0): who is below whom in one index look-up.
-- retention: follows org_unit
CREATE TABLE org_ancestor (
    unit_id     bigint NOT NULL REFERENCES org_unit (id),
    ancestor_id bigint NOT NULL REFERENCES org_unit (id),
    depth       integer NOT NULL CHECK (depth >= 0),
    PRIMARY KEY (unit_id, ancestor_id)
);
CREATE INDEX org_ancestor_below ON org_ancestor (ancestor_id, unit_id);

-- A trigger keeps the closure, so that no door into the table can leave it wrong. The lock lets
-- one move at a time through: two at once could hang each below the other.
-- +goose StatementBegin
CREATE FUNCTION org_unit_closure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('org_unit'));
    IF TG_OP = 'INSERT' THEN
        INSERT INTO org_ancestor (unit_id, ancestor_id, depth) VALUES (NEW.id, NEW.id, 0);
        INSERT INTO org_ancestor (unit_id, ancestor_id, depth)
            SELECT NEW.id, ancestor_id, depth + 1 FROM org_ancestor WHERE unit_id = NEW.parent_id;
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM org_ancestor WHERE unit_id = NEW.parent_id AND ancestor_id = NEW.id) THEN
        RAISE EXCEPTION 'unit % cannot stand below itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'org_unit_no_cycle';
    END IF;
    DELETE FROM org_ancestor link USING org_ancestor below
        WHERE below.ancestor_id = NEW.id AND link.unit_id = below.unit_id
          AND NOT EXISTS (SELECT 1 FROM org_ancestor inside
                          WHERE inside.unit_id = link.ancestor_id AND inside.ancestor_id = NEW.id);
    INSERT INTO org_ancestor (unit_id, ancestor_id, depth)
        SELECT below.unit_id, above.ancestor_id, below.depth + above.depth + 1
        FROM org_ancestor below, org_ancestor above
        WHERE below.ancestor_id = NEW.id AND above.unit_id = NEW.parent_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER org_unit_closure_insert AFTER INSERT ON org_unit
    FOR EACH ROW EXECUTE FUNCTION org_unit_closure();
CREATE TRIGGER org_unit_closure_move AFTER UPDATE OF parent_id ON org_unit
    FOR EACH ROW WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION org_unit_closure();

-- retention: as long as the clinic; retired, not deleted
CREATE TABLE post (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL CHECK (code ~ '^[a-z0-9_-]{1,40}$'),
    name       text NOT NULL CHECK (name <> '' AND length(name) <= 40),
    kind       text NOT NULL CHECK (kind IN ('online', 'phone', 'operations', 'lead', 'other')), -- C02: the first three are examined
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT post_code UNIQUE (code)
);
CREATE UNIQUE INDEX post_name ON post (name) WHERE retired_at IS NULL;

-- retention: identity while employed and as long as results are in dispute or count for pay; then anonymised
CREATE TABLE person (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    employee_no text COLLATE "C" NOT NULL CHECK (employee_no ~ '^[A-Za-z0-9_-]{1,32}$'),
    name        text COLLATE "C" NOT NULL CHECK (name <> '' AND length(name) <= 40),
    pinyin      text COLLATE "C" NOT NULL, -- 'zhangxiaomei'
    initials    text COLLATE "C" NOT NULL, -- 'zxm'
    phone       text COLLATE "C" NOT NULL DEFAULT '' CHECK (phone ~ '^[0-9+-]{0,20}$'),
    email       text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
    language    text NOT NULL DEFAULT 'zh-CN' CHECK (language IN ('zh-CN', 'en')),
    hired_on    date,
    left_on     date,
    created_at  timestamptz NOT NULL,
    version     integer NOT NULL DEFAULT 1, -- two people editing: the second one is told
    CONSTRAINT person_employee_no UNIQUE (employee_no),
    CONSTRAINT person_days CHECK (left_on >= hired_on)
);
-- Search over 100,000 people: each reads a range of an index, so the plan is good for any pattern.
CREATE INDEX person_by_name ON person (name);
CREATE INDEX person_by_given_name ON person (substr(name, 2)); -- "小美" finds 张小美
CREATE INDEX person_by_pinyin ON person (pinyin, id);
CREATE INDEX person_by_initials ON person (initials);
CREATE INDEX person_by_employee_no_folded ON person (lower(employee_no));
CREATE INDEX person_by_phone_tail ON person ("right"(phone, 4)) WHERE phone <> '';
CREATE INDEX person_by_phone ON person (phone) WHERE phone <> '';

-- Where a person stood: history, because the roster of a day decides shares and proration.
-- is_place marks the one that says where the person stands today or, after leaving, stood last:
-- who has left stays visible to those who could see them.
-- retention: as the pay records that rest on it
CREATE TABLE assignment (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES person (id),
    unit_id    bigint NOT NULL REFERENCES org_unit (id),
    post_id    bigint NOT NULL REFERENCES post (id),
    from_on    date NOT NULL,
    to_on      date, -- the last day, included
    is_place   boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT assignment_days CHECK (to_on >= from_on),
    CONSTRAINT assignment_open_is_place CHECK (to_on IS NOT NULL OR is_place),
    CONSTRAINT assignment_from UNIQUE (person_id, from_on)
);
CREATE UNIQUE INDEX assignment_place ON assignment (person_id) INCLUDE (unit_id, post_id) WHERE is_place;
CREATE INDEX assignment_of_unit ON assignment (unit_id, from_on);
CREATE INDEX assignment_place_by_unit ON assignment (unit_id, person_id) WHERE is_place;
CREATE INDEX assignment_place_by_post ON assignment (post_id, person_id) WHERE is_place;

CREATE VIEW person_place AS
    SELECT person_id, unit_id, post_id FROM assignment WHERE is_place;

-- retention: as audit (who could see and do what, when)
CREATE TABLE role_grant (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES person (id),
    role       text NOT NULL CHECK (role IN ('consultant', 'lead', 'superior', 'professional', 'trainer', 'mentor',
                                             'marker', 'reviewer', 'hr', 'supervisor', 'management', 'admin')),
    unit_id    bigint NOT NULL REFERENCES org_unit (id),
    from_at    timestamptz NOT NULL,
    to_at      timestamptz,
    granted_by text NOT NULL,
    ended_by   text,
    CONSTRAINT role_grant_times CHECK (to_at >= from_at),
    CONSTRAINT role_grant_ended CHECK ((to_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX role_grant_held ON role_grant (person_id, role, unit_id) WHERE to_at IS NULL;
CREATE INDEX role_grant_by_role ON role_grant (role, person_id) WHERE to_at IS NULL;
CREATE INDEX role_grant_by_unit ON role_grant (unit_id) WHERE to_at IS NULL;
CREATE INDEX role_grant_of_person ON role_grant (person_id, from_at);

-- retention: with the person; the hash is overwritten at each change
CREATE TABLE account (
    person_id           bigint PRIMARY KEY REFERENCES person (id),
    login               text NOT NULL CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
    password_hash       text NOT NULL,
    must_change         boolean NOT NULL,
    password_changed_at timestamptz NOT NULL,
    disabled_at         timestamptz,
    last_login_at       timestamptz,
    created_at          timestamptz NOT NULL,
    CONSTRAINT account_login UNIQUE (login)
);

-- retention: deleted 30 days after its end
CREATE TABLE session (
    token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
    person_id    bigint NOT NULL REFERENCES person (id),
    kind         text NOT NULL CHECK (kind IN ('web', 'api')),
    stage        text NOT NULL CHECK (stage IN ('full', 'first_password')), -- the second opens one page only
    scopes       text[], -- NULL: all that the person may
    client       text NOT NULL CHECK (length(client) <= 200),
    address      text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    CONSTRAINT session_times CHECK (expires_at > created_at)
);
CREATE INDEX session_of_person ON session (person_id, last_seen_at) WHERE revoked_at IS NULL;
CREATE INDEX session_by_expiry ON session (expires_at);

-- A browser from which a person has signed in before: strangers' wrong passwords do not lock it out.
-- retention: deleted 180 days after it was last seen
CREATE TABLE known_device (
    token_sha256 bytea NOT NULL CHECK (length(token_sha256) = 32),
    person_id    bigint NOT NULL REFERENCES person (id),
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (token_sha256, person_id)
);
CREATE INDEX known_device_by_age ON known_device (last_seen_at);

-- Every try to sign in. The login is kept as a hash: people type passwords into that field.
-- 'open' is written before the password is checked and counts as a failure until it is settled.
-- retention: 180 days (records of network access)
CREATE TABLE login_attempt (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    login_sha256 bytea NOT NULL CHECK (length(login_sha256) = 32),
    device_sha256 bytea,
    address      text NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN ('open', 'ok', 'wrong', 'refused'))
);
CREATE INDEX login_attempt_by_login ON login_attempt (login_sha256, at);
CREATE INDEX login_attempt_by_address ON login_attempt (address, at) WHERE outcome = 'wrong';
CREATE INDEX login_attempt_by_age ON login_attempt (at);

-- A link that lets a person choose a password without the old one; printed by `people admin`.
-- retention: deleted 30 days after its end
CREATE TABLE one_time_link (
    token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
    person_id    bigint NOT NULL REFERENCES person (id),
    made_by      text NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz
);
CREATE INDEX one_time_link_of_person ON one_time_link (person_id) WHERE used_at IS NULL;
CREATE INDEX one_time_link_by_expiry ON one_time_link (expires_at);

-- A staff list between its preview and its confirmation.
-- retention: rows are emptied when applied and deleted after a day
CREATE TABLE people_import (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    made_by    bigint NOT NULL REFERENCES person (id),
    file_name  text NOT NULL,
    rows       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    applied_at timestamptz
);
CREATE INDEX people_import_by_age ON people_import (created_at);

-- +goose Down
DROP TABLE people_import, one_time_link, login_attempt, known_device, session, account, role_grant;
DROP VIEW person_place;
DROP TABLE assignment, person, post, org_ancestor, org_unit;
DROP FUNCTION org_unit_closure();
