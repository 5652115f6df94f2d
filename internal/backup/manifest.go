package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	manifestName = "manifest.json"
	dumpName     = "database.dump"
	objectsName  = "objects"
	stampLayout  = "2006-01-02T150405Z"
)

// Manifest says what a backup consists of.
type Manifest struct {
	CreatedAt time.Time `json:"created_at"`
	Dump      File      `json:"dump"`
	Objects   []Object  `json:"objects"`
	AuditHead string    `json:"audit_head"` // NUMBER:HEX of the newest seal: `peikao audit verify --head` checks against it
}

// File is a file's size in bytes and checksum.
type File struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Object is an object of the store.
type Object struct {
	Key         string `json:"key"`
	ContentType string `json:"content_type"`
	File
}

func readManifest(dir string) (Manifest, error) {
	var m Manifest
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, fmt.Errorf("no whole backup in %s: %w", dir, err)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestName, err)
	}
	return m, nil
}

// writeManifest makes the backup whole: the name appears only when every byte is on the disk.
func writeManifest(dir string, m Manifest) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(dir, manifestName), strings.NewReader(string(b)), nil)
}

// writeWhole writes a file under another name, flushes it and renames it; sum, when given, receives size and checksum.
func writeWhole(path string, r io.Reader, sum *File) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".part-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), r)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if sum != nil {
		*sum = File{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}
	}
	return os.Rename(f.Name(), path)
}

func sumOf(path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return File{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
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
		if _, err := os.Stat(filepath.Join(dir, e.Name(), manifestName)); err == nil {
			names = append(names, filepath.Join(dir, e.Name()))
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
