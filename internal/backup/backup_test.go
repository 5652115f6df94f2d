package backup_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

var ctx = context.Background()

// stores are two buckets of one real S3 server.
func stores(t *testing.T) (from, to objectstore.Store) {
	t.Helper()
	s3, err := embedded.StartS3(ctx, embedded.S3Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s3.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	open := func(bucket string) objectstore.Store {
		s, err := objectstore.New(objectstore.Config{
			Endpoint: s3.Endpoint(), Bucket: bucket, AccessKey: s3.AccessKey(), SecretKey: s3.SecretKey(), Transport: s3.Transport(), SameOrigin: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.EnsureBucket(ctx); err != nil {
			t.Fatal(err)
		}
		return s
	}
	return open("original"), open("restored")
}

func TestRoundTrip(t *testing.T) {
	from, to := stores(t)
	dsn, dir := dbtest.DSN(t), t.TempDir()
	d := open(t, dsn)
	if _, err := d.SQL().Exec(`INSERT INTO setting VALUES ('name', '"培考"', '2026-03-02')`); err != nil {
		t.Fatal(err)
	}
	for key, text := range map[string]string{"a/1": "first", "b/2": "second"} {
		if err := from.Put(ctx, key, strings.NewReader(text), int64(len(text)), "text/plain"); err != nil {
			t.Fatal(err)
		}
	}
	source := backup.Source{DSN: dsn, Files: from, AuditHead: "3:ab"}
	at := time.Date(2026, 3, 2, 19, 0, 0, 0, time.UTC)
	folder, err := backup.Write(ctx, source, dir, at)
	if err != nil {
		t.Fatal(err)
	}
	empty := dbtest.EmptyDSN(t)
	m, err := backup.Restore(ctx, folder, backup.Source{DSN: empty, Files: to})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Objects) != 2 || m.AuditHead != "3:ab" {
		t.Fatalf("%+v", m)
	}
	var name string
	if err := open(t, empty).SQL().QueryRow("SELECT value #>> '{}' FROM setting WHERE key = 'name'").Scan(&name); err != nil || name != "培考" {
		t.Fatal(name, err)
	}
	r, i, err := to.Get(ctx, "b/2", 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != "second" || i.ContentType != "text/plain" {
		t.Fatal(string(text), i, err)
	}
	again, err := backup.Write(ctx, source, dir, at.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if err := backup.Prune(dir, 1); err != nil {
		t.Fatal(err)
	}
	if left, err := backup.List(dir); err != nil || len(left) != 1 || left[0] != again {
		t.Fatal(left, err)
	}
}

func TestDamageIsFoundBeforeAnythingIsTouched(t *testing.T) {
	from, to := stores(t)
	if err := from.Put(ctx, "a", strings.NewReader("text"), 4, "text/plain"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	folder, err := backup.Write(ctx, backup.Source{DSN: dbtest.DSN(t), Files: from}, dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "objects", "a"), []byte("test"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := dbtest.EmptyDSN(t)
	if _, err := backup.Restore(ctx, folder, backup.Source{DSN: empty, Files: to}); !errors.Is(err, backup.ErrDamaged) {
		t.Fatal(err)
	}
	var tables int
	if err := open(t, empty).SQL().QueryRow("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables); err != nil || tables != 0 {
		t.Fatal(tables, err)
	}
	if err := os.Remove(filepath.Join(folder, "manifest.json")); err != nil {
		t.Fatal(err)
	}
	if left, err := backup.List(dir); err != nil || len(left) != 0 {
		t.Fatal("half a backup is listed", left, err)
	}
}

func open(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(ctx, dsn, clock.NewSystem())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}
