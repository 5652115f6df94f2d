package embedded

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Remove deletes the cluster and the objects of a data directory, also where
// DIR/pg is a link to elsewhere. It refuses (ErrRunning) while a server runs.
func Remove(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, path := range []string{postgresLock(dir), s3Lock(dir)} {
		held, err := takeLock(path)
		if err != nil {
			return err
		}
		defer held.release()
	}
	var errs []error
	if home, err := filepath.EvalSymlinks(filepath.Join(dir, "pg")); err == nil {
		errs = append(errs, os.RemoveAll(home))
	}
	for _, name := range []string{"pg", "s3", "s3.secret"} {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
	}
	return errors.Join(errs...)
}
