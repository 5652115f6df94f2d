package exam

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// standing is how one candidate stands, for the staff.
type standing string

const (
	notStarted standing = "not_started"
	working    standing = "working"
	handedIn   standing = "handed_in"
	absent     standing = "absent"
	deferred   standing = "deferred"
	voided     standing = "void"
)

// standings are in the order of the filter.
var standings = []standing{notStarted, working, handedIn, absent, deferred, voided}

var standingTones = map[standing]layout.Tone{
	notStarted: layout.Neutral, working: layout.Warn, handedIn: layout.OK, absent: layout.Bad, deferred: layout.Info, voided: layout.Neutral,
}

func standingOf(r exam.CandidateRow) standing {
	switch {
	case r.State == exam.Absent:
		return absent
	case r.AttemptState == nil && r.State == exam.Deferred:
		return deferred
	case r.AttemptState == nil:
		return notStarted
	case *r.AttemptState == exam.AttemptOpen:
		return working
	case *r.AttemptState == exam.AttemptVoid:
		return voided
	}
	return handedIn
}

// boardRow is a candidate with what the viewer may know. Known is false while there is no result, or it is not released
// and the viewer is not one who releases; nobody sees the own result before its release.
type boardRow struct {
	exam.CandidateRow
	Standing standing
	Known    bool
}

func boardRowOf(v account.Viewer, r exam.CandidateRow) boardRow {
	mayRelease := v.Can(account.ExamRelease) && r.PersonID != v.PersonID
	return boardRow{CandidateRow: r, Standing: standingOf(r), Known: r.ResultID != nil && (r.ReleasedAt != nil || mayRelease)}
}

// tally counts an exam's people.
type tally struct {
	People     int
	Standing   map[standing]int
	Bands      map[score.Band]int // of the known results
	Unreleased int
	Passed     int
	Known      int
}

func tallyOf(rows []boardRow) tally {
	t := tally{People: len(rows), Standing: map[standing]int{}, Bands: map[score.Band]int{}}
	for _, r := range rows {
		t.Standing[r.Standing]++
		if r.ResultID != nil && r.ReleasedAt == nil {
			t.Unreleased++
		}
		if !r.Known {
			continue
		}
		t.Known++
		t.Bands[*r.Band]++
		if *r.Passed {
			t.Passed++
		}
	}
	return t
}

// maxBoard bounds what a board or a file takes in: an exam of a large chain.
const maxBoard = 5000

// boardRows are all candidates inside the viewer's part of the tree.
func (d *Desk) boardRows(ctx context.Context, v account.Viewer, id exam.ExamID) ([]boardRow, error) {
	var out []boardRow
	for n := 1; len(out) < maxBoard; n++ {
		rows, total, err := d.Exams.Candidates(ctx, v, id, page.New(n, page.MaxSize))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out = append(out, boardRowOf(v, r))
		}
		if len(rows) < page.MaxSize || len(out) >= total {
			break
		}
	}
	return out, nil
}

// boardFilter narrows the board; empty fields do not.
type boardFilter struct {
	Name     string
	Standing standing
	Band     score.Band
	Sort     string // "percent", "-percent", "" as stored
}

func boardFilterOf(c echo.Context) boardFilter {
	return boardFilter{
		Name: strings.TrimSpace(c.QueryParam("q")), Standing: standing(c.QueryParam("standing")),
		Band: score.Band(c.QueryParam("band")), Sort: c.QueryParam("sort"),
	}
}

func (f boardFilter) fits(r boardRow) bool {
	return (f.Name == "" || strings.Contains(r.Name, f.Name)) &&
		(f.Standing == "" || f.Standing == r.Standing) &&
		(f.Band == "" || r.Known && f.Band == *r.Band)
}

// apply filters and sorts; who has no known result stands last in either order.
func (f boardFilter) apply(rows []boardRow) []boardRow {
	out := slices.DeleteFunc(slices.Clone(rows), func(r boardRow) bool { return !f.fits(r) })
	if strings.TrimPrefix(f.Sort, "-") != "percent" {
		return out
	}
	slices.SortStableFunc(out, func(a, b boardRow) int {
		switch {
		case a.Known != b.Known:
			if a.Known {
				return -1
			}
			return 1
		case !a.Known:
			return 0
		case f.Sort == "percent":
			return int(*a.Percent - *b.Percent)
		}
		return int(*b.Percent - *a.Percent)
	})
	return out
}

// onPage is the part of the rows that a page shows.
func onPage(rows []boardRow, pg page.Page) []boardRow {
	from := min(pg.Offset(), len(rows))
	return rows[from:min(from+pg.Limit(), len(rows))]
}

// board is what the results page shows.
type board struct {
	Exam  exam.Exam
	Phase phase
	Tally tally
	Rows  []boardRow
	Page  page.Page
	Total int // that fit the filter
	Query string
}

// Results is GET /exams/{id}/results.
func (d *Desk) Results(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	e, err := d.Exams.Exam(ctx, v, examID(c))
	if err != nil {
		return err
	}
	all, err := d.boardRows(ctx, v, e.ID)
	if err != nil {
		return err
	}
	fit := boardFilterOf(c).apply(all)
	b := board{
		Exam: e, Phase: phaseOf(e.State, e.OpensAt, e.ClosesAt, pageNow(c)), Tally: tallyOf(all),
		Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), Total: len(fit), Query: c.QueryString(),
	}
	b.Rows = onPage(fit, b.Page)
	return layout.Render(c, http.StatusOK, boardPage(b))
}
