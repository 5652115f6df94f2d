package ledger

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// Line is an entry with what explains it.
type Line struct {
	ID       EntryID          `db:"id"`
	PersonID account.PersonID `db:"person_id"`
	RoundID  RoundID          `db:"round_id"`
	BookedOn time.Time        `db:"booked_on"`
	Outcome  Outcome          `db:"outcome"`
	Pay
	Reversal  bool      `db:"reversal"`   // it takes another one back
	Reversed  bool      `db:"reversed"`   // another one takes it back
	Version   int       `db:"version"`    // of the policy
	AttemptID *int64    `db:"attempt_id"` // whose result brought it; nil for an absence
	Title     string    `db:"title"`      // of the round's exam
	Kind      Kind      `db:"kind"`
	CreatedAt time.Time `db:"created_at"`
}

// Month is what a month comes to.
type Month struct {
	Month time.Time `db:"month"` // its first day
	N     int       `db:"n"`     // lines
	Pay
}

// Own are the viewer's own lines, the newest first, with what each of their months comes to.
func (s *Service) Own(ctx context.Context, v account.Viewer, pg page.Page) (lines []Line, months []Month, total int, err error) {
	if err := v.Require(account.LedgerRead); err != nil {
		return nil, nil, 0, err
	}
	if err := s.store.Select(ctx, s.d, &months, "own_months", int64(v.PersonID)); err != nil {
		return nil, nil, 0, err
	}
	for _, m := range months {
		total += m.N
	}
	err = s.store.Select(ctx, s.d, &lines, "own", int64(v.PersonID), pg.Limit(), pg.Offset())
	return lines, months, total, err
}

// OwnMonth is what the viewer's own lines of the present month come to; N is 0 when there are none.
func (s *Service) OwnMonth(ctx context.Context, v account.Viewer) (sum Sum, err error) {
	if err := v.Require(account.LedgerRead); err != nil {
		return sum, err
	}
	from, until := Filter{Month: s.d.Now().In(s.zone)}.span()
	err = s.store.Get(ctx, s.d, &sum, "own_month", int64(v.PersonID), from, until)
	return sum, err
}

// Sort is a column by which the list is sorted; with "-" the other way round.
type Sort string

// The columns; ByDay is the oldest first, NewestFirst what the list begins with.
const (
	NewestFirst Sort = "-day"
	ByDay       Sort = "day"
	ByPerson    Sort = "person"
	ByWorth     Sort = "worth"
)

// Filter narrows and sorts the list; empty fields do not.
type Filter struct {
	Month  time.Time      // its first day; the zero time is all months
	Unit   account.UnitID // with all units below it
	Search string         // a name, its pinyin, its initials or an employee number
	Sort   Sort
	Page   page.Page
}

// span are the first day that the filter takes and the first one after it.
func (f Filter) span() (from, until string) {
	if f.Month.IsZero() {
		return "0001-01-01", "9999-12-31"
	}
	first := time.Date(f.Month.Year(), f.Month.Month(), 1, 0, 0, 0, 0, time.UTC)
	return first.Format(time.DateOnly), first.AddDate(0, 1, 0).Format(time.DateOnly)
}

// PersonLine is a line with whose it is.
type PersonLine struct {
	Line
	PersonName string `db:"person_name"`
	EmployeeNo string `db:"employee_no"`
	UnitName   string `db:"unit_name"`
}

// Sum is how many lines a filter finds and what they come to.
type Sum struct {
	N int `db:"n"`
	Pay
}

// List are the lines of the viewer's part of the tree. Forbidden for whoever may see the own ones alone.
func (s *Service) List(ctx context.Context, v account.Viewer, f Filter) ([]PersonLine, Sum, error) {
	return s.list(ctx, v, f, f.Page.Limit(), f.Page.Offset())
}

func (s *Service) list(ctx context.Context, v account.Viewer, f Filter, limit, offset int) ([]PersonLine, Sum, error) {
	var sum Sum
	narrowed, err := narrowed(v, f)
	if err != nil {
		return nil, sum, err
	}
	if err := s.store.Get(ctx, s.d, &sum, "entries_sum", narrowed...); err != nil {
		return nil, sum, err
	}
	var lines []PersonLine
	err = s.store.Select(ctx, s.d, &lines, "entries", append(narrowed, string(f.Sort), limit, offset)...)
	return lines, sum, err
}

func narrowed(v account.Viewer, f Filter) ([]any, error) {
	if !v.CanBeyondSelf(account.LedgerRead) {
		return nil, errs.New(errs.Forbidden, "error.forbidden")
	}
	scope := v.Scope(account.LedgerRead)
	from, until := f.span()
	search := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(f.Search))
	return []any{scope.All, db.Array(scope.UnitIDs), int64(f.Unit), search, from, until}, nil
}

// maxMonths bounds what the list can be narrowed to.
const maxMonths = 60

// Months are those that the list can be narrowed to, the newest first: from the first entry to now. Forbidden for whoever may see the own
// ones alone.
func (s *Service) Months(ctx context.Context, v account.Viewer) ([]time.Time, error) {
	if !v.CanBeyondSelf(account.LedgerRead) {
		return nil, errs.New(errs.Forbidden, "error.forbidden")
	}
	var first *time.Time
	if err := s.store.Get(ctx, s.d, &first, "first_day"); err != nil || first == nil {
		return nil, err
	}
	return monthsBetween(*first, s.d.Now().In(s.zone)), nil
}

func monthsBetween(first, now time.Time) []time.Time {
	var out []time.Time
	last := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
	for m := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC); !m.Before(last) && len(out) < maxMonths; m = m.AddDate(0, -1, 0) {
		out = append(out, m)
	}
	return out
}

// maxExport bounds a list that leaves the system.
const maxExport = 20_000

// Export is every line of the filter, and records that the list left the system: who, how many, why (threat 63). Errors: Invalid without a
// reason, or for more lines than leave at once: a sum over a part of them would be wrong.
func (s *Service) Export(ctx context.Context, v account.Viewer, f Filter, reason string) ([]PersonLine, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, errs.InvalidFields(errs.NewField("reason", "error.field.required"))
	}
	lines, err := page.Whole(maxExport, func(limit int) ([]PersonLine, int, error) {
		lines, sum, err := s.list(ctx, v, f, limit, 0)
		return lines, sum.N, err
	})
	if err != nil {
		return nil, err
	}
	return lines, s.d.InTx(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Actor: v.Actor(), Act: "ledger.export", Subject: "ledger", Body: map[string]any{"count": len(lines), "reason": reason}})
	})
}
