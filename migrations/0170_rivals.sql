-- Why: questions that give each other away, or ask the same twice, never stand in one paper (互斥题).

-- +goose Up

-- Questions of which a paper takes at most one. Without its retirement it holds for every draw.
-- retention: as its questions; a set that no longer holds is retired, not deleted
CREATE TABLE rival_set (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note       text NOT NULL CHECK (length(note) <= 200),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    retired_by text,
    CONSTRAINT rival_set_retired CHECK ((retired_at IS NULL) = (retired_by IS NULL))
);
CREATE INDEX rival_set_live ON rival_set (id DESC) WHERE retired_at IS NULL;

-- A question, through all its versions, in a set.
-- retention: as rival_set
CREATE TABLE rival (
    set_id      bigint NOT NULL REFERENCES rival_set (id),
    question_id bigint NOT NULL REFERENCES question (id),
    PRIMARY KEY (set_id, question_id)
);
CREATE INDEX rival_of_question ON rival (question_id, set_id);
CALL forbid_change_on('rival');

-- +goose Down
DROP TABLE rival, rival_set;
