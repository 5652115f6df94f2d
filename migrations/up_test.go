package migrations_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/migrations"
)

// before is a database whose schema lacks the index of migration 280, and what came after it.
func before(t *testing.T) (older *sql.DB, dsn string) {
	t.Helper()
	dsn = dbtest.DSN(t)
	older = open(t, dsn)
	p, err := goose.NewProvider(goose.DialectPostgres, older, os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 279); err != nil {
		t.Fatal(err)
	}
	return older, dsn
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, clock.NewSystem())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d.SQL()
}

func do(t *testing.T, on interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, statement string) {
	t.Helper()
	if _, err := on.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// Threat 30: a program that is newer than the schema and may not change it says who must, and one that finds nothing to do needs no
// right to change anything.
func TestWhoMayNotMigrateIsToldWhoMust(t *testing.T) {
	owner, dsn := before(t)
	do(t, owner, `CREATE ROLE may_not_migrate LOGIN`)
	t.Cleanup(func() {
		_, err := owner.Exec(`DROP OWNED BY may_not_migrate; DROP ROLE may_not_migrate`)
		if err != nil {
			t.Error(err)
		}
	})
	do(t, owner, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO may_not_migrate`)
	limited := open(t, strings.Replace(dsn, "user=postgres", "user=may_not_migrate", 1))
	err := migrations.Up(t.Context(), limited)
	if !errors.Is(err, migrations.ErrPending) || !strings.Contains(err.Error(), "run `peikao migrate` as the owner of the tables") {
		t.Errorf("told %v", err)
	}
	if err := migrations.Up(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(t.Context(), limited); err != nil {
		t.Errorf("with nothing to do: %v", err)
	}
}

// Threat 30: whoever finds another process at it waits, and says so where that one does not end.
func TestWhoWaitsForAnotherMigrationSaysSo(t *testing.T) {
	older, _ := before(t)
	other, err := older.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), `SELECT pg_advisory_lock($1)`, lock.DefaultLockID); err != nil {
		t.Fatal(err)
	}
	if err := migrations.UpWithin(t.Context(), older, 1, 1); err == nil || !strings.Contains(err.Error(), "another process has been migrating") {
		t.Errorf("told %v", err)
	}
}

// Threat 30: a backup reads every table for minutes. A migration that needs one does not keep the older program's saves waiting
// behind it: it steps back, and comes again.
func TestAMigrationStepsBackFromATableInUse(t *testing.T) {
	older, _ := before(t)
	backup := begin(t, older)
	do(t, backup, `LOCK TABLE exam IN ROW EXCLUSIVE MODE`) // which keeps a new index waiting, as ACCESS SHARE keeps ALTER TABLE
	patience, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := migrations.UpWithin(patience, older, 1, 1); err == nil || !strings.Contains(err.Error(), "a table stays in use") {
		t.Errorf("told %v", err)
	}
	released := time.AfterFunc(1500*time.Millisecond, func() { _ = backup.Rollback() })
	defer released.Stop()
	if err := migrations.Up(t.Context(), older); err != nil {
		t.Error(err)
	}
	if err := migrations.Check(t.Context(), older); err != nil {
		t.Error(err)
	}
}

// Threat 30: who saves beside a migration holds one table and waits for another that the migration took first. The migration gives way,
// also where the save has waited longer than it.
func TestAMigrationAndASaveThatWaitForEachOther(t *testing.T) {
	older, dsn := before(t)
	p, err := goose.NewProvider(goose.DialectPostgres, older, os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 319); err != nil { // the next changes exam, then attempt
		t.Fatal(err)
	}
	reader, save := begin(t, older), begin(t, older)
	do(t, reader, `LOCK TABLE exam IN ACCESS SHARE MODE`)
	do(t, save, `LOCK TABLE attempt IN ROW EXCLUSIVE MODE`)
	newer, migrated := open(t, dsn), make(chan error, 1)
	go func() { migrated <- migrations.Up(t.Context(), newer) }()
	waiting := func(want int) {
		t.Helper()
		for n := 0; n < want; time.Sleep(2 * time.Millisecond) {
			if err := older.QueryRow(`SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'exam'::regclass`).Scan(&n); err != nil {
				t.Fatal(err)
			}
		}
	}
	waiting(1)
	saved := make(chan error, 1)
	go func() {
		_, err := save.Exec(`SELECT FROM exam`)
		saved <- err
	}()
	waiting(2)
	time.Sleep(100 * time.Millisecond) // the save's patience is shorter than the migration's from here on
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-saved; err != nil {
		t.Errorf("the save: %v", err)
	}
	if err := save.Commit(); err != nil {
		t.Error(err)
	}
	if err := <-migrated; err != nil {
		t.Errorf("the migration: %v", err)
	}
	if err := migrations.Check(t.Context(), older); err != nil {
		t.Error(err)
	}
}

func begin(t *testing.T, on *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := on.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}
