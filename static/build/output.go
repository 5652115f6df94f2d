package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
)

// budgets are the most bytes that a file may have: what a phone on a weak line
// waits for (product.md, decision 30).
var budgets = []struct {
	name       string
	compressed bool // counted as gzip
	bytes      int
}{
	{"site.css", true, 40_000},
	{"attempt.css", false, 15_000},
	{"attempt.js", true, 60_000},
	{"site.js", true, 30_000},
	{"sw.js", true, 2_000},
}

func withinBudget(name string, plain, gz int) error {
	for _, b := range budgets {
		size := plain
		if b.compressed {
			size = gz
		}
		if b.name == name && size > b.bytes {
			return fmt.Errorf("%s has %d bytes, its budget is %d", name, size, b.bytes)
		}
	}
	return nil
}

// writeDist empties dist (but for .gitkeep) and writes every file under its
// hashed name, compressed beside it, and manifest.json.
func writeDist(dist string, files map[string][]byte) error {
	if err := empty(dist); err != nil {
		return err
	}
	manifest := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		hashed := hashedName(name, content)
		manifest[name] = hashed
		gz, br, err := compressed(content)
		if err != nil {
			return err
		}
		if err := withinBudget(name, len(content), len(gz)); err != nil {
			return err
		}
		for suffix, data := range map[string][]byte{"": content, ".gz": gz, ".br": br} {
			if err := os.WriteFile(filepath.Join(dist, hashed+suffix), data, 0o644); err != nil {
				return err
			}
		}
		log.Printf("%-12s %7d bytes %6d gz %6d br", name, len(content), len(gz), len(br))
	}
	text, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "manifest.json"), append(text, '\n'), 0o644)
}

func empty(dist string) error {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	old, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, e := range old {
		if e.Name() == ".gitkeep" {
			continue
		}
		if err := os.Remove(filepath.Join(dist, e.Name())); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dist, ".gitkeep"), nil, 0o644)
}

// hashedName puts ten hex digits of the content's sha256 before the extension.
func hashedName(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
}

func compressed(content []byte) (gz, br []byte, err error) {
	var g, b bytes.Buffer
	gw, err := gzip.NewWriterLevel(&g, gzip.BestCompression)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range []io.WriteCloser{gw, brotli.NewWriterLevel(&b, brotli.BestCompression)} {
		if _, err := w.Write(content); err != nil {
			return nil, nil, err
		}
		if err := w.Close(); err != nil {
			return nil, nil, err
		}
	}
	return g.Bytes(), b.Bytes(), nil
}
