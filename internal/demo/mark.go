package demo

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

const settingKey = "demo"

// state is how far the making has come.
type state string

const (
	making state = "making"
	ready  state = "ready"
)

// Mark says that a database holds the demo clinic, and what it was made from: the same seed and anchor give the same rows.
type Mark struct {
	Seed   int64     `json:"seed"`
	Anchor time.Time `json:"anchor"` // the day of the first start, midnight in the organisation's zone
	State  state     `json:"state"`
	// ExamClosesAt is when the newest open exam of the demo closes; a start after it publishes another.
	ExamClosesAt time.Time `json:"exam_closes_at"`
}

const queries = `
-- name: mark
-- why: is this the demo
SELECT value FROM setting WHERE key = $1

-- name: set_mark
-- why: from now on it is, and this far
INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at

-- name: empty
-- why: a database with an organisation in it is somebody's clinic
SELECT NOT EXISTS (SELECT 1 FROM org_unit)
`

// readMark returns the mark; found is false in a database that is not the demo's.
func readMark(ctx context.Context, d *db.DB) (m Mark, found bool, err error) {
	q, err := d.Prepare(ctx, queries)
	if err != nil {
		return Mark{}, false, err
	}
	var value db.JSON[Mark]
	err = q.Get(ctx, d, &value, "mark", settingKey)
	if errs.Is(err, errs.NotFound) {
		return Mark{}, false, nil
	}
	return value.V, err == nil, err
}

func writeMark(ctx context.Context, d *db.DB, m Mark) error {
	q, err := d.Prepare(ctx, queries)
	if err != nil {
		return err
	}
	return q.One(ctx, d, "set_mark", settingKey, db.JSONOf(m), d.Now())
}

// isEmpty tells whether the database holds no organisation yet.
func isEmpty(ctx context.Context, d *db.DB) (empty bool, err error) {
	q, err := d.Prepare(ctx, queries)
	if err != nil {
		return false, err
	}
	err = q.Get(ctx, d, &empty, "empty")
	return empty, err
}

// makingLock is the advisory lock under which the demo is made: any number that no other lock of the program has.
const makingLock = 7_362_034

// lock keeps a second process from taking a making that goes on for an interrupted one.
func lock(ctx context.Context, d *db.DB) (unlock func() error, err error) {
	conn, err := d.SQL().Conn(ctx)
	if err != nil {
		return nil, err
	}
	var got bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", makingLock).Scan(&got); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if !got {
		return nil, errors.Join(errors.New("another process is making the demo clinic in this database: wait until it is ready"), conn.Close())
	}
	return func() error {
		// Without the caller's context: a held lock would go back to the pool.
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", makingLock)
		return errors.Join(err, conn.Close())
	}, nil
}

// dropEverything removes every table with all that is in it.
func dropEverything(ctx context.Context, d *db.DB) error {
	_, err := d.SQL().ExecContext(ctx, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	return err
}

// Is tells whether the database holds the demo clinic, whole or half made.
func Is(ctx context.Context, d *db.DB) (bool, error) {
	_, found, err := readMark(ctx, d)
	return found, err
}

// secretFile lies beside the data: whoever can read it could read the data too.
const secretFile = "demo.secret"

// secret reads the demo's secret or makes one; made tells which.
func secret(dir string) (b []byte, made bool, err error) {
	path := filepath.Join(dir, secretFile)
	b, err = os.ReadFile(path)
	if err == nil && len(b) >= 32 {
		return b, false, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	b = make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return nil, false, err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, false, err
	}
	return b, true, os.WriteFile(path, b, 0o600)
}

// password is an account's password in this data directory (decision 34): no password stands in the program.
func password(secret []byte, login string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(login))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)))[:14]
}
