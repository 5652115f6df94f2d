package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/lib/pq"
)

const (
	// probeEvery and probePatience make that nobody waits longer than their sum for a database that has fallen silent, which is
	// below the 5 s that a response may take (threat 27).
	probeEvery    = 500 * time.Millisecond
	probePatience = 2500 * time.Millisecond
	// connectPatience bounds the making of a connection: a halted postmaster accepts one and says nothing.
	connectPatience = 3 * time.Second
)

// errSilent is what whoever asks a silent database hears at once. It is a net.Error: the line is at fault, not the statement.
var errSilent = &net.OpError{Op: "dial", Net: "postgres", Err: errors.New("the database does not answer")}

// lines are the sockets of a pool. A database that is halted, or cut off without a word, leaves whoever waits for its answer
// waiting for ever: a context that ends does not wake them, since lib/pq then asks that same database to cancel. So their
// sockets are closed.
type lines struct {
	mu     sync.Mutex
	open   map[*line]struct{}
	silent bool
}

func newLines() *lines { return &lines{open: map[*line]struct{}{}} }

// line is one of them.
type line struct {
	net.Conn
	of *lines
}

func (l *line) Close() error {
	l.of.mu.Lock()
	delete(l.of.open, l)
	l.of.mu.Unlock()
	return l.Conn.Close()
}

// Dial and DialTimeout make lines pq's dialer.
func (s *lines) Dial(network, address string) (net.Conn, error) {
	return s.DialTimeout(network, address, connectPatience)
}

func (s *lines) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return s.DialContext(ctx, network, address)
}

// DialContext refuses while the database is silent.
func (s *lines) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if s.isSilent() {
		return nil, errSilent
	}
	c, err := (&net.Dialer{Timeout: connectPatience}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l := &line{Conn: c, of: s}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent {
		_ = c.Close()
		return nil, errSilent
	}
	s.open[l] = struct{}{}
	return l, nil
}

func (s *lines) isSilent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.silent
}

// fallSilent closes every line and lets no new one be made, until speak.
func (s *lines) fallSilent() {
	s.mu.Lock()
	s.silent = true
	cut := make([]*line, 0, len(s.open))
	for l := range s.open {
		cut = append(cut, l)
	}
	s.mu.Unlock()
	for _, l := range cut {
		_ = l.Close()
	}
}

func (s *lines) speak() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = false
}

// Silent tells whether the database has stopped to answer, as far as Watch has seen.
func (d *DB) Silent() bool { return d.lines.isSilent() }

// Watch asks the database again and again whether it answers, until ctx ends, over a connection of its own. When it falls
// silent, whoever waits for it is told so, and whoever comes is told at once, until it answers again; turned hears of both. A
// database that refuses does not fall silent, since everybody hears that for themselves; nor does a refusal end a silence: a
// halted one refuses too, once enough have knocked.
func (d *DB) Watch(ctx context.Context, turned func(silent bool)) error {
	connector, err := pq.NewConnector(d.dsn)
	if err != nil {
		return fmt.Errorf("db: %w", err)
	}
	connector.Dialer(deadlineDialer{2 * probePatience}) // longer than the patience, which tells silence from a refusal
	probe := sql.OpenDB(connector)
	defer probe.Close()
	probe.SetMaxOpenConns(1)
	for ctx.Err() == nil {
		answer := make(chan error, 1)
		go func() { answer <- probe.PingContext(context.WithoutCancel(ctx)) }()
		var err error
		select {
		case err = <-answer:
		case <-time.After(probePatience):
			d.turn(true, turned)
			err = <-answer
		}
		switch {
		case err == nil:
			d.turn(false, turned)
		case timedOut(err):
			d.turn(true, turned) // in the making of a connection
		}
		select {
		case <-ctx.Done():
		case <-time.After(probeEvery):
		}
	}
	d.turn(false, turned)
	return nil
}

func (d *DB) turn(silent bool, turned func(silent bool)) {
	switch {
	case silent == d.lines.isSilent():
		return
	case silent:
		d.lines.fallSilent()
	default:
		d.lines.speak()
	}
	turned(silent)
}

func timedOut(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
