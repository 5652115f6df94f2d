package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/peikao/peikao/internal/platform/objectstore"
)

// Target is what a backup is brought back into.
type Target struct {
	DSN   string // of an empty database
	Files objectstore.Store
}

// Check recomputes every checksum of a backup. keys may be nil for an old one in clear.
func Check(ctx context.Context, folder string, keys Keys) (Manifest, error) {
	m, err := ReadManifest(ctx, folder, keys)
	if err != nil {
		return m, err
	}
	if err := same(ctx, m.dump(), m.Dump); err != nil {
		return m, err
	}
	for _, o := range m.Objects {
		path, err := m.object(o)
		if err != nil {
			return m, err
		}
		if err := same(ctx, path, o.File); err != nil {
			return m, err
		}
	}
	return m, nil
}

// Restore checks a backup and brings it into an empty database and the object store. The caller makes sure that the database
// is empty; pg_restore runs in one transaction, so a failure leaves it so.
func Restore(ctx context.Context, folder string, keys Keys, into Target) (Manifest, error) {
	m, err := Check(ctx, folder, keys)
	if err != nil {
		return m, err
	}
	for _, o := range m.Objects {
		if err := m.put(ctx, o, keys, into); err != nil {
			return m, fmt.Errorf("object %s: %w", o.Key, err)
		}
	}
	return m, m.restoreDatabase(ctx, keys, into.DSN)
}

// RestoreDatabase checks a backup and brings its database alone into an empty one.
func RestoreDatabase(ctx context.Context, folder string, keys Keys, dsn string) (Manifest, error) {
	m, err := Check(ctx, folder, keys)
	if err != nil {
		return m, err
	}
	return m, m.restoreDatabase(ctx, keys, dsn)
}

func (m Manifest) restoreDatabase(ctx context.Context, keys Keys, dsn string) error {
	r, err := m.openDump(ctx, keys)
	if err != nil {
		return err
	}
	return errors.Join(
		postgresProgram(ctx, dsn, r, nil, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner"),
		r.Close())
}

func (m Manifest) openDump(ctx context.Context, keys Keys) (io.ReadCloser, error) {
	if m.sealed {
		return openSealed(ctx, m.dump(), keys)
	}
	return os.Open(m.dump())
}

func (m Manifest) put(ctx context.Context, o Object, keys Keys, into Target) error {
	path, err := m.object(o)
	if err != nil {
		return err
	}
	if m.sealed {
		return putObject(ctx, path, keys, into.Files)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return into.Files.Put(ctx, o.Key, f, o.Size, o.ContentType)
}
