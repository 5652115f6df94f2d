-- Cases when the ground of a fail falls away: the person is taken off a sitting that is no longer owed, a proposal that waits
-- for its second person is moot. And the indexes of HR's board and calendar, which ask for what falls due between two moments.

-- +goose Up

-- withdrawn: the sitting is no longer owed, and nothing is made of the absence.
ALTER TABLE candidate
    DROP CONSTRAINT candidate_state_check,
    ADD CONSTRAINT candidate_state_check CHECK (state IN ('invited', 'absent', 'deferred', 'withdrawn')),
    ADD CONSTRAINT candidate_withdrawn_facts CHECK (state <> 'withdrawn' OR settled_at IS NOT NULL);

-- moot: nobody decided, because there was nothing left to decide.
ALTER TABLE case_decision
    DROP CONSTRAINT case_decision_state_check,
    ADD CONSTRAINT case_decision_state_check CHECK (state IN ('proposed', 'approved', 'refused', 'moot')),
    DROP CONSTRAINT case_decision_facts,
    ADD CONSTRAINT case_decision_facts CHECK ((state IN ('approved', 'refused')) = (decided_by IS NOT NULL) AND (state = 'proposed') = (decided_at IS NULL));

CREATE INDEX remediation_case_retake_due ON remediation_case (retake_closes_at) WHERE state = 'retake_due';
CREATE INDEX remediation_case_retraining_due ON remediation_case (retraining_due_on) WHERE state = 'retraining';
CREATE INDEX remediation_case_reexam_due ON remediation_case (reexam_closes_at) WHERE state = 'reexam_due';

-- +goose Down
DROP INDEX remediation_case_retake_due, remediation_case_retraining_due, remediation_case_reexam_due;
UPDATE case_decision SET state = 'refused', decided_by = (SELECT min(p.id) FROM person p WHERE p.id <> proposed_by) WHERE state = 'moot';
ALTER TABLE case_decision
    DROP CONSTRAINT case_decision_state_check,
    ADD CONSTRAINT case_decision_state_check CHECK (state IN ('proposed', 'approved', 'refused')),
    DROP CONSTRAINT case_decision_facts,
    ADD CONSTRAINT case_decision_facts CHECK ((state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL));
UPDATE candidate SET state = 'invited' WHERE state = 'withdrawn';
ALTER TABLE candidate
    DROP CONSTRAINT candidate_withdrawn_facts,
    DROP CONSTRAINT candidate_state_check,
    ADD CONSTRAINT candidate_state_check CHECK (state IN ('invited', 'absent', 'deferred'));
