package report

import (
	"context"
	_ "embed"

	"github.com/peikao/peikao/internal/platform/db"
)

//go:embed queries.sql
var queriesSQL string

//go:embed recount.sql
var recountSQL string

type store struct{ *db.Queries }

func openStore(ctx context.Context, d *db.DB) (store, error) {
	q, err := d.Prepare(ctx, queriesSQL+"\n"+recountSQL)
	return store{q}, err
}
