package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

// Limit is how long one file may take.
const Limit = 10 * time.Second

// Report is the outcome of a run.
type Report struct{ Files []File }

// File is the outcome for one file.
type File struct {
	Name                                    string
	Expected, Read, Items, Errors, Warnings int
	Took                                    time.Duration
	Surveyed                                bool     // there is no expectation to compare with
	Media                                   int      // pictures and sounds that came with the questions
	Named                                   []string // what a surveyed file holds and cannot come in, with its place
	Differences                             []string // empty: as expected
}

// Failed reports whether any file differs from its expectation, took too long, or nothing was found to compare.
func (r Report) Failed() bool {
	return len(r.Files) == 0 || slices.ContainsFunc(r.Files, func(f File) bool { return len(f.Differences) > 0 })
}

func (f File) String() string {
	if f.Surveyed {
		return f.surveyLine()
	}
	s := fmt.Sprintf("%s: expected %d, read %d, items %d, errors %d, warnings %d, %d ms",
		f.Name, f.Expected, f.Read, f.Items, f.Errors, f.Warnings, f.Took.Milliseconds())
	for i, d := range append(slices.Clone(f.Differences), f.Named...) {
		if i == 10 {
			return s + fmt.Sprintf("\n  … and %d more", len(f.Differences)+len(f.Named)-i)
		}
		s += "\n  " + d
	}
	return s
}

// Run compares every file of the folder that has an expectation beside it.
func Run(dir string) Report {
	var r Report
	pairs, err := findPairs(dir)
	if err != nil {
		return Report{Files: []File{{Name: dir, Differences: []string{err.Error()}}}}
	}
	for _, p := range pairs {
		name, _ := filepath.Rel(dir, p.file)
		r.Files = append(r.Files, compare(name, p))
	}
	r.Files = append(r.Files, survey(dir)...)
	return r
}

type pair struct{ file, expected string }

const suffix = ".expected.jsonl"

// findPairs are the files with an expectation beside them, wherever in the folder they stand, the collection, and the files of
// folders of questions that have none: those are read, and what is wrong in them is told.
func findPairs(dir string) ([]pair, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	var pairs []pair
	expected := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, suffix) {
			return err
		}
		files, _ := filepath.Glob(escapeGlob(strings.TrimSuffix(path, suffix)) + ".*")
		files = slices.DeleteFunc(files, func(f string) bool { return f == path })
		if len(files) == 0 {
			return fmt.Errorf("%s: no file beside it", path)
		}
		for _, f := range files {
			pairs = append(pairs, pair{f, path})
			expected[f] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	alone, err := findAlone(dir, expected)
	return append(pairs, alone...), err
}

// alone are the folders whose files are questions, and the endings that package formats takes there.
var alone = map[string][]string{
	"questions": {".csv", ".tsv", ".jsonl"}, "spreadsheets": {".xlsx", ".xls", ".csv", ".tsv", ".txt", ".docx", ".jsonl"},
}

func findAlone(dir string, expected map[string]bool) (pairs []pair, err error) {
	for _, folder := range slices.Sorted(maps.Keys(alone)) {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || expected[path] || strings.HasSuffix(path, suffix) {
				return err
			}
			if slices.ContainsFunc(alone[folder], func(end string) bool { return strings.HasSuffix(path, end) }) {
				pairs = append(pairs, pair{path, secondForm(path)})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

// secondForm is the .jsonl of the same collection beside a table, "" for none.
func secondForm(path string) string {
	other := strings.TrimSuffix(path, filepath.Ext(path)) + ".jsonl"
	if _, err := os.Stat(other); err != nil || other == path {
		return ""
	}
	return other
}

var globSigns = strings.NewReplacer("[", `\[`, "*", `\*`, "?", `\?`)

func escapeGlob(path string) string { return globSigns.Replace(path) }

func compare(name string, p pair) File {
	f := File{Name: name}
	want, err := p.want()
	if err != nil {
		f.Differences = append(f.Differences, err.Error())
		return f
	}
	f.Expected = len(want)
	file, err := os.Open(p.file)
	if err != nil {
		f.Differences = append(f.Differences, err.Error())
		return f
	}
	defer file.Close()
	start := time.Now()
	items, problems, err := formats.Decode(filepath.Base(p.file), file)
	f.Took = time.Since(start)
	if err != nil {
		f.Differences = append(f.Differences, err.Error())
	}
	f.count(items, problems)
	f.Differences = append(f.Differences, match(items, want)...)
	if f.Took > Limit {
		f.Differences = append(f.Differences, fmt.Sprintf("took longer than %s", Limit))
	}
	return f
}

// want is what the file should give: from beside it, else from the file itself where that is a plain table.
func (p pair) want() ([]expectation, error) {
	if p.expected != "" {
		return readExpected(p.expected)
	}
	if strings.HasSuffix(p.file, ".jsonl") {
		return readExpected(p.file)
	}
	if strings.HasSuffix(p.file, ".csv") {
		return readTable(p.file)
	}
	return nil, nil
}

func (f *File) count(items []questionbank.Item, problems []questionbank.Problem) {
	f.Read, f.Items = questionbank.Read(items, problems), len(items)
	for _, p := range problems {
		if p.Severity == questionbank.Warning {
			f.Warnings++
			continue
		}
		f.Errors++
		f.Named = append(f.Named, p.String())
	}
}

// expectation is one line of an expected file.
type expectation struct {
	ID          string            `json:"id"`
	Question    string            `json:"question"`
	Options     map[string]string `json:"options"`
	Answer      string            `json:"answer"`
	Explanation string            `json:"explanation"`
}

func readExpected(name string) (all []expectation, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e expectation
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, e)
	}
	return all, lines.Err()
}
