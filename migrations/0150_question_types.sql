-- Question types beyond choices, gaps and short answers, and red lines (一票否决).
-- +goose Up

ALTER TABLE question_version DROP CONSTRAINT question_version_type_check;
ALTER TABLE question_version ADD CONSTRAINT question_version_type_check CHECK (type IN ('single', 'multiple', 'true_false', 'blank', 'judgement', 'matching',
    'ordering', 'labelling', 'short', 'essay', 'spoken'));

-- What a missed red line does to the band: nothing but be told, at most a bare pass, or a fail. Set on a draft, pinned with it.
ALTER TABLE exam ADD COLUMN red_line text NOT NULL DEFAULT 'report' CHECK (red_line IN ('report', 'pass', 'fail'));

-- The misses are counted apart from the score and stand in the marks too, slot by slot. A result keeps the rule that it was
-- judged by, so that the database itself can say whether the band was held back.
ALTER TABLE result ADD COLUMN red_line text NOT NULL DEFAULT 'report' CHECK (red_line IN ('report', 'pass', 'fail')),
    ADD COLUMN red_line_misses integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT result_red_line_misses CHECK (red_line_misses = jsonb_array_length(jsonb_path_query_array(marks, '$[*] ? (@.red_line_missed == true)'))),
    ADD CONSTRAINT result_red_line_held CHECK (red_line_misses = 0 OR red_line = 'report'
        OR red_line = 'pass' AND band NOT IN ('excellent', 'good') OR red_line = 'fail' AND NOT passed);

-- +goose Down

ALTER TABLE result DROP CONSTRAINT result_red_line_held, DROP CONSTRAINT result_red_line_misses, DROP COLUMN red_line_misses, DROP COLUMN red_line;
ALTER TABLE exam DROP COLUMN red_line;
ALTER TABLE question_version DROP CONSTRAINT question_version_type_check;
ALTER TABLE question_version ADD CONSTRAINT question_version_type_check CHECK (type IN ('single', 'multiple', 'true_false', 'blank', 'short'));
