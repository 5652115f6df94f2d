-- The inbox: what each person has been told, when, and whether it was read (C27, C52, C55, C57 and "Notices").
-- A notice is a key of the words and its places, so that it is read in the reader's language.

-- +goose Up

-- retention: two years after it was sent; who was told of a retake and when is proof while the result can be disputed
CREATE TABLE notice (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES person (id),
    kind      text NOT NULL CHECK (kind IN ('exam', 'result', 'retake', 'retraining', 'reexam', 'decision', 'appraisal')),
    key       text NOT NULL CHECK (key LIKE 'notify.%'),
    places    jsonb NOT NULL,
    link      text NOT NULL CHECK (link LIKE '/%'),
    subject   text NOT NULL, -- what it is about and at which stage: the same is never told twice
    sent_at   timestamptz NOT NULL,
    read_at   timestamptz,
    CONSTRAINT notice_once UNIQUE (person_id, subject),
    CONSTRAINT notice_read CHECK (read_at >= sent_at)
);
CREATE INDEX notice_inbox ON notice (person_id, id DESC);
CREATE INDEX notice_unread ON notice (person_id) WHERE read_at IS NULL;

-- +goose Down
DROP TABLE notice;
