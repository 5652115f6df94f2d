-- Why: the stored question bank (C12–C16). A question is the thread, its versions are what people answer: a published
-- version never changes again, because papers pin it with its key; a change is a new version.

-- +goose Up

-- Knowledge points (知识点): a tree under the five content areas. A child lies in its parent's area.
-- retention: as long as a version is tagged with it; a point that is no longer used is retired, not deleted.
CREATE TABLE knowledge_point (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id  bigint,
    area       integer NOT NULL CHECK (area BETWEEN 1 AND 5),
    name       text NOT NULL CHECK (name <> '' AND length(name) <= 200),
    position   integer NOT NULL CHECK (position >= 0),
    retired_at timestamptz,
    CONSTRAINT knowledge_point_area UNIQUE (id, area),
    CONSTRAINT knowledge_point_parent FOREIGN KEY (parent_id, area) REFERENCES knowledge_point (id, area),
    CONSTRAINT knowledge_point_not_itself CHECK (parent_id <> id),
    CONSTRAINT knowledge_point_root_stays CHECK (parent_id IS NOT NULL OR retired_at IS NULL)
);
CREATE UNIQUE INDEX knowledge_point_root ON knowledge_point (area) WHERE parent_id IS NULL;
CREATE UNIQUE INDEX knowledge_point_name ON knowledge_point (parent_id, name) WHERE retired_at IS NULL;

INSERT INTO knowledge_point (parent_id, area, name, position) VALUES
    (NULL, 1, '医美专业知识', 1), (NULL, 2, '网电沟通技巧', 2), (NULL, 3, '客户服务规范', 3), (NULL, 4, '法律法规', 4), (NULL, 5, '行业动态与前沿技术', 5);

-- retention: as long as a result that one of its versions was answered for.
CREATE TABLE question (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);

-- body is questionbank.Question, whole; the columns beside it are what lists filter and sort by. search holds pairs of
-- neighbouring characters, which finds two-character Chinese words without an extension. fingerprint is the same for
-- questions that a person would call the same (stem and options, folded).
-- retention: as question.
CREATE TABLE question_version (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    question_id   bigint NOT NULL REFERENCES question (id),
    version       integer NOT NULL CHECK (version > 0),
    revision      integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    is_current    boolean NOT NULL,
    type          text NOT NULL CHECK (type IN ('single', 'multiple', 'true_false', 'blank')),
    body          jsonb NOT NULL,
    search        tsvector NOT NULL,
    fingerprint   bytea NOT NULL CHECK (length(fingerprint) = 32),
    difficulty    integer NOT NULL CHECK (difficulty BETWEEN 1 AND 5),
    key_question  boolean NOT NULL,
    law           text NOT NULL,
    article       text NOT NULL,
    edition       text NOT NULL,
    source_status text NOT NULL CHECK (source_status IN ('', '待核')),
    state         text NOT NULL CHECK (state IN ('draft', 'in_review', 'published', 'retired')),
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL,
    edited_at     timestamptz NOT NULL,
    reviewed_by   text,
    published_at  timestamptz,
    retired_at    timestamptz,
    CONSTRAINT question_version_number UNIQUE (question_id, version),
    CONSTRAINT question_version_body CHECK (body ->> 'type' = type AND (body ->> 'difficulty')::integer = difficulty AND (body ->> 'key_question')::boolean = key_question),
    CONSTRAINT question_version_reviewed CHECK ((published_at IS NULL) = (reviewed_by IS NULL)),
    CONSTRAINT question_version_published CHECK (state <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT question_version_open CHECK (state NOT IN ('draft', 'in_review') OR published_at IS NULL),
    CONSTRAINT question_version_retired CHECK ((state = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT question_version_verified CHECK (state <> 'published' OR source_status = '')
);
CREATE UNIQUE INDEX question_version_one_published ON question_version (question_id) WHERE state = 'published';
CREATE UNIQUE INDEX question_version_one_open ON question_version (question_id) WHERE state IN ('draft', 'in_review');
-- The list of questions shows one version of each: the published one, else the newest.
CREATE UNIQUE INDEX question_version_current ON question_version (question_id DESC)
    INCLUDE (id, type, difficulty, key_question, state, law) WHERE is_current;
CREATE INDEX question_version_search ON question_version USING gin (search) WHERE is_current;
CREATE INDEX question_version_law ON question_version (law) WHERE is_current AND law <> '';
CREATE INDEX question_version_fingerprint ON question_version (fingerprint) WHERE is_current;

-- +goose StatementBegin
CREATE FUNCTION question_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER question_version_immutable BEFORE UPDATE OR DELETE ON question_version FOR EACH ROW EXECUTE FUNCTION question_version_guard();
CREATE TRIGGER question_version_no_truncate BEFORE TRUNCATE ON question_version FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- position 0 is the question's own, first knowledge point.
-- retention: as question.
CREATE TABLE question_version_topic (
    version_id bigint NOT NULL REFERENCES question_version (id),
    topic_id   bigint NOT NULL REFERENCES knowledge_point (id),
    position   integer NOT NULL CHECK (position >= 0),
    PRIMARY KEY (version_id, topic_id)
);
CREATE INDEX question_version_topic_topic ON question_version_topic (topic_id, version_id);

-- +goose StatementBegin
-- The tags of a published version are part of what papers were drawn by.
CREATE FUNCTION question_version_topic_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM question_version v WHERE v.id = OLD.version_id AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION '% of the knowledge points of question version % is forbidden: it was published', TG_OP, OLD.version_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'question_version_immutable';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER question_version_immutable BEFORE UPDATE OR DELETE ON question_version_topic FOR EACH ROW EXECUTE FUNCTION question_version_topic_guard();
CREATE TRIGGER question_version_no_truncate BEFORE TRUNCATE ON question_version_topic FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- What took a version into use; such a version and its question are kept.
-- retention: as question.
CREATE TABLE question_usage (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id bigint NOT NULL REFERENCES question_version (id),
    used_at    timestamptz NOT NULL,
    what       text NOT NULL CHECK (what IN ('paper'))
);
CREATE INDEX question_usage_version ON question_usage (version_id);
CALL forbid_change_on('question_usage');

-- An import: what a file held (previewed), and what became of it. items are the questions read, kept until they are applied.
-- retention: an import that was not applied is removed after seven days; an applied one stays with its questions.
CREATE TABLE bank_import (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_by     text NOT NULL,
    created_at     timestamptz NOT NULL,
    file_name      text NOT NULL CHECK (file_name <> '' AND length(file_name) <= 300),
    sha256         bytea NOT NULL CHECK (length(sha256) = 32),
    read_count     integer NOT NULL CHECK (read_count >= 0),
    item_count     integer NOT NULL CHECK (item_count >= 0),
    error_count    integer NOT NULL CHECK (error_count >= 0),
    warning_count  integer NOT NULL CHECK (warning_count >= 0),
    problems       jsonb NOT NULL,
    items          jsonb,
    state          text NOT NULL CHECK (state IN ('previewed', 'applied')),
    applied_at     timestamptz,
    imported_count integer,
    CONSTRAINT bank_import_applied CHECK ((state = 'applied') = (applied_at IS NOT NULL) AND (state = 'applied') = (imported_count IS NOT NULL)),
    CONSTRAINT bank_import_items CHECK ((state = 'previewed') = (items IS NOT NULL)),
    CONSTRAINT bank_import_sound CHECK (state <> 'applied' OR error_count = 0)
);
CREATE INDEX bank_import_waiting ON bank_import (created_at) WHERE state = 'previewed';

-- +goose Down
DROP TABLE bank_import, question_usage, question_version_topic, question_version, question, knowledge_point;
DROP FUNCTION question_version_topic_guard(), question_version_guard();
