package layout

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/spreadsheet"
)

// beginFile begins the answer with a file that no cache keeps.
func beginFile(c echo.Context, kind, filename string) {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, kind)
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+filename+`"`)
	header.Set(echo.HeaderCacheControl, "private, no-store")
	c.Response().WriteHeader(http.StatusOK)
}

// CSV begins the answer with a file for a spreadsheet program. The caller writes rows and flushes.
func CSV(c echo.Context, filename string) (*spreadsheet.CSV, error) {
	beginFile(c, "text/csv; charset=utf-8", filename)
	return spreadsheet.NewCSV(c.Response())
}

// SendCSV answers with the rows as a file.
func SendCSV(c echo.Context, filename string, rows [][]string) error {
	w, err := CSV(c, filename)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			return err
		}
	}
	return w.Flush()
}

// SendXLSX answers with the rows as a workbook of one sheet, whose cells are all texts.
func SendXLSX(c echo.Context, filename, sheet string, rows [][]string) error {
	beginFile(c, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename)
	return spreadsheet.WriteXLSX(c.Response(), sheet, rows)
}
