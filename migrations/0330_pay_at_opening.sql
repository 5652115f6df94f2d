-- Why: which version of the pay policy a round is paid by is settled when its exam opens and no more when it closes. Where results are released at
-- hand-in, a version made meanwhile, in force before the close, paid who handed in after it otherwise than who had before. Rounds that were there
-- keep the rule under which they may have been paid, so that each entry stays what it was booked by.
-- Retention: as round.

-- +goose Up
ALTER TABLE round ADD COLUMN paid_at_opening boolean NOT NULL DEFAULT false;
ALTER TABLE round ALTER COLUMN paid_at_opening SET DEFAULT true;

-- +goose Down
ALTER TABLE round DROP COLUMN paid_at_opening;
