-- Why: parallel forms (平行卷 A/B): papers of one blueprint, drawn together so that they are equally hard, of which each candidate
-- gets one.

-- +goose Up

-- Forms that were drawn together. overlap: questions of a form that a form before it has too, because the bank had no other.
-- retention: as its papers
CREATE TABLE form_set (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    blueprint_version_id bigint NOT NULL REFERENCES blueprint_version (id),
    seed                 bigint NOT NULL,
    forms                integer NOT NULL CHECK (forms BETWEEN 2 AND 4),
    overlap              integer NOT NULL CHECK (overlap >= 0),
    created_by           text NOT NULL,
    created_at           timestamptz NOT NULL
);
CALL forbid_change_on('form_set');

ALTER TABLE paper ADD COLUMN form_set_id bigint REFERENCES form_set (id),
    ADD COLUMN form text,
    ADD CONSTRAINT paper_form CHECK ((form_set_id IS NULL) = (form IS NULL) AND form IN ('A', 'B', 'C', 'D')),
    ADD CONSTRAINT paper_form_once UNIQUE (form_set_id, form);

-- +goose Down
ALTER TABLE paper DROP COLUMN form, DROP COLUMN form_set_id;
DROP TABLE form_set;
