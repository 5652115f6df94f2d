package main

import (
	"bufio"
	"encoding/json"
	"fmt"
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
	Unsupported                             bool     // its format has no importer yet
	Differences                             []string // empty: as expected
}

// Failed reports whether any file differs from its expectation, took too long, or nothing was found to compare.
func (r Report) Failed() bool {
	compared := 0
	for _, f := range r.Files {
		if len(f.Differences) > 0 {
			return true
		}
		if !f.Unsupported {
			compared++
		}
	}
	return compared == 0
}

func (f File) String() string {
	if f.Unsupported {
		return f.Name + ": not yet supported"
	}
	s := fmt.Sprintf("%s: expected %d, read %d, items %d, errors %d, warnings %d, %d ms",
		f.Name, f.Expected, f.Read, f.Items, f.Errors, f.Warnings, f.Took.Milliseconds())
	for i, d := range f.Differences {
		if i == 10 {
			return s + fmt.Sprintf("\n  … and %d more", len(f.Differences)-i)
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
	return r
}

type pair struct{ file, expected string }

// cmexam is compared with the collection's own second form.
var cmexam = pair{"questions/cmexam_val_give.csv", "questions/cmexam_val_give.jsonl"}

func findPairs(dir string) ([]pair, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	const suffix = ".expected.jsonl"
	expectations, err := filepath.Glob(filepath.Join(dir, "spreadsheets", "*"+suffix))
	if err != nil {
		return nil, err
	}
	pairs := []pair{{filepath.Join(dir, cmexam.file), filepath.Join(dir, cmexam.expected)}}
	for _, e := range expectations {
		stem := strings.TrimSuffix(e, suffix)
		files, _ := filepath.Glob(stem + ".*")
		files = slices.DeleteFunc(files, func(f string) bool { return f == e })
		if len(files) == 0 {
			return nil, fmt.Errorf("%s: no file beside it", e)
		}
		for _, f := range files {
			pairs = append(pairs, pair{f, e})
		}
	}
	return pairs, nil
}

func compare(name string, p pair) File {
	f := File{Name: name, Unsupported: false}
	if f.Unsupported {
		return f
	}
	want, err := readExpected(p.expected)
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
	for i := range want {
		if i < len(items) {
			f.Differences = append(f.Differences, differences(items[i], want[i])...)
		}
	}
	if len(items) != len(want) {
		f.Differences = append(f.Differences, fmt.Sprintf("%d items, expected %d", len(items), len(want)))
	}
	if f.Took > Limit {
		f.Differences = append(f.Differences, fmt.Sprintf("took longer than %s", Limit))
	}
	return f
}

func (f *File) count(items []questionbank.Item, problems []questionbank.Problem) {
	f.Read, f.Items = questionbank.Read(items, problems), len(items)
	for _, p := range problems {
		if p.Severity == questionbank.Warning {
			f.Warnings++
			continue
		}
		f.Errors++
		f.Differences = append(f.Differences, p.String())
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

func differences(it questionbank.Item, want expectation) (found []string) {
	q := it.Question
	check := func(what, got, want string) {
		if got = strings.TrimSpace(got); got != strings.TrimSpace(want) {
			found = append(found, fmt.Sprintf("%s %s: got %.60q, want %.60q", it.Place, what, got, want))
		}
	}
	check("stem", q.Stem, want.Question)
	check("explanation", q.Explanation, want.Explanation)
	answer, wantType := "", questionbank.Single
	for _, id := range q.Key.Choices {
		answer += questionbank.Letter(id)
	}
	if len(want.Answer) > 1 {
		wantType = questionbank.Multiple
	}
	check("answer", answer, want.Answer)
	check("type", string(q.Type), string(wantType))
	check("options", fmt.Sprint(len(q.Options)), fmt.Sprint(len(want.Options)))
	for _, o := range q.Options {
		check("option "+o.ID, o.Text, want.Options[questionbank.Letter(o.ID)])
	}
	return found
}
