package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/lib/pq"
)

// errUnconfirmed says that the server committed and gave up waiting for its synchronous standby: what was written may be
// lost with the machine, so it must not be acknowledged (attempt-contract.md, promise 1).
var errUnconfirmed = errors.New("db: the commit is not confirmed by a standby")

// waitForStandby is the server's function that raises the notice; its name is the same whatever language the server speaks.
const waitForStandby = "SyncRepWaitForLSN"

func synchronousWaitCancelled(n *pq.Error) bool {
	return n.Routine == waitForStandby || strings.Contains(n.Message, "canceling wait for synchronous replication")
}

// confirmingConnector makes the pool's connections: on each of them a commit that no standby confirmed is an error.
type confirmingConnector struct {
	driver.Connector
	late bool
}

func (c confirmingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn := &confirmingConn{pqConn: inner.(pqConn), prepared: prepared{}, late: c.late}
	pq.SetNoticeHandler(inner, func(n *pq.Error) {
		if synchronousWaitCancelled(n) {
			conn.doubtful = true
		}
	})
	return conn, nil
}

// pqConn is all that database/sql uses of lib/pq's connection.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// confirmingConn is used by one goroutine at a time, as every connection of database/sql; lib/pq runs the notice handler
// inside the call that reads the notice.
type confirmingConn struct {
	pqConn
	prepared prepared
	late     bool // see Late
	doubtful bool
}

func (c *confirmingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.doubtful = false
	tx, err := c.pqConn.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return confirmingTx{Tx: tx, conn: c}, nil
}

type confirmingTx struct {
	driver.Tx
	conn *confirmingConn
}

func (t confirmingTx) Commit() error {
	err := t.Tx.Commit()
	if err == nil && t.conn.doubtful {
		return errUnconfirmed
	}
	return err
}
