-- How long a spoken answer is was what the browser said. The server reads it from the sound now: it bounds the recording by it, and who
-- listens sees it. What came before, and sound whose length cannot be read, stays unknown.

-- +goose Up

-- heard_ms is how long the part's take is up to its end; NULL where the sound does not tell. meter is what the reading of the next part
-- begins with (soundlength.Meter).
ALTER TABLE recording_part
    ADD COLUMN heard_ms integer CHECK (heard_ms >= 0),
    ADD COLUMN meter    jsonb;

-- +goose Down
ALTER TABLE recording_part DROP COLUMN heard_ms, DROP COLUMN meter;
