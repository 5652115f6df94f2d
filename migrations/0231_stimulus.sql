-- A file that is put into a stimulus goes to all questions that share it: they are found by its id.

-- +goose Up
CREATE INDEX question_version_stimulus ON question_version ((body -> 'stimulus' ->> 'id')) WHERE is_current OR state IN ('draft', 'in_review');

-- +goose Down
DROP INDEX question_version_stimulus;
