package xlsx

import (
	"io"
	"slices"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/table"
)

// maxCell is how many characters Excel keeps in a cell.
const maxCell = 32_767

// Encode writes a workbook with a row for each question, whose columns Decode knows.
func Encode(w io.Writer, questions []questionbank.Question) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", TemplateSheet); err != nil {
		return err
	}
	sheet, err := f.NewStreamWriter(TemplateSheet)
	if err != nil {
		return err
	}
	for n := 0; n <= len(questions); n++ {
		cells := table.Columns
		if n > 0 {
			cells = table.Cells(questions[n-1])
		}
		row := make([]any, len(cells))
		for i, c := range cells {
			if c != "" { // most are empty, and an empty cell is written too
				row[i] = c
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n+1)
		if err != nil {
			return err
		}
		if err := sheet.SetRow(at, row); err != nil {
			return err
		}
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

// Losses says what a workbook cannot hold of the question. What it says nothing of is read back as it was.
func Losses(q questionbank.Question) []questionbank.Loss {
	losses := table.Losses(q)
	if slices.ContainsFunc(table.Cells(q), func(c string) bool { return len(utf16.Encode([]rune(c))) > maxCell }) {
		losses = append(losses, questionbank.Loss{Message: "一格放不下 32,767 字以上的内容，后面的截去"})
	}
	return losses
}
