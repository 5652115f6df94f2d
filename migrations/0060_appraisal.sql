-- The appraisal of a quarter: schemes as versions, the cycle of a unit, facts that are only ever added, and one sheet a
-- person whose every number leads back to its facts (A10, A16, A21, A26, A32, C32, C34, C46, N11, N13).
-- Numbers are whole hundredths: 8650 is 86.50 points, 2500 is 25.00 %.

-- +goose Up

-- retention: as long as a sheet that was computed with it
CREATE TABLE scheme (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CHECK (name <> '' AND length(name) <= 60),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT scheme_name UNIQUE (name)
);

-- A version is edited as a draft and fixed from its activation on: sheets were computed with it.
-- retention: as scheme
CREATE TABLE scheme_version (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scheme_id    bigint NOT NULL REFERENCES scheme (id),
    version      integer NOT NULL CHECK (version > 0),
    state        text NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
    preset       text NOT NULL,
    body         jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    activated_at timestamptz,
    activated_by text,
    retired_at   timestamptz,
    CONSTRAINT scheme_version_no UNIQUE (scheme_id, version),
    CONSTRAINT scheme_version_active CHECK ((state = 'draft') = (activated_at IS NULL) AND (activated_at IS NULL) = (activated_by IS NULL)),
    CONSTRAINT scheme_version_retired CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX scheme_version_one_active ON scheme_version (scheme_id) WHERE state = 'active';
CREATE UNIQUE INDEX scheme_version_one_draft ON scheme_version (scheme_id) WHERE state = 'draft';

-- +goose StatementBegin
CREATE FUNCTION scheme_version_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.state = 'draft' OR OLD.body = NEW.body) AND OLD.scheme_id = NEW.scheme_id AND OLD.version = NEW.version THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on scheme_version is forbidden: only a draft is edited', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER scheme_version_fixed BEFORE UPDATE OR DELETE ON scheme_version FOR EACH ROW EXECUTE FUNCTION scheme_version_fixed();

-- retention: three years after its end, the term in which a sheet can be disputed
CREATE TABLE cycle (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scheme_version_id bigint NOT NULL REFERENCES scheme_version (id),
    unit_id           bigint NOT NULL REFERENCES org_unit (id),
    year              integer NOT NULL CHECK (year BETWEEN 2000 AND 2999),
    quarter           integer NOT NULL CHECK (quarter BETWEEN 1 AND 4),
    from_on           date NOT NULL,
    to_on             date NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('counting', 'shadow')),
    state             text NOT NULL CHECK (state IN ('open', 'scored', 'closed')),
    opened_at         timestamptz NOT NULL,
    opened_by         text NOT NULL,
    collected_at      timestamptz,
    scored_at         timestamptz,
    closed_at         timestamptz,
    CONSTRAINT cycle_period CHECK (from_on = make_date(year, 3 * quarter - 2, 1) AND to_on = (from_on + interval '3 months - 1 day')::date),
    CONSTRAINT cycle_scored CHECK ((state = 'open') = (scored_at IS NULL)),
    CONSTRAINT cycle_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT cycle_once UNIQUE (unit_id, scheme_version_id, year, quarter, mode)
);
CREATE INDEX cycle_by_period ON cycle (from_on DESC, id DESC);

-- One person's sheet. What a state needs stands in the constraints; a confirmed sheet is fixed by the trigger below.
-- retention: as cycle; then anonymised with the person
CREATE TABLE sheet (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cycle_id         bigint NOT NULL REFERENCES cycle (id),
    person_id        bigint NOT NULL REFERENCES person (id),
    unit_id          bigint NOT NULL REFERENCES org_unit (id), -- where the person stood when the cycle opened
    post_id          bigint NOT NULL REFERENCES post (id),
    state            text NOT NULL CHECK (state IN ('collecting', 'scored', 'confirmed', 'final', 'excused')),
    missing          text[] NOT NULL, -- keys of the indicators without a fact
    total_hundredths bigint CHECK (total_hundredths BETWEEN 0 AND 10000), -- provisional while something is missing
    grade            text,
    computed         jsonb NOT NULL, -- the lines with the facts they rest on
    scored_at        timestamptz NOT NULL,
    opinion          text CHECK (length(opinion) <= 2000),
    confirmed_at     timestamptz,
    confirmed_by     bigint REFERENCES person (id),
    final_at         timestamptz,
    excused_reason   text CHECK (length(excused_reason) BETWEEN 1 AND 500),
    CONSTRAINT sheet_of UNIQUE (cycle_id, person_id),
    CONSTRAINT sheet_whole CHECK (state IN ('collecting', 'excused') OR cardinality(missing) = 0 AND total_hundredths IS NOT NULL),
    CONSTRAINT sheet_grade CHECK ((grade IS NOT NULL) = (cardinality(missing) = 0)),
    CONSTRAINT sheet_collecting CHECK (state <> 'collecting' OR cardinality(missing) > 0),
    CONSTRAINT sheet_confirmed CHECK ((state IN ('confirmed', 'final')) = (confirmed_at IS NOT NULL) AND (confirmed_at IS NULL) = (opinion IS NULL)),
    CONSTRAINT sheet_not_by_self CHECK (confirmed_by <> person_id),
    CONSTRAINT sheet_final CHECK ((state = 'final') = (final_at IS NOT NULL)),
    CONSTRAINT sheet_excused CHECK ((state = 'excused') = (excused_reason IS NOT NULL))
);
CREATE INDEX sheet_of_person ON sheet (person_id, cycle_id DESC);
CREATE INDEX sheet_by_state ON sheet (cycle_id, state);

-- +goose StatementBegin
CREATE FUNCTION sheet_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.cycle_id = NEW.cycle_id AND OLD.person_id = NEW.person_id
       AND (OLD.state NOT IN ('confirmed', 'final')
            OR to_jsonb(OLD) - 'state' - 'final_at' = to_jsonb(NEW) - 'state' - 'final_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on sheet is forbidden: a confirmed sheet does not shift', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER sheet_fixed BEFORE UPDATE OR DELETE ON sheet FOR EACH ROW EXECUTE FUNCTION sheet_fixed();
CREATE TRIGGER sheet_fixed_truncate BEFORE TRUNCATE ON sheet FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- What a sheet's numbers come from. A source that moves later adds a version; nothing is ever altered. source_id is the
-- round of a knowledge fact, 0 where the source is the period's courses or a person's judgement.
-- retention: as sheet
CREATE TABLE fact (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cycle_id         bigint NOT NULL,
    person_id        bigint NOT NULL,
    indicator        text NOT NULL CHECK (indicator <> ''),
    source_kind      text NOT NULL CHECK (source_kind IN ('round', 'courses', 'typed')),
    source_id        bigint NOT NULL,
    version          integer NOT NULL CHECK (version > 0),
    value_hundredths bigint NOT NULL CHECK (value_hundredths BETWEEN 0 AND 100000),
    n                integer NOT NULL CHECK (n >= 0), -- observations behind the value; 0: the source takes it back
    detail           jsonb NOT NULL,
    recorded_at      timestamptz NOT NULL,
    recorded_by      text NOT NULL,
    CONSTRAINT fact_sheet FOREIGN KEY (cycle_id, person_id) REFERENCES sheet (cycle_id, person_id),
    CONSTRAINT fact_source CHECK ((source_kind = 'round') = (source_id > 0)),
    CONSTRAINT fact_taken_back CHECK (n > 0 OR value_hundredths = 0 AND version > 1 AND source_kind <> 'typed'),
    CONSTRAINT fact_not_by_self CHECK (recorded_by <> 'person:' || person_id),
    CONSTRAINT fact_version UNIQUE (cycle_id, person_id, indicator, source_kind, source_id, version)
);
CALL forbid_change_on('fact');

-- +goose Down
DROP TABLE fact, sheet, cycle, scheme_version, scheme;
DROP FUNCTION sheet_fixed, scheme_version_fixed;
