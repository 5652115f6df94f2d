package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A small module with one mutant of each fate.
func TestTrying(t *testing.T) {
	t.Chdir(t.TempDir())
	for file, text := range map[string]string{
		"go.mod": "module m\n\ngo 1.26\n",
		"p/p.go": `package p

import "time"

func sum(n int) (s int) {
	for i := 1; i <= n; i++ {
		time.Sleep(time.Millisecond) // whoever adds without an end keeps no processor busy
		s += i
	}
	return s
}

func name(a string) string { return a + "!" }

func larger(a, b int) int {
	if a > b {
		return a
	}
	return b
}
`,
		"p/p_test.go": `package p

import "testing"

func TestAll(t *testing.T) {
	if sum(3) != 6 || name("a") != "a!" || larger(1, 2) != 2 || larger(2, 1) != 2 {
		t.Fatal()
	}
}

func TestNever(t *testing.T) { t.Fatal("not among those that run") }
`,
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tmp, p := t.TempDir(), target{dir: "p", run: "^TestAll$"}
	w, err := p.workshop(t.Context(), tmp)
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.mutants()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	verdicts, err := w.tryAll(t.Context(), list, 2, func(m mutant) { told = append(told, m.is) })
	if err != nil {
		t.Fatal(err)
	}
	want := map[change]verdict{}
	for _, c := range []struct {
		code, was, is string
		v             verdict
	}{
		{"for i := 1; i <= n; i++ {", "<=", "<", found}, {"for i := 1; i <= n; i++ {", "<=", ">", found}, {"for i := 1; i <= n; i++ {", "++", "--", endless},
		{"s += i", "+=", "-=", found}, {"s += i", "+=", "=", found},
		{`func name(a string) string { return a + "!" }`, "+", "-", impossible},
		{"if a > b {", ">", ">=", lived}, {"if a > b {", ">", "<=", found},
	} {
		want[change{"p/p.go", c.code, c.was, c.is}] = c.v
	}
	if len(list) != len(want) || !slices.Equal(told, []string{">="}) {
		t.Errorf("%d mutants; told of %q", len(list), told)
	}
	for i, m := range list {
		if v, ok := want[m.change()]; !ok || v != verdicts[i] {
			t.Errorf("%s: %d, want %d", m.said(known{}), verdicts[i], v)
		}
	}
	left, err := filepath.Glob(filepath.Join(tmp, "[0-9m]*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := (target{dir: "p"}).workshop(t.Context(), tmp); err == nil {
		t.Error("tests that fail as the program is were taken for a measure")
	}
}
