package db_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
)

// mute stands between a pool and its database, and can swallow all that the database says.
type mute struct {
	silent sync.RWMutex // held while nothing passes
}

// between returns a DSN that leads through m.
func (m *mute) between(t *testing.T, dsn string) string {
	t.Helper()
	_, rest, _ := strings.Cut(dsn, "host='")
	dir, _, _ := strings.Cut(rest, "'")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("unix", dir+"/.s.PGSQL.5432")
			if err != nil {
				_ = c.Close()
				return
			}
			go m.pass(c, s)
			go m.pass(s, c)
		}
	}()
	host, port, _ := net.SplitHostPort(l.Addr().String())
	return strings.NewReplacer("host='"+dir+"'", "host="+host, "port=5432", "port="+port).Replace(dsn)
}

// waitForSpeech returns when nobody holds the silence.
func (m *mute) waitForSpeech() {
	m.silent.RLock()
	defer m.silent.RUnlock()
}

func (m *mute) pass(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		m.waitForSpeech()
		if _, werr := to.Write(buffer[:n]); err != nil || werr != nil {
			return
		}
	}
}

// Threat 27: who waits for a database that says nothing is told so in time, who comes is told at once, and all goes on by itself
// when it speaks again.
func TestSilentDatabase(t *testing.T) {
	m := &mute{}
	d, err := db.Open(ctx, m.between(t, dbtest.DSN(t)), clock.NewSystem())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	watching, stop := context.WithCancel(ctx)
	turns, ended := make(chan bool, 10), make(chan error, 1)
	go func() { ended <- d.Watch(watching, func(silent bool) { turns <- silent }) }()
	if err := d.Ping(ctx); err != nil {
		t.Fatal(err)
	}

	m.silent.Lock()
	begin := time.Now()
	var waiting sync.WaitGroup
	for range 60 { // more than the pool has connections
		waiting.Go(func() {
			if _, err := d.DatabaseNow(ctx); err == nil {
				t.Error("a silent database answered")
			}
		})
	}
	waiting.Wait()
	if took := time.Since(begin); took > 4500*time.Millisecond {
		t.Errorf("they waited %s", took)
	}
	if !d.Silent() || !<-turns {
		t.Error("nobody knows of the silence")
	}
	begin = time.Now()
	err = d.InTx(ctx, func(*db.Tx) error { return nil })
	if took := time.Since(begin); took > 100*time.Millisecond || !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v after %s", err, took)
	}

	m.silent.Unlock()
	begin = time.Now()
	if <-turns {
		t.Error("silent twice")
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %s until it was heard", took)
	}
	if _, err := d.DatabaseNow(ctx); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
