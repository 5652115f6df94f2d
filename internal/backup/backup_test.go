package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

var ctx = context.Background()

// stores are two buckets of one real S3 server.
func stores(t *testing.T) (from, to objectstore.Store) {
	t.Helper()
	s3, err := embedded.StartS3(ctx, embedded.S3Options{Dir: t.TempDir(), Serve: s3child.Serve})
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

// pair is a new pair of keys.
func pair(t *testing.T) ([]age.Recipient, backup.Keys) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return []age.Recipient{key.Recipient()}, backup.Keys{key}
}

func put(t *testing.T, s objectstore.Store, key, text string) {
	t.Helper()
	if err := s.Put(ctx, key, strings.NewReader(text), int64(len(text)), "text/plain"); err != nil {
		t.Fatal(err)
	}
}

func TestRoundTrip(t *testing.T) {
	from, to := stores(t)
	public, keys := pair(t)
	dsn, dir := dbtest.DSN(t), t.TempDir()
	d := open(t, dsn)
	if _, err := d.SQL().Exec(`INSERT INTO setting VALUES ('name', '"培考"', '2026-03-02')`); err != nil {
		t.Fatal(err)
	}
	put(t, from, "a/1", "first")
	put(t, from, "b/2", "second")
	source := backup.Source{DB: d, DSN: dsn, Files: from, To: public, AuditHead: "3:ab"}
	at := time.Date(2026, 3, 2, 19, 0, 0, 0, time.UTC)
	folder, err := backup.Write(ctx, source, dir, at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Write(ctx, source, dir, at); !errors.Is(err, fs.ErrExist) {
		t.Errorf("two backups in one folder: %v", err)
	}
	if out, err := shaSum(folder); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
	if n, err := backup.CheckSums(ctx, folder); err != nil || n != 4 {
		t.Errorf("%d files, %v", n, err)
	}
	empty := dbtest.EmptyDSN(t)
	m, err := backup.Restore(ctx, folder, keys, backup.Target{DSN: empty, Files: to})
	if err != nil {
		t.Fatal(err)
	}
	restored := open(t, empty)
	rows, err := restored.Rows(ctx)
	if err != nil || !maps.Equal(rows, m.Rows) || rows["setting"] != 1 {
		t.Fatal(rows, m.Rows, err)
	}
	if len(m.Objects) != 2 || m.AuditHead != "3:ab" {
		t.Fatalf("%+v", m)
	}
	var name string
	if err := restored.SQL().QueryRow("SELECT value #>> '{}' FROM setting WHERE key = 'name'").Scan(&name); err != nil || name != "培考" {
		t.Fatal(name, err)
	}
	isObject(t, to, "b/2", "second")
	copies, err := filepath.Glob(filepath.Join(dir, "objects", "*", "*.age"))
	if err != nil || len(copies) != 2 {
		t.Fatal(copies, err)
	}
	harm(t, copies[1], flipped)
	var said bytes.Buffer
	source.Log = slog.New(slog.NewTextHandler(&said, nil))
	again, err := backup.Write(ctx, source, dir, at.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := backup.CheckObjects(ctx, dir, keys); err != nil || n != 2 || !strings.Contains(said.String(), copies[1]) {
		t.Errorf("the disk has damaged a copy: %d are whole, %v, %s", n, err, &said)
	}
	half := filepath.Join(dir, "2026-03-01T190000Z") // its process was killed
	running := filepath.Join(dir, "2026-03-03T180000Z")
	part := filepath.Join(dir, "objects", "ab", ".part-1")
	if err := errors.Join(os.Mkdir(half, 0o700), os.Mkdir(running, 0o700), os.MkdirAll(filepath.Dir(part), 0o700), os.WriteFile(part, nil, 0o600),
		os.Chtimes(part, at, at.Add(-time.Second))); err != nil {
		t.Fatal(err)
	}
	if err := backup.Prune(dir, 1); err != nil {
		t.Fatal(err)
	}
	for path, stands := range map[string]bool{half: false, part: false, running: true, folder: false} {
		if _, err := os.Stat(path); (err == nil) != stands {
			t.Errorf("%s: %v", path, err)
		}
	}
	if left, err := backup.List(dir); err != nil || len(left) != 1 || left[0] != again {
		t.Fatal(left, err)
	}
}

func shaSum(folder string) ([]byte, error) {
	c := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	c.Dir = folder
	return c.CombinedOutput()
}

func isObject(t *testing.T, s objectstore.Store, key, want string) {
	t.Helper()
	r, i, err := s.Get(ctx, key, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != want || i.ContentType != "text/plain" {
		t.Fatal(string(text), i, err)
	}
}

// Beside the backups stands which key opens which of them: an encrypted file does not tell.
func TestRecordOfTheKeys(t *testing.T) {
	from, _ := stores(t)
	dsn, dir := dbtest.DSN(t), t.TempDir()
	first, _ := pair(t)
	second, _ := pair(t)
	name := func(r age.Recipient) string { return r.(*age.X25519Recipient).String() }
	at := time.Date(2026, 3, 2, 19, 0, 0, 0, time.UTC)
	for _, to := range [][]age.Recipient{first, first, append(second, first...)} {
		if _, err := backup.Write(ctx, backup.Source{DB: open(t, dsn), DSN: dsn, Files: from, To: to}, dir, at); err != nil {
			t.Fatal(err)
		}
		at = at.Add(24 * time.Hour)
	}
	text, err := os.ReadFile(filepath.Join(dir, "密钥记录.txt"))
	var lines []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if want := []string{"2026-03-02T19:00:00Z " + name(first[0]), "2026-03-04T19:00:00Z " + name(second[0]) + " " + name(first[0])}; err != nil || !slices.Equal(lines, want) {
		t.Errorf("%q, %v; want %q", lines, err, want)
	}
}

// A stolen folder tells nothing: neither what stands in the database or in a file, nor what files are called.
func TestStolenFolderTellsNothing(t *testing.T) {
	from, _ := stores(t)
	public, _ := pair(t)
	dsn, dir := dbtest.DSN(t), t.TempDir()
	const secret = "SENTINEL-of-the-clinic"
	d := open(t, dsn)
	if _, err := d.SQL().Exec(`INSERT INTO setting VALUES ($1, '1', '2026-03-02')`, secret); err != nil {
		t.Fatal(err)
	}
	put(t, from, "recordings/"+secret, secret)
	if _, err := backup.Write(ctx, backup.Source{DB: d, DSN: dsn, Files: from, To: public, AuditHead: "77:" + secret}, dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	files := 0
	if err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.Contains(path, "SENTINEL") || strings.Contains(path, "recordings") {
			t.Errorf("a name tells: %s", path)
		}
		if e.IsDir() {
			return nil
		}
		files++
		text, err := os.ReadFile(path)
		for _, word := range []string{secret, "recordings", "PGDMP", "audit_head", "text/plain"} {
			if bytes.Contains(text, []byte(word)) {
				t.Errorf("%s tells %q", path, word)
			}
		}
		return err
	}); err != nil || files < 4 {
		t.Fatal(files, err)
	}
}

// What was cut off, changed or encrypted for others is named before anything is written.
func TestDamageIsFoundBeforeAnythingIsTouched(t *testing.T) {
	from, to := stores(t)
	public, keys := pair(t)
	_, others := pair(t)
	put(t, from, "a", "text")
	dsn, dir := dbtest.DSN(t), t.TempDir()
	folder, err := backup.Write(ctx, backup.Source{DB: open(t, dsn), DSN: dsn, Files: from, To: public}, dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	copies, err := filepath.Glob(filepath.Join(dir, "objects", "*", "*.age"))
	if err != nil || len(copies) != 1 {
		t.Fatal(copies, err)
	}
	empty := dbtest.EmptyDSN(t)
	untouched := func(what string) {
		t.Helper()
		var tables int
		if err := open(t, empty).SQL().QueryRow("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables); err != nil || tables != 0 {
			t.Fatal(what, tables, err)
		}
		if _, err := to.Stat(ctx, "a"); err == nil {
			t.Fatal(what, "an object was restored")
		}
	}
	for _, c := range []struct {
		what string
		file string
		harm func([]byte) []byte
		keys backup.Keys
		want error
	}{
		{"another key", "", nil, others, backup.ErrWrongKey},
		{"no key", "", nil, nil, backup.ErrNoKey},
		{"an object is changed", copies[0], flipped, keys, backup.ErrDamaged},
		{"the dump is cut off", filepath.Join(folder, "database.dump.age"), halved, keys, backup.ErrDamaged},
		{"the dump is changed", filepath.Join(folder, "database.dump.age"), flipped, keys, backup.ErrDamaged},
		{"the manifest is changed", filepath.Join(folder, "manifest.json.age"), flipped, keys, backup.ErrDamaged},
		{"the manifest is cut off", filepath.Join(folder, "manifest.json.age"), halved, keys, backup.ErrDamaged},
		{"the manifest is empty", filepath.Join(folder, "manifest.json.age"), func([]byte) []byte { return nil }, keys, backup.ErrDamaged},
	} {
		whole := harm(t, c.file, c.harm)
		_, err := backup.Restore(ctx, folder, c.keys, backup.Target{DSN: empty, Files: to})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.what, err)
		}
		if c.file != "" {
			if _, err := backup.CheckSums(ctx, folder); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s: without the key: %v", c.what, err)
			}
			if err := os.WriteFile(c.file, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		untouched(c.what)
	}
	if err := os.Remove(filepath.Join(folder, "SHA256SUMS")); err != nil {
		t.Fatal(err)
	}
	if left, err := backup.List(dir); err != nil || len(left) != 0 {
		t.Fatal("half a backup is listed", left, err)
	}
}

func harm(t *testing.T, file string, how func([]byte) []byte) (whole []byte) {
	t.Helper()
	if file == "" {
		return nil
	}
	whole, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, how(bytes.Clone(whole)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

func flipped(b []byte) []byte {
	b[len(b)-1] ^= 1
	return b
}

func halved(b []byte) []byte { return b[:len(b)/2] }

// A backup in clear, as they were once written, comes back as ever.
func TestOldBackupInClear(t *testing.T) {
	_, to := stores(t)
	dsn, dir := dbtest.DSN(t), t.TempDir()
	if _, err := open(t, dsn).SQL().Exec(`INSERT INTO setting VALUES ('name', '"培考"', '2026-03-02')`); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "2026-03-02T190000Z")
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.MkdirAll(filepath.Join(dir, "objects", "a"), 0o700),
		os.WriteFile(filepath.Join(dir, "objects", "a", "1"), []byte("first"), 0o600)); err != nil {
		t.Fatal(err)
	}
	dump := filepath.Join(folder, "database.dump")
	program, err := embedded.Program("pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "--format=custom", "--no-owner", "--file="+dump, "--dbname="+dsn).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	manifest, err := json.Marshal(map[string]any{
		"created_at": "2026-03-02T19:00:00Z", "audit_head": "0:", "dump": sum(t, dump),
		"objects": []any{map[string]any{
			"key": "a/1", "content_type": "text/plain", "size": 5, "sha256": "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e",
		}},
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "manifest.json"), manifest, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if found, err := backup.List(dir); err != nil || len(found) != 1 || found[0] != folder {
		t.Fatal(found, err)
	}
	empty := dbtest.EmptyDSN(t)
	if _, err := backup.Restore(ctx, folder, nil, backup.Target{DSN: empty, Files: to}); err != nil {
		t.Fatal(err)
	}
	isObject(t, to, "a/1", "first")
	harm(t, dump, flipped)
	if _, err := backup.Restore(ctx, folder, nil, backup.Target{DSN: dbtest.EmptyDSN(t), Files: to}); !errors.Is(err, backup.ErrDamaged) {
		t.Error(err)
	}
}

func sum(t *testing.T, path string) map[string]any {
	t.Helper()
	out, err := exec.Command("sha256sum", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"size": info.Size(), "sha256": strings.Fields(string(out))[0]}
}

// What is new is copied once, and a copy that stands is trusted.
func TestMirror(t *testing.T) {
	from, to := stores(t)
	public, keys := pair(t)
	dir := t.TempDir()
	m := backup.Mirror{Files: from, Dir: dir, To: public}
	put(t, from, "audit/head-latest.json", "{}")
	for n := range 3 {
		put(t, from, fmt.Sprint("a/", n), "text")
		if err := m.Copy(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if copies, err := backup.CheckObjects(ctx, dir, keys); err != nil || copies != n+1 {
			t.Fatal(copies, err)
		}
	}
	if n, err := backup.PutObjects(ctx, dir, keys, to); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	isObject(t, to, "a/2", "text")
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := backup.CheckObjects(stopped, dir, keys); !errors.Is(err, context.Canceled) || errors.Is(err, backup.ErrDamaged) {
		t.Error("nobody waits for it any more:", err)
	}
	copies, err := filepath.Glob(filepath.Join(dir, "objects", "*", "*.age"))
	if err != nil || len(copies) != 3 {
		t.Fatal(copies, err)
	}
	harm(t, copies[1], halved)
	if _, err := backup.CheckObjects(ctx, dir, keys); !errors.Is(err, backup.ErrDamaged) {
		t.Error(err)
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
