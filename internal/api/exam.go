package api

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

type myExamAnswer struct {
	ID           exam.ExamID     `json:"id"`
	Title        string          `json:"title"`
	Kind         exam.Kind       `json:"kind"`
	State        exam.MyState    `json:"state"`
	OpensAt      time.Time       `json:"opens_at"`
	ClosesAt     time.Time       `json:"closes_at"`
	LimitSeconds int             `json:"limit_seconds"`
	ExtraSeconds int             `json:"extra_seconds,omitempty"` // the person's extra time: it moves the limit and the close
	AttemptID    *exam.AttemptID `json:"attempt_id"`
	OnPaper      bool            `json:"on_paper,omitempty"` // 笔试: nothing is started here
	OneWay       bool            `json:"one_way,omitempty"`  // section by section: a finished one is not gone back to
	Contact      string          `json:"contact,omitempty"`  // whom to call: a name and a number
}

// mineAnswer tells the server's time too, by which a waiting page counts down.
type mineAnswer struct {
	Exams      []myExamAnswer `json:"exams"`
	ServerTime time.Time      `json:"server_time"`
}

// Mine is GET /api/v1/me/exams.
func (h *Exams) Mine(c echo.Context) error {
	list, err := h.Sitting.MyExams(c.Request().Context(), viewerOf(c))
	if err != nil {
		return err
	}
	out := make([]myExamAnswer, len(list))
	for i, e := range list {
		out[i] = myExamAnswer{e.ID, e.Title, e.Kind, e.State, e.Window.OpensAt, e.Window.ClosesAt, e.Window.LimitSeconds, e.Window.ExtraSeconds, e.AttemptID, e.OnPaper, e.OneWay, e.Contact}
	}
	return c.JSON(http.StatusOK, mineAnswer{out, httpx.ReceivedAt(c)})
}

type reviewAnswer struct {
	Slot        int               `json:"slot"`
	Type        questionbank.Type `json:"type"`
	Stem        string            `json:"stem"`
	HTML        string            `json:"html,omitempty"` // of the stem
	Options     []optionAnswer    `json:"options,omitempty"`
	Rows        []string          `json:"rows,omitempty"`
	Pieces      []pieceAnswer     `json:"pieces,omitempty"`
	Stimulus    *stimulusAnswer   `json:"stimulus,omitempty"`
	Response    json.RawMessage   `json:"response"`
	Mark        score.Hundredths  `json:"mark"`
	Points      score.Hundredths  `json:"points"`
	RedLine     bool              `json:"red_line_missed,omitempty"`
	Comments    []string          `json:"comments,omitempty"` // of those who marked it, without names
	Key         *questionbank.Key `json:"key,omitempty"`
	Explanation string            `json:"explanation,omitempty"`
}

// resultAnswer is a released result. band is the word of the page, band_code is stable; slots are there as the review
// policy allows, and not before review_at.
type resultAnswer struct {
	AttemptID  exam.AttemptID   `json:"attempt_id"`
	ExamID     exam.ExamID      `json:"exam_id"`
	Title      string           `json:"title"`
	Score      score.Hundredths `json:"score"`
	Total      score.Hundredths `json:"total"`
	Percent    score.Hundredths `json:"percent"`
	Band       string           `json:"band"`
	BandCode   score.Band       `json:"band_code"`
	Passed     bool             `json:"passed"`
	RedLines   int              `json:"red_line_misses"` // told apart from the score
	Version    int              `json:"version"`
	ReleasedAt *time.Time       `json:"released_at"`
	ReviewAt   *time.Time       `json:"review_at,omitempty"`
	Slots      []reviewAnswer   `json:"slots,omitempty"`
}

// bandKeys are the words of the bands.
var bandKeys = map[score.Band]string{
	score.Excellent: "exam.band.excellent",
	score.Good:      "exam.band.good",
	score.Pass:      "exam.band.pass",
	score.Fail:      "exam.band.fail",
}

// Result is GET /api/v1/attempts/{id}/result: after release, by the review policy.
func (h *Exams) Result(c echo.Context) error {
	r, err := h.Sitting.Result(c.Request().Context(), viewerOf(c), attemptID(c))
	if err != nil {
		return err
	}
	out := resultAnswer{
		AttemptID: r.AttemptID, ExamID: r.ExamID, Title: r.Title, Score: r.Score, Total: r.Total, Percent: r.Percent,
		Band: words.T(words.ZH, bandKeys[r.Band]), BandCode: r.Band, Passed: r.Passed, RedLines: r.RedLineMisses, Version: r.Version, ReleasedAt: r.ReleasedAt, ReviewAt: r.ReviewAt,
	}
	for _, s := range r.Slots {
		out.Slots = append(out.Slots, reviewAnswer{
			Slot: s.Slot, Type: s.Type, Stem: s.Stem, HTML: rich(s.Stem, s.Markdown), Options: answerOptions(s.Options, s.Markdown, nil), Rows: s.Rows, Pieces: answerPieces(s.Pieces), Stimulus: answerStimulus(s.Stimulus, nil),
			Response: s.Response, Mark: s.Mark, Points: s.Points, RedLine: s.RedLineMissed, Comments: s.Comments, Key: s.Key, Explanation: s.Explanation,
		})
	}
	return c.JSON(http.StatusOK, out)
}
