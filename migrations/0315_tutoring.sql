-- Why: a retraining combines forms (C56): the courses that a person learns online, training inside the clinic (内部强化) and tutoring by
-- somebody from outside (外部辅导). What happens face to face is no course that a player credits: HR says what it is, and confirms when the
-- person has done it. The re-exam opens when courses and tutorings are done.
-- Retention: as the case.

-- +goose Up
CREATE TABLE case_tutoring (
    case_id      bigint NOT NULL REFERENCES remediation_case (id),
    cycle        integer NOT NULL,
    form         text NOT NULL CHECK (form IN ('internal', 'external')),
    about        text NOT NULL CHECK (about <> '' AND length(about) <= 200),
    assigned_at  timestamptz NOT NULL,
    confirmed_at timestamptz,
    confirmed_by bigint REFERENCES person (id),
    PRIMARY KEY (case_id, cycle, form),
    CONSTRAINT case_tutoring_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL))
);

-- +goose Down
DROP TABLE case_tutoring;
