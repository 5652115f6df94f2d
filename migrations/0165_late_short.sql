-- A late answer to a question that people mark gets its mark before the order that admits it is approved: the answer waits among
-- the others, under the order that it belongs to. A decided order leaves nothing to mark.

-- +goose Up

ALTER TABLE mark_task ADD COLUMN correction_id bigint REFERENCES correction (id);
ALTER TABLE mark_task DROP CONSTRAINT mark_task_once;
ALTER TABLE mark_task ADD CONSTRAINT mark_task_once UNIQUE NULLS NOT DISTINCT (attempt_id, slot, correction_id);
-- dropped: the order was rejected or withdrawn before the answer had its marks.
ALTER TABLE mark_task DROP CONSTRAINT mark_task_state_check;
ALTER TABLE mark_task ADD CONSTRAINT mark_task_state_check
    CHECK (state IN ('open', 'done') OR (state = 'dropped' AND correction_id IS NOT NULL));
CREATE INDEX mark_task_of_correction ON mark_task (correction_id) WHERE correction_id IS NOT NULL;

-- +goose Down
DROP INDEX mark_task_of_correction;
DELETE FROM mark_claim WHERE task_id IN (SELECT id FROM mark_task WHERE correction_id IS NOT NULL);
ALTER TABLE mark_task DROP CONSTRAINT mark_task_once;
ALTER TABLE mark_task DROP CONSTRAINT mark_task_state_check;
ALTER TABLE mark_task ADD CONSTRAINT mark_task_state_check CHECK (state IN ('open', 'done')) NOT VALID;
ALTER TABLE mark_task ADD CONSTRAINT mark_task_once UNIQUE (attempt_id, slot);
ALTER TABLE mark_task DROP COLUMN correction_id;
