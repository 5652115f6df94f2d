-- Why: an import may, by an explicit choice, take in a file's sound questions and leave out the refused ones; what was left out is
-- kept with it, each question by its place and the reasons. Without the choice nothing comes in while a problem stands.

-- +goose Up
ALTER TABLE bank_import
    ADD COLUMN left_out jsonb,
    DROP CONSTRAINT bank_import_sound,
    ADD CONSTRAINT bank_import_left_out CHECK (left_out IS NULL OR state = 'applied' AND jsonb_typeof(left_out) = 'array'),
    ADD CONSTRAINT bank_import_sound CHECK (state <> 'applied' OR error_count = 0 OR coalesce(jsonb_array_length(left_out), 0) > 0);
CREATE INDEX bank_import_of ON bank_import (created_by, id DESC) WHERE state = 'applied';

-- +goose Down
DROP INDEX bank_import_of;
ALTER TABLE bank_import
    DROP CONSTRAINT bank_import_sound,
    DROP COLUMN left_out,
    ADD CONSTRAINT bank_import_sound CHECK (state <> 'applied' OR error_count = 0) NOT VALID;
