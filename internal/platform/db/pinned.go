package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// socketDeadline bounds how long one statement of a pinned connection may wait for the server. statement_timeout does not
// bound the wait for a synchronous standby; the socket does (decision 17).
const socketDeadline = 15 * time.Second

// Pinned is one connection of its own, outside the pool, with fixed settings and statements. It is for work that must know
// beyond doubt whether its commit is durable. It is not safe for concurrent use.
type Pinned struct {
	x        *sqlx.DB
	pool     *DB
	doubtful *atomic.Bool
}

// Pin opens such a connection; setup are statements like `SET enable_seqscan = off` that hold for its life.
func (d *DB) Pin(ctx context.Context, setup ...string) (*Pinned, error) {
	doubtful := new(atomic.Bool)
	base, err := pq.NewConnector(d.dsn)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	base.Dialer(deadlineDialer{socketDeadline})
	connector := pq.ConnectorWithNoticeHandler(base, func(n *pq.Error) {
		if synchronousWaitCancelled(n) {
			doubtful.Store(true)
		}
	})
	x := sqlx.NewDb(sql.OpenDB(settledConnector{
		Connector: connector,
		setup:     append([]string{"SET synchronous_commit = on"}, setup...),
	}), "postgres")
	x.SetMaxOpenConns(1)
	x.SetMaxIdleConns(1)
	if err := x.PingContext(ctx); err != nil {
		x.Close()
		return nil, fmt.Errorf("db: pinned connection: %w", wrap(err))
	}
	return &Pinned{x: x, pool: d, doubtful: doubtful}, nil
}

// Prepare prepares the named blocks on this connection.
func (p *Pinned) Prepare(ctx context.Context, text string) (*Queries, error) {
	return (&DB{x: p.x}).Prepare(ctx, text)
}

// Now is the present.
func (p *Pinned) Now() time.Time { return p.pool.Now() }

func (p *Pinned) bind(_ context.Context, s *sqlx.Stmt) *sqlx.Stmt {
	p.pool.statements.Add(1)
	return s
}

// Doubtful tells whether, since the last call, the server said that it gave up waiting for its standby: then the last commit
// returned without an error and is nevertheless not confirmed (attempt-contract.md, promise 1).
func (p *Pinned) Doubtful() bool { return p.doubtful.Swap(false) }

// Broken reports whether err means that the connection must be thrown away and made anew.
func Broken(err error) bool { return err != nil && unavailable(err) }

// Close ends the connection.
func (p *Pinned) Close() error { return p.x.Close() }

// settledConnector runs the settings on every connection that it makes: database/sql reconnects by itself, and a connection
// without them would confirm what is not durable.
type settledConnector struct {
	driver.Connector
	setup []string
}

func (s settledConnector) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, statement := range s.setup {
		if _, err := c.(driver.ExecerContext).ExecContext(ctx, statement, nil); err != nil {
			_ = c.Close()
			return nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	return c, nil
}

// deadlineDialer makes connections on which no read waits longer than this.
type deadlineDialer struct{ patience time.Duration }

func (d deadlineDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialTimeout(network, address, d.patience)
}

func (d deadlineDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	c, err := net.DialTimeout(network, address, timeout)
	if err != nil {
		return nil, err
	}
	return deadlineConn{c, d.patience}, nil
}

func (d deadlineDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{Timeout: d.patience}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return deadlineConn{c, d.patience}, nil
}

type deadlineConn struct {
	net.Conn
	patience time.Duration
}

func (c deadlineConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}
