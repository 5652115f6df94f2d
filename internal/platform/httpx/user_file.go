package httpx

import (
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// UserFilePolicy keeps what somebody uploaded from acting as a page of ours (decision 28).
const UserFilePolicy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'"

// UserFile is a file that somebody uploaded or recorded.
type UserFile struct {
	ContentType string
	Name        string // under which it is saved; "" = none
	ETag        string // strong and quoted; "" = none
	Cache       string // of Cache-Control; "" = nobody keeps it
}

// ServeUserFile answers with the file, whole or the range that is asked for, to be shown in a page of ours. It closes body.
func ServeUserFile(c echo.Context, body io.ReadSeekCloser, f UserFile) error {
	defer body.Close()
	header := c.Response().Header()
	header.Set("Content-Security-Policy", UserFilePolicy)
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set(echo.HeaderCacheControl, "private, no-store")
	if f.Cache != "" {
		header.Set(echo.HeaderCacheControl, f.Cache)
	}
	header.Set(echo.HeaderContentType, f.ContentType)
	var named map[string]string
	if f.Name != "" {
		named = map[string]string{"filename": f.Name}
	}
	header.Set(echo.HeaderContentDisposition, mime.FormatMediaType("inline", named))
	if f.ETag != "" {
		header.Set("ETag", f.ETag)
	}
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, body)
	return nil
}
