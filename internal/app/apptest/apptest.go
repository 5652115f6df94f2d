// Package apptest runs the whole program inside a test: a real database, a real object store, a clock that is moved by hand.
package apptest

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

// App is the program under test.
type App struct {
	*app.App
	Fake *clock.Fake
	URL  string // where it is served
}

// New starts the program on a fresh database at dbtest.Start, its object store as a child process.
func New(t testing.TB, o app.Options) *App {
	t.Helper()
	ctx := context.Background()
	fake := clock.NewFake(dbtest.Start)
	vars := map[string]string{"DATABASE_URL": dbtest.DSN(t), "DATA": t.TempDir()}
	cfg, err := config.Load(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	g, err := app.OpenGround(ctx, cfg, log, s3child.Serve, fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(ctx); err != nil {
			t.Log(err)
		}
	})
	a, err := app.New(ctx, g, o)
	if err != nil {
		t.Fatal(err)
	}
	a.Accounts.HashLightly()
	t.Cleanup(func() {
		if err := a.Close(ctx); err != nil {
			t.Log(err)
		}
	})
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return &App{App: a, Fake: fake, URL: server.URL}
}

// testLog writes the program's warnings into the test's own log.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Helper()
	l.t.Log(string(b))
	return len(b), nil
}

var _ io.Writer = testLog{}
