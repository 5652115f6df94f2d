-- Corrections (promises 6 and 11): an order to count something else in a marked attempt, proposed by one person and decided
-- by another. Approving adds a version of the result; nothing is edited or deleted. Times come from the caller.

-- +goose Up

-- attempt_id: the attempt that the order is about. body, by kind: late_answers {"evidence": [no …], "instead": [no …]}, the
-- rows of attempt_evidence that are admitted, and those of them that stand in place of a later accepted change.
-- retention: as result: three years after the round, then anonymised with the person
CREATE TABLE correction (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exam_id            bigint NOT NULL REFERENCES exam (id),
    attempt_id         bigint REFERENCES attempt (id),
    kind               text NOT NULL CHECK (kind IN ('late_answers')),
    body               jsonb NOT NULL,
    reason             text NOT NULL CHECK (btrim(reason) <> '' AND length(reason) <= 500),
    state              text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    proposed_by_person bigint NOT NULL REFERENCES person (id),
    proposed_at        timestamptz NOT NULL,
    decided_by_person  bigint REFERENCES person (id),
    decided_at         timestamptz CHECK (decided_at >= proposed_at),
    decision_reason    text NOT NULL CHECK (length(decision_reason) <= 500),
    CONSTRAINT correction_late_facts CHECK (kind <> 'late_answers'
        OR attempt_id IS NOT NULL AND jsonb_typeof(body -> 'evidence') = 'array' AND jsonb_array_length(body -> 'evidence') > 0),
    CONSTRAINT correction_proposed_facts CHECK ((state = 'proposed') = (decided_at IS NULL)
        AND (state = 'proposed') = (decided_by_person IS NULL) AND (state <> 'proposed' OR decision_reason = '')),
    CONSTRAINT correction_two_persons CHECK (state NOT IN ('approved', 'rejected') OR decided_by_person <> proposed_by_person),
    CONSTRAINT correction_withdrawn_facts CHECK (state <> 'withdrawn' OR decided_by_person = proposed_by_person),
    CONSTRAINT correction_rejected_facts CHECK (state <> 'rejected' OR btrim(decision_reason) <> '')
);
CREATE INDEX correction_of_exam ON correction (exam_id, id DESC);
CREATE UNIQUE INDEX correction_one_open ON correction (attempt_id) WHERE state = 'proposed';
CREATE INDEX correction_admitted ON correction (attempt_id, id) WHERE state = 'approved';

-- An order is decided once and then stays as it was.
-- +goose StatementBegin
CREATE FUNCTION correction_decide_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'proposed' AND NEW.state <> 'proposed'
       AND to_jsonb(OLD) - ARRAY['state', 'decided_by_person', 'decided_at', 'decision_reason']
         = to_jsonb(NEW) - ARRAY['state', 'decided_by_person', 'decided_at', 'decision_reason'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on correction is forbidden: an order is decided, once', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER correction_decide_once BEFORE UPDATE OR DELETE ON correction FOR EACH ROW EXECUTE FUNCTION correction_decide_once();
CREATE TRIGGER correction_decide_once_truncate BEFORE TRUNCATE ON correction FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The versions of results that an approved order brought.
-- retention: as correction
CREATE TABLE correction_result (
    correction_id bigint NOT NULL REFERENCES correction (id),
    result_id     bigint NOT NULL UNIQUE REFERENCES result (id),
    PRIMARY KEY (correction_id, result_id)
);
CALL forbid_change_on('correction_result');

-- Answers that came too late are few among what an attempt's page noticed.
CREATE INDEX attempt_evidence_answers ON attempt_evidence (attempt_id, no) WHERE kind IN ('late', 'closed', 'lost_lease');

-- +goose Down
DROP INDEX attempt_evidence_answers;
DROP TABLE correction_result, correction;
DROP FUNCTION correction_decide_once();
