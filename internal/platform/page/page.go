// Package page bounds every list: a page has a number from 1 and a size of at most MaxSize rows, and what leaves as a file has all rows or none.
package page

import (
	"strconv"

	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	DefaultSize = 20
	MaxSize     = 100
	maxNumber   = 10_000 // an offset beyond a million rows is a scan, not a page
)

// Page is the part of a list that somebody asks for.
type Page struct {
	Number int // from 1
	Size   int // 1…MaxSize
}

// Parse reads a page from the text of a query string; what is missing or senseless becomes the default.
func Parse(number, size string) Page {
	return New(atoi(number, 1), atoi(size, DefaultSize))
}

// New bounds number and size.
func New(number, size int) Page {
	return Page{Number: clamp(number, 1, maxNumber), Size: clamp(size, 1, MaxSize)}
}

// Limit is the LIMIT of the query.
func (p Page) Limit() int { return clamp(p.Size, 1, MaxSize) }

// Offset is the OFFSET of the query.
func (p Page) Offset() int { return (clamp(p.Number, 1, maxNumber) - 1) * p.Limit() }

// Count is the number of pages that total rows fill, at least 1.
func (p Page) Count(total int) int {
	return max(1, (total+p.Limit()-1)/p.Limit())
}

// Whole is a whole list, for a file. list reads up to limit rows from the first on in one statement, and so at one moment: rows read page
// by page come twice or not at all when the list moves meanwhile. It tells how many fit in all, or fewer where they are not counted to the
// end. Invalid for more than most: a part of a list would pass for the whole.
func Whole[T any](most int, list func(limit int) (rows []T, total int, err error)) ([]T, error) {
	rows, total, err := list(most + 1)
	if err != nil {
		return nil, err
	}
	if len(rows) > most {
		return nil, errs.New(errs.Invalid, "error.export_most", "n", max(total, len(rows)), "most", most)
	}
	return rows, nil
}

func atoi(s string, otherwise int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return otherwise
	}
	return n
}

func clamp(n, low, high int) int { return min(max(n, low), high) }
