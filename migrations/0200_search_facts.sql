-- Why: with 100,000 questions a search with a filter read every question that holds the words (five to a page of the table) to look at its
-- type, difficulty or knowledge point; and lists by difficulty or type sorted the whole bank for a page. Both are now read off an index.

-- +goose Up

-- The facts of a version that never change stand among its words, each behind a #, which no word has: #multiple #3 #key #t12. The index
-- of words then finds them together.
ALTER TABLE question_version DISABLE TRIGGER question_version_immutable;
UPDATE question_version v SET search = v.search || array_to_tsvector(ARRAY['#' || v.type, '#' || v.difficulty, CASE WHEN v.key_question THEN '#key' ELSE '#other' END]
    || array(SELECT '#t' || t.topic_id FROM question_version_topic t WHERE t.version_id = v.id));
ALTER TABLE question_version ENABLE TRIGGER question_version_immutable;
ALTER TABLE question_version ADD CONSTRAINT question_version_found
    CHECK (search @@ ('''#' || type || ''' & ''#' || difficulty || ''' & ''#' || CASE WHEN key_question THEN 'key' ELSE 'other' END || '''')::tsquery);

-- The list by difficulty and by type, forwards and backwards.
CREATE INDEX question_version_by_difficulty ON question_version (difficulty, question_id DESC) INCLUDE (id, type, key_question, state, law) WHERE is_current;
CREATE INDEX question_version_by_type ON question_version (type, question_id DESC) INCLUDE (id, difficulty, key_question, state, law) WHERE is_current;

-- +goose Down
DROP INDEX question_version_by_type, question_version_by_difficulty;
ALTER TABLE question_version DROP CONSTRAINT question_version_found;
ALTER TABLE question_version DISABLE TRIGGER question_version_immutable;
UPDATE question_version SET search = ts_delete(search, array(SELECT w FROM unnest(tsvector_to_array(search)) w WHERE w LIKE '#%'));
ALTER TABLE question_version ENABLE TRIGGER question_version_immutable;
