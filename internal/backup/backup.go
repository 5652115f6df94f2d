package backup

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

// Source is what is backed up.
type Source struct {
	DB        *db.DB
	DSN       string // of the same database, for PostgreSQL's own programs
	Files     objectstore.Store
	To        []age.Recipient
	AuditHead string
	Log       *slog.Logger
}

// Write makes a backup under dir and returns its folder. fs.ErrExist when another one is begun in the same second: they would be mixed.
func Write(ctx context.Context, s Source, dir string, now time.Time) (folder string, err error) {
	folder = filepath.Join(dir, now.UTC().Format(stampLayout))
	if err := errors.Join(writeNote(dir), recordKeys(dir, s.To, now)); err != nil {
		return "", err
	}
	if err := errors.Join(os.Mkdir(folder, 0o700), syncDir(dir)); err != nil {
		return "", err
	}
	m := Manifest{CreatedAt: now.UTC(), AuditHead: s.AuditHead, folder: folder, sealed: true}
	if err := s.DB.Snapshot(ctx, func(id string, rows map[string]int64) (err error) {
		m.Rows = rows
		m.Dump, err = writeSealed(m.dump(), s.To, func(w io.Writer) error {
			return postgresProgram(ctx, s.DSN, nil, w, "pg_dump", "--format=custom", "--no-owner", "--snapshot="+id)
		})
		return err
	}); err != nil {
		return "", err
	}
	before, err := lastSums(dir)
	if errors.Is(err, ErrDamaged) { // which must not keep a good one from being made
		s.Log.Error("alarm: the newest backup is damaged: look at its disk", "error", err)
	} else if err != nil {
		return "", err
	}
	mirror := Mirror{Files: s.Files, Dir: dir, To: s.To}
	if err := mirror.Copy(ctx, func(i objectstore.Info, path string) error {
		sum, err := sumOf(ctx, path)
		if was := before[path]; err == nil && was != "" && was != sum.SHA256 { // the disk has changed it, and its checksum now would say that it is right
			s.Log.Error("alarm: a copy among the backups is damaged and made anew: look at their disk", "file", path)
			sum, err = mirror.write(ctx, i.Key, path)
		}
		m.Objects = append(m.Objects, Object{Key: i.Key, File: sum})
		return err
	}); err != nil {
		return "", err
	}
	return folder, m.write(s.To)
}

// Prune keeps the newest backups under dir and removes the folders of older ones, and what was left half-made a day before the
// newest; objects are shared and stay.
func Prune(dir string, keep int) error {
	folders, err := List(dir)
	if err != nil || len(folders) == 0 {
		return err
	}
	newest := MadeAt(folders[0])
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		folder := filepath.Join(dir, e.Name())
		made := MadeAt(folder)
		if made.IsZero() || slices.Contains(folders[:min(keep, len(folders))], folder) {
			continue
		}
		if slices.Contains(folders, folder) || newest.Sub(made) > partAge {
			if err := os.RemoveAll(folder); err != nil {
				return err
			}
		}
	}
	return removeParts(filepath.Join(dir, objectsName, "*"), newest.Add(-partAge))
}
