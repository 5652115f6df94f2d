-- Why: an exam's result has consequences in points and pay (C33, C47): what a round came to is booked for the person, by the version of the
-- policy that held when the exam closed. What is booked is never edited: a correction reverses the entry and books another one, so that a month
-- that was paid can still be explained.

-- +goose Up

-- retention: three years after the person left, as the results that it rests on; pay records are kept longer where the law asks for it
CREATE TABLE ledger_entry (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id          bigint NOT NULL REFERENCES round (id),
    person_id         bigint NOT NULL REFERENCES person (id),
    seq               integer NOT NULL CHECK (seq > 0), -- 1 books, 2 takes it back, 3 books again …
    booked_on         date NOT NULL,                    -- in the organisation's zone: the month that it counts in
    policy_version_id bigint NOT NULL REFERENCES policy_version (id),
    outcome           text NOT NULL CHECK (outcome IN ('excellent', 'good', 'pass', 'passed_retake', 'passed_retraining', 'failed')),
    points            bigint NOT NULL CHECK (points BETWEEN -10000 AND 10000),
    fen               bigint NOT NULL CHECK (fen BETWEEN -10000000 AND 10000000),
    result_id         bigint NOT NULL REFERENCES result (id), -- the version that brought the entry
    reverses          bigint REFERENCES ledger_entry (id),
    recorded_by       text NOT NULL CHECK (recorded_by <> ''),
    created_at        timestamptz NOT NULL,
    -- At most one entry of a person and round stands: entries alternate, and two processes that add the same one collide here.
    CONSTRAINT ledger_entry_one_standing UNIQUE (round_id, person_id, seq),
    CONSTRAINT ledger_entry_reversed_once UNIQUE (reverses),
    CONSTRAINT ledger_entry_alternates CHECK ((seq % 2 = 0) = (reverses IS NOT NULL)),
    CONSTRAINT ledger_entry_says_something CHECK (points <> 0 OR fen <> 0)
);
CALL forbid_change_on('ledger_entry');
CREATE INDEX ledger_entry_of_person ON ledger_entry (person_id, booked_on DESC, id DESC);
CREATE INDEX ledger_entry_by_day ON ledger_entry (booked_on DESC, id DESC);

-- The entry before it is there, and a reversal takes back exactly what that one booked.
-- +goose StatementBegin
CREATE FUNCTION ledger_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq > 1 AND NOT EXISTS (
        SELECT 1 FROM ledger_entry p WHERE p.round_id = NEW.round_id AND p.person_id = NEW.person_id AND p.seq = NEW.seq - 1
            AND (NEW.reverses IS NULL OR p.id = NEW.reverses AND p.points = -NEW.points AND p.fen = -NEW.fen
                AND p.outcome = NEW.outcome AND p.policy_version_id = NEW.policy_version_id)
    ) THEN
        RAISE EXCEPTION 'ledger entry % of round % and person % does not follow the one before it', NEW.seq, NEW.round_id, NEW.person_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER ledger_entry_follows BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_follows();

-- +goose Down
DROP TABLE ledger_entry;
DROP FUNCTION ledger_entry_follows();
