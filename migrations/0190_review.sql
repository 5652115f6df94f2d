-- Why: a question is reviewed by another person than whoever wrote it (model: draft → in_review → published). Whoever wrote at a
-- version is kept with it, so that "another person" can be told from the row alone; what an import brought is reviewed as one batch.

-- +goose Up

-- editors are those who wrote at the version after created_by. submitted_* stay on a version that was reviewed; a version that was
-- published without having been submitted has none. import_id names the import that brought the version.
ALTER TABLE question_version
    ADD COLUMN editors      text[] NOT NULL DEFAULT '{}',
    ADD COLUMN submitted_by text,
    ADD COLUMN submitted_at timestamptz,
    ADD COLUMN import_id    bigint REFERENCES bank_import (id),
    ADD CONSTRAINT question_version_submitted CHECK ((submitted_by IS NULL) = (submitted_at IS NULL)),
    ADD CONSTRAINT question_version_in_review CHECK (state <> 'in_review' OR submitted_at IS NOT NULL),
    ADD CONSTRAINT question_version_draft CHECK (state <> 'draft' OR submitted_at IS NULL),
    ADD CONSTRAINT question_version_second_person CHECK (reviewed_by IS NULL OR submitted_at IS NULL OR reviewed_by <> created_by AND reviewed_by <> ALL (editors));
-- The queue of the reviewers, and how much of each import waits in it.
CREATE INDEX question_version_waiting ON question_version (import_id, id) WHERE state = 'in_review';
CREATE INDEX question_version_import ON question_version (import_id, id) WHERE import_id IS NOT NULL;

-- What became of versions in review. looked is how many questions of a batch the reviewer says to have read one by one; a version
-- that was reviewed alone has none.
-- retention: as question.
CREATE TABLE question_review (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id bigint NOT NULL REFERENCES question_version (id),
    revision   integer NOT NULL CHECK (revision > 0),
    act        text NOT NULL CHECK (act IN ('submit', 'withdraw', 'return', 'approve')),
    actor      text NOT NULL,
    at         timestamptz NOT NULL,
    note       text NOT NULL CHECK (length(note) <= 500),
    looked     integer CHECK (looked > 0),
    CONSTRAINT question_review_reason CHECK (act <> 'return' OR note <> ''),
    CONSTRAINT question_review_batch CHECK (looked IS NULL OR act = 'approve' AND note <> '')
);
CREATE INDEX question_review_version ON question_review (version_id, id);
CALL forbid_change_on('question_review');

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION question_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.published_at IS NOT NULL AND (
        (NEW.id, NEW.question_id, NEW.version, NEW.revision, NEW.type, NEW.body, NEW.search, NEW.fingerprint, NEW.difficulty, NEW.key_question,
            NEW.law, NEW.article, NEW.edition, NEW.source_status, NEW.created_by, NEW.created_at, NEW.edited_at, NEW.reviewed_by, NEW.published_at,
            NEW.editors, NEW.submitted_by, NEW.submitted_at, NEW.import_id)
        IS DISTINCT FROM
        (OLD.id, OLD.question_id, OLD.version, OLD.revision, OLD.type, OLD.body, OLD.search, OLD.fingerprint, OLD.difficulty, OLD.key_question,
            OLD.law, OLD.article, OLD.edition, OLD.source_status, OLD.created_by, OLD.created_at, OLD.edited_at, OLD.reviewed_by, OLD.published_at,
            OLD.editors, OLD.submitted_by, OLD.submitted_at, OLD.import_id)
        OR OLD.state = 'retired' AND NEW.state <> 'retired') THEN
        RAISE EXCEPTION '% of question version % is forbidden: it was published', TG_OP, OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'question_version_immutable';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION question_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.published_at IS NOT NULL AND (
        (NEW.id, NEW.question_id, NEW.version, NEW.revision, NEW.type, NEW.body, NEW.search, NEW.fingerprint, NEW.difficulty, NEW.key_question,
            NEW.law, NEW.article, NEW.edition, NEW.source_status, NEW.created_by, NEW.created_at, NEW.edited_at, NEW.reviewed_by, NEW.published_at)
        IS DISTINCT FROM
        (OLD.id, OLD.question_id, OLD.version, OLD.revision, OLD.type, OLD.body, OLD.search, OLD.fingerprint, OLD.difficulty, OLD.key_question,
            OLD.law, OLD.article, OLD.edition, OLD.source_status, OLD.created_by, OLD.created_at, OLD.edited_at, OLD.reviewed_by, OLD.published_at)
        OR OLD.state = 'retired' AND NEW.state <> 'retired') THEN
        RAISE EXCEPTION '% of question version % is forbidden: it was published', TG_OP, OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'question_version_immutable';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
DROP TABLE question_review;
ALTER TABLE question_version DROP COLUMN editors, DROP COLUMN submitted_by, DROP COLUMN submitted_at, DROP COLUMN import_id;
