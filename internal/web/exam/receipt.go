package exam

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/web/layout"
)

// Sat is what the pages after the hand-in need of the exam service.
type Sat interface {
	Attempt(ctx context.Context, v account.Viewer, id exam.AttemptID, client string) (exam.Sheet, error)
	OpenRecording(ctx context.Context, v account.Viewer, id exam.AttemptID, slot, take int) (*exam.Sound, error)
	OpenMedia(ctx context.Context, v account.Viewer, id exam.AttemptID, file string) (body io.ReadSeekCloser, contentType string, err error)
	Result(ctx context.Context, v account.Viewer, id exam.AttemptID) (exam.Result, error)
}

// TopicNames gives knowledge points their names; the bank does.
type TopicNames func(ctx context.Context, v account.Viewer, ids []exam.TopicID) (map[exam.TopicID]string, error)

// After serves the pages of an attempt that was handed in: receipt and result.
type After struct {
	Sat     Sat
	Topics  TopicNames
	Reports Reports
	Rounds  Rounds
}

// Receipt is GET /attempts/{id}/receipt: time, count and number of the hand-in. An attempt that is still open is sent back
// to its page, which sends every other one here.
func (a After) Receipt(c echo.Context) error {
	id, err := attemptID(c)
	if err != nil {
		return err
	}
	ctx, v := c.Request().Context(), layout.Viewer(c)
	sheet, err := a.Sat.Attempt(ctx, v, id, "")
	if err != nil {
		return err
	}
	if sheet.State == exam.AttemptOpen {
		return c.Redirect(http.StatusSeeOther, attemptURL(id))
	}
	_, err = a.Sat.Result(ctx, v, id)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return layout.Render(c, http.StatusOK, receiptPage(sheet, err == nil))
}

func receiptFacts(ctx context.Context, s exam.Sheet) []layout.Pair {
	out := []layout.Pair{
		{Label: layout.T(ctx, "attempt.receipt.number"), Value: receiptNumber(s.Receipt.JournalHead, s.AttemptID)},
		{Label: layout.T(ctx, "attempt.receipt.submitted"), Value: layout.DateTime(ctx, s.Receipt.SubmittedAt)},
		{Label: layout.T(ctx, "attempt.receipt.answered"), Value: strconv.Itoa(s.Receipt.Answered) + " / " + strconv.Itoa(s.Questions())},
	}
	if n := s.Late(); n > 0 {
		out = append(out, layout.Pair{Label: layout.T(ctx, "attempt.receipt.late"), Value: strconv.Itoa(n)})
	}
	return out
}

// receiptNumber is the beginning of the journal's head, short enough to be read out; a sheet without answers has none and is
// named by itself. The exam page shows the same.
func receiptNumber(head string, attempt exam.AttemptID) string {
	if strings.Trim(head, "0") == "" {
		return "#" + attempt.String()
	}
	if len(head) < 8 {
		return head
	}
	short := strings.ToUpper(head[:8])
	return short[:4] + "-" + short[4:]
}

func attemptURL(id exam.AttemptID) string {
	return "/attempts/" + strconv.FormatInt(int64(id), 10)
}

func attemptID(c echo.Context) (exam.AttemptID, error) {
	n, err := pathID(c)
	return exam.AttemptID(n), err
}

// pathID is the id in the address; anything that is none is a page that does not exist.
func pathID(c echo.Context) (int64, error) {
	text := c.Param("id")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != text {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	return n, nil
}
