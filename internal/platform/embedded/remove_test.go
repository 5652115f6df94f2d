package embedded

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestRemove(t *testing.T) {
	dir := dataDir(t)
	home := filepath.Join(dataDir(t), "elsewhere")
	for _, path := range []string{filepath.Join(home, "data"), filepath.Join(dir, "s3", "objects")} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(home, filepath.Join(dir, "pg")); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "backup.tar")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	held, err := takeLock(postgresLock(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := Remove(dir); !errors.Is(err, ErrRunning) {
		t.Errorf("while it runs: %v", err)
	}
	if err := held.release(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing
		if err := Remove(dir); err != nil {
			t.Fatal(err)
		}
	}
	for path, stays := range map[string]bool{home: false, filepath.Join(dir, "pg"): false, filepath.Join(dir, "s3"): false, other: true} {
		if _, err := os.Lstat(path); (err == nil) != stays {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := Remove(filepath.Join(dir, "never")); err != nil {
		t.Error(err)
	}
}
