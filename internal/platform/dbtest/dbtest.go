// Package dbtest gives each test a PostgreSQL database of its own: real, migrated, empty. One server serves a test process;
// databases are cloned from a template that was migrated once.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver that the template is made through

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
)

const (
	dirPrefix = "peikao-dbtest-"
	template  = "peikao_template"
)

// Start is the moment at which the clocks of New begin: a Monday morning in Shanghai.
var Start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

var (
	once    sync.Once
	server  *embedded.Postgres
	failure error
	number  atomic.Int64
)

// New is an empty migrated database with the real clock.
func New(t testing.TB) *db.DB {
	t.Helper()
	return NewWithClock(t, clock.NewSystem())
}

// NewFake is an empty migrated database whose clock stands at Start and is moved by hand.
func NewFake(t testing.TB) (*db.DB, *clock.Fake) {
	t.Helper()
	c := clock.NewFake(Start)
	return NewWithClock(t, c), c
}

// NewWithClock is an empty migrated database with the given clock.
func NewWithClock(t testing.TB, c clock.Clock) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), DSN(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// DSN is the address of a fresh migrated database that is dropped when the test ends.
func DSN(t testing.TB) string {
	t.Helper()
	return create(t, template) + db.Late
}

// EmptyDSN is the address of a fresh database without a schema.
func EmptyDSN(t testing.TB) string {
	t.Helper()
	return create(t, "template0")
}

func create(t testing.TB, from string) string {
	t.Helper()
	once.Do(func() { server, failure = start() })
	if failure != nil {
		t.Fatal(failure)
	}
	name := fmt.Sprintf("t%d", number.Add(1))
	if err := admin(fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, from)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin(fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)); err != nil {
			t.Log(err)
		}
	})
	return server.DSN(name)
}

func start() (*embedded.Postgres, error) {
	sweep()
	dir := filepath.Join(embedded.PassingHome(), dirPrefix+strconv.Itoa(os.Getpid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := embedded.RemoveAtEnd(dir); err != nil {
		return nil, err
	}
	ctx := context.Background()
	if err := fromMaster(ctx, dir); err != nil {
		return nil, err
	}
	return embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: dir, Ephemeral: true, MaxConnections: 400})
}

func admin(statement string) error { return run(server, statement) }

func run(pg *embedded.Postgres, statement string) error {
	d, err := sql.Open("postgres", pg.DSN("postgres"))
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Exec(statement)
	return err
}
