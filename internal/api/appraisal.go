package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
)

// Appraisals are the sheets: the own ones, and those that the viewer leads, runs or supervises.
type Appraisals struct{ Appraisal *appraisal.Service }

// appraisalSummary is a sheet in a list. total is null while nothing is known and provisional while missing names an
// indicator; grade is the word of the page, grade_code is stable, both are empty until nothing is missing.
type appraisalSummary struct {
	ID          string               `json:"id"`
	CycleID     string               `json:"cycle_id"`
	Year        int                  `json:"year"`
	Quarter     int                  `json:"quarter"`
	Scheme      string               `json:"scheme"`
	Mode        appraisal.Mode       `json:"mode"`
	State       appraisal.SheetState `json:"state"`
	Total       *score.Hundredths    `json:"total"`
	Provisional bool                 `json:"provisional"`
	Missing     []string             `json:"missing"`
	Grade       string               `json:"grade"`
	GradeCode   score.Band           `json:"grade_code"`
}

func (s appraisalSummary) graded(l words.Lang, g *score.Band) appraisalSummary {
	if g != nil {
		s.GradeCode, s.Grade = *g, gradeWord(l, *g)
	}
	return s
}

func gradeWord(l words.Lang, g score.Band) string { return words.T(l, "appraisal.band."+string(g)) }

// Mine is GET /api/v1/me/appraisals?page=&size=, the newest first.
func (h *Appraisals) Mine(c echo.Context) error {
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	list, err := h.Appraisal.OwnSheets(c.Request().Context(), viewerOf(c), pg)
	if err != nil {
		return err
	}
	out := make([]appraisalSummary, len(list))
	for i, s := range list {
		out[i] = appraisalSummary{
			ID: s.ID.String(), CycleID: s.CycleID.String(), Year: s.Year, Quarter: s.Quarter, Scheme: s.SchemeName, Mode: s.Mode, State: s.State,
			Total: s.Total, Provisional: len(s.Missing) > 0, Missing: append([]string{}, s.Missing...),
		}.graded(httpx.Lang(c), s.Grade)
	}
	return c.JSON(http.StatusOK, map[string][]appraisalSummary{"sheets": out})
}

// appraisalFact is one fact that a line rests on.
type appraisalFact struct {
	ID         string               `json:"id"`
	Source     appraisal.SourceKind `json:"source"`
	SourceID   string               `json:"source_id,omitempty"` // the round
	Version    int                  `json:"version"`
	Value      score.Hundredths     `json:"value"`
	N          int                  `json:"n"`
	Detail     appraisal.Detail     `json:"detail"`
	RecordedAt time.Time            `json:"recorded_at"`
}

// appraisalLine is one indicator: weights are per cent of the total and of the dimension; raw and score are null while missing.
type appraisalLine struct {
	Dimension       string            `json:"dimension"`
	DimensionWeight score.Hundredths  `json:"dimension_weight"`
	Indicator       string            `json:"indicator"`
	Name            string            `json:"name"`
	Weight          score.Hundredths  `json:"weight"`
	Missing         bool              `json:"missing"`
	Raw             *score.Hundredths `json:"raw"`
	Score           *score.Hundredths `json:"score"`
	Grade           string            `json:"grade"`
	Facts           []appraisalFact   `json:"facts"`
}

type appraisalSheet struct {
	appraisalSummary
	PersonID account.PersonID `json:"person_id"`
	Person   string           `json:"person"`
	Unit     string           `json:"unit"`
	Post     string           `json:"post"`
	Opinion  string           `json:"opinion"`
	Lines    []appraisalLine  `json:"lines"`
}

// Sheet is GET /api/v1/appraisal/sheets/{id}: every number with the facts that it rests on.
func (h *Appraisals) Sheet(c echo.Context) error {
	e, err := h.Appraisal.Sheet(c.Request().Context(), viewerOf(c), account.ParseID[appraisal.SheetID](c.Param("id")))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, appraisalSheetIn(httpx.Lang(c), e))
}

func appraisalSheetIn(l words.Lang, e appraisal.Explained) appraisalSheet {
	out := appraisalSheet{PersonID: e.PersonID, Person: e.PersonName, Unit: e.UnitName, Post: e.PostName, Lines: []appraisalLine{}}
	out.appraisalSummary = appraisalSummary{
		ID: e.ID.String(), CycleID: e.CycleID.String(), Year: e.Cycle.Year, Quarter: e.Cycle.Quarter, Scheme: e.Cycle.SchemeName, Mode: e.Cycle.Mode,
		State: e.State, Total: e.Total, Provisional: e.Provisional(), Missing: append([]string{}, e.Missing...),
	}.graded(l, e.Grade)
	if e.Opinion != nil {
		out.Opinion = *e.Opinion
	}
	for _, d := range e.Scheme.Dimensions {
		for _, i := range d.Indicators {
			out.Lines = append(out.Lines, appraisalLineIn(l, e, d, i))
		}
	}
	return out
}

func appraisalLineIn(l words.Lang, e appraisal.Explained, d appraisal.Dimension, i appraisal.Indicator) appraisalLine {
	line := e.Computed.V.Line(i.Key)
	out := appraisalLine{Dimension: d.Name, DimensionWeight: d.Weight, Indicator: i.Key, Name: i.Name, Weight: i.Weight, Missing: line.Missing, Facts: []appraisalFact{}}
	if line.Missing {
		return out
	}
	out.Raw, out.Score, out.Grade = &line.Raw, &line.Score, gradeWord(l, line.Band)
	for _, f := range e.FactsOf(line) {
		a := appraisalFact{ID: strconv.FormatInt(int64(f.ID), 10), Source: f.Source, Version: f.Version, Value: f.Value, N: f.N, Detail: f.Detail, RecordedAt: f.RecordedAt}
		if f.SourceID != 0 {
			a.SourceID = strconv.FormatInt(f.SourceID, 10)
		}
		out.Facts = append(out.Facts, a)
	}
	return out
}
