package exam

import (
	"context"
	"path"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// AnswerSound is GET /exams/{id}/marking/answers/{task}/takes/{take}: one take of a spoken answer, for its markers. Who may listen is
// asked at each request, and ranges are streamed through.
func (d *Desk) AnswerSound(c echo.Context) error {
	sound, err := d.Exams.OpenAnswer(c.Request().Context(), layout.Viewer(c), account.ParseID[exam.MarkTaskID](c.Param("task")), takeNo(c))
	if err != nil {
		return err
	}
	return httpx.ServeUserFile(c, sound, httpx.UserFile{ContentType: sound.ContentType, ETag: sound.ETag})
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
	return httpx.ServeUserFile(c, sound, httpx.UserFile{ContentType: sound.ContentType, ETag: sound.ETag})
}

// Media is GET /attempts/{id}/media/{file}: a film of the paper during the exam, and every file of a released result's questions.
func (a After) Media(c echo.Context) error {
	id, err := attemptID(c)
	if err != nil {
		return err
	}
	body, contentType, err := a.Sat.OpenMedia(c.Request().Context(), layout.Viewer(c), id, c.Param("file"))
	if err != nil {
		return err
	}
	// the name follows from the content
	return httpx.ServeUserFile(c, body, httpx.UserFile{ContentType: contentType, ETag: strconv.Quote(c.Param("file"))})
}

// AnswerMedia is GET /exams/{id}/marking/answers/{task}/media/{file}: a file of the question, for the markers of the answer.
func (d *Desk) AnswerMedia(c echo.Context) error {
	task := account.ParseID[exam.MarkTaskID](c.Param("task"))
	body, contentType, err := d.Exams.OpenAnswerMedia(c.Request().Context(), layout.Viewer(c), task, c.Param("file"))
	if err != nil {
		return err
	}
	return httpx.ServeUserFile(c, body, httpx.UserFile{ContentType: contentType, ETag: strconv.Quote(c.Param("file"))})
}

// takeNo is 0, which no take has, for what is no number.
func takeNo(c echo.Context) int {
	n, _ := strconv.Atoi(c.Param("take"))
	return n
}

// answerURL is where an answer is marked; its takes and the question's files are below it.
func answerURL(a exam.Answer) string {
	return examURL(a.ExamID, "/marking/answers/"+a.ID.String())
}

// fileURL is where a question's file is below the address of what shows it; object is its name in the bank.
func fileURL(base, object string) string {
	return base + "/media/" + path.Base(object)
}

// soundURL is where the takes of an attempt's recording are, each under its number.
func soundURL(id exam.AttemptID, slot int) string {
	return attemptURL(id) + "/recordings/" + strconv.Itoa(slot)
}

// soundLength is a length in whole seconds, begun ones counted.
func soundLength(ctx context.Context, ms int64) string {
	return layout.T(ctx, "exampages.sound.seconds", "n", (ms+999)/1000)
}

// takeLength is how long a take is by its sound. A length that the sound does not tell is unknown, whatever a page said.
func takeLength(ctx context.Context, t exam.Take) string {
	if !t.Heard {
		return layout.T(ctx, "exampages.sound.unknown")
	}
	return soundLength(ctx, t.MS)
}

// answerExcerpt is an answer that people mark in a few words.
func answerExcerpt(ctx context.Context, r questionbank.Response) string {
	if r.Type == questionbank.Spoken {
		return layout.T(ctx, "exampages.sound.title") + " " + soundLength(ctx, r.Recording.MS)
	}
	return excerpt(r.Text)
}
