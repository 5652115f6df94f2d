package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// killPatience is how long a killed process may take to be gone.
const killPatience = 10 * time.Second

// postgres is a PostgreSQL of the checker's own, durable as a clinic's.
type postgres struct {
	data string
	wal  string // volume of the log's own; "" for none
	// environment is what its process finds beside the usual.
	environment []string

	mu  sync.Mutex
	now *embedded.Postgres
}

func (p *postgres) start(ctx context.Context) error {
	pg, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: p.data, WAL: p.wal, Environment: p.environment})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = pg
	return nil
}

func (p *postgres) current() *embedded.Postgres {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

var hostOf = regexp.MustCompile(`host='([^']*)'`)

// socket is where it listens.
func (p *postgres) socket() string {
	found := hostOf.FindStringSubmatch(p.current().DSN(embedded.Database))
	return filepath.Join(found[1], ".s.PGSQL.5432")
}

// postmaster is the process id of the one that all others are children of.
func (p *postgres) postmaster() (int, error) {
	text, err := os.ReadFile(filepath.Join(p.data, "pg", "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}

// halt stops the postmaster, and with backends all of its children too, as a machine does that has lost its disk or its mind:
// sockets stay open, and nothing is said any more. The caller lets it go on.
func (p *postgres) halt(backends bool) (goOn func() error, err error) {
	postmaster, err := p.postmaster()
	if err != nil {
		return nil, err
	}
	halted := []int{postmaster}
	if err := syscall.Kill(postmaster, syscall.SIGSTOP); err != nil {
		return nil, err
	}
	if backends {
		for _, pid := range childrenOf(postmaster) {
			if syscall.Kill(pid, syscall.SIGSTOP) == nil { // or it has just ended
				halted = append(halted, pid)
			}
		}
	}
	return func() error {
		for _, pid := range slices.Backward(halted) {
			if err := syscall.Kill(pid, syscall.SIGCONT); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
		return nil
	}, nil
}

// kill ends the postmaster and all its backends with -9, at one moment: the postmaster is halted first, so that none of its
// children can write another byte on its behalf or be started anew.
func (p *postgres) kill() error {
	postmaster, err := p.postmaster()
	if err != nil {
		return err
	}
	if err := syscall.Kill(postmaster, syscall.SIGSTOP); err != nil {
		return err
	}
	for _, pid := range append(childrenOf(postmaster), postmaster) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	pg := p.current()
	select {
	case <-pg.Done():
		return pg.Stop(context.Background()) // lets go of the lock
	case <-time.After(killPatience):
		return fmt.Errorf("PostgreSQL (process %d) outlives kill -9", postmaster)
	}
}

func (p *postgres) stop() error {
	pg := p.current()
	if pg == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), killPatience)
	defer cancel()
	return pg.Stop(ctx)
}

// childrenOf reads /proc: "pid (name) state parent …", where the name may hold spaces.
func childrenOf(parent int) (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // fails only on a bad pattern
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
