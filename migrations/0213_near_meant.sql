-- Why: that two near questions are both meant was said of their versions, and forgotten with the next version of either.

-- +goose Up

-- Two questions of which somebody said that both are meant.
-- retention: as question
CREATE TABLE question_near_meant (
    question_id  bigint NOT NULL REFERENCES question (id),
    other_id     bigint NOT NULL REFERENCES question (id),
    dismissed_by text NOT NULL,
    dismissed_at timestamptz NOT NULL,
    PRIMARY KEY (question_id, other_id),
    CONSTRAINT question_near_meant_order CHECK (question_id < other_id)
);
INSERT INTO question_near_meant (question_id, other_id, dismissed_by, dismissed_at)
SELECT DISTINCT ON (least(a.question_id, b.question_id), greatest(a.question_id, b.question_id))
    least(a.question_id, b.question_id), greatest(a.question_id, b.question_id), n.dismissed_by, n.dismissed_at
FROM question_near n JOIN question_version a ON a.id = n.version_id JOIN question_version b ON b.id = n.other_id
WHERE n.dismissed_at IS NOT NULL AND a.question_id <> b.question_id
ORDER BY least(a.question_id, b.question_id), greatest(a.question_id, b.question_id), n.dismissed_at;

-- +goose Down
DROP TABLE question_near_meant;
