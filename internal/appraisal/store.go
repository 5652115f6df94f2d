package appraisal

import (
	"context"
	_ "embed"
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

func (s store) insertFact(ctx context.Context, tx *db.Tx, cycle CycleID, f Fact) (FactID, error) {
	var id FactID
	err := s.Get(ctx, tx, &id, "fact_insert", int64(cycle), int64(f.PersonID), f.Indicator, string(f.Source), f.SourceID,
		f.Version, f.Value, f.N, db.JSONOf(f.Detail), tx.Now(), f.RecordedBy)
	return id, err
}

func (s store) saveComputed(ctx context.Context, tx *db.Tx, id SheetID, c Computed) error {
	var total, grade any
	if c.Known {
		total = int64(c.Total)
	}
	if !c.Provisional() {
		grade = string(c.Grade)
	}
	return s.One(ctx, tx, "sheet_compute", int64(id), string(StateOf(c)), db.Array(c.Missing), total, grade, db.JSONOf(c), tx.Now())
}

// conflicts turns the name of a broken constraint into words.
var conflicts = []struct {
	constraint string
	err        *errs.Error
}{
	{"scheme_name", errs.InvalidFields(errs.NewField("name", "error.appraisal.scheme_name_taken"))},
	{"scheme_version_one_draft", errs.New(errs.Conflict, "error.appraisal.draft_exists")},
	{"cycle_once", errs.New(errs.Conflict, "error.appraisal.cycle_exists")},
}

func explain(err error) error {
	if err == nil {
		return nil
	}
	for _, c := range conflicts {
		if db.Violates(err, c.constraint) {
			return c.err.With(err)
		}
	}
	return err
}
