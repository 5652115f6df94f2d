package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrDamaged means that a file of the backup is not what its manifest says.
var ErrDamaged = errors.New("the backup is damaged")

// Check recomputes every checksum of a backup.
func Check(folder string) (Manifest, error) {
	m, err := readManifest(folder)
	if err != nil {
		return m, err
	}
	if err := same(filepath.Join(folder, dumpName), m.Dump); err != nil {
		return m, err
	}
	for _, o := range m.Objects {
		path, err := objectPath(objectsOf(folder), o.Key)
		if err != nil {
			return m, err
		}
		if err := same(path, o.File); err != nil {
			return m, err
		}
	}
	return m, nil
}

func objectsOf(folder string) string { return filepath.Join(filepath.Dir(folder), objectsName) }

func same(path string, want File) error {
	got, err := sumOf(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if got != want {
		return fmt.Errorf("%w: %s has another checksum", ErrDamaged, path)
	}
	return nil
}

// Restore checks a backup and brings it into an empty database and the object store. The caller makes sure that the database
// is empty; pg_restore runs in one transaction, so a failure leaves it so.
func Restore(ctx context.Context, folder string, into Source) (Manifest, error) {
	m, err := Check(folder)
	if err != nil {
		return m, err
	}
	for _, o := range m.Objects {
		if err := put(ctx, folder, o, into); err != nil {
			return m, fmt.Errorf("object %s: %w", o.Key, err)
		}
	}
	return m, postgresProgram(ctx, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--dbname="+into.DSN, filepath.Join(folder, dumpName))
}

func put(ctx context.Context, folder string, o Object, into Source) error {
	path, err := objectPath(objectsOf(folder), o.Key)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return into.Files.Put(ctx, o.Key, f, o.Size, o.ContentType)
}
