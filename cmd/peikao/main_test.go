package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asProgram makes this test's binary the program: to link a second one takes longer than most tests.
const asProgram = "PEIKAO_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// dataDir is an empty data directory that the database's own user can pass through when the tests run as root.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "peikao-data-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// program is the program with arguments, without the environment's settings.
func program(data string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], append([]string{"--data", data}, args...)...)
	cmd.Env = []string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir(), "BACKUP_DIR=" + os.Getenv("BACKUP_DIR")}
	return cmd
}

// peikao runs a command to its end and fails the test unless it succeeds. It returns what it says on stdout.
func peikao(t *testing.T, data string, args ...string) string {
	t.Helper()
	code, out, errOut := ended(t, program(data, args...))
	if code != 0 {
		t.Fatalf("peikao %s: exit code %d\n%s%s", strings.Join(args, " "), code, out, errOut)
	}
	return out
}

func ended(t *testing.T, cmd *exec.Cmd) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// server is a running program.
type server struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	ended chan struct{}
	log   record
}

// record keeps the lines of a log.
type record struct {
	mu    sync.Mutex
	lines []string
}

func (r *record) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "\n")
}

// patience is how long a start or a stop may take on a busy machine.
const patience = 60 * time.Second

// start runs the program on a free port and waits for the line, on either output, that gives its address.
func start(t *testing.T, data string, address *regexp.Regexp, args ...string) *server {
	t.Helper()
	s := &server{t: t, cmd: program(data, append(args, "--listen", "127.0.0.1:0")...), ended: make(chan struct{})}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errOut, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 2)
	var reading sync.WaitGroup
	for _, r := range []io.Reader{out, errOut} {
		reading.Go(func() {
			for lines := bufio.NewScanner(r); lines.Scan(); {
				s.log.add(lines.Text())
				if m := address.FindStringSubmatch(lines.Text()); m != nil {
					ready <- m[1]
				}
			}
		})
	}
	go func() {
		reading.Wait()
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
		if t.Failed() {
			t.Log(s.log.String())
		}
	})
	select {
	case s.url = <-ready:
	case <-s.ended:
		t.Fatalf("peikao %s ended: %s", strings.Join(args, " "), s.log.String())
	case <-time.After(patience):
		t.Fatalf("peikao %s is not ready after %s", strings.Join(args, " "), patience)
	}
	return s
}

var serving = regexp.MustCompile(`serving.* address=(http://\S+)`)

// end sends a signal and waits; it returns the exit code, -1 for a killed process.
func (s *server) end(signal os.Signal) int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatalf("still there %s after %v", patience, signal)
	}
	return s.cmd.ProcessState.ExitCode()
}

// call sends a request with a body of JSON and returns the answer's object.
func (s *server) call(method, path, token, body string, want int) map[string]any {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if answer.StatusCode != want {
		s.t.Fatalf("%s %s: %d %.300s", method, path, answer.StatusCode, text)
	}
	var out map[string]any
	_ = json.Unmarshal(text, &out)
	return out
}

func (s *server) signIn(login, password string) (token string) {
	s.t.Helper()
	token, _ = s.call("POST", "/api/v1/sessions", "", fmt.Sprintf(`{"login":%q,"password":%q}`, login, password), 201)["token"].(string)
	return token
}

// children are the processes that a process has started, with theirs.
func children(t *testing.T, parent int) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		t.Fatal("no /proc: whose child a process is cannot be told")
	}
	parents := map[int]int{}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // state, parent, …
		parents[pid], _ = strconv.Atoi(fields[1])
	}
	found := []int{parent}
	for i := 0; i < len(found); i++ {
		for pid, p := range parents {
			if p == found[i] && !slices.Contains(found, pid) {
				found = append(found, pid)
			}
		}
	}
	return found[1:]
}

// goneSoon waits until none of the processes is there.
func goneSoon(t *testing.T, pids []int) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		left := slices.DeleteFunc(slices.Clone(pids), func(pid int) bool { return syscall.Kill(pid, 0) != nil })
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("processes %v are still there", left)
		}
	}
}

// Decision 33 and threat 4 on one machine: the commands beside a running server, a power cut, and the end.
func TestServe(t *testing.T) {
	data := dataDir(t)
	s := start(t, data, serving, "serve")
	for path, want := range map[string]int{"/readyz": 200, "/login": 200, "/api/v1/me": 401} {
		s.call("GET", path, "", "", want)
	}

	link := strings.TrimSpace(peikao(t, data, "people", "admin", "chef", "--listen", strings.TrimPrefix(s.url, "http://")))
	if !strings.HasPrefix(link, s.url+"/link/") {
		t.Fatalf("link: %s", link)
	}
	usesLink(t, s, link, password)
	if me := s.call("GET", "/api/v1/me", s.signIn("chef", password), "", 200); me["login"] != "chef" {
		t.Errorf("the first administrator: %v", me)
	}
	if out := peikao(t, data, "audit", "verify"); !strings.HasPrefix(out, "ok: ") {
		t.Error(out)
	}
	frozen := peikao(t, data, "exam", "freeze", "--reason", "升级")
	if lifted := peikao(t, data, "exam", "unfreeze"); !strings.Contains(frozen, `"frozen":true,"freeze":{"at":`) || !strings.Contains(frozen, `"reason":"升级"`) ||
		!strings.HasPrefix(lifted, strings.Replace(strings.TrimSuffix(frozen, "}\n"), "true", "false", 1)) {
		t.Errorf("frozen: %s, lifted: %s", frozen, lifted)
	}
	folder := strings.TrimSpace(peikao(t, data, "backup"))
	if filepath.Dir(folder) != filepath.Join(data, "backup") {
		t.Errorf("backup in %s", folder)
	}
	if out := peikao(t, data, "restore", "--check", folder); !strings.HasPrefix(out, "ok: ") {
		t.Error(out)
	}

	left := children(t, s.cmd.Process.Pid)
	if len(left) == 0 {
		t.Error("the server has no PostgreSQL")
	}
	for _, second := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo", "--listen", "127.0.0.1:0"}, {"worker"}} { // it would lose its database with the first
		if code, out, errOut := ended(t, program(data, second...)); code != 1 || out != "" || !strings.Contains(errOut, s.url) || !strings.Contains(errOut, strconv.Itoa(s.cmd.Process.Pid)) {
			t.Errorf("a second %s: exit code %d\n%s%s", second[0], code, out, errOut)
		}
	}
	s.call("GET", "/readyz", "", "", 200)
	s.end(os.Kill)
	s = start(t, data, serving, "serve")
	s.call("GET", "/readyz", "", "", 200)
	s.signIn("chef", password)
	goneSoon(t, left)

	left = children(t, s.cmd.Process.Pid)
	if code := s.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}
	goneSoon(t, left)
	if out := peikao(t, data, "audit", "verify"); !strings.HasPrefix(out, "ok: ") { // without a server beside it
		t.Error(out)
	}

	elsewhere := dataDir(t)
	said := peikao(t, elsewhere, "restore", folder)
	head := regexp.MustCompile(`--head (\S+)`).FindStringSubmatch(said)
	if head == nil {
		t.Fatalf("restore says %q", said)
	}
	if out := peikao(t, elsewhere, "audit", "verify", "--head", head[1]); !strings.HasPrefix(out, "ok: ") {
		t.Error(out)
	}
	if code, _, errOut := ended(t, program(elsewhere, "restore", folder)); code != 1 || !strings.Contains(errOut, "not empty") {
		t.Errorf("restore over a clinic: exit code %d\n%s", code, errOut)
	}
}

// importedAtOnce are so many questions that their import takes several times as long as the start of a program: each is compared with all.
const importedAtOnce = 1500

// Decision 33: a server that starts while a command has the database does not lose it when the command ends, and commands that
// come at once, or while the server starts, all do their work.
func TestServerAndCommandsAtOnce(t *testing.T) {
	data := dataDir(t)
	peikao(t, data, "migrate")
	var file strings.Builder
	file.WriteString("题型,题干,选项A,选项B,正确答案,知识点,解析\n")
	for i := range importedAtOnce {
		fmt.Fprintf(&file, "单选题,第 %d 位顾客问到术后护理时怎样回答？,甲 %d,乙,A,3/回访,说明\n", i, i)
	}
	path := filepath.Join(t.TempDir(), "题 库.csv")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	importing := program(data, "bank", "import", path)
	if err := importing.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) { // until the command has the database
		if text, _ := os.ReadFile(filepath.Join(data, "pg.lock")); bytes.Contains(text, []byte("socket_dir")) && bytes.Contains(text, []byte(strconv.Itoa(importing.Process.Pid))) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the command does not start")
		}
	}
	verifying := make(chan string, 3)
	for range cap(verifying) {
		go func() {
			out, err := program(data, "audit", "verify").CombinedOutput()
			verifying <- fmt.Sprintf("%v %s", err, out)
		}()
	}
	s := start(t, data, serving, "serve")
	if err := importing.Wait(); err != nil {
		t.Errorf("the command was cut off: %v", err)
	}
	for range cap(verifying) {
		if said := <-verifying; !strings.HasPrefix(said, "<nil>") || !strings.Contains(said, "ok: ") {
			t.Errorf("a command at the same time: %s", said)
		}
	}
	s.call("GET", "/readyz", "", "", 200)
	if out := peikao(t, data, "bank", "import", "--dry-run", path); !strings.Contains(out, fmt.Sprintf("read %d, ready 0", importedAtOnce)) {
		t.Errorf("what was imported is not all there: %.300s", out[max(0, len(out)-300):])
	}
}

// usesLink chooses a password as the page of the one-time link does.
func usesLink(t *testing.T, s *server, link, password string) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequest("POST", link, strings.NewReader(url.Values{"password": {password}, "repeat": {password}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", s.url)
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s: %d %.500s", link, answer.StatusCode, text)
	}
}

// Decision 27: passwords and answers do not cross a network in clear by mistake, and the refusal says what to do.
func TestPlainHTTPBeyondThisMachine(t *testing.T) {
	for _, name := range []string{"serve", "demo"} {
		data := filepath.Join(t.TempDir(), "data")
		code, out, errOut := ended(t, program(data, name, "--listen", "0.0.0.0:8080"))
		if code != 2 || out != "" || !strings.Contains(errOut, "TLS_CERT") || !strings.Contains(errOut, "INSECURE_HTTP") || strings.Count(errOut, "\n") > 1 {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out, errOut)
		}
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Errorf("%s made its data directory before it refused", name)
		}
	}
}

// An address that another program holds is told at once and by name, and nothing has been made.
func TestAddressTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, name := range []string{"serve", "demo"} {
		data := filepath.Join(t.TempDir(), "data")
		code, out, errOut := ended(t, program(data, name, "--listen", l.Addr().String()))
		if code != 1 || out != "" || !strings.Contains(errOut, l.Addr().String()) || !strings.Contains(errOut, "LISTEN") {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out, errOut)
		}
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Errorf("%s made its data directory before it refused", name)
		}
	}
}

func TestWrongFlags(t *testing.T) {
	for _, args := range [][]string{
		{"--nonsense", "serve"}, {"serve", "--nonsense"}, {"frobnicate"}, {}, {"people", "admin"}, {"restore", "/nowhere/at/all"}, {"--log-level", "loud", "migrate"},
	} {
		var out, errOut bytes.Buffer
		if code := run(args, &out, &errOut, func(string) string { return "" }); code != 2 || errOut.Len() == 0 {
			t.Errorf("%q: exit code %d, %s", args, code, &errOut)
		}
	}
}

// demoLine is what a script reads of the demo.
type demoLine struct {
	URL      string
	Accounts []struct{ Login, Password, Role, Name string }
}

var demoReady = regexp.MustCompile(`^(\{.*"url".*\})$`)

func startDemo(t *testing.T, data string) (*server, demoLine) {
	t.Helper()
	s := start(t, data, demoReady, "demo", "--json")
	var line demoLine
	if err := json.Unmarshal([]byte(s.url), &line); err != nil {
		t.Fatal(err)
	}
	s.url = line.URL
	return s, line
}

// openExam finds somebody who may sit an exam now, and starts it.
func (s *server) openExam(line demoLine) (token, attempt, lease string) {
	s.t.Helper()
	for _, a := range line.Accounts {
		token = s.signIn(a.Login, a.Password)
		exams, _ := s.call("GET", "/api/v1/me/exams", token, "", 200)["exams"].([]any)
		for _, e := range exams {
			if e := e.(map[string]any); e["state"] == "open" {
				begun := s.call("POST", "/api/v1/exams/"+e["id"].(string)+"/attempts", token, "{}", 201)
				return token, begun["attempt"].(map[string]any)["id"].(string), begun["lease"].(string)
			}
		}
	}
	s.t.Fatal("no account has an open exam")
	return "", "", ""
}

// The demo tells a script in one line where it is and who can log in, and has an exam to sit. What was acknowledged there
// outlives kill -9 (promise 1), and the same people log in after it.
func TestDemo(t *testing.T) {
	data := dataDir(t)
	s, line := startDemo(t, data)
	if len(line.Accounts) < 5 {
		t.Errorf("%d accounts", len(line.Accounts))
	}
	token, attempt, lease := s.openExam(line)
	path := "/api/v1/attempts/" + attempt
	acknowledged := 0
	for slot := 1; slot <= 5; slot++ {
		s.call("PUT", fmt.Sprintf("%s/responses/%d", path, slot), token, fmt.Sprintf(`{"lease":%q,"client_seq":%d,"response":null}`, lease, slot), 200)
		acknowledged++
	}
	s.end(os.Kill)

	s, again := startDemo(t, data)
	if fmt.Sprint(again.Accounts) != fmt.Sprint(line.Accounts) {
		t.Errorf("other accounts after a second start: %v, %v", line.Accounts, again.Accounts)
	}
	if sheet := s.call("GET", path, token, "", 200); sheet["last_seq"] != float64(acknowledged) || len(sheet["responses"].([]any)) != acknowledged {
		t.Errorf("%d changes were acknowledged, there are %v", acknowledged, sheet["responses"])
	}
	var recount struct{ Results, Sheets, Entries, Disagreements int }
	if out := peikao(t, data, "exam", "verify", "--json"); json.Unmarshal([]byte(out), &recount) != nil || recount.Results < 50 || recount.Sheets < 10 || recount.Entries < 10 || recount.Disagreements != 0 {
		t.Errorf("the demo's results, computed a second time: %s", out) // threat 35
	}
	left := children(t, s.cmd.Process.Pid)
	if code := s.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}
	goneSoon(t, left)
	code, _, errOut := ended(t, program(data, "serve", "--listen", "127.0.0.1:0"))
	if code != 1 || !strings.Contains(errOut, "demo") {
		t.Errorf("serve on the demo's data: exit code %d\n%s", code, errOut)
	}
}
