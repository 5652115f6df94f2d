package exam

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
)

// shellMaxAge lets a browser show the shell again without a line, for about as long as an exam lasts: a reload in the
// middle of an exam then still finds the page, and the answers that stand in its journal.
const shellMaxAge = 3 * time.Hour

// pageWords is the prefix of every sentence that the exam page may say, but for those of the pages after the hand-in.
const pageWords = "attempt."

var afterWords = []string{"attempt.receipt.", "attempt.result."}

// Take serves the exam page's shell: a document of its own, the same for everybody, that holds words and ids and never a
// question or a name. The page fetches the paper over the API, which decides who may see it.
type Take struct {
	Zone *time.Location // the clinic's, in which the page writes times
}

// shell is what the page finds in its document. ExamID or AttemptID is empty.
type shell struct {
	ExamID    string            `json:"exam_id"`
	AttemptID string            `json:"attempt_id"`
	Lang      string            `json:"lang"`
	TimeZone  string            `json:"time_zone"` // IANA name
	Words     map[string]string `json:"words"`
}

// Sit is GET /exams/{id}/sit: the waiting page, from which an attempt starts or goes on.
func (t Take) Sit(c echo.Context) error {
	return t.serve(c, func(s *shell, id string) { s.ExamID = id })
}

// Resume is GET /attempts/{id}: the attempt itself, on any device.
func (t Take) Resume(c echo.Context) error {
	return t.serve(c, func(s *shell, id string) { s.AttemptID = id })
}

func (t Take) serve(c echo.Context, name func(s *shell, id string)) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	lang := httpx.Lang(c)
	s := shell{Lang: string(lang), TimeZone: t.Zone.String(), Words: wordsOfPage(lang)}
	name(&s, strconv.FormatInt(id, 10))
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	h.Set(echo.HeaderCacheControl, "private, max-age="+strconv.Itoa(int(shellMaxAge.Seconds())))
	c.Response().WriteHeader(http.StatusOK)
	return shellPage(s).Render(c.Request().Context(), c.Response())
}

func wordsOfPage(l words.Lang) map[string]string {
	said := map[string]string{}
	for _, key := range words.Keys(l) {
		after := slices.ContainsFunc(afterWords, func(p string) bool { return strings.HasPrefix(key, p) })
		if strings.HasPrefix(key, pageWords) && !after {
			said[key] = words.T(l, key)
		}
	}
	return said
}
