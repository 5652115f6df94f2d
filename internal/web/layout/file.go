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

// SendCSV answers with the rows as a file.
func SendCSV(c echo.Context, filename string, rows [][]string) error {
	beginFile(c, "text/csv; charset=utf-8", filename)
	return spreadsheet.WriteCSV(c.Response(), rows)
}

// SendXLSX answers with the rows as a workbook of one sheet, whose cells are all texts.
func SendXLSX(c echo.Context, filename, sheet string, rows [][]string) error {
	beginFile(c, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename)
	return spreadsheet.WriteXLSX(c.Response(), sheet, rows)
}
