-- Why: whoever looks back on a question of an own released result can say that it is faulty, and whoever keeps the bank answers.

-- +goose Up

-- A person's word about one question version, as an own released result showed it (attempt_id and slot say where). One of a version is
-- open at a time. It is answered or taken back once, and never changed after that.
-- retention: as the result that it is about; the note and the answer are the words of two people
CREATE TABLE question_report (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id   bigint NOT NULL REFERENCES question_version (id),
    person_id    bigint NOT NULL REFERENCES person (id),
    exam_id      bigint NOT NULL REFERENCES exam (id),
    attempt_id   bigint NOT NULL REFERENCES attempt (id),
    slot         integer NOT NULL CHECK (slot > 0),
    reason       text NOT NULL CHECK (reason IN ('key', 'unclear', 'several', 'outdated', 'typo', 'media', 'other')),
    note         text NOT NULL CHECK (note <> '' AND length(note) <= 500),
    reported_at  timestamptz NOT NULL,
    state        text NOT NULL CHECK (state IN ('open', 'answered', 'withdrawn')),
    outcome      text CHECK (outcome IN ('no_fault', 'corrected', 'regrade')),
    answer       text CHECK (answer <> '' AND length(answer) <= 500),
    answered_by  bigint REFERENCES person (id),
    answered_at  timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT question_report_answered CHECK ((state = 'answered') = (answered_at IS NOT NULL) AND (state = 'answered') = (answer IS NOT NULL)
        AND (state = 'answered') = (outcome IS NOT NULL) AND (state = 'answered') = (answered_by IS NOT NULL)),
    CONSTRAINT question_report_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CONSTRAINT question_report_second_person CHECK (answered_by <> person_id)
);
CREATE UNIQUE INDEX question_report_one_open ON question_report (person_id, version_id) WHERE state = 'open';
-- The list of those who answer, newest first; what an attempt's page shows; what was said of a question.
CREATE INDEX question_report_listed ON question_report (state, id DESC);
CREATE INDEX question_report_of_attempt ON question_report (attempt_id, id DESC);
CREATE INDEX question_report_of_version ON question_report (version_id, id DESC);

-- +goose StatementBegin
CREATE FUNCTION question_report_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open'
        OR (NEW.id, NEW.version_id, NEW.person_id, NEW.exam_id, NEW.attempt_id, NEW.slot, NEW.reason, NEW.note, NEW.reported_at)
        IS DISTINCT FROM
        (OLD.id, OLD.version_id, OLD.person_id, OLD.exam_id, OLD.attempt_id, OLD.slot, OLD.reason, OLD.note, OLD.reported_at) THEN
        RAISE EXCEPTION '% of question report % is forbidden', TG_OP, OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'question_report_immutable';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER question_report_immutable BEFORE UPDATE OR DELETE ON question_report FOR EACH ROW EXECUTE FUNCTION question_report_guard();
CREATE TRIGGER question_report_no_truncate BEFORE TRUNCATE ON question_report FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

ALTER TABLE notice DROP CONSTRAINT notice_kind_check,
    ADD CONSTRAINT notice_kind_check CHECK (kind IN ('exam', 'result', 'retake', 'retraining', 'reexam', 'decision', 'appraisal', 'question'));

-- +goose Down
DELETE FROM notice WHERE kind = 'question';
ALTER TABLE notice DROP CONSTRAINT notice_kind_check,
    ADD CONSTRAINT notice_kind_check CHECK (kind IN ('exam', 'result', 'retake', 'retraining', 'reexam', 'decision', 'appraisal'));
DROP TABLE question_report;
DROP FUNCTION question_report_guard();
