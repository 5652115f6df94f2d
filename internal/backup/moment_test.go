package backup_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/migrations"
)

// clinic is a cluster of its own with the record of acts, and its archive.
type clinic struct {
	*testing.T
	pg      *embedded.Postgres
	db      *db.DB
	chain   *audit.Chain
	archive *backup.Archive
	keys    backup.Keys
}

// place is a directory that the server's user can pass through, in memory where there is some: what is durable is so at once.
func place(t *testing.T) string {
	t.Helper()
	memory := "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		memory = ""
	}
	dir, err := os.MkdirTemp(memory, "peikao-backup-")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func newClinic(t *testing.T, o embedded.PostgresOptions) *clinic {
	t.Helper()
	o.Dir, o.Ephemeral, o.Fsync = place(t), true, true // the archive takes what is durable
	c := &clinic{T: t}
	c.open(o)
	if err := migrations.Up(ctx, c.db.SQL()); err != nil {
		t.Fatal(err)
	}
	var err error
	if c.chain, err = audit.NewChain(ctx, c.db); err != nil {
		t.Fatal(err)
	}
	var to []age.Recipient
	to, c.keys = pair(t)
	c.archive = &backup.Archive{DB: c.db, DSN: c.pg.DSN(embedded.Database), Dir: t.TempDir(), To: to}
	return c
}

func (c *clinic) open(o embedded.PostgresOptions) {
	c.Helper()
	pg, err := embedded.StartPostgres(ctx, o)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = pg.Stop(ctx) })
	c.pg, c.db = pg, open(c.T, pg.DSN(embedded.Database))
}

func (c *clinic) exec(statements ...string) {
	c.Helper()
	for _, s := range statements {
		if _, err := c.db.SQL().Exec(s); err != nil {
			c.Fatal(s, err)
		}
	}
}

// works acts, which is recorded and sealed.
func (c *clinic) works(acts int) {
	c.Helper()
	for n := range acts {
		if err := c.db.InTx(ctx, func(tx *db.Tx) error {
			return audit.Write(ctx, tx, audit.Event{Actor: "person:1", Act: "test", Subject: fmt.Sprintf("thing:%d", n), Body: map[string]any{"n": n}})
		}); err != nil {
			c.Fatal(err)
		}
	}
	if _, err := c.chain.SealPending(ctx); err != nil {
		c.Fatal(err)
	}
}

func (c *clinic) follow() {
	c.Helper()
	if err := c.archive.Follow(ctx, c.db.Now()); err != nil {
		c.Fatal(err)
	}
}

func (c *clinic) base() {
	c.Helper()
	if err := c.archive.Base(ctx, c.db.Now); err != nil {
		c.Fatal(err)
	}
}

// state is what must be equal.
type state struct {
	rows map[string]int64
	head string
}

func (c *clinic) state() state {
	c.Helper()
	rows, err := c.db.Rows(ctx)
	if err != nil {
		c.Fatal(err)
	}
	head, err := c.chain.Head(ctx)
	if err != nil {
		c.Fatal(err)
	}
	return state{rows, head.String()}
}

// isBackAt goes to a moment in a new directory and compares.
func (c *clinic) isBackAt(until time.Time, want state) {
	c.Helper()
	j, err := backup.Plan(c.archive.Dir, until)
	if err != nil {
		c.Fatal(err)
	}
	dir := place(c.T)
	begin := time.Now()
	if err := j.Go(ctx, c.keys, embedded.PostgresOptions{Dir: dir}); err != nil {
		c.Fatal(err)
	}
	c.Logf("back at %s in %s", until.Format(time.RFC3339), time.Since(begin).Round(time.Millisecond))
	back := &clinic{T: c.T}
	back.open(embedded.PostgresOptions{Dir: dir})
	if back.chain, err = audit.NewChain(ctx, back.db); err != nil {
		c.Fatal(err)
	}
	if got := back.state(); !maps.Equal(got.rows, want.rows) || got.head != want.head {
		c.Errorf("back at %s: %v, want %v", until, got, want)
	}
	if _, finding, err := back.chain.Verify(ctx, nil); finding != nil || err != nil {
		c.Error(finding, err)
	}
	if err := j.Go(ctx, c.keys, embedded.PostgresOptions{Dir: dir}); !errors.Is(err, embedded.ErrExists) && !errors.Is(err, embedded.ErrRunning) {
		c.Errorf("restored over a clinic: %v", err)
	}
}

// Threat 32: back to just before a bad DELETE, and to the last that was archived after the cluster is lost.
func TestBackToAMoment(t *testing.T) {
	c := newClinic(t, embedded.PostgresOptions{})
	c.works(3)
	c.follow()
	c.base()
	c.exec(`INSERT INTO setting VALUES ('name', '"培考"', '2026-03-02')`)
	c.works(20)
	c.exec("SELECT pg_switch_wal()")
	c.works(5)
	worked := c.db.Now()
	time.Sleep(2 * time.Millisecond) // the archive tells its end to the millisecond
	c.follow()
	cutOff(t, c, worked)
	c.works(5)
	before := c.state()
	until, err := c.db.DatabaseNow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Millisecond)
	c.follow()
	c.isBackAt(until, before) // nothing was committed between the moment and the end of the archive
	c.exec("SET session_replication_role = replica; DELETE FROM audit_event WHERE id > 4; DELETE FROM setting; RESET session_replication_role")
	c.works(1)
	c.follow()
	if damaged := c.state(); maps.Equal(damaged.rows, before.rows) {
		t.Fatal("nothing was deleted")
	}
	c.isBackAt(until, before)

	c.exec("INSERT INTO setting VALUES ('later', '1', '2026-03-02')")
	last := c.state()
	c.follow()
	c.exec("INSERT INTO setting VALUES ('lost', '1', '2026-03-02')")
	if err := c.pg.Stop(ctx); err != nil { // at once, without a checkpoint
		t.Fatal(err)
	}
	j, err := backup.Plan(c.archive.Dir, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	dir := place(t)
	if err := j.Go(ctx, c.keys, embedded.PostgresOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	back := &clinic{T: t}
	back.open(embedded.PostgresOptions{Dir: dir})
	if rows, err := back.db.Rows(ctx); err != nil || !maps.Equal(rows, last.rows) {
		t.Error("not all that was archived is back", rows, last.rows, err)
	}

	t.Run("damage", func(t *testing.T) { damagedArchive(t, c, until) })
}

// cutOff: an archive that broke off behind a complete segment does not promise what happened after it.
func cutOff(t *testing.T, c *clinic, worked time.Time) {
	chunks, err := filepath.Glob(filepath.Join(c.archive.Dir, "log", "*", "wal", "*.age"))
	if err != nil || len(chunks) < 2 {
		t.Fatal(chunks, err)
	}
	last := chunks[len(chunks)-1]
	if err := os.Rename(last, last+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Plan(c.archive.Dir, worked); !errors.Is(err, backup.ErrNoMoment) {
		t.Errorf("promised: %v", err)
	}
	if j, err := backup.Plan(c.archive.Dir, time.Time{}); err != nil || j.Ends.Before(j.Base) {
		t.Errorf("ends at %s, the base was made at %s, %v", j.Ends, j.Base, err)
	}
	if err := os.Rename(last+".away", last); err != nil {
		t.Fatal(err)
	}
}

// damagedArchive: what is wrong is named, and no cluster is made.
func damagedArchive(t *testing.T, c *clinic, until time.Time) {
	files := func(kind string) []string {
		paths, err := filepath.Glob(filepath.Join(c.archive.Dir, "log", "*", kind, "*.age"))
		if err != nil || len(paths) == 0 {
			t.Fatal(kind, paths, err)
		}
		return paths
	}
	base := files("base")[0]
	needed := func(path string) bool {
		return strings.Split(filepath.Base(path), "-")[1] > strings.Split(filepath.Base(base), "-")[2]
	}
	chunks := slices.DeleteFunc(files("wal"), func(path string) bool { return !needed(path) })
	_, others := pair(t)
	for _, damage := range []struct {
		what string
		file string
		harm func([]byte) []byte
		keys backup.Keys
		want error
	}{
		{"another key", "", nil, others, backup.ErrWrongKey},
		{"no key", "", nil, nil, backup.ErrNoKey},
		{"the base is cut off", base, halved, c.keys, backup.ErrDamaged},
		{"the base is changed", base, flipped, c.keys, backup.ErrDamaged},
		{"the log is changed", chunks[len(chunks)-1], flipped, c.keys, backup.ErrDamaged},
		{"the log is cut off", chunks[0], halved, c.keys, backup.ErrDamaged},
	} {
		whole := harm(t, damage.file, damage.harm)
		j, err := backup.Plan(c.archive.Dir, until)
		if err != nil {
			t.Fatal(err)
		}
		dir := place(t)
		if err := j.Go(ctx, damage.keys, embedded.PostgresOptions{Dir: dir}); !errors.Is(err, damage.want) {
			t.Errorf("%s: %v", damage.what, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is left, %v", damage.what, left, err)
		}
		if damage.file != "" {
			if err := os.WriteFile(damage.file, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Remove(chunks[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Plan(c.archive.Dir, until); !errors.Is(err, backup.ErrNoMoment) {
		t.Errorf("the log has a gap: %v", err)
	}
}

func TestArchive(t *testing.T) {
	c := newClinic(t, embedded.PostgresOptions{KeptLog: 32})
	first := c.archive
	t.Run("goes on", func(t *testing.T) { archiveGoesOn(t, c) })
	c.archive = &backup.Archive{DB: c.db, DSN: first.DSN, Dir: t.TempDir(), To: first.To}
	t.Run("cannot be written", func(t *testing.T) { archiveThatCannotBeWritten(t, c) })
}

// An archive that cannot be written must not stop the work: PostgreSQL keeps so much log for it and no more. Then the line
// begins anew, with a base of its own.
func archiveThatCannotBeWritten(t *testing.T, c *clinic) {
	c.follow()
	c.base()
	dir := filepath.Join(c.archive.Dir, "log")
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // no folder can be made there
		t.Fatal(err)
	}
	for range 8 {
		c.works(1)
		c.exec("SELECT pg_switch_wal()")
	}
	c.exec("CHECKPOINT", "CHECKPOINT")
	var status string
	if err := c.db.SQL().QueryRow("SELECT wal_status FROM pg_replication_slots").Scan(&status); err != nil || status != "lost" {
		t.Fatalf("8 segments wait, 2 may: %s, %v", status, err)
	}
	if err := c.archive.Follow(ctx, c.db.Now()); !errors.Is(err, backup.ErrBroken) {
		t.Fatalf("nothing is wrong: %v", err)
	}
	c.works(1)
	var slots int
	var log int64
	if err := c.db.SQL().QueryRow(`SELECT (SELECT count(*) FROM pg_replication_slots), (SELECT sum(size) FROM pg_ls_waldir())`).Scan(&slots, &log); err != nil {
		t.Fatal(err)
	}
	if slots != 0 {
		t.Errorf("%d slots still keep the log", slots)
	}
	t.Logf("%d MiB of log", log>>20)

	if err := errors.Join(os.Remove(dir), os.Rename(dir+".away", dir)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second) // a line is named by the second of its begin
	c.follow()
	if made, err := c.archive.NewestBase(); err != nil || !made.IsZero() {
		t.Errorf("the new line has a base: %s, %v", made, err)
	}
	c.base()
	c.works(2)
	c.follow()
	c.isBackAt(time.Time{}, c.state())
}

// A new process goes on in the line of the last; a segment that is complete stands in one file.
func archiveGoesOn(t *testing.T, c *clinic) {
	for range 3 {
		c.works(1)
		c.follow()
	}
	count := func() int {
		paths, err := filepath.Glob(filepath.Join(c.archive.Dir, "log", "*", "wal", "*.age"))
		if err != nil {
			t.Fatal(err)
		}
		return len(paths)
	}
	loose := count()
	next := &backup.Archive{DB: c.db, DSN: c.archive.DSN, Dir: c.archive.Dir, To: c.archive.To}
	c.archive = next
	c.works(1)
	c.follow()
	if n := count(); n != loose+1 {
		t.Errorf("%d files after %d", n, loose)
	}
	if record, err := os.ReadFile(filepath.Join(c.archive.Dir, "密钥记录.txt")); err != nil || strings.Count(string(record), " age1") != 1 {
		t.Errorf("two processes of one key are recorded as %q, %v", record, err)
	}
	c.exec("SELECT pg_switch_wal()")
	c.works(1)
	c.follow()
	if lines, err := os.ReadDir(filepath.Join(c.archive.Dir, "log")); err != nil || len(lines) != 1 {
		t.Error("another line was begun", lines, err)
	}
	if n := count(); n > 3 {
		t.Errorf("%d files: complete segments and what is new", n)
	}
	if err := c.archive.End(ctx); err != nil {
		t.Fatal(err)
	}
	var slots int
	if err := c.db.SQL().QueryRow("SELECT count(*) FROM pg_replication_slots").Scan(&slots); err != nil || slots != 0 {
		t.Error(slots, err)
	}
}

// Of bases and log stays what leads to every moment since a given one.
func TestThin(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 4, 0, 0, 0, time.UTC) }
	stamp := func(n int) string { return day(n).Format("20060102T150405.000Z") }
	dir := t.TempDir()
	write := func(line, kind, name string) {
		path := filepath.Join(dir, "log", line, kind, name+".age")
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	const segment = 16 << 20
	for n := 10; n <= 20; n++ {
		from := uint64(n) * segment
		write("2026-11-10T000000Z", "base", fmt.Sprintf("%s-00000001-%016X-%016X.tar", stamp(n), from+40, from+300))
		write("2026-11-10T000000Z", "wal", fmt.Sprintf("00000001-%016X-%016X-%s", from, from+segment, stamp(n)))
	}
	write("2026-11-05T000000Z", "wal", fmt.Sprintf("00000001-%016X-%016X-%s", segment, segment+5, stamp(6)))
	part := filepath.Join(dir, "log", "2026-11-10T000000Z", "wal", ".part-1") // of a process that was killed
	if err := errors.Join(os.WriteFile(part, nil, 0o600), os.Chtimes(part, day(14), day(14))); err != nil {
		t.Fatal(err)
	}
	a := backup.Archive{Dir: dir}
	if err := a.Thin(day(15).Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	left := func(kind string) (found []string) {
		entries, err := os.ReadDir(filepath.Join(dir, "log", "2026-11-10T000000Z", kind))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			found = append(found, e.Name())
		}
		return found
	}
	if b := left("base"); len(b) != 6 || !strings.HasPrefix(b[0], stamp(15)) {
		t.Error(b)
	}
	if w := left("wal"); len(w) != 6 || !strings.Contains(w[0], fmt.Sprintf("%016X", 15*segment)) {
		t.Error(w)
	}
	if lines, err := os.ReadDir(filepath.Join(dir, "log")); err != nil || len(lines) != 1 {
		t.Error("a line that leads nowhere is left", lines, err)
	}
	for _, c := range []struct {
		until time.Time
		base  time.Time // zero when there is no way
		says  string
	}{
		{day(15), day(15), ""}, {day(15).Add(-time.Second), time.Time{}, "the earliest is) 2026-11-15T04:00:00Z"},
		{day(17).Add(time.Hour), day(17), ""}, {day(20), day(20), ""},
		{day(20).Add(time.Minute), time.Time{}, "the latest is) 2026-11-20T04:00:00Z"}, {time.Time{}, day(20), ""},
	} {
		j, err := backup.Plan(dir, c.until)
		if err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: says %v, not %q", c.until, err, c.says)
		}
		if (err == nil) == c.base.IsZero() || err != nil && !errors.Is(err, backup.ErrNoMoment) || err == nil && !j.Base.Equal(c.base) {
			t.Errorf("%s: from %s, %v", c.until, j.Base, err)
		}
	}
}
