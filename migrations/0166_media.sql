-- How pictures and recordings of questions come to an examinee: sealed under a random name before the start, opened
-- with a key that comes with the paper (decision 19).

-- +goose Up

-- The key under which a paper's media are sealed; it leaves the server with a start and not before.
-- retention: as paper
CREATE TABLE paper_key (
    paper_id   bigint PRIMARY KEY REFERENCES paper (id),
    key        bytea NOT NULL CHECK (length(key) = 32),
    created_at timestamptz NOT NULL
);
CALL forbid_change_on('paper_key');

-- One sealed file of a paper. blob is its random name, which says nothing and is all that is known of it before the start.
-- retention: as paper
CREATE TABLE paper_media (
    paper_id     bigint NOT NULL REFERENCES paper_key (paper_id),
    object       text NOT NULL CHECK (object <> ''),
    blob         text NOT NULL CONSTRAINT paper_media_blob UNIQUE CHECK (blob ~ '^[a-z2-7]{26}$'),
    content_type text NOT NULL CHECK (content_type <> ''),
    bytes        integer NOT NULL CHECK (bytes > 0),
    PRIMARY KEY (paper_id, object)
);
CALL forbid_change_on('paper_media');

-- +goose Down
DROP TABLE paper_media, paper_key;
