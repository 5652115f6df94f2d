package layout

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/page"
)

// Here is the address of the page being rendered with some parameters of its
// query replaced (name, value, name, value); an empty value removes one. The
// rest of the filter stays. Changing anything but the page goes back to page 1.
func Here(ctx context.Context, kv ...string) templ.SafeURL {
	u := frameOf(ctx).url
	q := u.Query()
	if !slices.Contains(kv, "page") {
		q.Del("page")
	}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] == "" {
			q.Del(kv[i])
		} else {
			q.Set(kv[i], kv[i+1])
		}
	}
	return templ.SafeURL(address(u.Path, q))
}

// Query is a parameter of the address being rendered.
func Query(ctx context.Context, name string) string { return frameOf(ctx).url.Query().Get(name) }

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// kept lists the parameters that a filter form carries along as hidden fields:
// all but its own and the page number.
func kept(ctx context.Context, own ...string) []pair {
	q := frameOf(ctx).url.Query()
	var out []pair
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if name == "page" || slices.Contains(own, name) {
			continue
		}
		for _, v := range q[name] {
			out = append(out, pair{name, v})
		}
	}
	return out
}

type pair struct{ name, value string }

// sortLink sorts by a column; again, the other way round.
func sortLink(ctx context.Context, column string) templ.SafeURL {
	if Query(ctx, "sort") == column {
		return Here(ctx, "sort", "-"+column)
	}
	return Here(ctx, "sort", column)
}

// ariaSort tells a screen reader how the table is sorted by the column.
func ariaSort(ctx context.Context, column string) string {
	sort := Query(ctx, "sort")
	switch {
	case column == "" || strings.TrimPrefix(sort, "-") != column:
		return "none"
	case strings.HasPrefix(sort, "-"):
		return "descending"
	}
	return "ascending"
}

// pageNumbers are the numbers of a pager around the current one; 0 is a gap.
func pageNumbers(current, last int) []int {
	var out []int
	for n := 1; n <= last; n++ {
		if n == 1 || n == last || n >= current-1 && n <= current+1 {
			out = append(out, n)
		} else if out[len(out)-1] != 0 {
			out = append(out, 0)
		}
	}
	return out
}

// PastTheEnd tells of a page of a list that has nothing on it but is not the first: an old address leads there, or the list has become
// shorter. It must not say that there is nothing at all (FirstPage).
func PastTheEnd(p page.Page, rows int) bool { return rows == 0 && p.Number > 1 }

// FirstPage leads to the first page of the list that was asked for.
func FirstPage(c echo.Context) error {
	u := *c.Request().URL
	q := u.Query()
	q.Del("page")
	return c.Redirect(http.StatusSeeOther, address(u.Path, q))
}
