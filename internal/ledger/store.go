package ledger

import (
	"context"
	_ "embed"

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

// tails are the last entries of some people of a round, by person.
func (s store) tails(ctx context.Context, x db.Q, round RoundID, people []account.PersonID) (map[account.PersonID]tail, error) {
	var rows []tail
	if err := s.Select(ctx, x, &rows, "tails", int64(round), db.Array(account.Int64s(people))); err != nil {
		return nil, err
	}
	out := make(map[account.PersonID]tail, len(rows))
	for _, r := range rows {
		out[r.PersonID] = r
	}
	return out, nil
}

// added is the key of a stored entry.
type added struct {
	PersonID account.PersonID `db:"person_id"`
	Seq      int              `db:"seq"`
}

// add stores entries of a round and gives their ids. Conflict when another process has added to the same person's meanwhile.
func (s store) add(ctx context.Context, tx *db.Tx, round RoundID, bookedOn, actor string, list []row) (map[added]EntryID, error) {
	var rows []struct {
		added
		ID EntryID `db:"id"`
	}
	err := s.Select(ctx, tx, &rows, "add", int64(round), bookedOn, actor, tx.Now(), db.JSONOf(list))
	if db.Violates(err, "ledger_entry_one_standing") {
		return nil, errs.New(errs.Conflict, "error.conflict").With(err)
	}
	if err != nil {
		return nil, err
	}
	out := make(map[added]EntryID, len(rows))
	for _, r := range rows {
		out[r.added] = r.ID
	}
	return out, nil
}
