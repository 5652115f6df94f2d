package db

import (
	"context"
	"fmt"
)

// Snapshot counts the rows of every table at one moment and runs fn while the snapshot of that moment can be used by its id,
// as pg_dump's --snapshot does.
func (d *DB) Snapshot(ctx context.Context, fn func(id string, rows map[string]int64) error) error {
	tx, err := d.x.BeginTxx(ctx, nil)
	if err != nil {
		return wrap(err)
	}
	defer func() { _ = tx.Rollback() }() // it has written nothing
	if _, err := tx.ExecContext(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"); err != nil {
		return wrap(err)
	}
	var id string
	if err := tx.GetContext(ctx, &id, "SELECT pg_export_snapshot()"); err != nil {
		return wrap(err)
	}
	var tables []string
	if err := tx.SelectContext(ctx, &tables, `SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`); err != nil {
		return wrap(err)
	}
	rows := make(map[string]int64, len(tables))
	for _, table := range tables {
		var n int64
		if err := tx.GetContext(ctx, &n, "SELECT count(*) FROM "+table); err != nil {
			return wrap(fmt.Errorf("rows of %s: %w", table, err))
		}
		rows[table] = n
	}
	return fn(id, rows)
}

// Rows counts the rows of every table at one moment.
func (d *DB) Rows(ctx context.Context) (rows map[string]int64, err error) {
	err = d.Snapshot(ctx, func(_ string, counted map[string]int64) error {
		rows = counted
		return nil
	})
	return rows, err
}
