-- Item statistics: after an exam is marked, and again after each release and correction, the exam's marks are computed into
-- rows that pages read. Rows are versions: a newer analysis is added, none is changed. Times come from the caller.

-- +goose Up

-- released: all results that were counted are released, so that whoever may not know a result before may see what came of them.
-- paper: itemstat.Paper.
-- retention: as exam; it names nobody
CREATE TABLE exam_analysis (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exam_id     bigint NOT NULL REFERENCES exam (id),
    version     integer NOT NULL CHECK (version > 0),
    people      integer NOT NULL CHECK (people >= 0),
    released    boolean NOT NULL,
    computed_at timestamptz NOT NULL,
    paper       jsonb NOT NULL,
    CONSTRAINT exam_analysis_version UNIQUE (exam_id, version)
);
CALL forbid_change_on('exam_analysis');

-- Exams whose newest analysis is not of their newest results. wanted counts the news, so that one that comes while the analysis
-- is computed is not lost; due_at is when the next process may begin.
-- retention: until it is done
CREATE TABLE exam_analysis_due (
    exam_id bigint PRIMARY KEY REFERENCES exam (id),
    wanted  integer NOT NULL CHECK (wanted > 0),
    due_at  timestamptz NOT NULL
);
CREATE INDEX exam_analysis_due_next ON exam_analysis_due (due_at);
INSERT INTO exam_analysis_due (exam_id, wanted, due_at) SELECT id, 1, marked_at FROM exam WHERE state IN ('marked', 'archived');

-- What one analysis says of one question version. sums: itemstat.Sums. shown counts the attempts that showed it, also those that
-- count for nothing. pooled: those who sat it stand for everybody (a retake or a mock is sat by chosen people).
-- retention: as question; it names nobody
CREATE TABLE item_statistic (
    analysis_id   bigint NOT NULL REFERENCES exam_analysis (id),
    version_id    bigint NOT NULL REFERENCES question_version (id),
    exam_id       bigint NOT NULL REFERENCES exam (id),
    shown         integer NOT NULL CHECK (shown >= 0),
    last_shown_at timestamptz,
    released      boolean NOT NULL,
    pooled        boolean NOT NULL,
    sums          jsonb NOT NULL,
    PRIMARY KEY (analysis_id, version_id),
    CONSTRAINT item_statistic_shown CHECK ((shown = 0) = (last_shown_at IS NULL))
);
CREATE INDEX item_statistic_of_version ON item_statistic (version_id, exam_id, analysis_id DESC);
CALL forbid_change_on('item_statistic');

-- How often a version has been seen in exams that are over: added up from item_statistic, so that lists can be sorted by it.
-- retention: as question
CREATE TABLE item_exposure (
    version_id    bigint PRIMARY KEY REFERENCES question_version (id),
    exams         integer NOT NULL CHECK (exams > 0),
    shown         bigint NOT NULL CHECK (shown > 0),
    last_shown_at timestamptz NOT NULL
);
CREATE INDEX item_exposure_shown ON item_exposure (shown DESC);
CREATE INDEX item_exposure_last_shown ON item_exposure (last_shown_at DESC);

-- +goose Down
DROP TABLE item_exposure, item_statistic, exam_analysis_due, exam_analysis;
