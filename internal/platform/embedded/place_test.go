package embedded

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Root's temporary directory may be closed to all others (libpam-tmpdir).
func TestClosedTemporaryDirectory(t *testing.T) {
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", closed)
	pg := start(t, PostgresOptions{Dir: filepath.Join(closed, "data"), Ephemeral: true})
	if got := query(t, pg, "SELECT 1"); got != "1" {
		t.Error(got)
	}
}

func TestMakeOpenIgnoresTheUmask(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "homes")
	before := syscall.Umask(0o077)
	err := makeOpen(dir)
	syscall.Umask(before)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o711 {
		t.Fatalf("%v, %v", info, err)
	}
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := makeOpen(dir); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("the choice of whoever runs the machine was changed: %v, %v", info, err)
	}
}
