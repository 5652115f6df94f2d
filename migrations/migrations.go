// Package migrations is the one truth of the schema: numbered SQL files, each saying why at its top.
//
// A migration is applied while the release before still serves, and that release serves on after it where the newer one is taken back.
// So a release adds what the next needs (expand) and removes only what the one before did without already (contract); a file whose
// statement looks as if it broke that says why it does not, in a line that begins with "-- contract:". A number is higher than all that
// a release has: a database does not take a lower one any more.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed *.sql
var files embed.FS

const (
	// lockTries is how often, a second apart, a process asks whether the other one that migrates has ended.
	lockTries = 300
	// tableTries and tablePause are for a table that something long has in use, such as a backup.
	tableTries = 100
	tablePause = time.Second
	tableWait  = 200 * time.Millisecond
)

// Up applies what is missing. Several processes may call it at once: one applies, the others wait up to five minutes.
func Up(ctx context.Context, db *sql.DB) error { return up(ctx, db, lockTries, tableTries) }

func up(ctx context.Context, db *sql.DB, lockTries uint64, tableTries int) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockTries))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(brief{locker}))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	_, err = p.Up(ctx)
	for tries := 1; tries < tableTries && inUse(err) && ctx.Err() == nil; tries++ {
		select {
		case <-ctx.Done():
		case <-time.After(tablePause):
		}
		_, err = p.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("migrations: %w", advised(err))
	}
	return nil
}

// brief lets a migration wait for a table only for a moment: the older program's saves queue up behind whoever waits to change
// the table that they write. All its waits together end before PostgreSQL looks for a deadlock (1 s): a save that holds one table and
// waits for another that the migration has would be the one broken off. So a file takes four of the tables in use at most.
type brief struct{ lock.SessionLocker }

func (b brief) SessionLock(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("SET lock_timeout = '%dms'", tableWait.Milliseconds())); err != nil {
		return err
	}
	return b.SessionLocker.SessionLock(ctx, conn)
}

func (b brief) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "RESET lock_timeout")
	return errors.Join(b.SessionLocker.SessionUnlock(ctx, conn), err)
}

// stateOf is PostgreSQL's code of an error; empty for one that is not its.
func stateOf(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// inUse reports whether a migration gave way to who uses the table: it waited too long, or the two waited for each other.
func inUse(err error) bool {
	state := stateOf(err)
	return state == "55P03" || state == "40P01"
}

// advised says beside an error what to do.
func advised(err error) error {
	switch {
	case stateOf(err) == "42501":
		return fmt.Errorf("%w as the owner of the tables, whom this process is not: %w", ErrPending, err)
	case inUse(err):
		return fmt.Errorf("a table stays in use: try again when the backup, or whatever holds it, has ended: %w", err)
	case strings.Contains(err.Error(), "failed to acquire lock"): // goose has no value for it
		return fmt.Errorf("another process has been migrating for minutes: look at it, and start this one when it has ended: %w", err)
	}
	return err
}

// ErrPending tells that the database lacks migrations that this program knows.
var ErrPending = errors.New("the database is older than the program: run `peikao migrate`")

// Check returns ErrPending when something is missing.
func Check(ctx context.Context, db *sql.DB) error {
	p, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if pending {
		return ErrPending
	}
	return nil
}

// File is one migration.
type File struct{ Name, Text string }

// Files are all migrations in their order.
func Files() ([]File, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	out := make([]File, len(names))
	for i, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out[i] = File{Name: name, Text: string(text)}
	}
	return out, nil
}
