package exam

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// soundPolicy keeps what somebody recorded from acting as a page of ours (decision 28).
const soundPolicy = "sandbox; default-src 'none'; media-src 'self'"

// AnswerSound is GET /exams/{id}/marking/answers/{task}/takes/{take}: one take of a spoken answer, for its markers. Who may listen is
// asked at each request, and ranges are streamed through.
func (d *Desk) AnswerSound(c echo.Context) error {
	sound, err := d.Exams.OpenAnswer(c.Request().Context(), layout.Viewer(c), account.ParseID[exam.MarkTaskID](c.Param("task")), takeNo(c))
	if err != nil {
		return err
	}
	return streamed(c, sound)
}

// Sound is GET /attempts/{id}/recordings/{slot}/{take}: one take of the own recording during the exam, and of a released result for who
// sees its answers.
func (a After) Sound(c echo.Context) error {
	id, err := attemptID(c)
	if err != nil {
		return err
	}
	slot, err := strconv.Atoi(c.Param("slot"))
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	sound, err := a.Sat.OpenRecording(c.Request().Context(), layout.Viewer(c), id, slot, takeNo(c))
	if err != nil {
		return err
	}
	return streamed(c, sound)
}

// takeNo is 0, which no take has, for what is no number.
func takeNo(c echo.Context) int {
	n, _ := strconv.Atoi(c.Param("take"))
	return n
}

func streamed(c echo.Context, sound *exam.Sound) error {
	defer sound.Close()
	header := c.Response().Header()
	header.Set("Content-Security-Policy", soundPolicy)
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "private, no-store")
	header.Set(echo.HeaderContentType, sound.ContentType)
	header.Set(echo.HeaderContentDisposition, "inline")
	header.Set("ETag", sound.ETag)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, sound)
	return nil
}

// soundURL is where the takes of an attempt's recording are, each under its number.
func soundURL(id exam.AttemptID, slot int) string {
	return attemptURL(id) + "/recordings/" + strconv.Itoa(slot)
}

// soundLength is a length in whole seconds, begun ones counted.
func soundLength(ctx context.Context, ms int64) string {
	return layout.T(ctx, "exampages.sound.seconds", "n", (ms+999)/1000)
}

// answerExcerpt is an answer that people mark in a few words.
func answerExcerpt(ctx context.Context, r questionbank.Response) string {
	if r.Type == questionbank.Spoken {
		return layout.T(ctx, "exampages.sound.title") + " " + soundLength(ctx, r.Recording.MS)
	}
	return excerpt(r.Text)
}
