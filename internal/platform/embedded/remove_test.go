package embedded

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
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

// A directory goes with its process, also with one that was killed.
func TestRemoveAtEnd(t *testing.T) {
	const name = "PEIKAO_TEST_REMOVE_AT_END"
	if dir := os.Getenv(name); dir != "" {
		if err := RemoveAtEnd(dir); err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString("ready\n")
		select {}
	}
	dir := filepath.Join(t.TempDir(), "cluster")
	if err := os.MkdirAll(filepath.Join(dir, "pg"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0], "-test.run=^TestRemoveAtEnd$")
	c.Env = append(os.Environ(), name+"="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, len("ready\n"))); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond) // longer than the shell waits for the server
	if _, err := os.Stat(dir); err != nil {
		t.Error("removed while its process lives")
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("it stays")
		}
	}
}
