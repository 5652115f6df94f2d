-- Files and courses: what trainers upload, the courses made of it, who is to learn them, and what the server credited
-- (C21, C50, C55, C56). What counts is only ever added: versions of units and the beats of players are insert-only, and
-- each state's facts are CHECKs beside the table. Times come from the caller: nothing here reads the clock.

-- +goose Up

-- A file in object storage. It may be used only when checked: size, type by content and sha256 are then facts.
-- retention: as long as a unit's version names it; the bytes of refused and dropped files are deleted at once
CREATE TABLE object (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key          text COLLATE "C" NOT NULL CHECK (key <> ''), -- random: tells nothing and cannot be guessed
    name         text NOT NULL CHECK (name <> '' AND length(name) <= 200),
    size_bytes   bigint NOT NULL CHECK (size_bytes > 0),
    part_bytes   bigint NOT NULL CHECK (part_bytes > 0),
    state        text NOT NULL CHECK (state IN ('uploading', 'pending', 'checked', 'refused', 'dropped')),
    reason       text NOT NULL DEFAULT '', -- why it was refused, as a key of the words
    multipart_id text,                     -- of the store, while parts arrive
    content_type text,
    sha256       bytea CHECK (length(sha256) = 32),
    duration_ms  bigint CHECK (duration_ms > 0), -- of audio and video, where it could be measured
    page_count   integer NOT NULL DEFAULT 0 CHECK (page_count >= 0),
    uploaded_by  bigint REFERENCES person (id), -- NULL: the program itself
    begun_at     timestamptz NOT NULL,
    arrived_at   timestamptz,
    settled_at   timestamptz,
    CONSTRAINT object_key UNIQUE (key),
    CONSTRAINT object_uploading CHECK ((state = 'uploading') = (multipart_id IS NOT NULL)),
    CONSTRAINT object_checked CHECK ((state = 'checked') = (sha256 IS NOT NULL AND content_type IS NOT NULL)),
    CONSTRAINT object_refused CHECK ((state = 'refused') = (reason <> '')),
    CONSTRAINT object_settled CHECK ((state IN ('checked', 'refused', 'dropped')) = (settled_at IS NOT NULL))
);
CREATE INDEX object_uploading_by_age ON object (begun_at) WHERE state = 'uploading';
CREATE INDEX object_uploading_of_person ON object (uploaded_by) WHERE state = 'uploading';

-- The picture of one page of a PDF, which phones show without a PDF reader.
-- retention: as object
CREATE TABLE object_page (
    object_id  bigint NOT NULL REFERENCES object (id),
    page       integer NOT NULL CHECK (page > 0),
    key        text COLLATE "C" NOT NULL UNIQUE,
    size_bytes bigint NOT NULL CHECK (size_bytes > 0),
    width      integer NOT NULL CHECK (width > 0),
    height     integer NOT NULL CHECK (height > 0),
    PRIMARY KEY (object_id, page)
);

-- unit_id: whose course it is. Authors of that part of the tree edit it, people placed there or below may study it.
-- retention: as long as the clinic; retired, not deleted
CREATE TABLE course (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit_id      bigint NOT NULL REFERENCES org_unit (id),
    title        text NOT NULL CHECK (title <> '' AND length(title) <= 120),
    pinyin       text COLLATE "C" NOT NULL,
    initials     text COLLATE "C" NOT NULL,
    summary      text NOT NULL CHECK (length(summary) <= 2000),
    topics       text[] NOT NULL CHECK (cardinality(topics) <= 20), -- content areas and knowledge points by name
    self_study   boolean NOT NULL, -- offered to everyone it belongs to, not only assigned
    state        text NOT NULL CHECK (state IN ('draft', 'published', 'retired')),
    version      integer NOT NULL DEFAULT 1, -- two people editing: the second one is told
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    published_by text, -- the named person who answers for it (medical advertising rules)
    published_at timestamptz,
    retired_at   timestamptz,
    CONSTRAINT course_published CHECK ((published_at IS NULL) = (published_by IS NULL)),
    CONSTRAINT course_draft CHECK (state <> 'draft' OR published_at IS NULL),
    CONSTRAINT course_open CHECK (state <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT course_retired CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE INDEX course_of_unit ON course (unit_id, id DESC);

-- retention: as course
CREATE TABLE course_unit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    course_id  bigint NOT NULL REFERENCES course (id),
    position   integer NOT NULL CHECK (position > 0),
    title      text NOT NULL CHECK (title <> '' AND length(title) <= 120),
    required   boolean NOT NULL,
    created_at timestamptz NOT NULL,
    removed_at timestamptz -- taken out while the course was a draft
);
CREATE INDEX course_unit_in_order ON course_unit (course_id, position, id) WHERE removed_at IS NULL;

-- Which file a unit shows: another file is another version, and what was learnt belongs to the version.
-- retention: as course
CREATE TABLE unit_version (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit_id    bigint NOT NULL REFERENCES course_unit (id),
    version    integer NOT NULL CHECK (version > 0),
    object_id  bigint NOT NULL REFERENCES object (id),
    minutes    integer NOT NULL CHECK (minutes BETWEEN 0 AND 600), -- typed, where the length could not be measured
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT unit_version_number UNIQUE (unit_id, version)
);
CREATE INDEX unit_version_of_object ON unit_version (object_id);
CALL forbid_change_on('unit_version');

-- A person's way through a course. Another retraining is another enrolment, with nothing learnt yet.
-- retention: as the training file: while employed and as long as results are in dispute or count for pay
CREATE TABLE enrolment (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id    bigint NOT NULL REFERENCES person (id),
    course_id    bigint NOT NULL REFERENCES course (id),
    reason       text NOT NULL CHECK (reason IN ('self', 'assigned', 'retraining')),
    state        text NOT NULL CHECK (state IN ('open', 'completed', 'withdrawn')),
    due_on       date,
    assigned_by  text NOT NULL,
    assigned_at  timestamptz NOT NULL,
    completed_at timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT enrolment_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
    CONSTRAINT enrolment_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CONSTRAINT enrolment_due CHECK (reason <> 'self' OR due_on IS NULL)
);
CREATE UNIQUE INDEX enrolment_open ON enrolment (person_id, course_id) WHERE state = 'open';
CREATE INDEX enrolment_of_person ON enrolment (person_id, id DESC);
CREATE INDEX enrolment_of_course ON enrolment (course_id, id DESC);

-- What a player told and what the server credited for it; progress is the fold.
-- retention: as enrolment
CREATE TABLE progress_event (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id    bigint NOT NULL REFERENCES enrolment (id),
    unit_version_id bigint NOT NULL REFERENCES unit_version (id),
    position_ms     bigint NOT NULL CHECK (position_ms >= 0),
    page            integer NOT NULL CHECK (page >= 0),
    credited_ms     bigint NOT NULL CHECK (credited_ms BETWEEN 0 AND 30000),
    at              timestamptz NOT NULL
);
CREATE INDEX progress_event_of_unit ON progress_event (enrolment_id, unit_version_id, id);
CALL forbid_change_on('progress_event');

-- body: credited stretches of time or time per page, and the last beat, with which the next one is compared.
-- retention: as enrolment
CREATE TABLE progress (
    enrolment_id    bigint NOT NULL REFERENCES enrolment (id),
    unit_version_id bigint NOT NULL REFERENCES unit_version (id),
    unit_id         bigint NOT NULL REFERENCES course_unit (id),
    person_id       bigint NOT NULL REFERENCES person (id),
    body            jsonb NOT NULL,
    percent         integer NOT NULL CHECK (percent BETWEEN 0 AND 100),
    active          boolean NOT NULL, -- playing and in sight at the last beat
    begun_at        timestamptz NOT NULL,
    beat_at         timestamptz NOT NULL,
    completed_at    timestamptz,
    PRIMARY KEY (enrolment_id, unit_version_id),
    CONSTRAINT progress_completed CHECK ((percent = 100) = (completed_at IS NOT NULL))
);
CREATE INDEX progress_of_unit ON progress (enrolment_id, unit_id);
-- one person plays one thing at a time
CREATE INDEX progress_active ON progress (person_id, beat_at DESC) WHERE active;

-- The version of a unit that is shown now.
CREATE VIEW unit_current AS
    SELECT u.id AS unit_id, v.id, v.version, v.object_id, v.minutes
    FROM course_unit u
    CROSS JOIN LATERAL (SELECT * FROM unit_version w WHERE w.unit_id = u.id ORDER BY w.version DESC LIMIT 1) v;

-- How far a person is with a unit: finished in any version, or what was learnt of the present one.
CREATE VIEW enrolment_unit AS
    SELECT e.id AS enrolment_id, u.id AS unit_id, u.required,
           COALESCE((SELECT max(p.percent) FROM progress p
                     WHERE p.enrolment_id = e.id AND p.unit_id = u.id
                       AND (p.percent = 100 OR p.unit_version_id = (SELECT c.id FROM unit_current c WHERE c.unit_id = u.id))), 0) AS percent
    FROM enrolment e
    JOIN course_unit u ON u.course_id = e.course_id AND u.removed_at IS NULL;

-- +goose Down
DROP VIEW enrolment_unit, unit_current;
DROP TABLE progress, progress_event, enrolment, unit_version, course_unit, course, object_page, object;
