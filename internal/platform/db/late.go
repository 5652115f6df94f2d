package db

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/lib/pq"
)

// Late, added to a dsn, lets each connection prepare a named statement when it is first run on it. It is for tests: they open the program
// hundreds of times and run few of its statements. A server learns of a broken statement at its start.
const Late = ` options='-c peikao.prepare=late'`

func isLate(settings pq.Config) bool {
	return strings.Contains(settings.Options, "peikao.prepare=late")
}

func (c *confirmingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.late {
		return &lateStmt{conn: c.pqConn, query: query}, nil
	}
	return c.pqConn.PrepareContext(ctx, query)
}

// lateStmt belongs to one connection and is used by one goroutine at a time, as that is.
type lateStmt struct {
	conn  pqConn
	query string
	stmt  pqStmt // nil until it is first run
}

// pqStmt is all that database/sql uses of lib/pq's prepared statement.
type pqStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func (s *lateStmt) prepare(ctx context.Context) error {
	if s.stmt != nil {
		return nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.query)
	if err != nil {
		return err
	}
	s.stmt = stmt.(pqStmt)
	return nil
}

func (s *lateStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	return s.stmt.ExecContext(ctx, args)
}

func (s *lateStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	return s.stmt.QueryContext(ctx, args)
}

func (s *lateStmt) Close() error {
	if s.stmt == nil {
		return nil
	}
	return s.stmt.Close()
}

// NumInput leaves the count of arguments to the server.
func (s *lateStmt) NumInput() int { return -1 }

// Exec and Query are there for driver.Stmt; database/sql calls those with a context.
func (s *lateStmt) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (s *lateStmt) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }
