-- Why: an exam may be gone through in parts, one way only: who has finished a part cannot go back to it, and does not see the next one before.
-- A page that hides the way back is no guard, so the attempt's own row says at which part it stands, and the guard of every save compares it.
-- Retention: as exam and attempt.

-- +goose Up
ALTER TABLE exam ADD COLUMN one_way boolean NOT NULL DEFAULT false;
-- From 1; 0 in an attempt that may go to and fro. No index: it is changed in place, as last_seq is.
ALTER TABLE attempt ADD COLUMN section smallint NOT NULL DEFAULT 0 CHECK (section >= 0);

-- +goose Down
ALTER TABLE attempt DROP COLUMN section;
ALTER TABLE exam DROP COLUMN one_way;
