-- Why: exams on paper (笔试, C37): the marks come from people, question by question, and a second person checks the sum before
-- they become a result.

-- +goose Up

-- Nobody starts an exam on paper in the browser, and nobody is absent from it by the clock alone.
ALTER TABLE exam ADD COLUMN on_paper boolean NOT NULL DEFAULT false;

-- The marks of a candidate as somebody keyed them in; keyed in again is a new row. marks: each slot's mark, none for a question that
-- was not answered. The sum is the one that stands on the paper.
-- retention: as the result that they became
CREATE TABLE mark_entry (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    candidate_id   bigint NOT NULL REFERENCES candidate (id),
    no             integer NOT NULL CHECK (no > 0),
    paper_id       bigint NOT NULL REFERENCES paper (id),
    marks          jsonb NOT NULL,
    sum_hundredths bigint NOT NULL CHECK (sum_hundredths >= 0),
    entered_by     bigint NOT NULL REFERENCES person (id),
    entered_at     timestamptz NOT NULL,
    confirmed_by   bigint REFERENCES person (id),
    confirmed_at   timestamptz,
    CONSTRAINT mark_entry_no UNIQUE (candidate_id, no),
    CONSTRAINT mark_entry_confirmed CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL) AND confirmed_by <> entered_by)
);
CREATE UNIQUE INDEX mark_entry_one_confirmed ON mark_entry (candidate_id) WHERE confirmed_at IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION mark_entry_confirm_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL
       AND to_jsonb(OLD) - 'confirmed_at' - 'confirmed_by' = to_jsonb(NEW) - 'confirmed_at' - 'confirmed_by' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on mark_entry is forbidden: it is only confirmed, once', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER mark_entry_confirm_only BEFORE UPDATE OR DELETE ON mark_entry FOR EACH ROW EXECUTE FUNCTION mark_entry_confirm_only();
CREATE TRIGGER mark_entry_no_truncate BEFORE TRUNCATE ON mark_entry FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- +goose Down
DROP TABLE mark_entry;
DROP FUNCTION mark_entry_confirm_only();
ALTER TABLE exam DROP COLUMN on_paper;
