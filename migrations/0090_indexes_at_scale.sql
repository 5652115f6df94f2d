-- Why: with a clinic a hundred times the demo (internal/bench/scale) some lists read more than they show. Each index says
-- which query it serves.

-- +goose Up

-- How far each cycle of a page is, counted over the people inside the viewer's part of the tree: 20 cycles of 4,000 people are
-- read from this index alone, where before each sheet was fetched with its computed lines. It takes the place of (cycle_id, state).
CREATE INDEX sheet_progress ON sheet (cycle_id, state, person_id);
DROP INDEX sheet_by_state;

-- +goose Down

CREATE INDEX sheet_by_state ON sheet (cycle_id, state);
DROP INDEX sheet_progress;
