-- Why: questions that ask nearly the same are found, on import and in the bank. Without an extension (decision 4): each version has the
-- band hashes of its MinHash signature (Broder 1997), and versions that share one are compared. They are worked out after the
-- version was written, so that an import of thousands does not wait for them.

-- +goose Up

-- bands: NULL until they have been worked out. Derived from the version, and worked out anew when a draft is edited.
-- retention: as question_version.
CREATE TABLE question_likeness (
    version_id bigint PRIMARY KEY REFERENCES question_version (id),
    bands      integer[]
);
CREATE INDEX question_likeness_due ON question_likeness (version_id) WHERE bands IS NULL;
-- Without fastupdate: else every look-up would read the list of what was added since the last vacuum.
CREATE INDEX question_likeness_bands ON question_likeness USING gin (bands) WITH (fastupdate = off);
INSERT INTO question_likeness (version_id) SELECT id FROM question_version WHERE state <> 'retired';

-- Pairs of versions whose words agree to at least so many percent; dismissed: somebody says that both are meant.
-- retention: derived; as question_version.
CREATE TABLE question_near (
    version_id   bigint NOT NULL REFERENCES question_version (id),
    other_id     bigint NOT NULL REFERENCES question_version (id),
    percent      integer NOT NULL CHECK (percent BETWEEN 1 AND 100),
    dismissed_by text,
    dismissed_at timestamptz,
    PRIMARY KEY (version_id, other_id),
    CONSTRAINT question_near_order CHECK (version_id < other_id),
    CONSTRAINT question_near_dismissed CHECK ((dismissed_by IS NULL) = (dismissed_at IS NULL))
);
CREATE INDEX question_near_other ON question_near (other_id);
CREATE INDEX question_near_listed ON question_near (percent DESC, version_id DESC, other_id DESC) WHERE dismissed_at IS NULL;

-- What of a file is near to a question of the bank or of the file itself, as it was when the file was read.
ALTER TABLE bank_import ADD COLUMN near jsonb;

-- +goose Down
ALTER TABLE bank_import DROP COLUMN near;
DROP TABLE question_near, question_likeness;
