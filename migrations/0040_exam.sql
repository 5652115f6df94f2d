-- Exams: from the blueprint to the released result (C34–C37, C43). What counts is only ever added: papers are frozen, the
-- journal of answers and the results are insert-only, and each state's facts are CHECKs beside the table.
-- Times come from the caller: nothing here reads the clock.

-- +goose Up

-- retention: as long as a paper names a version of it
CREATE TABLE blueprint (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title      text NOT NULL CHECK (title <> '' AND length(title) <= 200),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);

-- retention: as long as a paper names it
CREATE TABLE blueprint_version (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    blueprint_id bigint NOT NULL REFERENCES blueprint (id),
    version      integer NOT NULL CHECK (version > 0),
    body         jsonb NOT NULL,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT blueprint_version_number UNIQUE (blueprint_id, version)
);
CALL forbid_change_on('blueprint_version');

-- A frozen paper. person_id: one candidate's own paper (decision 21). notes say what a draw had to repeat (N03).
-- retention: as the attempts that were sat on it
CREATE TABLE paper (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title                text NOT NULL CHECK (title <> '' AND length(title) <= 200),
    blueprint_version_id bigint REFERENCES blueprint_version (id),
    person_id            bigint REFERENCES person (id),
    seed                 bigint NOT NULL,
    total_hundredths     bigint NOT NULL CHECK (total_hundredths > 0),
    notes                jsonb NOT NULL,
    created_by           text NOT NULL,
    created_at           timestamptz NOT NULL
);
CREATE INDEX paper_listed ON paper (id DESC) WHERE person_id IS NULL;
CALL forbid_change_on('paper');

-- retention: as paper
CREATE TABLE paper_slot (
    paper_id          bigint NOT NULL REFERENCES paper (id),
    slot              integer NOT NULL CHECK (slot BETWEEN 1 AND 200),
    section           text NOT NULL,
    version_id        bigint NOT NULL REFERENCES question_version (id),
    points_hundredths bigint NOT NULL CHECK (points_hundredths > 0),
    PRIMARY KEY (paper_id, slot),
    CONSTRAINT paper_slot_once UNIQUE (paper_id, version_id)
);
CALL forbid_change_on('paper_slot');

-- retention: as its results, which feed pay: three years after the round, then anonymised with the person
CREATE TABLE exam (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id         bigint,
    sitting_no       integer NOT NULL DEFAULT 1 CHECK (sitting_no > 0),
    paper_id         bigint REFERENCES paper (id),
    title            text NOT NULL CHECK (title <> '' AND length(title) <= 200),
    kind             text NOT NULL CHECK (kind IN ('quarterly', 'yearly', 'special', 'mock', 'retake', 'reexam')),
    state            text NOT NULL CHECK (state IN ('draft', 'published', 'marked', 'archived')),
    opens_at         timestamptz NOT NULL,
    closes_at        timestamptz NOT NULL,
    last_start_at    timestamptz,
    limit_seconds    integer NOT NULL CHECK (limit_seconds BETWEEN 60 AND 86400),
    grace_seconds    integer NOT NULL DEFAULT 60 CHECK (grace_seconds BETWEEN 0 AND 300),
    shuffle_slots    boolean NOT NULL,
    shuffle_options  boolean NOT NULL,
    review           text NOT NULL CHECK (review IN ('score', 'marks', 'keys')),
    release          text NOT NULL CHECK (release IN ('by_hand', 'at_close', 'at_hand_in')),
    attempts_allowed integer NOT NULL CHECK (attempts_allowed BETWEEN 1 AND 100),
    seed             bigint NOT NULL,
    bands_version_id bigint REFERENCES policy_version (id),
    absence_version_id bigint REFERENCES policy_version (id), -- none: a retake or re-exam, whose absence is always a fail (N05)
    created_by       text NOT NULL,
    created_at       timestamptz NOT NULL,
    published_at     timestamptz,
    marked_at        timestamptz,
    archived_at      timestamptz,
    CONSTRAINT exam_window CHECK (closes_at > opens_at AND last_start_at BETWEEN opens_at AND closes_at),
    CONSTRAINT exam_limit_fits CHECK (closes_at - opens_at >= make_interval(secs => limit_seconds)),
    CONSTRAINT exam_attempts CHECK (attempts_allowed = 1 OR kind = 'mock'),
    CONSTRAINT exam_draft_facts CHECK ((state = 'draft') = (published_at IS NULL)),
    CONSTRAINT exam_published_facts CHECK (state = 'draft' OR bands_version_id IS NOT NULL
        AND (paper_id IS NOT NULL OR kind IN ('retake', 'reexam')) AND (round_id IS NULL) = (kind = 'mock')),
    CONSTRAINT exam_marked_facts CHECK ((state IN ('marked', 'archived')) = (marked_at IS NOT NULL)),
    CONSTRAINT exam_archived_facts CHECK ((state = 'archived') = (archived_at IS NOT NULL)),
    CONSTRAINT exam_sitting UNIQUE (round_id, kind, sitting_no)
);
CREATE INDEX exam_listed ON exam (opens_at DESC, id DESC);
CREATE INDEX exam_running ON exam (closes_at) WHERE state = 'published';

-- The original exam with the retake and re-exams that come of it (C57).
-- retention: as exam
CREATE TABLE round (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exam_id    bigint NOT NULL UNIQUE REFERENCES exam (id),
    created_at timestamptz NOT NULL
);
CALL forbid_change_on('round');
ALTER TABLE exam ADD CONSTRAINT exam_round FOREIGN KEY (round_id) REFERENCES round (id);

-- retention: as exam
CREATE TABLE candidate (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exam_id       bigint NOT NULL REFERENCES exam (id),
    person_id     bigint NOT NULL REFERENCES person (id),
    state         text NOT NULL CHECK (state IN ('invited', 'absent', 'deferred')),
    opens_at      timestamptz,
    closes_at     timestamptz,
    extra_seconds integer NOT NULL DEFAULT 0 CHECK (extra_seconds BETWEEN 0 AND 86400),
    paper_id      bigint REFERENCES paper (id),
    invited_by    text NOT NULL,
    created_at    timestamptz NOT NULL,
    settled_at    timestamptz, -- marked or absent: nothing of this person is waited for
    CONSTRAINT candidate_once UNIQUE (exam_id, person_id),
    CONSTRAINT candidate_window CHECK (closes_at > opens_at),
    CONSTRAINT candidate_absent_facts CHECK (state <> 'absent' OR settled_at IS NOT NULL),
    CONSTRAINT candidate_deferred_facts CHECK (state <> 'deferred' OR opens_at IS NOT NULL AND closes_at IS NOT NULL)
);
CREATE INDEX candidate_of_person ON candidate (person_id, id DESC);
CREATE INDEX candidate_unsettled ON candidate (exam_id) WHERE settled_at IS NULL;

-- One person's run of one exam; every save updates last_seq, which is guard and order at once. No index may hold a column
-- that a save changes: then the update stays inside its page. What the start froze stands in attempt_layout for the same
-- reason: this row is written again at every save.
-- retention: as exam
CREATE TABLE attempt (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exam_id       bigint NOT NULL REFERENCES exam (id),
    person_id     bigint NOT NULL REFERENCES person (id),
    candidate_id  bigint NOT NULL REFERENCES candidate (id),
    paper_id      bigint NOT NULL REFERENCES paper (id),
    last_seq      bigint NOT NULL DEFAULT 0,
    started_at    timestamptz NOT NULL,
    deadline_at   timestamptz NOT NULL,
    submitted_at  timestamptz,
    marked_at     timestamptz,
    no            integer NOT NULL CHECK (no > 0),
    epoch         integer NOT NULL CHECK (epoch > 0),
    grace_seconds integer NOT NULL,
    answered      integer,
    state         text NOT NULL CHECK (state IN ('open', 'submitted', 'marked', 'void')),
    lease         text NOT NULL,
    holder        text NOT NULL,
    submit_cause  text CHECK (submit_cause IN ('examinee', 'deadline', 'invigilator')),
    journal_head  text CHECK (length(journal_head) = 64),
    void_reason   text,
    CONSTRAINT attempt_no UNIQUE (exam_id, person_id, no),
    CONSTRAINT attempt_times CHECK (deadline_at > started_at AND submitted_at >= started_at),
    CONSTRAINT attempt_open_facts CHECK (state <> 'open' OR submitted_at IS NULL),
    CONSTRAINT attempt_submitted_facts CHECK (state NOT IN ('submitted', 'marked') OR submitted_at IS NOT NULL AND submit_cause IS NOT NULL),
    CONSTRAINT attempt_marked_facts CHECK (state <> 'marked' OR marked_at IS NOT NULL AND answered IS NOT NULL AND journal_head IS NOT NULL),
    CONSTRAINT attempt_void_facts CHECK ((state = 'void') = (void_reason IS NOT NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX attempt_one_open ON attempt (exam_id, person_id) WHERE state = 'open';
CREATE INDEX attempt_due ON attempt (deadline_at) WHERE state = 'open';
CREATE INDEX attempt_of_candidate ON attempt (candidate_id, no);
CREATE INDEX attempt_of_person ON attempt (person_id, paper_id);

-- The order of questions and options that an attempt shows, fixed at its start.
-- retention: as attempt
CREATE TABLE attempt_layout (
    attempt_id bigint PRIMARY KEY REFERENCES attempt (id),
    places     jsonb NOT NULL
);
CALL forbid_change_on('attempt_layout');

-- Every accepted change. There is no foreign key: the insert happens only for the row that the same statement updated in
-- attempt, attempts are never deleted, and a look-up for each change would cost a fifth of the save.
-- retention: as attempt; it is the proof of what was answered
CREATE TABLE journal (
    attempt_id  bigint NOT NULL,
    client_seq  bigint NOT NULL CHECK (client_seq > 0),
    received_at timestamptz NOT NULL,
    epoch       integer NOT NULL,
    late_by_ms  integer NOT NULL CHECK (late_by_ms >= 0),
    slot        smallint NOT NULL CHECK (slot > 0),
    response    jsonb NOT NULL,
    PRIMARY KEY (attempt_id, epoch, client_seq)
);
CALL forbid_change_on('journal');

-- What was refused and what was noticed: evidence for people, never marked by a machine.
-- retention: one year after release; three years when disputed
CREATE TABLE attempt_evidence (
    attempt_id bigint NOT NULL REFERENCES attempt (id),
    no         integer NOT NULL CHECK (no BETWEEN 1 AND 1000),
    kind       text NOT NULL CHECK (kind <> '' AND length(kind) <= 40),
    at         timestamptz NOT NULL,
    body       jsonb NOT NULL,
    PRIMARY KEY (attempt_id, no)
);
CALL forbid_change_on('attempt_evidence');

-- Time given back for an outage, once for each outage and attempt (promise 9).
-- retention: as attempt
CREATE TABLE attempt_credit (
    attempt_id bigint NOT NULL REFERENCES attempt (id),
    outage_id  bigint NOT NULL REFERENCES outage (id),
    seconds    integer NOT NULL CHECK (seconds > 0),
    given_at   timestamptz NOT NULL,
    PRIMARY KEY (attempt_id, outage_id)
);
CREATE INDEX attempt_credit_of_outage ON attempt_credit (outage_id);
CALL forbid_change_on('attempt_credit');

-- Outages whose credit has been given, so that the sweep need not look at them again.
-- retention: as outage
CREATE TABLE outage_credited (
    outage_id   bigint PRIMARY KEY REFERENCES outage (id),
    credited_at timestamptz NOT NULL
);
CALL forbid_change_on('outage_credited');

-- A result is a version; a correction adds one. Nothing in it changes but released_at, once.
-- retention: three years after the round, then anonymised with the person
CREATE TABLE result (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exam_id            bigint NOT NULL REFERENCES exam (id),
    candidate_id       bigint NOT NULL REFERENCES candidate (id),
    person_id          bigint NOT NULL REFERENCES person (id),
    attempt_id         bigint REFERENCES attempt (id),
    version            integer NOT NULL CHECK (version > 0),
    cause              text NOT NULL CHECK (cause IN ('hand_in', 'absent', 'regrade')),
    score_hundredths   bigint NOT NULL,
    total_hundredths   bigint NOT NULL CHECK (total_hundredths > 0),
    percent_hundredths bigint NOT NULL,
    band               text NOT NULL CHECK (band <> ''),
    passed             boolean NOT NULL,
    marks              jsonb NOT NULL,
    bands_version_id   bigint NOT NULL REFERENCES policy_version (id),
    approved_by        text,
    created_at         timestamptz NOT NULL,
    released_at        timestamptz,
    CONSTRAINT result_version UNIQUE (attempt_id, version),
    CONSTRAINT result_score CHECK (score_hundredths BETWEEN 0 AND total_hundredths),
    CONSTRAINT result_percent CHECK (percent_hundredths = score_hundredths * 10000 / total_hundredths),
    CONSTRAINT result_absent CHECK ((cause = 'absent') = (attempt_id IS NULL) AND (cause <> 'absent' OR score_hundredths = 0)),
    CONSTRAINT result_regrade CHECK (cause <> 'regrade' OR approved_by IS NOT NULL),
    CONSTRAINT result_release CHECK (released_at >= created_at)
);
CREATE UNIQUE INDEX result_absent_once ON result (candidate_id) WHERE attempt_id IS NULL;
CREATE INDEX result_of_candidate ON result (candidate_id, id DESC);
CREATE INDEX result_of_person ON result (person_id, released_at DESC);
CREATE INDEX result_unreleased ON result (exam_id) WHERE released_at IS NULL;
CREATE INDEX result_of_exam ON result (exam_id, id);

-- +goose StatementBegin
CREATE FUNCTION result_release_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
       AND to_jsonb(OLD) - 'released_at' = to_jsonb(NEW) - 'released_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on result is forbidden: only released_at is set, once', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER result_release_only BEFORE UPDATE OR DELETE ON result FOR EACH ROW EXECUTE FUNCTION result_release_only();
CREATE TRIGGER result_release_only_truncate BEFORE TRUNCATE ON result FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- +goose Down
DROP TABLE result, outage_credited, attempt_credit, attempt_evidence, journal, attempt_layout, attempt, candidate;
ALTER TABLE exam DROP CONSTRAINT exam_round;
DROP TABLE round, exam, paper_slot, paper, blueprint_version, blueprint;
DROP FUNCTION result_release_only();
