-- A regrade by question (promise 11): an order may also rule on one question of a whole exam. Such an order is about the exam and
-- names no attempt; approving it adds a version to every result that it betters. Times come from the caller.

-- +goose Up

-- body of kind question: {"version_id": …, "act": "key" | "admit" | "full" | "drop", "keys": [key …]}. keys are all answers that count
-- from then on, for key and admit alone.
ALTER TABLE correction DROP CONSTRAINT correction_kind_check;
ALTER TABLE correction ADD CONSTRAINT correction_kind_check CHECK (kind IN ('late_answers', 'question'));
ALTER TABLE correction ADD CONSTRAINT correction_question_facts CHECK (kind <> 'question' OR (attempt_id IS NULL
    AND jsonb_typeof(body -> 'version_id') = 'number' AND body ->> 'act' IN ('key', 'admit', 'full', 'drop')
    AND (body ->> 'act' IN ('key', 'admit')) = (coalesce(jsonb_array_length(body -> 'keys'), 0) > 0)) IS TRUE);
CREATE UNIQUE INDEX correction_one_open_question ON correction (exam_id) WHERE kind = 'question' AND state = 'proposed';
CREATE INDEX correction_rulings ON correction (exam_id, id) WHERE kind = 'question' AND state = 'approved';

-- Whose result an approved order left as it was, because what it comes to would be worse. mark is what the slot would have earned:
-- statistics count it.
-- retention: as correction
CREATE TABLE correction_spared (
    correction_id      bigint NOT NULL REFERENCES correction (id),
    result_id          bigint NOT NULL REFERENCES result (id),
    mark               jsonb NOT NULL,
    score_hundredths   bigint NOT NULL CHECK (score_hundredths >= 0),
    total_hundredths   bigint NOT NULL CHECK (total_hundredths > 0),
    percent_hundredths bigint NOT NULL,
    band               text NOT NULL CHECK (band <> ''),
    passed             boolean NOT NULL,
    red_line_misses    integer NOT NULL CHECK (red_line_misses >= 0),
    PRIMARY KEY (correction_id, result_id),
    CONSTRAINT correction_spared_percent CHECK (percent_hundredths = score_hundredths * 10000 / total_hundredths)
);
CREATE INDEX correction_spared_result ON correction_spared (result_id);
CALL forbid_change_on('correction_spared');

-- Which exams hold a question version: a regrade names the others.
CREATE INDEX paper_slot_of_version ON paper_slot (version_id, paper_id);
CREATE INDEX candidate_of_paper ON candidate (paper_id, exam_id) WHERE paper_id IS NOT NULL;

-- +goose Down
DROP INDEX candidate_of_paper, paper_slot_of_version;
DROP TABLE correction_spared;
DROP INDEX correction_rulings, correction_one_open_question;
ALTER TABLE correction DROP CONSTRAINT correction_question_facts;
ALTER TABLE correction DROP CONSTRAINT correction_kind_check;
ALTER TABLE correction ADD CONSTRAINT correction_kind_check CHECK (kind IN ('late_answers')) NOT VALID;
