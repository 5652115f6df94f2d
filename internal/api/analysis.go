package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/exam"
)

// Analyses are the statistics of exams that are over, for the staff.
type Analyses struct{ Exams *exam.Service }

// analysisAnswer are an exam's statistics; percentages as numbers, null where there is no figure. With a gap there are none, and
// gap says why: not_marked, computing, unreleased, beyond or few.
type analysisAnswer struct {
	ExamID     exam.ExamID          `json:"exam_id"`
	Gap        exam.AnalysisGap     `json:"gap"`
	Version    int                  `json:"version"`
	People     int                  `json:"people"`
	Released   bool                 `json:"released"`
	ComputedAt *time.Time           `json:"computed_at"`
	Paper      *paperFigures        `json:"paper"`
	Items      []analysisItemAnswer `json:"items"`
}

type paperFigures struct {
	Mean          *float64 `json:"mean"`
	Median        *float64 `json:"median"`
	SD            *float64 `json:"sd"`
	Skewness      *float64 `json:"skewness"`
	Kurtosis      *float64 `json:"kurtosis"`
	Consistency   *float64 `json:"consistency"`
	ErrorRatio    *float64 `json:"error_ratio"`
	StandardError *float64 `json:"standard_error"`
	Negative      []string `json:"negative_covariance"` // question versions
}

type estimateAnswer struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

type analysisItemAnswer struct {
	VersionID      string          `json:"version_id"`
	QuestionID     string          `json:"question_id"`
	Slot           int             `json:"slot"` // of the exam's paper; 0: of an own paper
	N              int             `json:"n"`
	Facility       *estimateAnswer `json:"facility"`
	SD             *float64        `json:"sd"`
	Discrimination *estimateAnswer `json:"discrimination"`
	Efficiency     *float64        `json:"efficiency"`
	Guess          *float64        `json:"random_guess_score"`
	Intended       *float64        `json:"intended_weight"`
	Effective      *float64        `json:"effective_weight"`
	MedianSeconds  *float64        `json:"median_seconds"`
	Choices        []choiceAnswer  `json:"choices"`
	Look           []signAnswer    `json:"look"`
}

type choiceAnswer struct {
	Option   string          `json:"option"` // "": nothing was chosen
	Key      bool            `json:"key"`
	N        int             `json:"n"`
	Upper    int             `json:"upper"`
	Middle   int             `json:"middle"`
	Lower    int             `json:"lower"`
	Biserial *estimateAnswer `json:"point_biserial"`
}

type signAnswer struct {
	Sign   itemstat.Sign `json:"sign"`
	Option string        `json:"option,omitempty"`
}

// Get is GET /api/v1/exams/{id}/analysis: what the page shows.
func (h *Analyses) Get(c echo.Context) error {
	a, err := h.Exams.Analysis(c.Request().Context(), viewerOf(c), examID(c))
	if err != nil {
		return err
	}
	out := analysisAnswer{ExamID: a.Exam.ID, Gap: a.Gap, Items: []analysisItemAnswer{}}
	if a.Gap != "" {
		return c.JSON(http.StatusOK, out)
	}
	p := a.Paper
	out.Version, out.People, out.Released, out.ComputedAt = a.Version, a.People, a.Released, &a.ComputedAt
	out.Paper = &paperFigures{
		Mean: figure(p.Mean), Median: figure(p.Median), SD: figure(p.SD), Skewness: figure(p.Skewness), Kurtosis: figure(p.Kurtosis),
		Consistency: figure(p.Consistency), ErrorRatio: figure(p.ErrorRatio), StandardError: figure(p.StandardError), Negative: []string{},
	}
	for _, id := range p.Negative {
		out.Paper.Negative = append(out.Paper.Negative, strconv.FormatInt(id, 10))
	}
	for _, i := range a.Items {
		out.Items = append(out.Items, analysisItem(i))
	}
	return c.JSON(http.StatusOK, out)
}

func analysisItem(i exam.AnalysisItem) analysisItemAnswer {
	out := analysisItemAnswer{
		VersionID: strconv.FormatInt(int64(i.VersionID), 10), QuestionID: i.QuestionID.String(), Slot: i.Slot, N: i.Item.N,
		Facility: estimate(i.Item.Facility), SD: figure(i.Item.SD), Discrimination: estimate(i.Item.Discrimination), Efficiency: figure(i.Item.Efficiency),
		Guess: figure(i.Guess), Intended: figure(i.Item.Intended), Effective: figure(i.Item.Effective), MedianSeconds: figure(i.Item.MedianSeconds),
		Choices: []choiceAnswer{}, Look: []signAnswer{},
	}
	for _, o := range i.Choices {
		out.Choices = append(out.Choices, choiceAnswer{Option: o.ID, Key: o.Key, N: o.N, Upper: o.Upper, Middle: o.Middle, Lower: o.Lower, Biserial: estimate(o.Biserial)})
	}
	for _, r := range i.Reasons {
		out.Look = append(out.Look, signAnswer(r))
	}
	return out
}

func figure(f itemstat.Figure) *float64 {
	if !f.Known {
		return nil
	}
	return &f.Value
}

func estimate(e itemstat.Estimate) *estimateAnswer {
	if !e.Known {
		return nil
	}
	return &estimateAnswer{e.Value, e.Low, e.High}
}
