-- Why: what every feature stands on. Insert-only tables that the database itself defends, the sealed record of acts,
-- settings, policies as versions with an effective date, heart-beats of the servers, and the signals between processes.

-- +goose Up

-- +goose StatementBegin
CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is forbidden: rows there are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- forbid_change_on makes a table insert-only, for rows and for TRUNCATE.
CREATE PROCEDURE forbid_change_on(target regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION forbid_change()', target);
    EXECUTE format('CREATE TRIGGER insert_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', target);
END
$$;
-- +goose StatementEnd

-- The record of acts. body is json and not jsonb because its very text is hashed.
-- retention: as long as the organisation exists; personal values stand apart in audit_personal and can be erased.
CREATE TABLE audit_event (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    actor    text NOT NULL CHECK (actor <> ''),
    act      text NOT NULL CHECK (act <> ''),
    subject  text NOT NULL CHECK (subject <> ''),
    body     json NOT NULL,
    row_hash bytea NOT NULL CHECK (length(row_hash) = 32)
);
CREATE INDEX audit_event_subject ON audit_event (subject, id);
CREATE INDEX audit_event_actor ON audit_event (actor, id);
CREATE INDEX audit_event_act ON audit_event (act, id);
CREATE INDEX audit_event_at ON audit_event (at);
CALL forbid_change_on('audit_event');

-- Events that the sealer has not yet numbered.
-- retention: seconds.
CREATE TABLE audit_pending (event_id bigint PRIMARY KEY REFERENCES audit_event);

-- retention: until the person is erased or the event's own term ends.
CREATE TABLE audit_personal (
    event_id bigint PRIMARY KEY REFERENCES audit_event,
    data     jsonb NOT NULL,
    salt     bytea NOT NULL CHECK (length(salt) = 16)
);

-- retention: as audit_event.
CREATE TABLE audit_leaf (
    seq       bigint PRIMARY KEY CHECK (seq > 0),
    event_id  bigint NOT NULL UNIQUE REFERENCES audit_event,
    row_hash  bytea NOT NULL CHECK (length(row_hash) = 32)
);
CALL forbid_change_on('audit_leaf');

-- retention: as audit_event.
CREATE TABLE audit_seal (
    to_seq   bigint PRIMARY KEY,
    from_seq bigint NOT NULL UNIQUE CHECK (from_seq <= to_seq),
    root     bytea NOT NULL CHECK (length(root) = 32),
    prev     bytea NOT NULL CHECK (length(prev) = 32),
    head     bytea NOT NULL CHECK (length(head) = 32),
    sealed_at timestamptz NOT NULL
);
CALL forbid_change_on('audit_seal');

-- retention: as long as the organisation exists.
CREATE TABLE setting (
    key        text PRIMARY KEY,
    value      jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Policies are data: bands, retake, absence … A version is never changed; a later one takes over at its date.
-- retention: as long as a result that was computed with it.
CREATE TABLE policy_version (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL CHECK (kind <> ''),
    version        integer NOT NULL CHECK (version > 0),
    effective_from timestamptz NOT NULL,
    body           jsonb NOT NULL,
    approved_by    text NOT NULL,
    created_at     timestamptz NOT NULL,
    UNIQUE (kind, version)
);
CREATE INDEX policy_version_effective ON policy_version (kind, effective_from DESC, version DESC);
CALL forbid_change_on('policy_version');

-- One row per server process, touched every 5 s. A gap in all of them is an outage, whose time is given back to examinees.
-- retention: rows of ended processes are removed after a week.
CREATE TABLE server_heartbeat (
    process    text PRIMARY KEY,
    started_at timestamptz NOT NULL,
    beat_at    timestamptz NOT NULL
);
CREATE INDEX server_heartbeat_beat ON server_heartbeat (beat_at);

-- retention: three years, the term in which a result can be disputed.
CREATE TABLE outage (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_at timestamptz NOT NULL UNIQUE,
    to_at   timestamptz NOT NULL CHECK (to_at > from_at)
);
CALL forbid_change_on('outage');

-- What the other processes must look at again: an exam or an attempt whose deadline, notice or state changed.
-- retention: one day.
CREATE TABLE signal (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic   text NOT NULL,
    subject bigint NOT NULL,
    at      timestamptz NOT NULL
);
CREATE INDEX signal_at ON signal (at);

-- Whose cached sessions and grants must be forgotten. Each process reads the new rows once a second.
-- retention: one day.
CREATE TABLE revocation (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL,
    at        timestamptz NOT NULL
);
CREATE INDEX revocation_at ON revocation (at);

-- +goose Down
DROP TABLE revocation, signal, outage, server_heartbeat, policy_version, setting, audit_seal, audit_leaf, audit_personal, audit_pending, audit_event;
DROP PROCEDURE forbid_change_on;
DROP FUNCTION forbid_change;
