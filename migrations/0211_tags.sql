-- Why: the staff groups questions by words of its own (标签), beside the tree of knowledge points. A tag is on the question and not on a
-- version: it says nothing to an examinee, papers are not drawn by it, and it may change at any time.

-- +goose Up

-- folded is the name as it is told apart from others: upper and lower case are one.
-- retention: as its questions; a tag that no question has stays and is not shown
CREATE TABLE tag (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name   text NOT NULL CHECK (name <> '' AND length(name) <= 20),
    folded text NOT NULL CHECK (folded <> '' AND length(folded) <= 40),
    CONSTRAINT tag_folded UNIQUE (folded)
);

-- place counts from 1 in the order in which somebody typed the tags; a question has at most twenty. What it had before tells the audit.
-- retention: as question
CREATE TABLE question_tag (
    question_id bigint NOT NULL REFERENCES question (id),
    tag_id      bigint NOT NULL REFERENCES tag (id),
    place       integer NOT NULL CHECK (place BETWEEN 1 AND 20),
    PRIMARY KEY (question_id, tag_id),
    CONSTRAINT question_tag_place UNIQUE (question_id, place)
);
CREATE INDEX question_tag_of_tag ON question_tag (tag_id, question_id DESC);

-- +goose Down
DROP TABLE question_tag, tag;
