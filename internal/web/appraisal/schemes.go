package appraisal

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

type schemeForm struct {
	Preset string `form:"preset" validate:"required"`
	Name   string `form:"name" validate:"max=60"`
}

// Schemes lists the schemes with their versions, and what ships to start from.
func (h *Handlers) Schemes(c echo.Context) error {
	return h.renderSchemes(c, http.StatusOK, schemeForm{}, layout.Errors{})
}

func (h *Handlers) renderSchemes(c echo.Context, code int, f schemeForm, e layout.Errors) error {
	versions, err := h.Appraisal.Schemes(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	return layout.Render(c, code, schemesPage(versions, appraisal.Presets(), f, e))
}

// CreateScheme makes a draft from a preset.
func (h *Handlers) CreateScheme(c echo.Context) error {
	var f schemeForm
	err := httpx.DecodeForm(c, &f)
	var id appraisal.VersionID
	if err == nil {
		id, err = h.Appraisal.CreateScheme(c.Request().Context(), layout.Viewer(c), f.Preset, f.Name)
	}
	if e, ok := layout.ErrorsOf(c, err); ok {
		return h.renderSchemes(c, refused(err), f, e)
	}
	if err != nil {
		return err
	}
	return done(c, versionURL(id), "appraisal.scheme.created")
}

// Scheme is one version: the editor of a draft, the weights of a fixed one.
func (h *Handlers) Scheme(c echo.Context) error {
	ver, err := h.Appraisal.Version(c.Request().Context(), layout.Viewer(c), versionOf(c))
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, schemePage(ver, editorOf(ver.Scheme()), layout.Errors{}))
}

// editor is the draft as its form sends it: one entry a dimension and one an indicator, in the draft's order.
type editor struct {
	Aim              string   `form:"aim" validate:"max=200"`
	Posts            []string `form:"posts"`
	DimensionNames   []string `form:"dimension_name"`
	DimensionWeights []string `form:"dimension_weight"`
	IndicatorNames   []string `form:"indicator_name"`
	IndicatorWeights []string `form:"indicator_weight"`
}

func editorOf(s appraisal.Scheme) editor {
	e := editor{Aim: s.Aim}
	for _, p := range s.Posts {
		e.Posts = append(e.Posts, string(p))
	}
	for _, d := range s.Dimensions {
		e.DimensionNames = append(e.DimensionNames, d.Name)
		e.DimensionWeights = append(e.DimensionWeights, d.Weight.String())
		for _, i := range d.Indicators {
			e.IndicatorNames = append(e.IndicatorNames, i.Name)
			e.IndicatorWeights = append(e.IndicatorWeights, i.Weight.String())
		}
	}
	return e
}

// fits tells whether the form belongs to this draft: as many entries as it has parts.
func (e editor) fits(s appraisal.Scheme) bool {
	d, i := len(s.Dimensions), len(s.Indicators())
	return len(e.DimensionNames) == d && len(e.DimensionWeights) == d && len(e.IndicatorNames) == i && len(e.IndicatorWeights) == i
}

// apply puts names, weights and posts into the draft; a weight that is no number is named.
func (e editor) apply(s appraisal.Scheme) (appraisal.Scheme, error) {
	var bad []errs.Field
	weight := func(field, text string) score.Hundredths {
		w, err := score.Parse(strings.TrimSuffix(strings.TrimSpace(text), "%"))
		if err != nil {
			bad = append(bad, errs.NewField(field, "error.appraisal.weight"))
		}
		return w
	}
	s.Aim, s.Posts = e.Aim, nil
	for _, p := range e.Posts {
		s.Posts = append(s.Posts, account.PostKind(p))
	}
	dimensions, n := []appraisal.Dimension{}, 0
	for at, d := range s.Dimensions {
		d.Name, d.Weight = e.DimensionNames[at], weight(appraisal.DimensionField(at), e.DimensionWeights[at])
		indicators := []appraisal.Indicator{}
		for _, i := range d.Indicators {
			i.Name, i.Weight = e.IndicatorNames[n], weight(appraisal.IndicatorField(i.Key), e.IndicatorWeights[n])
			indicators = append(indicators, i)
			n++
		}
		d.Indicators = indicators
		dimensions = append(dimensions, d)
	}
	s.Dimensions = dimensions
	if len(bad) > 0 {
		return s, errs.InvalidFields(bad...)
	}
	return s, nil
}

// EditScheme keeps a draft. It may still be wrong; the page then says what keeps it from being activated.
func (h *Handlers) EditScheme(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	ver, err := h.Appraisal.Version(ctx, v, versionOf(c))
	if err != nil {
		return err
	}
	var f editor
	if err = httpx.DecodeForm(c, &f); err == nil {
		if !f.fits(ver.Scheme()) {
			return errs.New(errs.Conflict, "error.conflict")
		}
		var body appraisal.Scheme
		if body, err = f.apply(ver.Scheme()); err == nil {
			err = h.Appraisal.EditDraft(ctx, v, ver.ID, body)
		}
	}
	if e, ok := layout.ErrorsOf(c, err); ok && f.fits(ver.Scheme()) {
		return layout.Render(c, refused(err), schemePage(ver, f, e))
	}
	if err != nil {
		return err
	}
	return done(c, versionURL(ver.ID), "appraisal.scheme.saved")
}

// ActivateScheme fixes a draft.
func (h *Handlers) ActivateScheme(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	err := h.Appraisal.Activate(ctx, v, versionOf(c))
	if e, ok := layout.ErrorsOf(c, err); ok {
		ver, loadErr := h.Appraisal.Version(ctx, v, versionOf(c))
		if loadErr != nil {
			return loadErr
		}
		return layout.Render(c, refused(err), schemePage(ver, editorOf(ver.Scheme()), e))
	}
	if err != nil {
		return err
	}
	return done(c, versionURL(versionOf(c)), "appraisal.scheme.activated")
}

// NextScheme makes a draft from a fixed version.
func (h *Handlers) NextScheme(c echo.Context) error {
	id, err := h.Appraisal.NextVersion(c.Request().Context(), layout.Viewer(c), versionOf(c))
	if err != nil {
		return err
	}
	return done(c, versionURL(id), "appraisal.scheme.created")
}
