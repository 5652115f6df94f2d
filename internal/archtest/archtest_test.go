// Package archtest holds the architecture as one table and fails when an import or a statement leaves it.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/peikao/peikao/"

// features are the packages of the middle floor and the features that each may import.
var features = map[string][]string{
	"account":     {},
	"courseware":  {"account"},
	"bank":        {"account"},
	"exam":        {"account", "bank"},
	"training":    {"account", "courseware"},
	"practice":    {"account", "bank", "exam"},
	"remediation": {"account", "exam", "courseware", "training"},
	"quality":     {"account"},
	"ledger":      {"account"},
	"appraisal":   {"account"},
	"supervision": {"account"},
	"records":     {"account"},
	"notify":      {"account"},
	"report":      {"account"},
}

// libraries that only some packages may import: library → prefixes of packages inside the module.
var libraries = map[string][]string{
	"github.com/lib/pq":                  {"internal/platform/db", "internal/platform/dbtest"},
	"github.com/jmoiron/sqlx":            {"internal/platform/db", "internal/report"},
	"github.com/labstack/echo":           {"internal/platform/httpx", "internal/web", "internal/api", "internal/app"},
	"github.com/minio/minio-go":          {"internal/platform/objectstore", "internal/platform/embedded"},
	"github.com/riverqueue/river":        {"internal/platform/jobs"},
	"database/sql":                       {"internal/platform/db", "internal/platform/jobs", "internal/platform/audit", "internal/platform/embedded", "internal/platform/dbtest", "migrations"},
	"os/exec":                            {"internal/platform/embedded", "internal/backup", "internal/demo", "internal/courseware/convert", "internal/story", "static", "internal/bench"},
	"github.com/versity/versitygw":       {"internal/gateway"},
	"github.com/go-playground/validator": {"internal/platform/httpx"},
	"filippo.io/age":                     {"internal/backup"},
}

// wholeProgram are the packages that run all of the program, beside the commands.
var wholeProgram = []string{"internal/app", "internal/app/apptest", "internal/demo", "internal/story", "internal/bench", "internal/bench/durability"}

// source is one Go file outside tests and generated code.
type source struct {
	path, pkg string // both relative to the module's root
	imports   []string
	text      string
}

func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != root && (strings.HasPrefix(name, ".") && name != ".." || name == "node_modules" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		s := source{path: rel, pkg: filepath.ToSlash(filepath.Dir(rel)), text: string(text)}
		for _, i := range f.Imports {
			s.imports = append(s.imports, strings.Trim(i.Path.Value, `"`))
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: the test looks in the wrong place", len(out))
	}
	return out
}

// feature is the feature that a package belongs to, empty outside the middle floor.
func feature(pkg string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(pkg, "internal/"), "/")
	if _, ok := features[name]; ok && strings.HasPrefix(pkg, "internal/") {
		return name
	}
	return ""
}

func TestArrowsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.imports {
			if inner, ours := strings.CutPrefix(path, module); ours {
				if why := forbidden(s.pkg, inner); why != "" {
					t.Errorf("%s imports %s: %s", s.path, inner, why)
				}
			}
		}
	}
}

// forbidden says why from may not import to, empty when it may.
func forbidden(from, to string) string {
	if under(from, "questionbank") {
		if !under(to, "questionbank") {
			return "questionbank is public and imports nothing of ours"
		}
		return ""
	}
	own, other := feature(from), feature(to)
	switch {
	case under(from, "internal/platform") && !under(to, "internal/platform") && to != "migrations" && to != "internal/config":
		return "the ground knows nothing above it"
	case (from == "internal/score" || from == "internal/money") && strings.HasPrefix(to, "internal/"):
		return "scores and money stand on the standard library alone"
	case own != "" && other != "" && own != other && !slices.Contains(features[own], other):
		return "this feature is not named on its line"
	case own != "" && (under(to, "internal/web") || under(to, "internal/api") || under(to, "internal/app") || to == "internal/demo"):
		return "a feature knows no edge"
	case to == "internal/app" && !under(from, "cmd") && !slices.Contains(wholeProgram, from):
		return "only the program knows everybody"
	}
	return ""
}

func under(pkg, prefix string) bool { return pkg == prefix || strings.HasPrefix(pkg, prefix+"/") }

func TestLibrariesStayInTheirRooms(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.imports {
			for library, rooms := range libraries {
				if (path == library || strings.HasPrefix(path, library+"/")) && !slices.ContainsFunc(rooms, func(r string) bool { return under(s.pkg, r) }) {
					t.Errorf("%s imports %s, which belongs in %v", s.path, path, rooms)
				}
			}
		}
	}
}

var forbiddenText = []struct {
	what    *regexp.Regexp
	where   func(s source) bool
	because string
}{
	{regexp.MustCompile(`\bc\.Bind\(`), func(source) bool { return true }, "bodies come only through httpx.Decode"},
	{regexp.MustCompile(`time\.Now\(\)`), func(s source) bool { return feature(s.pkg) != "" || s.pkg == "internal/score" }, "time is a parameter"},
	{regexp.MustCompile(`\bfloat(32|64)\b`), func(s source) bool { return s.pkg == "internal/score" || s.pkg == "internal/money" }, "no floats where people are judged or paid"},
}

func TestForbiddenWords(t *testing.T) {
	for _, s := range sources(t) {
		for _, f := range forbiddenText {
			if f.where(s) && f.what.MatchString(s.text) {
				t.Errorf("%s: %s: %s", s.path, f.what, f.because)
			}
		}
	}
}

var (
	timeInSQL = regexp.MustCompile(`(?i)\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\bclock_timestamp\(\)`)
	castInSQL = regexp.MustCompile(`:[a-z_]+::`)
	sqlLine   = regexp.MustCompile(`(?m)^\s*--.*$`)
)

// Time is a parameter in features' SQL and in the schema: no statement asks the database for it, no column defaults to it.
func TestSQLTakesTimeAsAParameter(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../*/queries.sql", "../*/*.sql", "../../migrations/*.sql"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 3 {
		t.Fatalf("only %v found: the test looks in the wrong place", files)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		code := sqlLine.ReplaceAllString(string(text), "")
		for _, what := range []*regexp.Regexp{timeInSQL, castInSQL} {
			if at := what.FindString(code); at != "" {
				t.Errorf("%s: %q", path, at)
			}
		}
	}
}

// Every statement of a list is bounded, every named statement says why it is there.
func TestStatementsSayWhy(t *testing.T) {
	files, err := filepath.Glob("../*/queries.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "-- name: ")[1:] {
			name, rest, _ := strings.Cut(block, "\n")
			if !strings.HasPrefix(strings.TrimSpace(rest), "-- ") {
				t.Errorf("%s: statement %s has no line that says why", path, name)
			}
		}
	}
}

// sharing is what makes two goroutines meet: one that is started, and what they share memory by.
var sharing = regexp.MustCompile(`(?m)^\s*go (func\(|[a-z])|\bsync\.(Mutex|RWMutex|Map|Pool|WaitGroup|Cond)\b|"sync/atomic"|"golang.org/x/sync/errgroup"`)

// unwatched are packages with goroutines that make test does not watch for races: programs that test others, judged by their time; and the
// gateway, which is a call of a library's server: watching that takes a minute to compile, and none of its memory is ours.
var unwatched = []string{"cmd", "deploy", "internal/bench/durability", "internal/bench/mutants", "internal/demo", "internal/gateway", "internal/story", "questionbank"}

// watchedForRaces reads RACED in the Makefile: whether a package is one of them.
func watchedForRaces(t *testing.T) func(pkg string) bool {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join("..", "..", "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	_, raced, _ := strings.Cut(string(makefile), "\nRACED := ")
	raced, _, _ = strings.Cut(raced, "\n")
	watched := func(pkg string) bool {
		return slices.ContainsFunc(strings.Fields(raced), func(pattern string) bool {
			tree, whole := strings.CutSuffix(strings.TrimPrefix(pattern, "./"), "/...")
			return pkg == tree || whole && under(pkg, tree)
		})
	}
	if !watched("internal/exam") || !watched("internal/platform/db") || watched("internal/exam/printed") {
		t.Fatalf("RACED is not understood: %q", raced)
	}
	return watched
}

// Every package whose goroutines can meet is watched by the race detector.
func TestWhoSharesMemoryIsWatchedForRaces(t *testing.T) {
	watched := watchedForRaces(t)
	for _, s := range sources(t) {
		if !sharing.MatchString(s.text) || watched(s.pkg) || slices.ContainsFunc(unwatched, func(p string) bool { return under(s.pkg, p) }) {
			continue
		}
		t.Errorf("%s: goroutines meet in %s, which RACED in the Makefile does not name", s.path, s.pkg)
	}
}

// What makes the tests quick and a house weak is called by the tests' house alone.
func TestPasswordsAreHashedLightlyInTestsOnly(t *testing.T) {
	called := 0
	for _, s := range sources(t) {
		if !strings.Contains(s.text, ".HashLightly()") {
			continue
		}
		called++
		if s.pkg != "internal/app/apptest" {
			t.Errorf("%s hashes passwords lightly", s.path)
		}
	}
	if called == 0 {
		t.Error("nobody hashes lightly: this test looks for a name that is gone")
	}
}
