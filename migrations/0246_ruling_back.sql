-- Why: a ruling could be followed by another, but nothing led back: a question that people mark, dropped by mistake, stayed dropped, because no
-- key could be ruled on it.

-- +goose Up

-- The act paper: the question counts again as the paper has it, by its own key or by what people gave. It takes no keys.
ALTER TABLE correction DROP CONSTRAINT correction_question_facts;
ALTER TABLE correction ADD CONSTRAINT correction_question_facts CHECK (kind <> 'question' OR (attempt_id IS NULL
    AND jsonb_typeof(body -> 'version_id') = 'number' AND body ->> 'act' IN ('key', 'admit', 'full', 'drop', 'paper')
    AND (body ->> 'act' IN ('key', 'admit')) = (coalesce(jsonb_array_length(body -> 'keys'), 0) > 0)) IS TRUE);

-- +goose Down
ALTER TABLE correction DROP CONSTRAINT correction_question_facts;
ALTER TABLE correction ADD CONSTRAINT correction_question_facts CHECK (kind <> 'question' OR (attempt_id IS NULL
    AND jsonb_typeof(body -> 'version_id') = 'number' AND body ->> 'act' IN ('key', 'admit', 'full', 'drop')
    AND (body ->> 'act' IN ('key', 'admit')) = (coalesce(jsonb_array_length(body -> 'keys'), 0) > 0)) IS TRUE) NOT VALID;
