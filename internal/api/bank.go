package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

// Bank is the question bank, for its staff alone: the answers hold keys.
type Bank struct{ Bank *bank.Service }

// questionAnswer is a question with its current version.
type questionAnswer struct {
	ID        bank.QuestionID       `json:"id,string"`
	VersionID bank.VersionID        `json:"version_id,string"`
	Version   int                   `json:"version"`
	State     bank.State            `json:"state"`
	HasDraft  bool                  `json:"has_draft"` // a newer version is being written
	EditedAt  time.Time             `json:"edited_at"`
	TopicIDs  []string              `json:"topic_ids"`
	Tags      []string              `json:"tags"`
	Question  questionbank.Question `json:"question"`
}

type questionsAnswer struct {
	Questions []questionAnswer `json:"questions"`
	Total     int              `json:"total"`
	Page      int              `json:"page"`
	Size      int              `json:"size"`
}

// List is GET /api/v1/bank/questions?q=&topic=&type=&difficulty=&key=&state=&law=&tag=&sort=&page=&size=.
func (h *Bank) List(c echo.Context) error {
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	difficulty, _ := strconv.Atoi(c.QueryParam("difficulty"))
	rows, total, err := h.Bank.Questions(c.Request().Context(), viewerOf(c), bank.Filter{
		Search: c.QueryParam("q"), TopicID: account.ParseID[bank.TopicID](c.QueryParam("topic")), Type: questionbank.Type(c.QueryParam("type")),
		Difficulty: difficulty, Key: c.QueryParam("key"), State: c.QueryParam("state"), Law: c.QueryParam("law"), Sort: c.QueryParam("sort"), TagID: account.ParseID[bank.TagID](c.QueryParam("tag")),
	}, pg)
	if err != nil {
		return err
	}
	out := questionsAnswer{Questions: []questionAnswer{}, Total: total, Page: pg.Number, Size: pg.Limit()}
	for _, r := range rows {
		a := questionAnswer{ID: r.QuestionID, VersionID: r.VersionID, Version: r.Number, State: r.State, HasDraft: r.HasOpen,
			EditedAt: r.EditedAt, TopicIDs: []string{}, Tags: append([]string{}, r.Tags...), Question: r.Question()}
		for _, id := range r.Topics() {
			a.TopicIDs = append(a.TopicIDs, id.String())
		}
		out.Questions = append(out.Questions, a)
	}
	return c.JSON(http.StatusOK, out)
}

// bankImportAnswer says what came in. Only a problem of severity "error" keeps questions out; then none of them came in.
type bankImportAnswer struct {
	DryRun bool `json:"dry_run"`
	bank.ImportAnswer
}

// Import is POST /api/v1/bank/import?dry_run=1&publish=1&review=1&leave_out_refused=1&leave_out_near=1&with_doubles=1&map=&create_below=
// &leave_out=&take=, multipart with one or more fields "file". A dry run tells what would happen; without it a file with errors is 422 with the same list of problems,
// and nothing is imported, unless the refused questions are to be left out.
func (h *Bank) Import(c echo.Context) error {
	form, err := c.MultipartForm()
	if err != nil || len(form.File["file"]) == 0 {
		return errs.InvalidFields(errs.NewField("file", "error.field.required")).With(err)
	}
	var files []bank.File
	for _, head := range form.File["file"] {
		f, err := head.Open()
		if err != nil {
			return err
		}
		defer f.Close()
		files = append(files, bank.File{Name: head.Filename, Data: f})
	}
	asked := func(name string) bool {
		yes, _ := strconv.ParseBool(c.QueryParam(name))
		return yes
	}
	dryRun, leaveOut, query := asked("dry_run"), asked("leave_out_refused"), c.QueryParams()
	sum, err := h.Bank.ImportFiles(c.Request().Context(), viewerOf(c), files, bank.Choice{Publish: asked("publish"), Review: asked("review"), SoundOnly: leaveOut,
		LookNear: dryRun, LeaveNear: asked("leave_out_near"), WithDoubles: asked("with_doubles"),
		Wishes: bank.Wishes{Map: query["map"], CreateBelow: query["create_below"], LeaveOut: query["leave_out"], Take: query["take"]}}, dryRun)
	if err != nil {
		return err
	}
	out := bankImportAnswer{DryRun: dryRun, ImportAnswer: sum.Answer()}
	if !dryRun && !leaveOut && questionbank.HasErrors(sum.Problems) {
		return errs.New(errs.Invalid, "error.bank.import_errors", "n", sum.Errors()).WithExtra("problems", out.Problems)
	}
	return c.JSON(http.StatusOK, out)
}
