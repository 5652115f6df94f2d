-- A course that nobody finished counts in the appraisal from the day after it was due. Each hour the program looks for those that
-- ran out lately; without an index it would read all enrolments of the clinic.
-- Retention: an index only.

-- +goose Up
CREATE INDEX enrolment_due ON enrolment (due_on) WHERE state = 'open';

-- +goose Down
DROP INDEX enrolment_due;
