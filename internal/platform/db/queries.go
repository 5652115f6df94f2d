package db

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/peikao/peikao/internal/platform/errs"
)

const nameLine = "\n-- name: "

// Queries are the prepared statements of one queries.sql.
type Queries struct {
	statements map[string]*sqlx.Stmt
}

// Parse splits the text of a queries.sql into its named blocks.
func Parse(text string) (map[string]string, error) {
	blocks := map[string]string{}
	for _, block := range strings.Split("\n"+text, nameLine)[1:] {
		name, body, _ := strings.Cut(block, "\n")
		if body = strings.TrimRight(strings.TrimSpace(body), ";"); body == "" {
			return nil, fmt.Errorf("db: statement %q is empty", name)
		}
		if _, twice := blocks[name]; twice {
			return nil, fmt.Errorf("db: statement %q stands twice", name)
		}
		blocks[name] = body
	}
	return blocks, nil
}

// Prepare parses a queries.sql and prepares each of its statements. An error names the statement.
func (d *DB) Prepare(ctx context.Context, text string) (*Queries, error) {
	blocks, err := Parse(text)
	if err != nil {
		return nil, err
	}
	q := &Queries{statements: make(map[string]*sqlx.Stmt, len(blocks))}
	for name, body := range blocks {
		s, err := d.x.PreparexContext(ctx, body)
		if err != nil {
			return nil, fmt.Errorf("db: statement %q: %w", name, err)
		}
		q.statements[name] = s
	}
	return q, nil
}

// Get reads one row into dst, a struct with db tags or a scalar. No row is errs.NotFound.
func (q *Queries) Get(ctx context.Context, x Q, dst any, name string, args ...any) error {
	defer noted(ctx, name)()
	return describe(name, x.bind(ctx, q.statement(name)).GetContext(ctx, dst, args...))
}

// Select reads all rows into dst, a pointer to a slice. No row is an empty slice.
func (q *Queries) Select(ctx context.Context, x Q, dst any, name string, args ...any) error {
	defer noted(ctx, name)()
	return describe(name, x.bind(ctx, q.statement(name)).SelectContext(ctx, dst, args...))
}

// Exec runs a statement and returns the number of rows that it touched.
func (q *Queries) Exec(ctx context.Context, x Q, name string, args ...any) (int64, error) {
	defer noted(ctx, name)()
	r, err := x.bind(ctx, q.statement(name)).ExecContext(ctx, args...)
	if err != nil {
		return 0, describe(name, err)
	}
	n, err := r.RowsAffected()
	return n, describe(name, err)
}

// One runs a guarded statement that must touch exactly one row; touching none is errs.Conflict, because the thing was no
// longer in the state that the guard names.
func (q *Queries) One(ctx context.Context, x Q, name string, args ...any) error {
	n, err := q.Exec(ctx, x, name, args...)
	if err != nil {
		return err
	}
	if n != 1 {
		return errs.New(errs.Conflict, "error.conflict").With(fmt.Errorf("%s touched %d rows", name, n))
	}
	return nil
}

func (q *Queries) statement(name string) *sqlx.Stmt {
	s, ok := q.statements[name]
	if !ok {
		panic("db: no statement named " + name)
	}
	return s
}

func describe(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, wrap(err))
}
