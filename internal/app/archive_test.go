package app

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/diskspace"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

// kept is a clinic with a keeper whose clock is moved by hand.
type kept struct {
	*testing.T
	*keeper
	clock *clock.Fake
	log   *bytes.Buffer
	taken uint64 // of 100
}

func newKept(t *testing.T) *kept {
	t.Helper()
	ctx, k := context.Background(), &kept{T: t, clock: clock.NewFake(dbtest.Start), log: new(bytes.Buffer)}
	vars := map[string]string{"DATABASE_URL": dbtest.DSN(t), "DATA": inMemory(t)}
	cfg, err := config.Load(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	g, err := OpenGround(ctx, cfg, slog.New(slog.NewTextHandler(k.log, nil)), s3child.Serve, k.clock)
	if err != nil {
		t.Fatal(err)
	}
	g.Config.DatabaseURL, g.ours = "", true // as if this process had started it
	k.keeper = newKeeper(g, Options{})
	k.measure = func(string) (diskspace.Space, error) {
		return diskspace.Space{Taken: k.taken, Free: 100 - k.taken}, nil
	}
	t.Cleanup(func() {
		if archive, _, err := k.open(); err == nil {
			_ = archive.End(ctx)
		}
		if err := g.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return k
}

// inMemory is a data directory that the server's user can pass through, in memory where there is some.
func inMemory(t *testing.T) string {
	t.Helper()
	memory := "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		memory = ""
	}
	dir, err := os.MkdirTemp(memory, "peikao-kept-")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// looks lets time pass and the keeper work, and returns what it said.
func (k *kept) looks(after time.Duration) string {
	k.Helper()
	k.clock.Advance(after)
	k.log.Reset()
	_ = k.follow(context.Background()) // repeat logs it
	return k.log.String()
}

// Of a large disk a twentieth is room enough; of a small one it is the exams'.
func TestTooFull(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		taken, free uint64
		want        bool
	}{
		{0, 0, false}, {94, 6, false}, {95, 5, true}, {19 * gib, gib, true}, {18 * gib, 2 * gib, false},
		{240 * gib, 4 * gib, false}, {240 * gib, 2 * gib, false}, {240 * gib, 2*gib - 1, true},
	} {
		if got := tooFull(diskspace.Space{Taken: c.taken, Free: c.free}); got != c.want {
			t.Errorf("%d taken and %d free: %v", c.taken, c.free, got)
		}
	}
}

// A disk of the backups that is full or away raises the alarm once, keeps nobody from working, and is written again when it can be.
func TestArchiveAlarm(t *testing.T) {
	k := newKept(t)
	works := func() {
		t.Helper()
		if _, err := k.DB.SQL().Exec("INSERT INTO setting VALUES (gen_random_uuid()::text, '1', '2026-03-02')"); err != nil {
			t.Fatal(err)
		}
	}
	if said := k.looks(0); said != "" || k.Lag() != 0 {
		t.Fatal(said, k.Lag())
	}
	for _, c := range []struct {
		what string
		harm func()
		mend func()
	}{
		{"full", func() { k.taken = 95 }, func() { k.taken = 94 }},
		{"away", func() { k.rename("", ".away"); k.make() }, func() { k.remove(); k.rename(".away", "") }},
	} {
		c.harm()
		works()
		if said := k.looks(59 * time.Second); said != "" {
			t.Errorf("%s, too early: %s", c.what, said)
		}
		if said := k.looks(2 * time.Second); !strings.Contains(said, "alarm: the archive of the database lags") || !strings.Contains(said, "备份") {
			t.Errorf("%s: %s", c.what, said)
		}
		works()
		if said := k.looks(time.Minute); said != "" || k.Lag() != 121*time.Second {
			t.Errorf("%s, again: %s, lag %s", c.what, said, k.Lag())
		}
		c.mend()
		if said := k.looks(time.Second); !strings.Contains(said, "whole again") || k.Lag() != 0 {
			t.Errorf("%s and mended: %s, lag %s", c.what, said, k.Lag())
		}
	}
}

func (k *kept) rename(from, to string) {
	k.Helper()
	if err := os.Rename(k.Config.BackupDir+from, k.Config.BackupDir+to); err != nil {
		k.Fatal(err)
	}
}

func (k *kept) make() {
	k.Helper()
	if err := os.Mkdir(k.Config.BackupDir, 0o700); err != nil {
		k.Fatal(err)
	}
}

func (k *kept) remove() {
	k.Helper()
	if err := os.Remove(k.Config.BackupDir); err != nil { // it is empty still
		k.Fatal(err)
	}
}

func TestDrillDue(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 30, 5, 0, 0, 0, zone)
	day := 24 * time.Hour
	for _, c := range []struct {
		name string
		ago  time.Duration
		now  time.Time
		want bool
	}{
		{"a month ago, at five", 30 * day, now, true},
		{"a month ago, before seven", 30*day + 2*time.Hour, now.Add(2*time.Hour - time.Second), true},
		{"a month ago, at seven", 31 * day, now.Add(2 * time.Hour), false},
		{"a month ago, before five", 31 * day, now.Add(-time.Second), false},
		{"not a month ago", 30*day - time.Second, now, false},
		{"a machine that is off at night", 37 * day, now.Add(6 * time.Hour), true},
		{"not overdue enough", 37*day - time.Second, now.Add(6 * time.Hour), false},
	} {
		if got := drillDue(c.now.Add(-c.ago), c.now, zone); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// The running clinic restores its newest backup and its archive beside itself, compares, and leaves nothing behind; what does
// not come back is told.
func TestDrill(t *testing.T) {
	ctx, k := context.Background(), newKept(t)
	k.looks(0)
	if err := k.nightly(ctx); err != nil {
		t.Fatal(err)
	}
	if err := k.base(ctx); err != nil {
		t.Fatal(err)
	}
	k.looks(time.Second)
	keys, err := backup.Identities(backup.KeyFile(k.Config.Data))
	if err != nil {
		t.Fatal(err)
	}
	d, err := k.Drill(ctx, k.Config.BackupDir, keys)
	if err != nil {
		t.Fatal(err)
	}
	if d.Tables < 30 || d.Rows == 0 || d.Moment.IsZero() || d.KeyGone || d.Problem != "" {
		t.Errorf("%+v", d)
	}
	if last, err := k.lastDrill(); err != nil || last.Folder != d.Folder || k.drillFailed() != 0 {
		t.Errorf("%+v %v", last, err)
	}
	if _, err := os.Stat(filepath.Join(k.Config.Data, drillName)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the drill left something behind")
	}
	if err := sameRows(map[string]int64{"a": 1, "b": 2}, map[string]int64{"a": 1, "b": 3}); err == nil || !strings.Contains(err.Error(), "b has 2 rows, 3") {
		t.Error(err)
	}

	running := filepath.Join(k.Config.Data, drillName, "moment")
	if err := os.MkdirAll(running, 0o700); err != nil {
		t.Fatal(err)
	}
	locked, err := os.Create(filepath.Join(running, "pg.lock"))
	if err == nil {
		err = syscall.Flock(int(locked.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Drill(ctx, k.Config.BackupDir, keys); !errors.Is(err, embedded.ErrRunning) {
		t.Errorf("two drills at once: %v", err)
	}
	if _, err := os.Stat(locked.Name()); err != nil {
		t.Error("a drill removed another one's:", err)
	}
	if err := locked.Close(); err != nil {
		t.Fatal(err)
	}

	k.Config.BackupKeys = "age1elsewhere"
	if keys, err := k.drillKeys(ctx); err != nil || len(keys) != 1 {
		t.Error("the key opens them:", keys, err)
	}
	if err := errors.Join(os.Remove(backup.KeyFile(k.Config.Data)), os.Remove(filepath.Join(k.Config.Data, "backup.pub"))); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Key(k.Config.Data, k.DB.Now()); err != nil {
		t.Fatal(err)
	}
	if keys, err := k.drillKeys(ctx); err != nil || keys != nil {
		t.Error("the backups are encrypted to others:", keys, err)
	}
	k.Config.BackupKeys = ""
	if err := os.Remove(backup.KeyFile(k.Config.Data)); err != nil {
		t.Fatal(err)
	}
	k.clock.Advance(38 * 24 * time.Hour)
	k.log.Reset()
	if err := k.drill(ctx); err != nil || !strings.Contains(k.log.String(), "without the key nothing was restored") {
		t.Error(k.log, err)
	}
	harmed := filepath.Join(d.Folder, "database.dump.age")
	if err := os.Truncate(harmed, 100); err != nil {
		t.Fatal(err)
	}
	k.clock.Advance(38 * 24 * time.Hour)
	k.log.Reset()
	if err := k.drill(ctx); err != nil || !strings.Contains(k.log.String(), "alarm: the restore drill failed") || k.drillFailed() != 1 {
		t.Error(k.log, err)
	}
}
