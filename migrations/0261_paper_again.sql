-- Why: a sheet of paper whose attempt was declared void could be sat again, but its marks never became a result: one entry of a candidate could
-- be confirmed, and that was the voided one. An entry is confirmed for the attempt that it makes.

-- +goose Up
ALTER TABLE mark_entry ADD COLUMN attempt_id bigint CONSTRAINT mark_entry_one_attempt UNIQUE REFERENCES attempt (id);
ALTER TABLE mark_entry DISABLE TRIGGER mark_entry_confirm_only;
UPDATE mark_entry m SET attempt_id = (SELECT a.id FROM attempt a WHERE a.candidate_id = m.candidate_id ORDER BY a.no LIMIT 1) WHERE m.confirmed_at IS NOT NULL;
ALTER TABLE mark_entry ENABLE TRIGGER mark_entry_confirm_only;
ALTER TABLE mark_entry ADD CONSTRAINT mark_entry_attempt CHECK ((attempt_id IS NULL) = (confirmed_at IS NULL));
DROP INDEX mark_entry_one_confirmed;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION mark_entry_confirm_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL
       AND to_jsonb(OLD) - 'confirmed_at' - 'confirmed_by' - 'attempt_id' = to_jsonb(NEW) - 'confirmed_at' - 'confirmed_by' - 'attempt_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on mark_entry is forbidden: it is only confirmed, once', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION mark_entry_confirm_only() RETURNS trigger LANGUAGE plpgsql AS $$
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
ALTER TABLE mark_entry DROP COLUMN attempt_id;
CREATE UNIQUE INDEX mark_entry_one_confirmed ON mark_entry (candidate_id) WHERE confirmed_at IS NOT NULL;
