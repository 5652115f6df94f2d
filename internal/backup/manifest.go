package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

const (
	sealedSuffix = ".age"
	manifestName = "manifest.json"
	dumpName     = "database.dump"
	objectsName  = "objects"
	sumsName     = "SHA256SUMS"
	stampLayout  = "2006-01-02T150405Z"
)

// Manifest says what a backup consists of.
type Manifest struct {
	CreatedAt time.Time        `json:"created_at"`
	Dump      File             `json:"dump"`
	Objects   []Object         `json:"objects"`
	AuditHead string           `json:"audit_head"`     // NUMBER:HEX of the newest seal: `peikao audit verify --head` checks against it
	Rows      map[string]int64 `json:"rows,omitempty"` // of each table; an old backup does not tell

	folder string
	sealed bool
}

// Object is an object of the store.
type Object struct {
	Key         string `json:"key"`
	ContentType string `json:"content_type"`
	File
}

// ReadManifest reads the manifest of either kind of backup; keys may be nil for one in clear.
func ReadManifest(ctx context.Context, folder string, keys Keys) (m Manifest, err error) {
	m.folder = folder
	clear := filepath.Join(folder, manifestName)
	_, err = os.Stat(clear + sealedSuffix)
	m.sealed = err == nil
	var b []byte
	if m.sealed {
		b, err = readSealed(ctx, clear+sealedSuffix, keys)
	} else {
		b, err = os.ReadFile(clear)
		if err != nil {
			err = fmt.Errorf("%s 里没有完整的备份 (no whole backup): %w", folder, err)
		}
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrDamaged, manifestName, err)
	}
	return m, nil
}

func readSealed(ctx context.Context, path string, keys Keys) ([]byte, error) {
	r, err := openSealed(ctx, path, keys)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}

// write makes the backup whole.
func (m Manifest) write(to []age.Recipient) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	sum, err := writeSealed(filepath.Join(m.folder, manifestName+sealedSuffix), to, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return err
	}
	_, err = writeWhole(filepath.Join(m.folder, sumsName), func(w io.Writer) error {
		fmt.Fprintf(w, "%s  %s\n%s  %s\n", m.Dump.SHA256, dumpName+sealedSuffix, sum.SHA256, manifestName+sealedSuffix)
		for _, o := range m.Objects {
			fmt.Fprintf(w, "%s  ../%s/%s\n", o.SHA256, objectsName, objectName(o.Key))
		}
		return nil // the writer is buffered and keeps its first error
	})
	return err
}

func (m Manifest) dump() string {
	if m.sealed {
		return filepath.Join(m.folder, dumpName+sealedSuffix)
	}
	return filepath.Join(m.folder, dumpName)
}

// object is where an object's copy stands.
func (m Manifest) object(o Object) (string, error) {
	dir := filepath.Join(filepath.Dir(m.folder), objectsName)
	if m.sealed {
		return filepath.Join(dir, objectName(o.Key)), nil
	}
	if !filepath.IsLocal(o.Key) { // it stays in the folder, whatever the manifest says
		return "", fmt.Errorf("object key %q leads outside", o.Key)
	}
	return filepath.Join(dir, filepath.FromSlash(o.Key)), nil
}

// CheckSums recomputes the checksums of an encrypted backup without its key and counts the files.
func CheckSums(ctx context.Context, folder string) (files int, err error) {
	sums, err := readSums(folder)
	if err != nil {
		return 0, err
	}
	for _, path := range slices.Sorted(maps.Keys(sums)) {
		got, err := sumOf(ctx, path)
		if err != nil {
			return files, damaged(ctx, path, err)
		}
		if got.SHA256 != sums[path] {
			return files, fmt.Errorf("%w: %s has another checksum", ErrDamaged, path)
		}
		files++
	}
	return files, nil
}

// readSums are the checksums of a whole backup by the paths of its files.
func readSums(folder string) (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(folder, sumsName))
	if err != nil {
		return nil, fmt.Errorf("%s 里没有完整的备份 (no whole backup): %w", folder, err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok || !filepath.IsLocal(strings.TrimPrefix(name, "../")) {
			return nil, fmt.Errorf("%w: %s: %q", ErrDamaged, sumsName, line)
		}
		sums[filepath.Join(folder, filepath.FromSlash(name))] = sum
	}
	return sums, nil
}

// lastSums are the checksums of the newest whole backup under dir, none where there is no encrypted one.
func lastSums(dir string) (map[string]string, error) {
	folders, err := List(dir)
	if err != nil || len(folders) == 0 || !IsSealed(folders[0]) {
		return nil, err
	}
	return readSums(folders[0])
}

// IsSealed tells whether a backup is encrypted.
func IsSealed(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, sumsName))
	return err == nil
}

// List names the whole backups under dir, the newest first.
func List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if _, err := time.Parse(stampLayout, e.Name()); err != nil {
			continue
		}
		folder := filepath.Join(dir, e.Name())
		if _, err := os.Stat(filepath.Join(folder, manifestName)); err == nil || IsSealed(folder) {
			names = append(names, folder)
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

// MadeAt is when a backup that List names was begun.
func MadeAt(folder string) time.Time {
	t, err := time.Parse(stampLayout, filepath.Base(folder))
	if err != nil {
		return time.Time{}
	}
	return t
}
