-- Marking by people: short answers are marked by question, without names, in random order, by one or two markers and a third
-- where two are far apart. A marker's mark is a row that is only ever added to.

-- +goose Up

ALTER TABLE question_version DROP CONSTRAINT question_version_type_check;
ALTER TABLE question_version ADD CONSTRAINT question_version_type_check CHECK (type IN ('single', 'multiple', 'true_false', 'blank', 'short'));

-- markers: how many mark each answer; mark_gap_percent: from which part of the points two are so far apart that a third decides.
ALTER TABLE exam
    ADD COLUMN markers          smallint NOT NULL DEFAULT 1 CHECK (markers IN (1, 2)),
    ADD COLUMN mark_gap_percent smallint NOT NULL DEFAULT 20 CHECK (mark_gap_percent BETWEEN 0 AND 100);

-- An answer that waits for its marks. person_id keeps markers from their own and is shown to none; shuffle is the random order.
-- retention: as attempt
CREATE TABLE mark_task (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt_id        bigint NOT NULL REFERENCES attempt (id),
    slot              smallint NOT NULL CHECK (slot > 0),
    exam_id           bigint NOT NULL REFERENCES exam (id),
    version_id        bigint NOT NULL REFERENCES question_version (id),
    person_id         bigint NOT NULL REFERENCES person (id),
    points_hundredths bigint NOT NULL CHECK (points_hundredths > 0),
    response          jsonb NOT NULL,
    shuffle           bigint NOT NULL,
    wanted            smallint NOT NULL CHECK (wanted BETWEEN 1 AND 3),
    state             text NOT NULL CHECK (state IN ('open', 'done')),
    agreed_hundredths bigint,
    created_at        timestamptz NOT NULL,
    done_at           timestamptz,
    CONSTRAINT mark_task_once UNIQUE (attempt_id, slot),
    CONSTRAINT mark_task_done_facts CHECK ((state = 'done') = (agreed_hundredths IS NOT NULL) AND (state = 'done') = (done_at IS NOT NULL)),
    CONSTRAINT mark_task_agreed CHECK (agreed_hundredths BETWEEN 0 AND points_hundredths)
);
CREATE INDEX mark_task_open ON mark_task (exam_id, version_id, shuffle) WHERE state = 'open';
CREATE INDEX mark_task_of_exam ON mark_task (exam_id, version_id);

-- given: the part of each criterion in percent, in the rubric's order. A marker's newest version counts.
-- retention: as attempt
CREATE TABLE mark (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id         bigint NOT NULL REFERENCES mark_task (id),
    marker_id       bigint NOT NULL REFERENCES person (id),
    version         integer NOT NULL CHECK (version > 0),
    given           jsonb NOT NULL,
    mark_hundredths bigint NOT NULL CHECK (mark_hundredths >= 0),
    comment         text NOT NULL CHECK (length(comment) <= 2000),
    marked_at       timestamptz NOT NULL,
    CONSTRAINT mark_version UNIQUE (task_id, marker_id, version)
);
CREATE INDEX mark_of_marker ON mark (marker_id, task_id);
CALL forbid_change_on('mark');

-- Who has an answer in front of them just now, so that two do not mark the same for nothing.
-- retention: until it is marked or the time is over
CREATE TABLE mark_claim (
    task_id   bigint NOT NULL REFERENCES mark_task (id),
    marker_id bigint NOT NULL REFERENCES person (id),
    until_at  timestamptz NOT NULL,
    PRIMARY KEY (task_id, marker_id)
);
CREATE INDEX mark_claim_of_marker ON mark_claim (marker_id);

-- +goose Down
DROP TABLE mark_claim, mark, mark_task;
ALTER TABLE exam DROP COLUMN markers, DROP COLUMN mark_gap_percent;
ALTER TABLE question_version DROP CONSTRAINT question_version_type_check;
ALTER TABLE question_version ADD CONSTRAINT question_version_type_check CHECK (type IN ('single', 'multiple', 'true_false', 'blank'));
