-- Why: whoever practises must not meet the questions of an exam that is still to be sat or whose results are still to come. A draw for a mock
-- and the choice of its paper leave out what stands on the papers of such exams; without an index each would read all exams there ever were.
-- Retention: an index and a function only.

-- +goose Up
CREATE INDEX exam_before_release ON exam (id) WHERE kind <> 'mock' AND state IN ('published', 'marked');

-- The papers of an exam: its own, the other forms of the set, and those of single candidates.
CREATE FUNCTION papers_of_exam(of_exam bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT e.paper_id FROM exam e WHERE e.id = of_exam AND e.paper_id IS NOT NULL
    UNION SELECT f.id FROM exam e JOIN paper p ON p.id = e.paper_id JOIN paper f ON f.form_set_id = p.form_set_id WHERE e.id = of_exam
    UNION SELECT c.paper_id FROM candidate c WHERE c.exam_id = of_exam AND c.paper_id IS NOT NULL
$$;

-- +goose Down
DROP FUNCTION papers_of_exam(bigint);
DROP INDEX exam_before_release;
