package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"golang.org/x/sync/errgroup"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
)

// stage is everything that runs: PostgreSQL, the server and the lines between them.
type stage struct {
	seeded
	people      int
	dir         string
	postgres    *postgres
	server      *server
	front, back *toxiproxy.Proxy
	stop        context.CancelFunc
	release     func() error // what prepare took; nil: nothing
}

// setting is what a stage is raised from.
type setting struct {
	people  int
	program func(ctx context.Context, dir string) (path string, err error) // makes it, where it likes to in the directory
	fill    func(ctx context.Context, data, dsn string) (seeded, error)    // brings the people and the exams
	prepare prepare                                                        // nil: nothing
}

// prepare gets the empty directory of the data before anything stands in it.
type prepare func(data string) (prepared, error)

// prepared is what was done: wal is the volume of the log's own, "" for none; release undoes it.
type prepared struct {
	wal     string
	release func() error
}

// newStage makes a clinic with one exam and starts everything. program "" is built from this module.
func newStage(ctx context.Context, program string, people int, limit time.Duration) (s *stage, err error) {
	return raise(ctx, setting{
		people: people,
		program: func(ctx context.Context, dir string) (string, error) {
			if program != "" {
				return program, nil
			}
			built := filepath.Join(dir, "peikao")
			return built, build(ctx, ".", built)
		},
		fill: func(ctx context.Context, data, dsn string) (seeded, error) {
			return seed(ctx, data, dsn, people, 1, limit, func(*app.App) {})
		},
	})
}

func raise(ctx context.Context, from setting) (s *stage, err error) {
	s = &stage{people: from.people}
	ctx, s.stop = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "peikao-durability-"); err != nil {
		return s, err
	}
	if err := os.Chmod(s.dir, 0o711); err != nil { // PostgreSQL may run as another user
		return s, err
	}
	data := filepath.Join(s.dir, "data")
	if err := os.Mkdir(data, 0o711); err != nil {
		return s, err
	}
	s.postgres = &postgres{data: data}
	if from.prepare != nil {
		done, err := from.prepare(data)
		s.postgres.wal, s.release = done.wal, done.release
		if err != nil {
			return s, err
		}
	}
	var program string
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		program, err = from.program(groupCtx, s.dir)
		return err
	})
	group.Go(func() (err error) {
		if err := s.postgres.start(groupCtx); err != nil {
			return err
		}
		s.seeded, err = from.fill(groupCtx, data, s.postgres.current().DSN(embedded.Database))
		return err
	})
	if err := group.Wait(); err != nil {
		return s, err
	}
	return s, s.connect(ctx, program, data)
}

func (s *stage) connect(ctx context.Context, program, data string) error {
	address, err := relay(ctx, s.postgres.socket)
	if err != nil {
		return err
	}
	if s.back, err = newLine(ctx, "database", address); err != nil {
		return err
	}
	s.server = &server{program: program, data: data, dsn: fmt.Sprintf("postgres://postgres@%s/%s?sslmode=disable", s.back.Listen, embedded.Database)}
	if err := s.server.keep(ctx); err != nil {
		return err
	}
	s.front, err = newLine(ctx, "server", s.server.address)
	return err
}

// address is where examinees reach the server: over the line that breaks, and over the hasty front where one is wanted.
func (s *stage) address(naive bool) (base string, stop func(), err error) {
	base = "http://" + s.front.Listen
	if !naive {
		return base, func() {}, nil
	}
	h, err := newHasty(base)
	if err != nil {
		return "", nil, err
	}
	front := httptest.NewServer(http.HandlerFunc(h.ServeHTTP))
	return front.URL, front.Close, nil
}

// database is a look at the database that no fault touches.
func (s *stage) database(ctx context.Context) (*db.DB, error) {
	return db.Open(ctx, s.postgres.current().DSN(embedded.Database), clock.NewSystem())
}

// close ends everything and removes the clinic.
func (s *stage) close() error {
	s.stop()
	var failures []error
	if s.server != nil {
		failures = append(failures, s.server.close())
	}
	if s.postgres != nil && s.postgres.current() != nil {
		failures = append(failures, s.postgres.stop())
	}
	if s.release != nil {
		failures = append(failures, s.release())
	}
	return errors.Join(append(failures, os.RemoveAll(s.dir))...)
}
