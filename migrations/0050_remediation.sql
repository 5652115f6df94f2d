-- The way of a person who failed or missed a regular exam: retake, retraining, re-exam, decision (C49, C51–C57, N01–N06).
-- One case for a person and round. Each state's facts are CHECKs; what happened is told by case_event, insert only.

-- +goose Up

-- retention: as the round's results, which feed pay: three years, then anonymised with the person
CREATE TABLE remediation_case (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id          bigint NOT NULL REFERENCES round (id),
    person_id         bigint NOT NULL REFERENCES person (id),
    cause             text NOT NULL CHECK (cause IN ('failed', 'absent')),
    state             text NOT NULL CHECK (state IN ('retake_due', 'retake_marking', 'retraining_due', 'retraining',
                                                     'reexam_due', 'reexam_marking', 'decision_due', 'closed')),
    outcome           text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'passed_retake', 'passed_retraining', 'transferred', 'dismissed', 'lifted')),
    cycle             integer NOT NULL DEFAULT 1 CHECK (cycle > 0), -- the how manieth retraining
    first_result_id   bigint NOT NULL REFERENCES result (id),
    policy_version_id bigint NOT NULL REFERENCES policy_version (id),
    opened_at         timestamptz NOT NULL,
    sitting_closed_at timestamptz NOT NULL,
    retake_exam_id    bigint NOT NULL REFERENCES exam (id),
    retake_closes_at  timestamptz NOT NULL,
    retake_result_id  bigint REFERENCES result (id),
    retraining_due_on date,
    reexam_exam_id    bigint REFERENCES exam (id),
    reexam_closes_at  timestamptz,
    reexam_result_id  bigint REFERENCES result (id),
    moved_at          timestamptz NOT NULL, -- when the present state began
    closed_at         timestamptz,
    CONSTRAINT remediation_case_once UNIQUE (round_id, person_id),
    CONSTRAINT remediation_case_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (outcome <> '')),
    CONSTRAINT remediation_case_retaken CHECK (state IN ('retake_due', 'retake_marking') OR outcome = 'lifted' OR retake_result_id IS NOT NULL),
    CONSTRAINT remediation_case_training CHECK (state NOT IN ('retraining', 'reexam_due', 'reexam_marking', 'decision_due') OR retraining_due_on IS NOT NULL),
    CONSTRAINT remediation_case_reexam CHECK (state NOT IN ('reexam_due', 'reexam_marking') OR reexam_exam_id IS NOT NULL AND reexam_closes_at IS NOT NULL),
    CONSTRAINT remediation_case_decision CHECK (state <> 'decision_due' OR reexam_result_id IS NOT NULL)
);
CREATE INDEX remediation_case_of_person ON remediation_case (person_id, id DESC);
CREATE INDEX remediation_case_board ON remediation_case (state, moved_at);
CREATE INDEX remediation_case_retake ON remediation_case (retake_exam_id);
CREATE INDEX remediation_case_reexams ON remediation_case (reexam_exam_id) WHERE reexam_exam_id IS NOT NULL;

-- retention: as the case
CREATE TABLE case_event (
    case_id    bigint NOT NULL REFERENCES remediation_case (id),
    no         integer NOT NULL CHECK (no > 0),
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    event      text NOT NULL,
    from_state text NOT NULL,
    to_state   text NOT NULL,
    body       jsonb NOT NULL,
    PRIMARY KEY (case_id, no)
);
CALL forbid_change_on('case_event');

-- The courses of one retraining.
-- retention: as the case
CREATE TABLE case_course (
    case_id      bigint NOT NULL REFERENCES remediation_case (id),
    cycle        integer NOT NULL,
    course_id    bigint NOT NULL REFERENCES course (id),
    assigned_at  timestamptz NOT NULL,
    completed_at timestamptz,
    PRIMARY KEY (case_id, cycle, course_id)
);

-- What becomes of somebody who failed the re-exam: proposed by one person, approved by another (C49, N06).
-- retention: as the case
CREATE TABLE case_decision (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id     bigint NOT NULL REFERENCES remediation_case (id),
    cycle       integer NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('another_round', 'decided_transfer', 'decided_dismissal')),
    reason      text NOT NULL CHECK (reason <> '' AND length(reason) <= 2000),
    state       text NOT NULL CHECK (state IN ('proposed', 'approved', 'refused')),
    proposed_by bigint NOT NULL REFERENCES person (id),
    proposed_at timestamptz NOT NULL,
    decided_by  bigint REFERENCES person (id),
    decided_at  timestamptz,
    remark      text NOT NULL DEFAULT '' CHECK (length(remark) <= 2000),
    CONSTRAINT case_decision_two_people CHECK (decided_by <> proposed_by),
    CONSTRAINT case_decision_facts CHECK ((state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);
CREATE INDEX case_decision_of_case ON case_decision (case_id, id);
CREATE UNIQUE INDEX case_decision_one_open ON case_decision (case_id) WHERE state = 'proposed';
CREATE UNIQUE INDEX case_decision_one_approved ON case_decision (case_id, cycle) WHERE state = 'approved';

-- +goose Down
DROP TABLE case_decision, case_course, case_event, remediation_case;
