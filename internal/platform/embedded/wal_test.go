package embedded

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// walOf is where a cluster's log stands.
func walOf(t *testing.T, dir string) string {
	t.Helper()
	at, err := filepath.EvalSymlinks(filepath.Join(dir, "pg", "data", "pg_wal"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Threat 28: the log goes to a volume of its own and from there to another one; nothing is lost on the way, and nothing stays behind.
func TestWALOnAVolumeOfItsOwn(t *testing.T) {
	dir, first, second := clusterDir(t), dataDir(t), filepath.Join(dataDir(t), "made")
	pg := start(t, PostgresOptions{Dir: dir})
	query(t, pg, "CREATE TABLE kept (n integer)")
	if pg.WALVolume() != "" || walOf(t, dir) != filepath.Join(dir, "pg", "data", "pg_wal") {
		t.Fatalf("%q, %s", pg.WALVolume(), walOf(t, dir))
	}
	stop(t, pg)
	for n, c := range []struct{ wal, stands string }{
		{first, first}, {first, first}, {"", first}, {second, second}, {"", second}, {first, first},
	} {
		pg := start(t, PostgresOptions{Dir: dir, WAL: c.wal})
		query(t, pg, "INSERT INTO kept SELECT count(*) FROM kept")
		if got := query(t, pg, "SELECT count(*) FROM kept"); got != string(rune('1'+n)) {
			t.Errorf("after start %d: %s rows", n, got)
		}
		if pg.WALVolume() != c.stands || filepath.Dir(walOf(t, dir)) != c.stands {
			t.Errorf("start %d: %q, %s, want %s", n, pg.WALVolume(), walOf(t, dir), c.stands)
		}
		if n%2 == 0 { // as after a loss of power
			kill(t, pg)
		}
		stop(t, pg)
		for _, volume := range []string{first, second} {
			if left := logsIn(t, volume); volume != c.stands && len(left) > 0 {
				t.Errorf("start %d left %v", n, left)
			}
		}
		if left, err := os.Lstat(aside(filepath.Join(dir, "pg", "data", "pg_wal"))); err == nil {
			t.Errorf("start %d left %s", n, left.Name())
		}
	}
	if err := Remove(dir); err != nil {
		t.Fatal(err)
	}
	if left := logsIn(t, first); len(left) > 0 {
		t.Errorf("the cluster was removed, and left %v", left)
	}
}

// logsIn are the directories of logs on a volume.
func logsIn(t *testing.T, volume string) (names []string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(volume, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			names = append(names, filepath.Base(path))
		}
	}
	return names
}

func kill(t *testing.T, pg *Postgres) {
	t.Helper()
	if err := syscall.Kill(-pg.process.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-pg.Done()
}

// A move that was cut short at any step is taken up by the next start, with the log that the cluster had.
func TestInterruptedMoveOfTheWAL(t *testing.T) {
	for name, cut := range map[string]func(t *testing.T, link, target string){
		"copying": func(t *testing.T, _, target string) { shell(t, "mkdir "+target+".new && touch "+target+".new/half") },
		"copied":  func(t *testing.T, link, target string) { shell(t, "cp -a "+link+" "+target) },
		"the log is out of the way": func(t *testing.T, link, target string) {
			shell(t, "cp -a "+link+" "+target+" && mv "+link+" "+aside(link))
		},
		"the link stands": func(t *testing.T, link, target string) {
			shell(t, "cp -a "+link+" "+target+" && mv "+link+" "+aside(link)+" && ln -s "+target+" "+link)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, volume := clusterDir(t), dataDir(t)
			pg := start(t, PostgresOptions{Dir: dir})
			query(t, pg, "CREATE TABLE kept AS SELECT 1 AS n")
			stop(t, pg)
			data := filepath.Join(dir, "pg", "data")
			id, err := clusterID(data)
			if err != nil {
				t.Fatal(err)
			}
			cut(t, filepath.Join(data, "pg_wal"), filepath.Join(volume, walPrefix+id))
			again := start(t, PostgresOptions{Dir: dir, WAL: volume})
			if got := query(t, again, "SELECT n FROM kept"); got != "1" || again.WALVolume() != volume {
				t.Errorf("%q, the log in %q", got, again.WALVolume())
			}
			if left := logsIn(t, volume); len(left) != 1 {
				t.Errorf("there are %v", left)
			}
		})
	}
}

func shell(t *testing.T, command string) {
	t.Helper()
	if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
}

// Without its log, or with one that another server writes, no server is started, and what is there stays as it is.
func TestWALThatMayNotBeUsed(t *testing.T) {
	dir, volume := clusterDir(t), dataDir(t)
	refused := func(o PostgresOptions, want string) error {
		t.Helper()
		pg, err := StartPostgres(t.Context(), o)
		if err == nil {
			stop(t, pg)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
		return err
	}
	inside, linked := dataDir(t), dataDir(t)
	shell(t, "cp -a "+dir+"/pg "+inside)
	pg := start(t, PostgresOptions{Dir: dir, WAL: volume})
	shell(t, "cp -a "+dir+"/pg "+linked+" && rm "+linked+"/pg/data/postmaster.pid")
	if err := refused(PostgresOptions{Dir: linked}, "holds"); !errors.Is(err, ErrRunning) {
		t.Errorf("a copy with the same link: %v", err)
	}
	query(t, pg, "CREATE TABLE kept AS SELECT 1 AS n")
	refused(PostgresOptions{Dir: inside, WAL: volume}, "another log of this cluster")
	stop(t, pg)

	target := walOf(t, dir)
	shell(t, "mv "+target+" "+target+".away")
	for _, wal := range []string{"", volume, dataDir(t)} {
		if err := refused(PostgresOptions{Dir: dir, WAL: wal}, "log is not there"); !errors.Is(err, ErrNoWAL) {
			t.Error(err)
		}
	}
	shell(t, "mkdir "+target) // as a disk that is not mounted
	if err := refused(PostgresOptions{Dir: dir}, "mounted"); !errors.Is(err, ErrNoWAL) {
		t.Error(err)
	}
	shell(t, "rmdir "+target+" && mv "+target+".away "+target)
	if got := query(t, start(t, PostgresOptions{Dir: dir, WAL: volume}), "SELECT n FROM kept"); got != "1" {
		t.Errorf("%q", got)
	}
}
