-- Spoken answers: the sound comes in parts while it is recorded, each acknowledged only once it stands in the object storage, here and,
-- as the answer that it makes, in the journal.

-- +goose Up

-- One part of a recording. take counts the files that the parts make, one behind the other: whoever goes on after a call or a reload
-- begins another. slot is the place in the attempt's paper. sha256 is of the part's bytes, received_at of its first one.
-- There is no foreign key to the slot: layouts never change, and the attempt's row is locked by whoever adds a part.
-- retention: as attempt, rows and sound alike
CREATE TABLE recording_part (
    attempt_id   bigint NOT NULL REFERENCES attempt (id),
    recording    text NOT NULL CHECK (recording ~ '^[a-z0-9]{16,40}$'),
    part         smallint NOT NULL CHECK (part BETWEEN 1 AND 2000),
    slot         smallint NOT NULL CHECK (slot > 0),
    take         smallint NOT NULL CHECK (take BETWEEN 1 AND part),
    content_type text NOT NULL CHECK (content_type IN ('audio/webm', 'audio/mp4', 'audio/ogg')),
    bytes        integer NOT NULL CHECK (bytes > 0),
    ms           integer NOT NULL CHECK (ms > 0),
    sha256       bytea NOT NULL CHECK (length(sha256) = 32),
    received_at  timestamptz NOT NULL,
    PRIMARY KEY (attempt_id, recording, part)
);
CALL forbid_change_on('recording_part');

-- +goose Down
DROP TABLE recording_part;
