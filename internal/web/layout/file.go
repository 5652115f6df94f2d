package layout

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/spreadsheet"
)

// The formats in which a table leaves.
const (
	FormatCSV  = "csv"
	FormatXLSX = "xlsx"
)

// The media types of their files.
const (
	CSVType  = "text/csv; charset=utf-8"
	XLSXType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// SendTable answers with the rows as a file of the format, which FormatChoice asks for; anything but CSV is XLSX. The workbook's one sheet has
// the file's name, and its cells are all texts.
func SendTable(c echo.Context, name, format string, rows [][]string) error {
	return SendSheet(c, name, name, format, rows)
}

// SendSheet is SendTable with a name of the sheet's own.
func SendSheet(c echo.Context, name, sheet, format string, rows [][]string) error {
	if format == FormatCSV {
		beginFile(c, CSVType, name+".csv")
		return spreadsheet.WriteCSV(c.Response(), rows)
	}
	beginFile(c, XLSXType, name+".xlsx")
	return spreadsheet.WriteXLSX(c.Response(), sheet, rows)
}

// SendFile answers with a file that is made already.
func SendFile(c echo.Context, kind, filename string, data []byte) error {
	beginFile(c, kind, filename)
	_, err := c.Response().Write(data)
	return err
}

// beginFile begins the answer with a file that no cache keeps.
func beginFile(c echo.Context, kind, filename string) {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, kind)
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+filename+`"`)
	header.Set(echo.HeaderCacheControl, "private, no-store")
	c.Response().WriteHeader(http.StatusOK)
}
