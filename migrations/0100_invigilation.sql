-- Invigilation: what people do to a running exam with a reason, and how a running page hears of it (contract, promise 11 of
-- the page: within two seconds by its event stream, else with its next heart-beat or save).

-- +goose Up

-- news counts what the page of a running attempt has to look at: a notice, a pause, a moved deadline. Every save returns it.
-- paused_at stops the clock; the time until the pause ends is given back in whole seconds. Neither has an index, so that a
-- save still updates inside its page.
ALTER TABLE attempt
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN news      integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT attempt_pause_facts CHECK (paused_at IS NULL OR state = 'open' AND paused_at BETWEEN started_at AND deadline_at);

-- The log of the examination room (考场记录). A row without a person concerns everybody; one without an attempt was written
-- before that person began.
-- retention: as exam; it decides disputes about time
CREATE TABLE invigilation (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exam_id    bigint NOT NULL REFERENCES exam (id),
    person_id  bigint REFERENCES person (id),
    attempt_id bigint REFERENCES attempt (id),
    kind       text NOT NULL CHECK (kind IN ('notice', 'correction', 'extra_time', 'pause', 'resume', 'hand_in', 'void', 'incident')),
    category   text CHECK (category IN ('environment', 'candidate', 'staff', 'technical')),
    seconds    integer CHECK (seconds > 0),
    version_id bigint REFERENCES question_version (id),
    note       text NOT NULL CHECK (note <> '' AND length(note) <= 2000),
    by_actor   text NOT NULL,
    at         timestamptz NOT NULL,
    CONSTRAINT invigilation_incident_facts CHECK ((kind = 'incident') = (category IS NOT NULL)),
    CONSTRAINT invigilation_time_facts CHECK ((kind IN ('extra_time', 'resume')) = (seconds IS NOT NULL)),
    CONSTRAINT invigilation_correction_facts CHECK ((kind = 'correction') = (version_id IS NOT NULL)),
    CONSTRAINT invigilation_person_facts CHECK (attempt_id IS NULL OR person_id IS NOT NULL),
    CONSTRAINT invigilation_attempt_facts CHECK (attempt_id IS NOT NULL OR kind NOT IN ('pause', 'resume', 'hand_in', 'void'))
);
CREATE INDEX invigilation_of_exam ON invigilation (exam_id, id);
CREATE INDEX invigilation_of_attempt ON invigilation (attempt_id, id) WHERE attempt_id IS NOT NULL;
CALL forbid_change_on('invigilation');

-- When a page was last heard of, for the live board. Each process writes its own every few seconds in one statement.
-- retention: one day; it counts for nothing
CREATE TABLE attempt_seen (
    attempt_id bigint PRIMARY KEY REFERENCES attempt (id),
    seen_at    timestamptz NOT NULL
) WITH (fillfactor = 70);

-- +goose Down
DROP TABLE attempt_seen, invigilation;
ALTER TABLE attempt DROP COLUMN paused_at, DROP COLUMN news;
