-- Voiding an attempt, and the one place that says which version of a result counts.

-- +goose Up

-- Of each sitting the newest version, unless the attempt was voided. An absence has no attempt and one version.
CREATE VIEW result_standing AS
SELECT r.* FROM result r
WHERE NOT EXISTS (SELECT 1 FROM result newer WHERE newer.attempt_id = r.attempt_id AND newer.version > r.version)
  AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.id = r.attempt_id AND a.state = 'void');

-- +goose Down
DROP VIEW result_standing;
