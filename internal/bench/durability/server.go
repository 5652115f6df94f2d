package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// startPatience is how long the server may take until it serves again, PostgreSQL's recovery included.
const startPatience = 90 * time.Second

// server keeps one `peikao serve` running, as a supervisor does: it is started again whenever it has ended.
type server struct {
	program, data, address, dsn string
	log                         *os.File
	held                        io.Closer // of the port

	mu        sync.Mutex
	command   *exec.Cmd
	serving   bool
	ordered   bool     // its end
	retired   bool     // it is not started again
	surprises []string // ends that nobody ordered
	ended     chan struct{}
}

// keep runs the server until ctx ends.
func (s *server) keep(ctx context.Context) error {
	var err error
	if s.address, s.held, err = holdPort(); err != nil {
		return err
	}
	if s.log, err = os.OpenFile(filepath.Join(s.data, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go s.supervise(ctx)
	return s.awaitServing(ctx)
}

func (s *server) supervise(ctx context.Context) {
	defer close(s.ended)
	// The parent-death signal belongs to the thread that started the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for ctx.Err() == nil && !s.isRetired() {
		err := s.run(ctx)
		s.mu.Lock()
		if s.serving && !s.ordered && ctx.Err() == nil {
			s.surprises = append(s.surprises, fmt.Sprintf("the server ended by itself: %v", err))
		}
		s.serving, s.ordered, s.command = false, false, nil
		s.mu.Unlock()
		rest(ctx, 50*time.Millisecond)
	}
}

func (s *server) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, s.program, "serve", "--listen", s.address, "--data", s.data, "--log-level", "warn")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.data, "TMPDIR=" + os.TempDir(), "DATABASE_URL=" + s.dsn}
	cmd.Stdout, cmd.Stderr = s.log, s.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.mu.Lock()
	s.command = cmd
	s.mu.Unlock()
	return cmd.Wait()
}

// awaitServing returns when the server answers.
func (s *server) awaitServing(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	asking := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		answer, err := asking.Get("http://" + s.address + "/readyz")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				s.mu.Lock()
				s.serving = s.command != nil
				s.mu.Unlock()
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not serve (see %s): %w", s.log.Name(), errors.Join(err, ctx.Err()))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// end asks the server to end, as a deployment does, and returns when it is gone, with how long that took.
func (s *server) end(ctx context.Context) (time.Duration, error) {
	s.mu.Lock()
	cmd := s.command
	s.ordered = cmd != nil
	s.mu.Unlock()
	if cmd == nil {
		return 0, errors.New("the server does not run")
	}
	begin := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	for s.running() == cmd && ctx.Err() == nil {
		rest(ctx, time.Millisecond)
	}
	return time.Since(begin), ctx.Err()
}

// retire is end for a server that is not started again.
func (s *server) retire(ctx context.Context) (time.Duration, error) {
	s.mu.Lock()
	s.retired = true
	s.mu.Unlock()
	return s.end(ctx)
}

func (s *server) isRetired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.retired
}

// close waits until the server is gone, whose context has ended or which has retired.
func (s *server) close() error {
	if s.ended == nil {
		return nil
	}
	<-s.ended
	return errors.Join(s.held.Close(), s.log.Close())
}

// holdPort takes a port of this machine that stays the server's over all restarts. It is bound without listening, which lets the
// server listen there, and lets nobody else be given it meanwhile: neither a listener that asks for any port nor a connection.
func holdPort() (address string, held io.Closer, err error) {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", nil, err
	}
	f := os.NewFile(uintptr(socket), "port")
	err = errors.Join(syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1),
		syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	if err != nil {
		return "", nil, errors.Join(err, f.Close())
	}
	name, err := syscall.Getsockname(socket)
	if err != nil {
		return "", nil, errors.Join(err, f.Close())
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(name.(*syscall.SockaddrInet4).Port)), f, nil
}

// kill ends the server with -9, one that is just starting as well, and returns when it is gone.
func (s *server) kill(ctx context.Context) error {
	s.mu.Lock()
	cmd := s.command
	s.ordered = cmd != nil
	s.mu.Unlock()
	if cmd == nil {
		return nil
	}
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	for s.running() == cmd && ctx.Err() == nil {
		rest(ctx, time.Millisecond)
	}
	return nil
}

func (s *server) running() *exec.Cmd {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.command
}

// unordered are the ends that nobody ordered.
func (s *server) unordered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.surprises
}

// build compiles the program of the module in dir. Go keeps what it links to run, unlike what it builds, and links it again only when it is no
// longer current: it is given to cp instead of being run.
func build(ctx context.Context, dir, program string) error {
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return err
	}
	return command(ctx, dir, nil, "go", "run", "-exec", "cp", "github.com/peikao/peikao/cmd/peikao", program)
}

// command runs a program in a directory; what it said is in the error.
func command(ctx context.Context, dir string, environment []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, args[0], err, out)
	}
	return nil
}
