-- A voided attempt leaves nothing to mark: its open answers stood in the queue, came before markers again and again, and no mark was
-- taken for them.

-- +goose Up

-- dropped: the order was decided, or the attempt voided, before the answer had its marks.
ALTER TABLE mark_task DROP CONSTRAINT mark_task_state_check;
ALTER TABLE mark_task ADD CONSTRAINT mark_task_state_check CHECK (state IN ('open', 'done', 'dropped'));
UPDATE mark_task t SET state = 'dropped' FROM attempt a WHERE a.id = t.attempt_id AND a.state = 'void' AND t.state = 'open';

-- +goose Down
ALTER TABLE mark_task DROP CONSTRAINT mark_task_state_check;
ALTER TABLE mark_task ADD CONSTRAINT mark_task_state_check
    CHECK (state IN ('open', 'done') OR (state = 'dropped' AND correction_id IS NOT NULL)) NOT VALID;
