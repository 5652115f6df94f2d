// Package page bounds every list: a page has a number from 1 and a size of at most MaxSize rows.
package page

import "strconv"

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

// Each hands every row of a list to fn, read by pages of the largest size, and counts them; it ends after the page with which most is
// reached.
func Each[T any](most int, list func(Page) ([]T, error), fn func(T) error) (count int, err error) {
	for n := 1; count < most; n++ {
		rows, err := list(New(n, MaxSize))
		if err != nil {
			return count, err
		}
		for _, r := range rows {
			if err := fn(r); err != nil {
				return count, err
			}
		}
		if count += len(rows); len(rows) < MaxSize {
			break
		}
	}
	return count, nil
}

func atoi(s string, otherwise int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return otherwise
	}
	return n
}

func clamp(n, low, high int) int { return min(max(n, low), high) }
