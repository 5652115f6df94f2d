package s3child

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// killed names the folder that the child process of TestItEndsWithItsParent serves.
const killed = "S3CHILD_TEST_RUN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killed); dir != "" {
		serveForever(dir)
	}
	goleak.VerifyTestMain(m)
}

func serveForever(dir string) {
	if _, err := embedded.StartS3(context.Background(), embedded.S3Options{Dir: dir, Serve: Serve}); err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("ready\n")
	time.Sleep(time.Hour)
}

func listens(dir string) bool {
	c, err := net.Dial("unix", filepath.Join(dir, "s3", "run", "s3.sock"))
	if err != nil {
		return false
	}
	return c.Close() == nil
}

func TestItEndsWithItsContext(t *testing.T) {
	dir, before := t.TempDir(), workingDirectory(t)
	for range 2 {
		s, err := embedded.StartS3(t.Context(), embedded.S3Options{Dir: dir, Serve: Serve})
		if err != nil {
			t.Fatal(err)
		}
		if !listens(dir) || workingDirectory(t) != before {
			t.Error("it does not serve, or not in a process of its own")
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "s3", "run", "s3.sock")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("it was not let end: %v", err)
		}
	}
}

func workingDirectory(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestItEndsWithItsParent(t *testing.T) {
	dir := t.TempDir()
	parent := serving(t, dir)
	kill(parent)
	for until := time.Now().Add(10 * time.Second); listens(dir); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it outlives its parent")
		}
	}
}

// serving is another process that runs the server of the folder.
func serving(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), killed+"="+dir)
	parent.Stderr = os.Stderr
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	if line != "ready\n" || !listens(dir) {
		t.Errorf("it did not start: %q", line)
	}
	return parent
}

func kill(c *exec.Cmd) {
	_ = c.Process.Kill()
	_ = c.Wait()
}

// The kernel lets go of the lock of a process that was killed, so its heir need not be told.
func TestAnHeirOfAKilledProcess(t *testing.T) {
	dir := t.TempDir()
	other := serving(t, dir)
	defer kill(other)
	heir, err := embedded.OpenS3(t.Context(), embedded.S3Options{Dir: dir, Serve: Serve, Heir: true})
	if err != nil || heir.Done() != nil {
		t.Fatalf("did not join: %v", err)
	}
	defer func() { _ = heir.Stop(context.Background()) }()
	client := &http.Client{Transport: heir.Transport(), Timeout: 20 * time.Second}
	ask := func() error {
		answer, err := client.Get("http://" + heir.Endpoint() + "/files/a")
		if err != nil {
			return err
		}
		return answer.Body.Close()
	}
	if err := ask(); err != nil {
		t.Error(err)
	}
	kill(other)
	ours := fmt.Sprintf(`{"pid":%d,"socket_dir":`, os.Getpid())
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if record, _ := os.ReadFile(filepath.Join(dir, "s3.lock")); strings.HasPrefix(string(record), ours) {
			break
		}
		if time.Now().After(until) {
			t.Fatal("the heir did not take the server over")
		}
	}
	if err := ask(); err != nil {
		t.Error(err)
	}
	if err := heir.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if listens(dir) {
		t.Error("what was inherited goes on when the heir has stopped")
	}
}

func TestItSaysWhyItDoesNotServe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := Serve(t.Context(), embedded.S3Serving{Dir: file})
	if err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("err = %v", err)
	}
}

// The program has another name when one of its sources, or what its libraries are, has changed, and keeps it otherwise.
func TestAProgramIsNamedByItsSources(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "a")
	write("go.sum", "a")
	for _, part := range Parts {
		write(part+"/x.go", "a")
	}
	name := func() string {
		t.Helper()
		name, err := sum(root)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	last := name()
	for _, c := range []struct {
		file string
		same bool
	}{
		{"go.mod", false}, {"go.sum", false}, {Parts[0] + "/x.go", false}, {Parts[1] + "/x.go", false}, {Parts[2] + "/x.go", false},
		{Parts[1] + "/y.go", false}, {Parts[1] + "/x_test.go", true}, {"internal/other/x.go", true}, {Parts[1] + "/README.md", true},
	} {
		write(c.file, "b")
		next := name()
		if (next == last) != c.same {
			t.Errorf("%s: another name: %v", c.file, next != last)
		}
		last = next
	}
}

func TestOldProgramsAreDropped(t *testing.T) {
	cache := t.TempDir()
	for name, age := range map[string]time.Duration{"s3server-old": programLife + time.Hour, "s3server-new": time.Hour, "lock": programLife + time.Hour} {
		path := filepath.Join(cache, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	dropOld(cache)
	left, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(left) != 2 || filepath.Base(left[0]) != "lock" || filepath.Base(left[1]) != "s3server-new" {
		t.Errorf("%v %v", left, err)
	}
}
