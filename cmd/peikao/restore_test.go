package main

import (
	"context"
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// long puts a power cut and the loss of the machine before the short form's drill: make drill.
var long = flag.Bool("long", false, "work for minutes, then lose the machine without a warning")

const (
	mayBeLost  = 60 * time.Second
	mayTake    = 30 * time.Minute
	workBefore = 100 * time.Second // the loss
	callPause  = 250 * time.Millisecond
	password   = "correct horse battery"
)

// state has the rows of every table and the head of the record of acts. A table that is not logged (who leads the queue) is empty
// after every crash too.
const state = `
	SELECT relname::text, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', relname), false, true, '')))[1]::text
	FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'p'
	UNION ALL (SELECT 'head', to_seq || ':' || encode(head, 'hex') FROM audit_seal ORDER BY to_seq DESC LIMIT 1)
	ORDER BY 1`

// drilled is a clinic whose backups stand on another disk, and the key in a third place.
type drilled struct {
	*testing.T
	disk, key string
}

// sql asks the database of a data directory as its superuser.
func (d drilled) sql(data, statement string) string {
	d.Helper()
	pg, err := embedded.AttachPostgres(data)
	if err != nil {
		d.Fatal(err)
	}
	psql, err := embedded.Program("psql")
	if err != nil {
		d.Fatal(err)
	}
	out, err := exec.Command(psql, pg.DSN(embedded.Database), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement).CombinedOutput()
	if err != nil {
		d.Fatalf("%s: %v: %s", statement, err, out)
	}
	return strings.TrimSpace(string(out))
}

// still is a moment, and the state that the clinic was in before and after it.
func (d drilled) still(data string) (moment, found string) {
	d.Helper()
	for range 50 {
		found = d.sql(data, state)
		moment = d.sql(data, `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`)
		if d.sql(data, state) == found {
			return moment, found
		}
	}
	d.Fatal("the clinic never stands still")
	return "", ""
}

// serves starts the server and waits until all that it is can be restored.
func (d drilled) serves(data string) *server {
	d.Helper()
	s := start(d.T, data, serving, "serve")
	for deadline := time.Now().Add(patience); !strings.Contains(s.log.String(), "base of the archive written"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.Fatal("no base was written")
		}
	}
	return s
}

// restored brings the clinic to a moment in another data directory and looks at it before anything else happens there.
func (d drilled) restored(until string) (data, found string) {
	d.Helper()
	data = dataDir(d.T)
	begin := time.Now()
	said := peikao(d.T, data, "restore", "--identity", d.key, "--until", until, d.disk)
	took := time.Since(begin)
	d.Logf("restored in %s (RTO %s)", took.Round(10*time.Millisecond), mayTake)
	if took > mayTake {
		d.Errorf("it took %s", took)
	}
	pg, err := embedded.StartPostgres(context.Background(), embedded.PostgresOptions{Dir: data})
	if err != nil {
		d.Fatal(err)
	}
	found = d.sql(data, state)
	if err := pg.Stop(context.Background()); err != nil {
		d.Fatal(err)
	}
	head := regexp.MustCompile(`--head (\S+)`).FindStringSubmatch(said)
	if head == nil || !strings.Contains(found, "head|"+head[1]) {
		d.Fatalf("%s\nhas another head than it says: %s", found, said)
	}
	if out := peikao(d.T, data, "audit", "verify", "--head", head[1]); !strings.HasPrefix(out, "ok: ") {
		d.Error(out)
	}
	return data, found
}

// acked is a log-in that was acknowledged.
type acked struct {
	at    time.Time
	token string
}

func (s *server) logsIn(times int) (done []acked) {
	for range times {
		done = append(done, acked{token: s.signIn("chef", password), at: time.Now()})
	}
	return done
}

// knows tells whether a log-in is there.
func (s *server) knows(a acked) bool {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.url+"/api/v1/me", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// Threat 32, with the whole program: a clinic whose rows were deleted, and in the long form one whose machine is lost without a
// warning, come back from the disk of the backups and the key that was kept elsewhere.
func TestRestoreDrill(t *testing.T) {
	d := drilled{t, t.TempDir(), filepath.Join(t.TempDir(), "peikao.key")}
	t.Setenv("BACKUP_DIR", d.disk)
	data := dataDir(t)
	if said := peikao(t, data, "backup", "key", "--save", d.key); !strings.Contains(said, d.key+"\n# public key: age1") {
		t.Errorf("of the copy it says %q", said)
	}
	s := d.serves(data)
	usesLink(t, s, strings.TrimSpace(peikao(t, data, "people", "admin", "chef", "--listen", strings.TrimPrefix(s.url, "http://"))), password)
	if *long {
		data, s = d.losesTheMachine(data, s)
	}

	before := s.logsIn(2)
	moment, want := d.still(data)
	d.sql(data, "SET session_replication_role = replica; DELETE FROM audit_event; DELETE FROM session")
	after := s.logsIn(1)
	s.end(syscall.SIGTERM) // what is not archived yet is so at the end
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}

	data, found := d.restored(moment)
	if found != want {
		t.Errorf("before the deletion:\n%s\nrestored:\n%s", want, found)
	}
	s = start(t, data, serving, "serve")
	for _, a := range before {
		if !s.knows(a) {
			t.Error("a log-in before the deletion is missing")
		}
	}
	if s.knows(after[0]) {
		t.Error("a log-in after the moment is there")
	}
}

// losesTheMachine kills the server in the middle of the work and throws its data away. What comes back lacks a minute at most.
func (d drilled) losesTheMachine(data string, s *server) (string, *server) {
	d.Helper()
	var done []acked
	for begin := time.Now(); time.Since(begin) < workBefore; time.Sleep(callPause) {
		done = append(done, s.logsIn(1)...)
	}
	d.Log(strings.TrimSpace(peikao(d.T, data, "backup", "drill")))
	done = append(done, s.logsIn(1)...)
	lost := time.Now()
	s.end(os.Kill)
	if err := os.RemoveAll(data); err != nil {
		d.Fatal(err)
	}
	data, _ = d.restored("latest")
	s = d.serves(data)
	missing := 0
	for _, a := range done {
		if s.knows(a) {
			continue
		}
		if missing++; missing == 1 {
			d.Logf("%s of work are lost (RPO %s)", lost.Sub(a.at).Round(100*time.Millisecond), mayBeLost)
		}
		if gone := lost.Sub(a.at); gone > mayBeLost {
			d.Errorf("lost although acknowledged %s before", gone)
		}
	}
	d.Logf("%d of %d log-ins are lost", missing, len(done))
	return data, s
}

// What cannot be done is said before anything is made.
func TestRestoreRefusals(t *testing.T) {
	empty, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	noKey := filepath.Join(empty, "peikao.key")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"restore", "--until", "yesterday", empty}, "2026-11-30T10:15:00+08:00"},
		{[]string{"restore", "--until", "latest", empty}, "no base"},
		{[]string{"restore", "--until", "2026-11-30T10:15:00+08:00", "--check", empty}, "no base"},
		{[]string{"restore", empty}, "no whole backup"},
		{[]string{"restore", "--identity", noKey, empty}, noKey},
		{[]string{"backup", "key", "--remove"}, "--save"},
		{[]string{"backup", "key", "--save", filepath.Join(data, "backup", "key")}, "neither among the backups"},
		{[]string{"backup", "key", "--save", filepath.Join(data, "key")}, "nor beside the data"},
	} {
		code, out, errOut := ended(t, program(data, c.args...))
		if code != 1 || out != "" || !strings.Contains(errOut, c.says) {
			t.Errorf("%q: exit code %d\n%s%s", c.args, code, out, errOut)
		}
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Fatalf("%q made the data directory", c.args)
		}
	}
}
