-- Why: a trainer sees of each question of a paper why it stands there: the row it fills, what a person lost, how often it was
-- used, or that the bank has no other (N03).

-- +goose Up

-- Papers that were drawn before have none.
ALTER TABLE paper_slot ADD COLUMN reason jsonb;

-- +goose Down
ALTER TABLE paper_slot DROP COLUMN reason;
