package layout

import (
	"encoding/csv"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// CSV begins the answer with a file for a spreadsheet. The caller writes rows through Cells and flushes.
func CSV(c echo.Context, filename string) (*csv.Writer, error) {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+filename+`"`)
	header.Set(echo.HeaderCacheControl, "private, no-store")
	c.Response().WriteHeader(http.StatusOK)
	_, err := c.Response().Write([]byte("\xef\xbb\xbf")) // Excel takes UTF-8 for GBK without it
	return csv.NewWriter(c.Response()), err
}

// Cells keep a spreadsheet from taking what people typed for a formula (threat 42).
func Cells(values ...string) []string {
	out := make([]string, len(values))
	for i, s := range values {
		if s != "" && strings.ContainsRune("=+-@\t\r\x00", rune(s[0])) {
			s = "'" + s
		}
		out[i] = s
	}
	return out
}
