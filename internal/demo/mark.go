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

// Mark says that a database holds the demo clinic, and what it was made from: the same seed and anchor give the same rows.
type Mark struct {
	Seed   int64     `json:"seed"`
	Anchor time.Time `json:"anchor"` // the day of the first start, midnight in the organisation's zone
}

const queries = `
-- name: mark
-- why: is this the demo
SELECT value FROM setting WHERE key = $1

-- name: set_mark
-- why: from now on it is
INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, $3)

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

// Is tells whether the database holds the demo clinic.
func Is(ctx context.Context, d *db.DB) (bool, error) {
	_, found, err := readMark(ctx, d)
	return found, err
}

// secretFile lies beside the data: whoever can read it could read the data too.
const secretFile = "demo.secret"

// secret reads the demo's secret or makes one.
func secret(dir string) ([]byte, error) {
	path := filepath.Join(dir, secretFile)
	b, err := os.ReadFile(path)
	if err == nil && len(b) >= 32 {
		return b, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	b = make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return nil, err
	}
	return b, os.WriteFile(path, b, 0o600)
}

// password is an account's password in this data directory (decision 34): no password stands in the program.
func password(secret []byte, login string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(login))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)))[:14]
}
