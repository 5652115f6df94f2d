package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The tests that run, and the files with mutants, keep what they speak of, and nothing else is left.
func TestShaking(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"mark.go":   "package p\n\nfunc Mark(k Kind) int { return k.points() }\n",
		"kind.go":   "package p\n\nimport (\n\t\"database/sql\"\n\t\"gopkg.in/yaml.v3\"\n)\n\n// Kind is one.\ntype Kind string\n\nfunc (k Kind) points() int { yaml.Use(); return many }\n\nfunc (k Kind) String() string { return \"\" }\n\nfunc (k Kind) Store(d *sql.DB) {}\n\nconst (\n\tfew = iota\n\tmany\n)\n",
		"store.go":  "package p\n\nimport \"database/sql\"\n\nvar (\n\tdb *sql.DB\n\t_ = New\n)\n\nfunc New() *sql.DB { return db }\n",
		"p_test.go": "package p\n\nimport (\n\t\"errs\"\n\t\"testing\"\n)\n\nfunc TestMark(t *testing.T) { helper(t); errs.New() }\n\nfunc TestStore(t *testing.T) { New() }\n\nfunc helper(t *testing.T) { Mark(\"\") }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := shaken(dir, []string{"mark.go"}, regexp.MustCompile("^TestMark$"))
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"mark.go":   "package p func Mark(k Kind) int { return k.points() }",
		"kind.go":   `package p import "gopkg.in/yaml.v3" // Kind is one. type Kind string func (k Kind) points() int { yaml.Use(); return many } func (k Kind) String() string { return "" } const ( few = iota many )`,
		"store.go":  "",
		"p_test.go": `package p import "errs" import "testing" func TestMark(t *testing.T) { helper(t); errs.New() } func helper(t *testing.T) { Mark("") }`,
	} {
		if got := strings.Join(strings.Fields(string(files[filepath.Join(dir, file)])), " "); got != want {
			t.Errorf("%s: %s", file, got)
		}
	}
}
