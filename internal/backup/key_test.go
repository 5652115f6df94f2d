package backup_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/backup"
)

func TestOwnKey(t *testing.T) {
	data, now := t.TempDir(), time.Now()
	var made sync.WaitGroup
	for range 8 { // processes that start at once end with one pair
		made.Go(func() {
			if _, err := backup.Recipients(data, "", now); err != nil {
				t.Error(err)
			}
		})
	}
	made.Wait()
	key, err := backup.Key(data, now)
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(filepath.Join(data, "backup.pub"))
	if err != nil || strings.TrimSpace(string(public)) != key.Recipient().String() {
		t.Fatalf("%s, %v: not the pair's", public, err)
	}
	if info, err := os.Stat(backup.KeyFile(data)); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}

	elsewhere := filepath.Join(t.TempDir(), "peikao.key")
	if backup.KeyIsKept(data) {
		t.Error("nobody has kept it yet")
	}
	if err := backup.KeepKey(data, filepath.Join(elsewhere, "unplugged", "peikao.key"), false, now); err == nil || backup.KeyIsKept(data) {
		t.Fatal("kept on a disk that is not there:", err)
	}
	if err := backup.KeepKey(data, elsewhere, false, now); err != nil || !backup.KeyIsKept(data) {
		t.Fatal(err)
	}
	if err := backup.KeepKey(data, elsewhere, true, now); !errors.Is(err, fs.ErrExist) {
		t.Errorf("written over another file: %v", err)
	}
	if err := backup.KeepKey(data, elsewhere+"2", true, now); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Key(data, now); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
	for _, path := range []string{elsewhere, elsewhere + "2"} {
		keys, err := backup.Identities(path)
		if err != nil || len(keys) != 1 {
			t.Fatal(keys, err)
		}
	}
	to, err := backup.Recipients(data, "", now)
	if err != nil || len(to) != 1 {
		t.Fatal("no backup without the private key", err)
	}
	if _, err := os.Stat(backup.KeyFile(data)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("another key was made")
	}
}

// A copy that was kept is of one key: a later pair has none yet, until that is kept too.
func TestTheKeptKeyIsNamed(t *testing.T) {
	data, elsewhere, now := t.TempDir(), t.TempDir(), time.Date(2026, 11, 30, 19, 0, 0, 0, time.UTC)
	key, err := backup.Key(data, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := backup.KeepKey(data, filepath.Join(elsewhere, "first.key"), false, now); err != nil || !backup.KeyIsKept(data) {
		t.Fatal(err)
	}
	note := filepath.Join(data, "backup.key.kept")
	if got, err := os.ReadFile(note); err != nil || string(got) != "2026-11-30T19:00:00Z "+key.Recipient().String()+"\n" {
		t.Errorf("the note says %q, %v", got, err)
	}
	if err := os.WriteFile(note, []byte("2026-11-30T19:00:00Z\n"), 0o600); err != nil || !backup.KeyIsKept(data) {
		t.Error("a note of before, which names none, is not believed:", err)
	}
	if err := backup.KeepKey(data, filepath.Join(elsewhere, "again.key"), false, now); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"backup.key", "backup.pub"} { // lost: a new pair is made
		if err := os.Remove(filepath.Join(data, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := backup.Recipients(data, "", now); err != nil || backup.KeyIsKept(data) {
		t.Error("the copy of another key passes for one of this:", err)
	}
	if err := backup.KeepKey(data, filepath.Join(elsewhere, "second.key"), false, now); err != nil || !backup.KeyIsKept(data) {
		t.Error(err)
	}
}

// What was restored goes on under the key that opened it, and no other key passes for that one.
func TestGoOnUnder(t *testing.T) {
	_, keys := pair(t)
	restored, now := t.TempDir(), time.Now()
	if err := backup.GoOnUnder(restored, keys); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Key(restored, now); !backup.KeyIsKept(restored) || !errors.Is(err, fs.ErrNotExist) {
		t.Error("the key is where the restore took it from, which is not here:", err)
	}

	used := t.TempDir()
	if _, err := backup.Key(used, now); err != nil {
		t.Fatal(err)
	}
	if err := backup.GoOnUnder(used, keys); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "peikao.key")
	if err := backup.KeepKey(used, path, false, now); err == nil || backup.KeyIsKept(used) {
		t.Error("a key that opens nothing was kept:", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestConfiguredKeys(t *testing.T) {
	a, _ := pair(t)
	b, _ := pair(t)
	data := t.TempDir()
	name := func(r any) string { return r.(interface{ String() string }).String() }
	for _, c := range []struct {
		text string
		n    int
	}{
		{name(a[0]), 1}, {name(a[0]) + "," + name(b[0]), 2}, {" " + name(a[0]) + " , " + name(b[0]) + " ", 2},
		{"age1nonsense", 0}, {",", 0}, {"AGE-SECRET-KEY-1", 0},
	} {
		to, err := backup.Recipients(data, c.text, time.Now())
		if len(to) != c.n || (err == nil) != (c.n > 0) {
			t.Errorf("%q: %d, %v", c.text, len(to), err)
		}
	}
	if left, err := os.ReadDir(data); err != nil || len(left) > 0 {
		t.Error("a pair was made all the same", left, err)
	}
}

func TestNoKeyInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if _, err := backup.Identities(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Identities(path); err == nil || !strings.Contains(err.Error(), "AGE-SECRET-KEY") {
		t.Error(err)
	}
}

// A disk that is not mounted leaves an empty folder on another one, which must not be filled.
func TestDiskOfTheBackupsIsAway(t *testing.T) {
	data, dir := t.TempDir(), filepath.Join(t.TempDir(), "disk")
	if err := backup.Present(data, dir); err != nil {
		t.Fatal("before the first backup:", err)
	}
	if err := backup.Prepare(data, dir); err != nil {
		t.Fatal(err)
	}
	if err := backup.Present(data, dir); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Rename(dir, dir+".away"), os.Mkdir(dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := backup.Present(data, dir); !errors.Is(err, backup.ErrAway) {
		t.Fatal(err)
	}
	if err := backup.Present(data, dir+".away"); err != nil {
		t.Fatal("another place is as good as a first:", err)
	}
	if err := backup.Prepare(data, dir); err != nil {
		t.Fatal(err)
	}
	if err := backup.Present(data, dir); err != nil {
		t.Fatal(err)
	}
}
