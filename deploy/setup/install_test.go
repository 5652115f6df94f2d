// Package setup tests the scripts of this folder.
package setup

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// machine is a pretended one: the programs that are on its PATH, and its files.
type machine struct {
	root, bin string
}

// everything is what a complete machine has.
var everything = []string{"go", "node", "npm", "pdftoppm", "ffmpeg", "gcc", "chromium-headless-shell"}

func newMachine(t *testing.T, programs ...string) machine {
	t.Helper()
	m := machine{root: t.TempDir(), bin: t.TempDir()}
	for _, name := range []string{"bash", "env"} { // the script's own needs
		real, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(real, filepath.Join(m.bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range programs {
		m.program(t, name, "")
	}
	if slices.Contains(programs, "go") {
		m.program(t, "go", "echo go1.26.0")
	}
	m.file(t, "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf")
	return m
}

// program writes a stand-in that notes how it was called.
func (m machine) program(t *testing.T, name, body string) {
	t.Helper()
	script := "#!/bin/bash\necho \"" + name + " $*\" >>" + m.root + "/calls\n" + body + "\n"
	if err := os.WriteFile(filepath.Join(m.bin, name), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
}

func (m machine) file(t *testing.T, path string) {
	t.Helper()
	path = filepath.Join(m.root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
}

func (m machine) complete(t *testing.T) {
	t.Helper()
	m.file(t, "usr/lib/postgresql/15/bin/initdb")
	m.file(t, "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
	m.file(t, "usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
}

func (m machine) user(t *testing.T, uid string) {
	t.Helper()
	m.program(t, "id", "echo "+uid)
}

func (m machine) run(t *testing.T, arguments ...string) (output string, code int) {
	t.Helper()
	cmd := exec.Command("./install.sh", arguments...)
	cmd.Env = []string{"PATH=" + m.bin, "SETUP_ROOT=" + m.root}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func (m machine) calls(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(m.root, "calls"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

func TestCompleteMachine(t *testing.T) {
	m := newMachine(t, everything...)
	m.complete(t)
	began := time.Now()
	out, code := m.run(t, "--long")
	if out != "" || code != 0 || m.calls(t) != "go env GOVERSION\n" {
		t.Errorf("%d %q, called %q", code, out, m.calls(t))
	}
	if took := time.Since(began); took > time.Second { // 0.2 s on a machine with nothing else to do
		t.Errorf("took %v", took)
	}
}

func TestRootInstalls(t *testing.T) {
	m := newMachine(t, "go", "node", "npm", "pdftoppm", "ffmpeg", "apt-get")
	m.user(t, "0")
	out, code := m.run(t)
	if code != 0 || !strings.Contains(out, "postgresql         the database server") || !strings.Contains(out, "Installing with apt-get: postgresql\n") {
		t.Errorf("%d %s", code, out)
	}
	if !strings.Contains(m.calls(t), "apt-get update -qq\n") ||
		!strings.Contains(m.calls(t), "apt-get install -y -qq --no-install-recommends postgresql\n") {
		t.Error(m.calls(t))
	}
}

func TestTestsNeedMore(t *testing.T) {
	m := newMachine(t, "go", "node", "npm", "pdftoppm", "ffmpeg", "apt-get")
	m.file(t, "usr/lib/postgresql/15/bin/initdb")
	m.user(t, "0")
	if out, code := m.run(t); out != "" || code != 0 {
		t.Errorf("without --test: %d %s", code, out)
	}
	if out, code := m.run(t, "--test"); code != 0 || !strings.Contains(out, "apt-get: gcc libc6-dev chromium-headless-shell fonts-noto-cjk\n") {
		t.Errorf("with --test: %d %s", code, out)
	}
	if out, code := m.run(t, "--long"); code != 0 || !strings.Contains(out, "apt-get: gcc libc6-dev chromium-headless-shell fonts-noto-cjk libfaketime\n") {
		t.Errorf("with --long: %d %s", code, out)
	}
}

// The tests start Chromium, with windows or without; another browser doesn't help them.
func TestAnotherBrowserIsNotEnough(t *testing.T) {
	m := newMachine(t, "go", "node", "npm", "pdftoppm", "ffmpeg", "gcc", "google-chrome", "chromium-browser", "apt-get")
	m.complete(t)
	m.user(t, "0")
	if out, code := m.run(t, "--test"); code != 0 || !strings.Contains(out, "apt-get: chromium-headless-shell\n") {
		t.Errorf("%d %s", code, out)
	}
}

func TestChromiumWithWindowsIsEnough(t *testing.T) {
	m := newMachine(t, "go", "node", "npm", "pdftoppm", "ffmpeg", "gcc", "chromium", "apt-get")
	m.complete(t)
	m.user(t, "0")
	if out, code := m.run(t, "--test"); code != 0 || strings.Contains(out, "apt-get") {
		t.Errorf("%d %s", code, out)
	}
}

func TestSudoInstalls(t *testing.T) {
	m := newMachine(t, "go", "npm", "pdftoppm", "ffmpeg", "apt-get", "sudo")
	m.complete(t)
	m.user(t, "1000")
	if out, code := m.run(t); code != 0 || !strings.Contains(out, "nodejs") {
		t.Errorf("%d %s", code, out)
	}
	if !strings.Contains(m.calls(t), "sudo -n apt-get update") || !strings.Contains(m.calls(t), "install -y -qq --no-install-recommends nodejs\n") {
		t.Error(m.calls(t))
	}
}

func TestNamesThePackagesWhereItMayNotInstall(t *testing.T) {
	for name, prepare := range map[string]func(machine){
		"no sudo":           func(m machine) { m.program(t, "apt-get", "") },
		"sudo that refuses": func(m machine) { m.program(t, "apt-get", ""); m.program(t, "sudo", "exit 1") },
		"no apt":            func(m machine) { m.program(t, "sudo", "") },
	} {
		m := newMachine(t, "go", "node", "npm", "pdftoppm", "ffmpeg")
		m.user(t, "1000")
		prepare(m)
		out, code := m.run(t)
		if code != 1 || !strings.Contains(out, "apt-get install postgresql") || strings.Contains(m.calls(t), "apt-get") {
			t.Errorf("%s: %d %s, called %s", name, code, out, m.calls(t))
		}
	}
}

func TestFailuresAreFailures(t *testing.T) {
	m := newMachine(t, "go", "node", "npm", "pdftoppm", "ffmpeg")
	m.user(t, "0")
	m.program(t, "apt-get", "exit 100")
	if out, code := m.run(t); code == 0 || strings.Contains(out, "Installed.") {
		t.Errorf("apt-get failed: %d %s", code, out)
	}
	if out, code := newMachine(t).run(t); code != 1 || !strings.Contains(out, "https://go.dev/dl/") {
		t.Errorf("no Go: %d %s", code, out)
	}
	for version, want := range map[string]int{"go1.19.8": 1, "go1.20": 1, "go1.21.0": 0, "go1.27rc1": 0, "devel go1.30-abc": 0} {
		m := newMachine(t, everything...)
		m.complete(t)
		m.program(t, "go", "echo "+version)
		if out, code := m.run(t); code != want {
			t.Errorf("%s: %d %s", version, code, out)
		}
	}
	if out, code := m.run(t, "--tests"); code != 2 || !strings.Contains(out, "usage:") {
		t.Errorf("unknown argument: %d %s", code, out)
	}
}

// A folder whose name has a blank is one folder, to every target that takes one.
func TestMakeKeepsNamesWhole(t *testing.T) {
	for target, want := range map[string]string{
		"run": "--data '/tmp/a b'", "demo-reset": "--data '/tmp/a b'", "conformance": "-fixtures '/tmp/a b'",
	} {
		cmd := exec.Command("make", "-n", target, "DATA=/tmp/a b", "FIXTURES=/tmp/a b")
		cmd.Dir = filepath.Join("..", "..")
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("make %s: %v\n%s", target, err, out)
		}
	}
}
