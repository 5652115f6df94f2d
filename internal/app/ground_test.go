package app

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

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
