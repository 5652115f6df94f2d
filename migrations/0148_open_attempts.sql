-- Between exams no attempt is open, so the planner takes an index of the open ones for almost empty, prefers it to the primary
-- key for every "WHERE id = … AND state = 'open'", and during an exam reads all of it for one row: a save, a hand-in and a
-- take-over grew dearer with the number of examinees. The index now has one condition more, true of every open attempt, which
-- only the statements that mean all open attempts state.

-- +goose Up
DROP INDEX attempt_one_open;
DROP INDEX attempt_due;
CREATE UNIQUE INDEX attempt_one_open ON attempt (exam_id, person_id) WHERE state = 'open' AND submitted_at IS NULL;
CREATE INDEX attempt_due ON attempt (deadline_at) WHERE state = 'open' AND submitted_at IS NULL;

-- +goose Down
DROP INDEX attempt_due;
DROP INDEX attempt_one_open;
CREATE UNIQUE INDEX attempt_one_open ON attempt (exam_id, person_id) WHERE state = 'open';
CREATE INDEX attempt_due ON attempt (deadline_at) WHERE state = 'open';
