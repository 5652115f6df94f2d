package db

import (
	"context"
	"database/sql/driver"
)

// maxPrepared bounds what one connection keeps prepared of statements that come as text.
const maxPrepared = 64

// prepared keeps, for one connection, the statements that come as text with arguments: the audit's and the queue's. lib/pq
// would parse and plan such a statement at each call, in a round trip of its own.
type prepared map[string]driver.Stmt

// of is the prepared statement, or nil for one that is better run as it stands: without arguments (a migration's), one too
// many, or one that does not prepare, whose error running it will tell.
func (p prepared) of(ctx context.Context, conn driver.ConnPrepareContext, query string, args []driver.NamedValue) driver.Stmt {
	if s, ok := p[query]; ok {
		return s
	}
	if len(args) == 0 || len(p) >= maxPrepared {
		return nil
	}
	s, err := conn.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p[query] = s
	return s
}

func (c *confirmingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if s, ok := c.prepared.of(ctx, c.pqConn, query, args).(driver.StmtExecContext); ok {
		return s.ExecContext(ctx, args)
	}
	return c.pqConn.ExecContext(ctx, query, args)
}

func (c *confirmingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if s, ok := c.prepared.of(ctx, c.pqConn, query, args).(driver.StmtQueryContext); ok {
		return s.QueryContext(ctx, args)
	}
	return c.pqConn.QueryContext(ctx, query, args)
}
