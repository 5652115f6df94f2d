-- Integrity as evidence: what an exam watches for and what follows is said before it begins, counted by the server, and shown
-- to people. A hand-in that a policy caused is told apart from one by an invigilator.

-- +goose Up

-- integrity holds exam.Integrity; {} records and does nothing else. What examinees were told is fixed when the exam is
-- published; its doors (code, addresses, browser keys) may be corrected until the end, because a wrong one keeps a room out.
ALTER TABLE exam ADD COLUMN integrity jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(integrity) = 'object');

-- admitted_at: gave the exam's access code before the start. The tries bound guessing.
ALTER TABLE candidate
    ADD COLUMN admitted_at   timestamptz,
    ADD COLUMN code_tries    integer NOT NULL DEFAULT 0 CHECK (code_tries >= 0),
    ADD COLUMN code_tried_at timestamptz,
    ADD CONSTRAINT candidate_code_facts CHECK (code_tries = 0 OR code_tried_at IS NOT NULL);

ALTER TABLE attempt DROP CONSTRAINT attempt_submit_cause_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_submit_cause_check CHECK (submit_cause IN ('examinee', 'deadline', 'invigilator', 'policy'));

-- +goose Down
UPDATE attempt SET submit_cause = 'invigilator' WHERE submit_cause = 'policy';
ALTER TABLE attempt DROP CONSTRAINT attempt_submit_cause_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_submit_cause_check CHECK (submit_cause IN ('examinee', 'deadline', 'invigilator'));
ALTER TABLE candidate DROP COLUMN admitted_at, DROP COLUMN code_tries, DROP COLUMN code_tried_at;
ALTER TABLE exam DROP COLUMN integrity;
