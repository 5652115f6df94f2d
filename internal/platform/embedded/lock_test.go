package embedded

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLockRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	held, err := takeLock(path)
	if err != nil {
		t.Fatal(err)
	}
	long := lockRecord{PID: 123456, SocketDir: strings.Repeat("x", 90)}
	for _, r := range []lockRecord{long, {PID: 1, SocketDir: "/s"}} {
		if err := held.write(r); err != nil {
			t.Fatal(err)
		}
		got, err := heldRecord(path)
		if err != nil || got != r {
			t.Errorf("read %+v, %v", got, err)
		}
	}
	if _, err := takeLock(path); !errors.Is(err, ErrRunning) {
		t.Errorf("taken twice: %v", err)
	}
	for _, half := range []string{"", `{"pid":1,"socket`} { // its holder is writing
		if err := os.WriteFile(path, []byte(half), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := heldRecord(path); !errors.Is(err, ErrNotRunning) {
			t.Errorf("half a record: %v", err)
		}
	}
	if err := held.write(long); err != nil {
		t.Fatal(err)
	}
	if err := held.release(); err != nil {
		t.Fatal(err)
	}
	if _, err := heldRecord(path); !errors.Is(err, ErrNotRunning) {
		t.Errorf("released lock: %v", err)
	}
	if text, _ := os.ReadFile(path); !json.Valid(text) {
		t.Errorf("lock file %q", text)
	}
}

func TestLeftoversOfAKilledHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	litter, err := os.MkdirTemp("/tmp", tempPrefix)
	if err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	for _, dir := range []string{litter, foreign} {
		held, err := takeLock(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := held.write(lockRecord{PID: 1, SocketDir: dir}); err != nil {
			t.Fatal(err)
		}
		if err := held.clearLeftovers(); err != nil {
			t.Fatal(err)
		}
		if err := held.release(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(litter); !errors.Is(err, os.ErrNotExist) {
		t.Error("the temporary directory stayed")
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error("a directory that is not ours was removed")
	}
}
