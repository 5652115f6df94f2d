-- An exam that was published by mistake could not be taken back, and nobody could be taken off one: people came to sit what was not meant for
-- them, or were absent from it. Both are told with the reason; nothing of what was published is deleted.
-- Retention: as exam and candidate.

-- +goose Up
ALTER TABLE exam DROP CONSTRAINT exam_state_check;
ALTER TABLE exam ADD CONSTRAINT exam_state_check CHECK (state IN ('draft', 'published', 'marked', 'archived', 'called_off'));
ALTER TABLE exam ADD COLUMN called_off_at timestamptz, ADD COLUMN called_off_reason text;
-- What belongs to a case is never called off: its step would be gone.
ALTER TABLE exam ADD CONSTRAINT exam_called_off_facts CHECK ((state = 'called_off') = (called_off_at IS NOT NULL)
    AND (called_off_at IS NULL) = (called_off_reason IS NULL) AND called_off_reason <> '' AND length(called_off_reason) <= 2000
    AND (state <> 'called_off' OR kind NOT IN ('retake', 'reexam')));

-- Who is taken off a published exam by people; a case takes a person off by itself and has no reason to tell.
ALTER TABLE candidate ADD COLUMN removed_at timestamptz, ADD COLUMN removed_reason text;
ALTER TABLE candidate ADD CONSTRAINT candidate_removed_facts CHECK ((removed_at IS NULL) = (removed_reason IS NULL)
    AND removed_reason <> '' AND length(removed_reason) <= 2000 AND (removed_at IS NULL OR state = 'withdrawn' AND settled_at IS NOT NULL));

-- +goose Down
ALTER TABLE candidate DROP CONSTRAINT candidate_removed_facts;
ALTER TABLE candidate DROP COLUMN removed_at, DROP COLUMN removed_reason;
ALTER TABLE exam DROP CONSTRAINT exam_called_off_facts;
UPDATE exam SET state = 'archived', marked_at = called_off_at, archived_at = called_off_at WHERE state = 'called_off';
ALTER TABLE exam DROP COLUMN called_off_at, DROP COLUMN called_off_reason;
ALTER TABLE exam DROP CONSTRAINT exam_state_check;
ALTER TABLE exam ADD CONSTRAINT exam_state_check CHECK (state IN ('draft', 'published', 'marked', 'archived'));
