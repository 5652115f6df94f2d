-- The examiner's desk: the list of papers says which of them exams take.

-- +goose Up
CREATE INDEX exam_of_paper ON exam (paper_id) WHERE paper_id IS NOT NULL;

-- +goose Down
DROP INDEX exam_of_paper;
