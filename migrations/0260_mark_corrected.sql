-- Why: a marker who finds out that a mark was wrong could do nothing once the last answer of the attempt was marked, though nobody had seen the
-- result yet. Until the release the own mark is corrected by a newer version with its reason, and the result follows by a newer version too.

-- +goose Up

-- reason: why a marker's newer version is there. It is for whoever looks into the marks, and not for the examinee. Of newer versions that are
-- older than this rule it is not known.
ALTER TABLE mark ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500);
ALTER TABLE mark ALTER COLUMN reason DROP DEFAULT;
ALTER TABLE mark ADD CONSTRAINT mark_corrected_for_a_reason CHECK (version = 1 OR btrim(reason) <> '') NOT VALID;

-- remark: the marks of people came to something else after the first version. Nobody approves it, because nobody has seen what it replaces.
ALTER TABLE result DROP CONSTRAINT result_cause_check;
ALTER TABLE result ADD CONSTRAINT result_cause_check CHECK (cause IN ('hand_in', 'absent', 'regrade', 'remark'));

-- +goose Down
ALTER TABLE result DROP CONSTRAINT result_cause_check;
ALTER TABLE result ADD CONSTRAINT result_cause_check CHECK (cause IN ('hand_in', 'absent', 'regrade')) NOT VALID;
ALTER TABLE mark DROP COLUMN reason;
