-- Why: whether the attempt of a result was voided was asked of the whole table of attempts (result_standing), for each results board anew.

-- +goose Up

-- Voided attempts are few: everybody else's result finds that out from an index of almost nothing.
CREATE INDEX attempt_void ON attempt (id) WHERE state = 'void';

-- +goose Down
DROP INDEX attempt_void;
