package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/bench/process"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

// startPatience is how long the server may take to start and to stop.
const startPatience = time.Minute

// server is the program under load, and a look at its database.
type server struct {
	address string // host:port
	dsn     string
	db      *db.DB
	process.Pair

	command *exec.Cmd
	ended   chan error
}

// prepare seeds the data directory; the servers that it needs for that have ended when it returns.
func prepare(ctx context.Context, data string, w workload) (out world, err error) {
	cfg, err := config.Load(func(name string) string { return map[string]string{"DATA": data}[name] })
	if err != nil {
		return out, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	g, err := app.OpenGround(ctx, cfg, log, s3child.Serve, nil)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, g.Close(context.WithoutCancel(ctx))) }()
	return seed(ctx, g, w)
}

// startServer runs `peikao serve` on the data directory with its own PostgreSQL, as a clinic does: fsync on, a log line for
// each request, no switch that a clinic would not have.
func startServer(ctx context.Context, program, data string) (*server, error) {
	logPath := filepath.Join(data, "server.log")
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s := &server{ended: make(chan error, 1)}
	s.command = exec.Command(program, "serve", "--listen", "127.0.0.1:0", "--data", data)
	s.command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + data}, forwarded()...)
	s.command.Stderr = log
	s.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt ends the generator first
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.command.Wait() }()
	if s.address, err = s.awaitAddress(ctx, logPath); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.Server = s.command.Process.Pid
	if s.Postgres = process.PostgresOf(s.Server); s.Postgres == 0 {
		return nil, errors.Join(errors.New("the server runs no PostgreSQL"), s.stop())
	}
	pg, err := embedded.AttachPostgres(data)
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.dsn = pg.DSN(embedded.Database)
	if s.db, err = db.Open(ctx, s.dsn, clock.NewSystem()); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// forwarded lets whoever tunes the runtime say so.
func forwarded() []string {
	var out []string
	for _, name := range []string{"GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GODEBUG", "PPROF"} {
		if value := os.Getenv(name); value != "" {
			out = append(out, name+"="+value)
		}
	}
	return out
}

var servingLine = regexp.MustCompile(`msg=serving address=http://([^\s"]+)`)

func (s *server) awaitAddress(ctx context.Context, logPath string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		text, err := os.ReadFile(logPath)
		if err != nil {
			return "", err
		}
		if found := servingLine.FindSubmatch(text); found != nil {
			return string(found[1]), nil
		}
		select {
		case err := <-s.ended:
			s.ended <- err
			return "", fmt.Errorf("the server ended: %w\n%s", errors.Join(err, io.ErrUnexpectedEOF), text)
		case <-ctx.Done():
			return "", fmt.Errorf("the server does not start: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the server as an administrator does.
func (s *server) stop() error {
	var failures []error
	if s.db != nil {
		failures = append(failures, s.db.Close())
	}
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return errors.Join(append(failures, err)...)
	}
	select {
	case err := <-s.ended:
		failures = append(failures, err)
	case <-time.After(startPatience):
		failures = append(failures, errors.New("the server did not stop in time"), s.command.Process.Kill())
	}
	return errors.Join(failures...)
}

// build compiles the program that is in the working directory's module.
func build(ctx context.Context, to string) (string, error) {
	program := filepath.Join(to, "peikao")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/peikao/peikao/cmd/peikao").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return program, nil
}
