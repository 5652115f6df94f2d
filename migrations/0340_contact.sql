-- Why: a page that can keep nothing more on its device says whom to call (exam-page.md, wording), so an exam has a name and a number for its
-- examinees. Empty: they know whom. Retention: as exam.

-- +goose Up
ALTER TABLE exam ADD COLUMN contact text NOT NULL DEFAULT '' CHECK (length(contact) <= 60);

-- +goose Down
ALTER TABLE exam DROP COLUMN contact;
