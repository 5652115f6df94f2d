package layout

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/httpx"
)

// PageError answers an error with a page; the edge calls it (httpx.Options).
func PageError(c echo.Context, status int, message string) error {
	return Render(c, status, ErrorPage(ErrorProps{Status: status, Message: message, RequestID: httpx.RequestID(c)}))
}

// errorTitle is the word key of the heading for a status.
func errorTitle(status int) string {
	switch {
	case status == http.StatusForbidden:
		return "layout.error.forbidden"
	case status == http.StatusNotFound:
		return "layout.error.not_found"
	case status == http.StatusTooManyRequests:
		return "layout.error.too_many"
	case status == http.StatusGone:
		return "layout.error.gone"
	case status == http.StatusServiceUnavailable:
		return "layout.error.unavailable"
	case status >= http.StatusInternalServerError:
		return "layout.error.fault"
	}
	return "layout.error.request"
}

// errorText says what to do about it.
func errorText(status int) string {
	switch {
	case status == http.StatusForbidden:
		return "layout.error.forbidden_text"
	case status == http.StatusNotFound:
		return "layout.error.not_found_text"
	case status == http.StatusTooManyRequests:
		return "layout.error.too_many_text"
	case status == http.StatusGone:
		return "layout.error.gone_text"
	case status == http.StatusServiceUnavailable:
		return "layout.error.unavailable_text"
	case status >= http.StatusInternalServerError:
		return "layout.error.fault_text"
	}
	return "layout.error.request_text"
}
