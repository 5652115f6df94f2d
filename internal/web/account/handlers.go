// Package account holds the pages of people: log-in, own settings, the
// directory, a person's page, the import of a staff list and the organisation.
package account

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// Handlers are the pages of the account feature.
type Handlers struct {
	Accounts *people.Service
	Cookies  httpx.Cookies
	// Demo lists the demo's accounts for the log-in page; nil outside the demo.
	Demo func(ctx context.Context) ([]DemoAccount, error)
}

// DemoAccount is an account that the demo's log-in page offers.
type DemoAccount struct {
	Login    string
	Password string
	Name     string
	Role     string // in words, as the page shows it
}

// explain turns an error that a page can answer into the messages of its form.
// Besides wrong fields and conflicts these are refusals that have a sentence.
func explain(c echo.Context, err error) (layout.Errors, bool) {
	if e, ok := layout.ErrorsOf(c, err); ok {
		return e, true
	}
	var known *errs.Error
	if errors.As(err, &known) && (known.Kind == errs.Unauthenticated || known.Kind == errs.TooMany || known.Kind == errs.Forbidden) && known.Key != "error.unauthenticated" && known.Key != "error.forbidden" {
		return layout.Errors{General: words.TMap(httpx.Lang(c), known.Key, known.Args)}, true
	}
	return layout.Errors{}, false
}

// status is what a page with messages is answered with.
func status(err error) int {
	switch errs.KindOf(err) {
	case errs.Unauthenticated:
		return http.StatusUnauthorized
	case errs.TooMany:
		return http.StatusTooManyRequests
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.Conflict:
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// done leaves a message for the page that the answer leads to.
func done(c echo.Context, key, to string, kv ...any) error {
	layout.SetFlash(c, layout.OK, key, kv...)
	return c.Redirect(http.StatusSeeOther, to)
}

// refused leaves the reason why a button did nothing, or returns the error
// that is none to explain.
func refused(c echo.Context, err error, to string) error {
	if _, ok := explain(c, err); !ok {
		return err
	}
	key, kv, _ := layout.Refusal(err)
	var known *errs.Error
	if errors.As(err, &known) && key == "error.field.required" { // says which
		key, kv = "account.missing", []any{"field", fieldName(c, known.Fields[0].Name)}
	}
	layout.SetFlash(c, layout.Bad, key, kv...)
	return c.Redirect(http.StatusSeeOther, to)
}

// fieldName is a field's label.
func fieldName(c echo.Context, name string) string {
	if key := "account.field." + strings.TrimSuffix(name, "_id"); words.Has(key) {
		return words.T(httpx.Lang(c), key)
	}
	return name
}

// date reads what a date field sends; a wrong one is a field error.
func date(name, text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, errs.InvalidFields(errs.NewField(name, "error.account.import_date"))
	}
	return &t, nil
}

// mustDate is date for a field that has to be filled in.
func mustDate(name, text string) (time.Time, error) {
	t, err := date(name, text)
	if err == nil && t == nil {
		err = errs.InvalidFields(errs.NewField(name, "error.field.required"))
	}
	if err != nil {
		return time.Time{}, err
	}
	return *t, nil
}

// localPath lets a log-in lead only to a page of this site.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}
