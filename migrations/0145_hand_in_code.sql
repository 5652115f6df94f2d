-- Answers that a hand-in code brought are admitted as other late answers are: their index is the same.

-- +goose Up
DROP INDEX attempt_evidence_answers;
CREATE INDEX attempt_evidence_answers ON attempt_evidence (attempt_id, no) WHERE kind IN ('late', 'closed', 'lost_lease', 'code');

-- +goose Down
DROP INDEX attempt_evidence_answers;
CREATE INDEX attempt_evidence_answers ON attempt_evidence (attempt_id, no) WHERE kind IN ('late', 'closed', 'lost_lease');
