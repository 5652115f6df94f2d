package httpx

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// statuses is the one table from kinds to HTTP.
var statuses = map[errs.Kind]int{
	errs.Internal:        http.StatusInternalServerError,
	errs.BadRequest:      http.StatusBadRequest,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Gone:            http.StatusGone,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.TooEarly:        http.StatusTooEarly,
	errs.TooMany:         http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
}

// Status is the HTTP status of an error.
func Status(err error) int { return statuses[errs.KindOf(err)] }

// Problem is an RFC 9457 document. Type is stable; the titles say the same in both languages.
type Problem struct {
	Type    string         `json:"type"`
	Title   string         `json:"title"`
	TitleEN string         `json:"title_en"`
	Status  int            `json:"status"`
	Request string         `json:"request_id"`
	Errors  []FieldProblem `json:"errors,omitempty"`
}

// FieldProblem says what is wrong with one field.
type FieldProblem struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Code    string `json:"code"`
}

// PageError renders an error as a page.
type PageError func(c echo.Context, status int, message string) error

// asError brings any error to an *errs.Error: echo's own by their status, everything unknown as Internal.
func asError(err error) *errs.Error {
	var e *errs.Error
	if errors.As(err, &e) {
		return e
	}
	var h *echo.HTTPError
	if !errors.As(err, &h) {
		return errs.New(errs.Internal, "error.internal").With(err)
	}
	switch h.Code {
	case http.StatusNotFound:
		return errs.New(errs.NotFound, "error.not_found").With(err)
	case http.StatusMethodNotAllowed:
		return errs.New(errs.BadRequest, "error.method_not_allowed").With(err)
	case http.StatusRequestEntityTooLarge:
		return errs.New(errs.TooLarge, "error.too_large", "limit", "").With(err)
	}
	return errs.New(errs.Internal, "error.internal").With(err)
}

// handleError answers every error in one place: problem+json for the API, a page for people. Detail goes to the log only.
func handleError(log *slog.Logger, page PageError) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		e := asError(err)
		status := statuses[e.Kind]
		if status >= http.StatusInternalServerError {
			log.ErrorContext(c.Request().Context(), "request failed", "request_id", RequestID(c), "status", status, "error", err)
		}
		if e.RetryAfterSeconds > 0 {
			c.Response().Header().Set("Retry-After", strconv.Itoa(e.RetryAfterSeconds))
		}
		if IsAPI(c) || page == nil {
			err = writeProblem(c, e, status)
		} else {
			err = page(c, status, pageMessage(Lang(c), c, e))
		}
		if err != nil {
			log.ErrorContext(c.Request().Context(), "error page failed", "request_id", RequestID(c), "error", err)
		}
	}
}

func message(l words.Lang, c echo.Context, e *errs.Error) string {
	places := map[string]any{"request_id": RequestID(c), "count": len(e.Fields), "seconds": e.RetryAfterSeconds}
	for k, v := range e.Args {
		places[k] = v
	}
	return words.TMap(l, e.Key, places)
}

// pageMessage is what a page says: what is wrong with the fields where there is no form to say it at, and nothing of a body that
// cannot be read, because its fault means nothing to people.
func pageMessage(l words.Lang, c echo.Context, e *errs.Error) string {
	if e.Key == "error.bad_request" {
		return ""
	}
	said := []string{message(l, c, e)}
	for _, f := range e.Fields {
		said = append(said, words.TMap(l, f.Key, f.Args))
	}
	return strings.Join(said, " ")
}

// Message is an error's sentence in the sender's language, for pages that show it in place.
func Message(c echo.Context, err error) string { return message(Lang(c), c, asError(err)) }

func writeProblem(c echo.Context, e *errs.Error, status int) error {
	doc := map[string]any{}
	for k, v := range e.Extra {
		doc[k] = v
	}
	doc["type"] = "urn:peikao:" + strings.ReplaceAll(strings.TrimPrefix(e.Key, "error."), ".", ":")
	doc["title"], doc["title_en"] = message(words.ZH, c, e), message(words.EN, c, e)
	doc["status"], doc["request_id"] = status, RequestID(c)
	if len(e.Fields) > 0 {
		doc["errors"] = fieldProblems(Lang(c), e.Fields)
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return c.Blob(status, "application/problem+json", b)
}

func fieldProblems(l words.Lang, fields []errs.Field) []FieldProblem {
	out := make([]FieldProblem, len(fields))
	for i, f := range fields {
		out[i] = FieldProblem{Field: f.Name, Message: words.TMap(l, f.Key, f.Args), Code: strings.TrimPrefix(f.Key, "error.")}
	}
	return out
}
