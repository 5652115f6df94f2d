package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

// surveyed are the folders of files that come without an expectation. What must hold of each is that it is recognised,
// that every question in it comes in or is named with its place, and that it takes no longer than Limit.
var surveyed = []string{"moodle", "qti"}

// survey reads every file below the folders. A folder with a manifest is read as the package that it was packed from.
func survey(dir string) (files []File) {
	for _, folder := range surveyed {
		_ = filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // a folder that is not there holds nothing
			}
			name, _ := filepath.Rel(dir, path)
			if d.IsDir() {
				if _, err := os.Stat(filepath.Join(path, "imsmanifest.xml")); err != nil {
					return nil
				}
				data, err := packFolder(path)
				files = append(files, look(name+".zip", data, err))
				return filepath.SkipDir
			}
			if slices.Contains(formats.Extensions, strings.ToLower(filepath.Ext(path))) && !strings.HasSuffix(path, ".expected.jsonl") {
				data, err := os.ReadFile(path)
				files = append(files, look(name, data, err))
			}
			return nil
		})
	}
	return files
}

func packFolder(dir string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// look decodes one file and lists what it names.
func look(name string, data []byte, err error) File {
	f := File{Name: name, Surveyed: true}
	if err != nil {
		f.Differences = append(f.Differences, err.Error())
		return f
	}
	start := time.Now()
	d, err := formats.DecodeFiles(filepath.Base(name), bytes.NewReader(data))
	f.Took = time.Since(start)
	f.Read, f.Items, f.Media = questionbank.Read(d.Items, d.Problems), len(d.Items), len(d.Files)
	for _, p := range d.Problems {
		switch {
		case p.Severity == questionbank.Warning:
			f.Warnings++
		case p.Code == "format_unknown":
			f.Differences = append(f.Differences, p.String())
		default:
			f.Errors++
			f.Named = append(f.Named, p.String())
		}
	}
	if err != nil || len(d.Items)+len(d.Problems) == 0 || f.Took > Limit {
		f.Differences = append(f.Differences, fmt.Sprintf("%d items, %d problems, %s, %v", len(d.Items), len(d.Problems), f.Took, err))
	}
	return f
}

// surveyLine is a line of a table, with what is named below it.
func (f File) surveyLine() string {
	s := fmt.Sprintf("%-48s read %3d  in %3d  named %2d  warnings %2d  media %d  %d ms", f.Name, f.Read, f.Items, f.Errors, f.Warnings, f.Media, f.Took.Milliseconds())
	for _, n := range append(slices.Clone(f.Named), f.Differences...) {
		s += "\n  " + strings.ReplaceAll(n, "\n", " ")
	}
	return s
}
