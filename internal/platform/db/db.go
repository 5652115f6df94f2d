package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Pool limits. 32–64 connections let PostgreSQL share one flush among many commits (performance.md).
const (
	maxOpenConnections = 48
	maxIdleConnections = 48
	connectionLifetime = time.Hour
	// transactionAttempts bounds how often InTx repeats work that PostgreSQL broke off for a serialization failure or deadlock.
	transactionAttempts = 3
	// transactionPause is the longest wait before work is run again: at once it would take its first locks before whoever it met has
	// gone on, and meet them again.
	transactionPause = 100 * time.Millisecond
)

// DB is the pool.
type DB struct {
	x          *sqlx.DB
	dsn        string
	clock      clock.Clock
	lines      *lines
	statements atomic.Int64
}

// Q is anything that runs named statements: the pool or a transaction.
type Q interface {
	// Now is the pool's present or the transaction's one moment.
	Now() time.Time
	bind(ctx context.Context, s *sqlx.Stmt) *sqlx.Stmt
}

// Open connects and checks the connection. dsn is lib/pq's, with several hosts where there is a cluster.
func Open(ctx context.Context, dsn string, c clock.Clock) (*DB, error) {
	settings, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	if settings.ConnectTimeout == 0 {
		settings.ConnectTimeout = connectPatience
	}
	connector, err := pq.NewConnectorConfig(settings)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	lines := newLines()
	connector.Dialer(lines)
	x := sqlx.NewDb(sql.OpenDB(confirmingConnector{connector, isLate(settings)}), "postgres")
	x.SetMaxOpenConns(maxOpenConnections)
	x.SetMaxIdleConns(maxIdleConnections)
	x.SetConnMaxLifetime(connectionLifetime)
	if err := x.PingContext(ctx); err != nil {
		x.Close()
		return nil, fmt.Errorf("db: no connection to PostgreSQL: %w", err)
	}
	return &DB{x: x, dsn: dsn, clock: c, lines: lines}, nil
}

// Close ends all connections.
func (d *DB) Close() error { return d.x.Close() }

// SQL is the pool as database/sql knows it, for jobs and migrations only.
func (d *DB) SQL() *sql.DB { return d.x.DB }

// Clock is the clock that the transactions take their Now from.
func (d *DB) Clock() clock.Clock { return d.clock }

// Now is the present.
func (d *DB) Now() time.Time { return d.clock.Now() }

// Statements counts the named statements that were run until now: by the pool, its transactions and its pinned connections.
func (d *DB) Statements() int64 { return d.statements.Load() }

func (d *DB) bind(_ context.Context, s *sqlx.Stmt) *sqlx.Stmt {
	d.statements.Add(1)
	return s
}

// Ping checks that the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.x.PingContext(ctx) }

// DatabaseNow reads the database's clock; the process's clock follows it (decision 3).
func (d *DB) DatabaseNow(ctx context.Context) (time.Time, error) {
	var t time.Time
	err := d.x.GetContext(ctx, &t, "SELECT clock_timestamp()")
	return t, err
}

// Tx is a transaction with one moment: everything in it happened then.
type Tx struct {
	x    *sqlx.Tx
	pool *DB
	now  time.Time
}

// Now is the transaction's moment.
func (t *Tx) Now() time.Time { return t.now }

// SQLTx is the transaction as database/sql knows it, for jobs and audit only.
func (t *Tx) SQLTx() *sql.Tx { return t.x.Tx }

func (t *Tx) bind(ctx context.Context, s *sqlx.Stmt) *sqlx.Stmt {
	t.pool.statements.Add(1)
	return t.x.StmtxContext(ctx, s)
}

// InTx runs fn in a transaction: committed when fn returns nil, else rolled back. Work that PostgreSQL broke off for a
// serialization failure or a deadlock is run again, so fn must have no effect outside the transaction. On a synchronous
// cluster a commit that no standby confirmed is Unavailable although it may stand: the caller must be able to repeat it.
func (d *DB) InTx(ctx context.Context, fn func(tx *Tx) error) error {
	err := d.inTx(ctx, fn)
	for n := 1; n < transactionAttempts && repeatable(err); n++ {
		select {
		case <-time.After(rand.N(transactionPause)):
		case <-ctx.Done():
			return err
		}
		err = d.inTx(ctx, fn)
	}
	return err
}

func (d *DB) inTx(ctx context.Context, fn func(tx *Tx) error) (err error) {
	x, err := d.x.BeginTxx(ctx, nil)
	if err != nil {
		return wrap(err)
	}
	defer func() {
		if p := recover(); p != nil {
			_ = x.Rollback()
			panic(p)
		}
	}()
	if err := fn(&Tx{x: x, pool: d, now: d.clock.Now()}); err != nil {
		return errors.Join(err, ignoreDone(x.Rollback()))
	}
	return wrap(x.Commit())
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || err == nil {
		return nil
	}
	return wrap(err)
}

// Violates reports whether err breaks the constraint or unique index of that name.
func Violates(err error, constraint string) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Constraint == constraint
}

// Refusals are what breaking a constraint, by its name, means to whoever asked for the act.
type Refusals map[string]*errs.Error

// Explain gives an error that breaks one of the constraints the words for it; any other stays what it is.
func (r Refusals) Explain(err error) error {
	var e *pq.Error
	if errors.As(err, &e) && r[e.Constraint] != nil {
		return r[e.Constraint].With(err)
	}
	return err
}

func repeatable(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// wrap gives database errors their kind: an absent row is NotFound, a lost connection, an overloaded server or a lock that was not to be
// had is Unavailable, everything else stays what it is for the caller to interpret by constraint name.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return errs.New(errs.NotFound, "error.not_found").With(err)
	}
	if unavailable(err) {
		return errs.New(errs.Unavailable, "error.unavailable").RetryAfter(2).With(err)
	}
	return err
}

func unavailable(err error) bool {
	if errors.Is(err, errUnconfirmed) {
		return true
	}
	var e *pq.Error
	if !errors.As(err, &e) {
		return errors.Is(err, sql.ErrConnDone) || isConnectionError(err)
	}
	switch e.Code {
	case "25006", // read-only: the old leader of a cluster
		"40P01", "55P03": // a deadlock, a wait for a lock that was too long
		return true
	}
	switch e.Code.Class() {
	case "08", "53", "57": // connection, resources, operator intervention
		return e.Code != "57014" // a cancelled statement is the caller's own doing
	}
	return false
}
