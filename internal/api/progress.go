package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// Learning takes the beats of players.
type Learning struct{ Courseware *courseware.Service }

// progressBody is what a player tells every 10 s. The server credits what is plausible by its own clock.
type progressBody struct {
	PositionMS int64 `json:"position_ms" validate:"min=0"`
	Playing    bool  `json:"playing"`
	Visible    bool  `json:"visible"`
	Rate       int   `json:"rate" validate:"min=0,max=1600"` // per cent: 100 = normal speed; more than 200 counts as 200
	Page       int   `json:"page" validate:"min=0"`          // from 1; 0 = not a paged unit
}

type creditAnswer struct {
	Percent   int  `json:"percent"` // credited so far
	Completed bool `json:"completed"`
}

// Beat is POST /api/v1/units/{id}/progress.
func (h *Learning) Beat(c echo.Context) error {
	var b progressBody
	if err := httpx.Decode(c, &b); err != nil {
		return err
	}
	credit, err := h.Courseware.Beat(c.Request().Context(), viewerOf(c), account.ParseID[courseware.UnitID](c.Param("id")), courseware.Beat{
		PositionMS: b.PositionMS, Page: b.Page, RateHundredths: b.Rate, Playing: b.Playing, Visible: b.Visible,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, creditAnswer{Percent: credit.Percent, Completed: credit.Completed})
}
