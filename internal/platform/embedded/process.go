package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is one running postmaster.
type process struct {
	pid    int
	output *lineLogger
	done   chan struct{} // closed when it has ended
	err    error         // why it ended; read after done
}

// spawn starts a postmaster and returns at once; it may not be ready yet.
//
// The parent-death signal belongs to the *thread* that forked, so a goroutine
// keeps that thread locked until the child has ended.
func spawn(program string, args, environment []string, a account, logger *slog.Logger) (*process, error) {
	p := &process{output: &lineLogger{logger: logger}, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		cmd := command(context.Background(), a, program, args...)
		cmd.Env = append(cmd.Env, environment...)
		cmd.SysProcAttr.Setpgid = true
		cmd.SysProcAttr.Pdeathsig = syscall.SIGINT
		cmd.Stdout, cmd.Stderr = p.output, p.output
		cmd.WaitDelay = 5 * time.Second // orphaned backends may hold the pipe
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, <-started
}

// command prepares a server program: as the server's user, with a clean
// environment, in a directory that this user can always enter.
func command(ctx context.Context, a account, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if a.switched {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return cmd
}

// awaitReady returns when the server takes connections, by the status that it
// writes into postmaster.pid itself.
func (p *process) awaitReady(ctx context.Context, data string) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if status := readPostmaster(data); status.pid == p.pid && status.ready {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("PostgreSQL did not start: %s", p.output.tail())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL not ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// end sends the signal and waits; when ctx ends first, it kills.
func (p *process) end(ctx context.Context, signal syscall.Signal) error {
	select {
	case <-p.done: // its pid may be another program's by now
		return nil
	default:
	}
	if err := syscall.Kill(p.pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		_ = syscall.Kill(p.pid, syscall.SIGQUIT) // immediate: the next start recovers
		<-p.done
		return fmt.Errorf("PostgreSQL stopped without its last checkpoint: %w", ctx.Err())
	}
}

// postmaster is what a server writes about itself into postmaster.pid.
type postmaster struct {
	pid   int
	ready bool
}

func readPostmaster(data string) postmaster {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return postmaster{}
	}
	lines := strings.Split(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(lines[0])) // 0 while half-written
	return postmaster{pid: pid, ready: len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"}
}

// evict ends a postmaster that outlived the program that started it. The
// caller holds the lock, so no living program owns it.
func evict(ctx context.Context, data string) error {
	for asked := false; ; asked = true {
		pid := readPostmaster(data).pid
		if pid == 0 || !isPostmasterOf(pid, data) {
			return nil
		}
		if !asked {
			if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return fmt.Errorf("an earlier PostgreSQL (process %d) does not end: %w", pid, err)
		}
	}
}

// isPostmasterOf guards against a pid that was given to another program since.
func isPostmasterOf(pid int, data string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && bytes.Contains(line, []byte("\x00"+data+"\x00"))
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// lineLogger passes a program's lines to the log and keeps the last few for
// the error message.
type lineLogger struct {
	logger *slog.Logger

	mu   sync.Mutex
	rest []byte
	last []string
}

const keptLines = 6

func (l *lineLogger) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, b...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.rest = rest
		l.keep(string(line))
	}
}

func (l *lineLogger) keep(line string) {
	l.logger.Log(context.Background(), lineLevel(line), "postgres", "line", line)
	l.last = append(l.last, line)
	if len(l.last) > keptLines {
		l.last = l.last[1:]
	}
}

func (l *lineLogger) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.last, " / ")
}

// lineLevel reads PostgreSQL's own severity out of a log line.
func lineLevel(line string) slog.Level {
	switch {
	case strings.Contains(line, "PANIC:"), strings.Contains(line, "FATAL:"):
		return slog.LevelError
	case strings.Contains(line, "ERROR:"), strings.Contains(line, "WARNING:"):
		return slog.LevelWarn
	default:
		return slog.LevelDebug
	}
}
