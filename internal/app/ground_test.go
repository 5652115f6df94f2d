package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

// A server prepares every statement when it starts, and none of them is broken. The other tests prepare only those that they run.
func TestEveryStatementIsPreparedAtTheStart(t *testing.T) {
	dsn, data := strings.TrimSuffix(dbtest.DSN(t), db.Late), t.TempDir()
	cfg, err := config.Load(func(name string) string { return map[string]string{"DATABASE_URL": dsn, "DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	g, err := OpenGround(t.Context(), cfg, slog.New(slog.DiscardHandler), s3child.Serve, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = g.Close(t.Context()) }()
	g.DB.SQL().SetMaxOpenConns(1) // all on that one
	a, err := New(t.Context(), g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close(t.Context()) }()
	var n int
	if err := g.DB.SQL().QueryRow("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql").Scan(&n); err != nil || n < 400 {
		t.Errorf("%d statements are prepared: %v", n, err)
	}
}

// A command beside a server whose database is external joins its object storage: what one puts there the other finds.
func TestCommandBesideAServerOnAnExternalDatabase(t *testing.T) {
	dsn, data := dbtest.DSN(t), t.TempDir()
	cfg, err := config.Load(func(name string) string { return map[string]string{"DATABASE_URL": dsn, "DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	server, err := OpenGround(t.Context(), cfg, log, s3child.Serve, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close(t.Context()) }()
	command, err := OpenPassingGround(t.Context(), cfg, log, s3child.Serve)
	if err != nil {
		t.Fatal(err)
	}
	const text = "a picture"
	if err := command.Files.Put(t.Context(), "bank/a", strings.NewReader(text), int64(len(text)), "image/png"); err != nil {
		t.Error(err)
	}
	if err := command.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if info, err := server.Files.Stat(t.Context(), "bank/a"); err != nil || info.Size != int64(len(text)) {
		t.Errorf("%+v %v", info, err)
	}
}

// A second server on one data directory and an external database goes on with the object storage when the first one, which ran it, stops:
// so a new version can be started before the old one is stopped.
func TestASecondServerKeepsTheObjectStorage(t *testing.T) {
	dsn, data := dbtest.DSN(t), t.TempDir()
	cfg, err := config.Load(func(name string) string { return map[string]string{"DATABASE_URL": dsn, "DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	first, err := OpenGround(t.Context(), cfg, log, s3child.Serve, nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := OpenGround(t.Context(), cfg, log, s3child.Serve, nil)
	if err != nil {
		t.Fatal(errors.Join(err, first.Close(t.Context())))
	}
	defer func() { _ = second.Close(context.Background()) }()
	const text = "a picture"
	if err := first.Files.Put(t.Context(), "bank/a", strings.NewReader(text), int64(len(text)), "image/png"); err != nil {
		t.Error(err)
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := second.Files.Stat(t.Context(), "bank/a"); err != nil || info.Size != int64(len(text)) {
		t.Errorf("what is stored is away: %+v %v", info, err)
	}
	if err := second.Files.Put(t.Context(), "bank/b", strings.NewReader(text), int64(len(text)), "image/png"); err != nil {
		t.Errorf("nothing can be stored: %v", err)
	}
}
