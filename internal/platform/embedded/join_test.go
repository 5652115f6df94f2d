package embedded

import (
	"context"
	"errors"
	"testing"
	"time"
)

// opened is what a process that opens a directory comes to.
type opened struct {
	pg   *Postgres
	ours bool
	err  error
}

// opens opens a directory as another process does.
func opens(t *testing.T, ctx context.Context, o PostgresOptions) <-chan opened {
	t.Helper()
	done := make(chan opened, 1)
	go func() {
		pg, ours, err := OpenPostgres(ctx, o)
		done <- opened{pg, ours, err}
	}()
	return done
}

// waits fails when a process did not wait.
func waits(t *testing.T, done <-chan opened) {
	t.Helper()
	select {
	case o := <-done:
		t.Fatalf("did not wait: %+v", o)
	case <-time.After(5 * joinPause):
	}
}

// Who starts while a command runs the server waits for its end and then runs the server: what it had joined would be gone.
func TestNobodyJoinsACommand(t *testing.T) {
	dir := clusterDir(t)
	command := start(t, PostgresOptions{Dir: dir, Ephemeral: true, Passing: true})
	if _, err := AttachPostgres(dir); !errors.Is(err, ErrPassing) {
		t.Errorf("attached to a command: %v", err)
	}
	given, giveUp := context.WithCancel(t.Context())
	impatient := opens(t, given, PostgresOptions{Dir: dir, Ephemeral: true})
	server := opens(t, t.Context(), PostgresOptions{Dir: dir, Ephemeral: true})
	waits(t, server)
	giveUp()
	if o := <-impatient; !errors.Is(o.err, context.Canceled) {
		t.Errorf("waits on when it is told to stop: %+v", o)
	}
	if got := query(t, command, "SELECT 1"); got != "1" {
		t.Error("the command lost its server")
	}
	stop(t, command)
	o := <-server
	if o.err != nil || !o.ours {
		t.Fatalf("%+v", o)
	}
	t.Cleanup(func() { stop(t, o.pg) })
	if got := query(t, o.pg, "SELECT 1"); got != "1" {
		t.Error(got)
	}
}

// Of two that start at once one runs the server, and the other joins it when it is ready.
func TestWhoComesDuringAStartJoins(t *testing.T) {
	dir := dataDir(t)
	both := []<-chan opened{opens(t, t.Context(), PostgresOptions{Dir: dir, Ephemeral: true}), opens(t, t.Context(), PostgresOptions{Dir: dir, Ephemeral: true})}
	started := 0
	for _, done := range both {
		o := <-done
		if o.err != nil {
			t.Fatal(o.err)
		}
		if o.ours {
			started++
			t.Cleanup(func() { stop(t, o.pg) })
		}
		if got := query(t, o.pg, "SELECT 1"); got != "1" {
			t.Error(got)
		}
	}
	if started != 1 {
		t.Errorf("%d of two started the server", started)
	}
}
