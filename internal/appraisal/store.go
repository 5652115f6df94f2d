package appraisal

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

//go:embed queries.sql
var queriesSQL string

// store holds the feature's prepared statements.
type store struct{ *db.Queries }

func openStore(ctx context.Context, d *db.DB) (store, error) {
	q, err := d.Prepare(ctx, queriesSQL)
	return store{q}, err
}

// cycleRow is a cycle under lock.
type cycleRow struct {
	ID     CycleID         `db:"id"`
	State  CycleState      `db:"state"`
	UnitID account.UnitID  `db:"unit_id"`
	FromOn time.Time       `db:"from_on"`
	ToOn   time.Time       `db:"to_on"`
	Body   db.JSON[Scheme] `db:"body"`
}

// sheetRow is a sheet under lock.
type sheetRow struct {
	ID       SheetID          `db:"id"`
	CycleID  CycleID          `db:"cycle_id"`
	PersonID account.PersonID `db:"person_id"`
	State    SheetState       `db:"state"`
}

// datedSheet is a sheet under lock with the period and the scheme of its cycle.
type datedSheet struct {
	sheetRow
	FromOn time.Time       `db:"from_on"`
	ToOn   time.Time       `db:"to_on"`
	Body   db.JSON[Scheme] `db:"body"`
}

// sheetsAt are the sheets of some people whose cycle is not closed and holds the person's day, locked.
func (s store) sheetsAt(ctx context.Context, tx *db.Tx, people []account.PersonID, days []time.Time) ([]datedSheet, error) {
	on := make([]string, len(days))
	for i, d := range days {
		on[i] = d.Format(time.DateOnly)
	}
	var sheets []datedSheet
	err := s.Select(ctx, tx, &sheets, "sheets_at", db.Array(account.Int64s(people)), db.Array(on))
	return sheets, err
}

// factRow adds to a fact what its column holds as jsonb.
type factRow struct {
	Fact
	Stored db.JSON[Detail] `db:"detail"`
}

func (r factRow) fact() Fact {
	f := r.Fact
	f.Detail = r.Stored.V
	return f
}

// newestFacts are the facts of some people of a cycle, by person.
func (s store) newestFacts(ctx context.Context, q db.Q, cycle CycleID, people []account.PersonID) (map[account.PersonID][]Fact, error) {
	var rows []factRow
	if err := s.Select(ctx, q, &rows, "facts_newest", int64(cycle), db.Array(account.Int64s(people))); err != nil {
		return nil, err
	}
	out := map[account.PersonID][]Fact{}
	for _, r := range rows {
		out[r.PersonID] = append(out[r.PersonID], r.fact())
	}
	return out, nil
}

// factKey names a fact: a version of what a source says of an indicator.
type factKey struct {
	PersonID  account.PersonID `db:"person_id" json:"person_id"`
	Indicator string           `db:"indicator" json:"indicator"`
	Source    SourceKind       `db:"source_kind" json:"source_kind"`
	SourceID  int64            `db:"source_id" json:"source_id"`
	Version   int              `db:"version" json:"version"`
}

func (f Fact) key() factKey {
	return factKey{f.PersonID, f.Indicator, f.Source, f.SourceID, f.Version}
}

// insertFacts stores facts of a cycle and fills in their ids.
func (s store) insertFacts(ctx context.Context, tx *db.Tx, actor string, cycle CycleID, facts []*Fact) error {
	if len(facts) == 0 {
		return nil
	}
	type newFact struct {
		factKey
		Ord    int    `json:"ord"`
		Value  int64  `json:"value"`
		N      int    `json:"n"`
		Detail Detail `json:"detail"`
	}
	list := make([]newFact, len(facts))
	for i, f := range facts {
		list[i] = newFact{factKey: f.key(), Ord: i, Value: int64(f.Value), N: f.N, Detail: f.Detail}
	}
	var rows []struct {
		factKey
		ID FactID `db:"id"`
	}
	if err := s.Select(ctx, tx, &rows, "facts_insert", int64(cycle), db.JSONOf(list), tx.Now(), actor); err != nil {
		return err
	}
	ids := make(map[factKey]FactID, len(rows))
	for _, r := range rows {
		ids[r.factKey] = r.ID
	}
	for _, f := range facts {
		f.ID = ids[f.key()]
	}
	return nil
}

// computedSheet is a sheet with what its facts come to.
type computedSheet struct {
	ID       SheetID    `json:"id"`
	State    SheetState `json:"state"`
	Missing  []string   `json:"missing"`
	Total    *int64     `json:"total"` // nil: not known
	Grade    *string    `json:"grade"` // nil: something is missing
	Computed Computed   `json:"computed"`
}

func computedOf(id SheetID, c Computed) computedSheet {
	out := computedSheet{ID: id, State: StateOf(c), Missing: append([]string{}, c.Missing...), Computed: c}
	if c.Known {
		total := int64(c.Total)
		out.Total = &total
	}
	if !c.Provisional() {
		grade := string(c.Grade)
		out.Grade = &grade
	}
	return out
}

// saveComputed stores what sheets come to; Conflict when one of them does not move any more.
func (s store) saveComputed(ctx context.Context, tx *db.Tx, list []computedSheet) error {
	if len(list) == 0 {
		return nil
	}
	n, err := s.Exec(ctx, tx, "sheets_compute", db.JSONOf(list), tx.Now())
	if err == nil && int(n) != len(list) {
		err = errs.New(errs.Conflict, "error.conflict").With(fmt.Errorf("appraisal: %d of %d sheets were there to be computed", n, len(list)))
	}
	return err
}

// conflicts turns the name of a broken constraint into words.
var conflicts = db.Refusals{
	"scheme_name":              errs.InvalidFields(errs.NewField("name", "error.appraisal.scheme_name_taken")),
	"scheme_version_one_draft": errs.New(errs.Conflict, "error.appraisal.draft_exists"),
	"cycle_once":               errs.New(errs.Conflict, "error.appraisal.cycle_exists"),
}

func explain(err error) error { return conflicts.Explain(err) }
