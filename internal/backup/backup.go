package backup

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

// Source is what is backed up, or brought back into.
type Source struct {
	DSN       string // of PostgreSQL, key=value or URL
	Files     objectstore.Store
	AuditHead string
}

// Write makes a backup under dir and returns its folder.
func Write(ctx context.Context, s Source, dir string, now time.Time) (folder string, err error) {
	folder = filepath.Join(dir, now.UTC().Format(stampLayout))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	m := Manifest{CreatedAt: now.UTC(), AuditHead: s.AuditHead}
	if m.Dump, err = dump(ctx, s.DSN, filepath.Join(folder, dumpName)); err != nil {
		return "", err
	}
	if m.Objects, err = copyObjects(ctx, s.Files, filepath.Join(dir, objectsName)); err != nil {
		return "", err
	}
	return folder, writeManifest(folder, m)
}

func dump(ctx context.Context, dsn, path string) (File, error) {
	if err := postgresProgram(ctx, "pg_dump", "--format=custom", "--no-owner", "--file="+path+".part", "--dbname="+dsn); err != nil {
		return File{}, err
	}
	if err := os.Rename(path+".part", path); err != nil {
		return File{}, err
	}
	return sumOf(path)
}

func postgresProgram(ctx context.Context, name string, args ...string) error {
	path, err := embedded.Program(name)
	if err != nil {
		return err
	}
	var problems bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stderr = &problems
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(problems.Bytes()))
	}
	return nil
}

// copyObjects fetches what an earlier backup has not fetched yet, and lists everything that the store has.
func copyObjects(ctx context.Context, files objectstore.Store, dir string) ([]Object, error) {
	var objects []Object
	err := files.List(ctx, "", func(i objectstore.Info) error {
		if strings.HasPrefix(i.Key, audit.KeptPrefix) {
			return nil // they witness for the database and must not go back in time with it
		}
		i, err := files.Stat(ctx, i.Key) // a listing lacks the content type
		if err != nil {
			return err
		}
		o := Object{Key: i.Key, ContentType: i.ContentType}
		path, err := objectPath(dir, i.Key)
		if err != nil {
			return err
		}
		if o.File, err = fetch(ctx, files, i, path); err != nil {
			return fmt.Errorf("object %s: %w", i.Key, err)
		}
		objects = append(objects, o)
		return nil
	})
	return objects, err
}

func fetch(ctx context.Context, files objectstore.Store, i objectstore.Info, path string) (File, error) {
	if st, err := os.Stat(path); err == nil && st.Size() == i.Size {
		return sumOf(path)
	}
	r, _, err := files.Get(ctx, i.Key, 0, -1)
	if err != nil {
		return File{}, err
	}
	defer r.Close()
	var sum File
	return sum, writeWhole(path, r, &sum)
}

// objectPath keeps a key inside the folder, whatever the store says.
func objectPath(dir, key string) (string, error) {
	if !filepath.IsLocal(key) {
		return "", fmt.Errorf("object key %q leads outside", key)
	}
	return filepath.Join(dir, filepath.FromSlash(key)), nil
}

// Prune keeps the newest backups under dir and removes the folders of older ones; objects are shared and stay.
func Prune(dir string, keep int) error {
	folders, err := List(dir)
	if err != nil {
		return err
	}
	for _, folder := range folders[min(keep, len(folders)):] {
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	return nil
}
