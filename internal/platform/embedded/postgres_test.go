package embedded

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("EMBEDDED_TEST_RUN"); dir != "" {
		runForever(dir)
	}
	goleak.VerifyTestMain(m)
}

// runForever is the body of the child process that TestKilledProgram kills.
func runForever(dir string) {
	if _, err := StartPostgres(context.Background(), PostgresOptions{Dir: dir}); err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("ready\n")
	time.Sleep(time.Hour)
}

// dataDir is a directory that the server's user can reach; t.TempDir is 0700.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(PassingHome(), "embedded-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// freshCluster stands in a directory from which every test gets a copy that is not about how a cluster is made: making one takes most of a test.
var freshCluster = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp(PassingHome(), "embedded-"); err != nil {
		return dir, err
	}
	if err := errors.Join(RemoveAtEnd(dir), os.Chmod(dir, 0o711)); err != nil {
		return dir, err
	}
	pg, err := StartPostgres(context.Background(), PostgresOptions{Dir: dir})
	if err != nil {
		return dir, err
	}
	return dir, pg.Stop(context.Background())
})

// clusterDir is a dataDir with a cluster that has been started once.
func clusterDir(t *testing.T) string {
	t.Helper()
	dir := dataDir(t)
	getCluster(t, dir)
	return dir
}

// getCluster puts such a cluster into a directory.
func getCluster(t *testing.T, dir string) {
	t.Helper()
	fresh, err := freshCluster()
	if err == nil {
		err = CopyCluster(t.Context(), fresh, dir)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, o PostgresOptions) *Postgres {
	t.Helper()
	pg, err := StartPostgres(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, pg) })
	return pg
}

func stop(t *testing.T, pg *Postgres) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := pg.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// query asks with psql, so that this package needs no driver.
func query(t *testing.T, pg *Postgres, sql string) string {
	t.Helper()
	psql := installations("/usr/lib/postgresql")[0].program("psql")
	out, err := exec.Command(psql, pg.DSN(Database), "-XAtqc", sql).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", sql, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestStartKeepsDataAndStops(t *testing.T) {
	dir := dataDir(t)
	pg := start(t, PostgresOptions{Dir: dir})
	query(t, pg, "CREATE TABLE kept AS SELECT '考核' AS word")

	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "120", "max_slot_wal_keep_size": "512MB",
		"listen_addresses": "", "lc_messages": "C", "server_encoding": "UTF8", "TimeZone": "UTC",
	} {
		if got := query(t, pg, "SHOW "+setting); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	if got := query(t, pg, "SELECT datcollate FROM pg_database WHERE datname = current_database()"); got != "C.UTF-8" {
		t.Errorf("collation = %q", got)
	}
	stop(t, pg)
	select {
	case <-pg.Done():
	default:
		t.Error("Done is open after Stop")
	}

	again := start(t, PostgresOptions{Dir: dir, MaxConnections: 30})
	if got := query(t, again, "SELECT word FROM kept"); got != "考核" {
		t.Errorf("after restart: %q", got)
	}
	if got := query(t, again, "SHOW max_connections"); got != "30" {
		t.Errorf("max_connections = %s", got)
	}
}

func TestEphemeralDoesNotWaitForTheDisk(t *testing.T) {
	pg := start(t, PostgresOptions{Dir: clusterDir(t), Ephemeral: true})
	if got := query(t, pg, "SHOW fsync"); got != "off" {
		t.Errorf("fsync = %s", got)
	}
}

func TestEphemeralCanBeDurable(t *testing.T) {
	pg := start(t, PostgresOptions{Dir: clusterDir(t), Ephemeral: true, Fsync: true})
	if got := query(t, pg, "SHOW fsync"); got != "on" {
		t.Errorf("fsync = %s", got)
	}
}

func TestAttach(t *testing.T) {
	dir := clusterDir(t)
	if _, err := AttachPostgres(dir); !errors.Is(err, ErrNotRunning) {
		t.Fatalf("nothing runs: %v", err)
	}
	pg := start(t, PostgresOptions{Dir: dir, Ephemeral: true})
	attached, err := AttachPostgres(dir)
	if err != nil {
		t.Fatal(err)
	}
	if attached.DSN("x") != pg.DSN("x") {
		t.Errorf("attached to %s, runs at %s", attached.DSN("x"), pg.DSN("x"))
	}
	if _, err := StartPostgres(t.Context(), PostgresOptions{Dir: dir}); !errors.Is(err, ErrRunning) {
		t.Errorf("second start: %v", err)
	}
	stop(t, attached)
	if got := query(t, pg, "SELECT 1"); got != "1" {
		t.Error("stopping an attached server ended it")
	}
	stop(t, pg)
	if _, err := AttachPostgres(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("after stop: %v", err)
	}
}

func TestAttachWhileStarting(t *testing.T) {
	dir := dataDir(t)
	held, err := takeLock(postgresLock(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer held.release()
	if err := held.clearLeftovers(); err != nil {
		t.Fatal(err)
	}
	if _, err := AttachPostgres(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("err = %v", err)
	}
}

func TestKilledPostmaster(t *testing.T) {
	dir := clusterDir(t)
	pg := start(t, PostgresOptions{Dir: dir})
	query(t, pg, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
	if err := syscall.Kill(pg.process.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-pg.Done()
	stop(t, pg)

	again := start(t, PostgresOptions{Dir: dir})
	if got := query(t, again, "SELECT count(*) FROM kept"); got != "1000" {
		t.Errorf("after kill -9: %s rows", got)
	}
}

func TestKilledProgram(t *testing.T) {
	dir := clusterDir(t)
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), "EMBEDDED_TEST_RUN="+dir)
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	attached, err := AttachPostgres(dir)
	if err != nil {
		t.Fatal(err)
	}
	query(t, attached, "CREATE TABLE kept AS SELECT 7 AS n")
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait() // reports the kill
	if _, err := AttachPostgres(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("a killed program still holds the lock: %v", err)
	}

	pg := start(t, PostgresOptions{Dir: dir})
	if got := query(t, pg, "SELECT n FROM kept"); got != "7" {
		t.Errorf("after kill -9 of the program: %q", got)
	}
}

func TestAnotherMajorIsRefused(t *testing.T) {
	dir := clusterDir(t)
	if err := os.WriteFile(filepath.Join(dir, "pg", "data", "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := StartPostgres(t.Context(), PostgresOptions{Dir: dir})
	if !errors.Is(err, ErrMajor) || !strings.Contains(err.Error(), "pg_upgrade") {
		t.Fatalf("err = %v", err)
	}
}

func TestInterruptedInitIsRepeated(t *testing.T) {
	dir := dataDir(t)
	owner, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "pg", "data.new")
	for _, d := range []string{filepath.Dir(half), half} {
		if err := owner.own(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pg := start(t, PostgresOptions{Dir: dir, Ephemeral: true})
	if got := query(t, pg, "SELECT 1"); got != "1" {
		t.Error(got)
	}
}

func TestLongAndClosedDirectories(t *testing.T) {
	t.Run("path longer than a socket's", func(t *testing.T) {
		dir := filepath.Join(dataDir(t), strings.Repeat("d", 100))
		if err := os.Mkdir(dir, 0o711); err != nil {
			t.Fatal(err)
		}
		getCluster(t, dir)
		pg := start(t, PostgresOptions{Dir: dir, Ephemeral: true})
		if query(t, pg, "SELECT 1") != "1" || !isTemporary(pg.socketDir) {
			t.Errorf("socket in %s", pg.socketDir)
		}
		stop(t, pg)
		if _, err := os.Stat(pg.socketDir); !errors.Is(err, os.ErrNotExist) {
			t.Error("the temporary socket directory stayed")
		}
	})
	t.Run("closed to the server's user", func(t *testing.T) {
		dir := dataDir(t)
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		pg := start(t, PostgresOptions{Dir: filepath.Join(dir, "it's"), Ephemeral: true})
		if got := query(t, pg, "SELECT 1"); got != "1" {
			t.Error(got)
		}
		again, err := AttachPostgres(filepath.Join(dir, "it's"))
		if err != nil || query(t, again, "SELECT 1") != "1" {
			t.Error(err)
		}
	})
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := StartPostgres(ctx, PostgresOptions{Dir: dataDir(t), Ephemeral: true}); err == nil {
		t.Fatal("started under an ended context")
	}
}

func TestParseMajor(t *testing.T) {
	for text, want := range map[string]int{
		"postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n": 15, "postgres (PostgreSQL) 18beta1": 18, "15\n": 15, "none": 0, "": 0,
	} {
		got, err := parseMajor(text)
		if got != want || (err != nil) != (want == 0) {
			t.Errorf("%q = %d, %v", text, got, err)
		}
	}
}

func TestChoose(t *testing.T) {
	two := []installation{{bin: "/17", major: 17}, {bin: "/15", major: 15}}
	for _, c := range []struct {
		name  string
		found []installation
		data  int
		want  string
		err   error
	}{
		{"nothing installed", nil, 0, "", ErrNoServer},
		{"nothing installed, data there", nil, 15, "", ErrNoServer},
		{"new cluster takes the newest", two, 0, "/17", nil},
		{"old data keep their server", two, 15, "/15", nil},
		{"data of a missing server", two, 16, "", ErrMajor},
	} {
		got, err := choose(c.found, c.data, "/data")
		if got.bin != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", c.name, got.bin, err)
		}
	}
}
