package main

import (
	"slices"
	"strings"
	"testing"
)

const sample = `package p

func f(a, b int, list []*int) (n int) {
	switch {
	case a < b && !(a == 0):
		n -= 2
	}
	for range list {
		if n++; -a >= b {
			break
		}
	}
	text := "a < b" // a < b
	return n % len(text)
}
`

// Every operator is changed, also in the conditions of a switch, and nothing else is.
func TestMutants(t *testing.T) {
	list, err := mutantsOf("p.go", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		got = append(got, m.was+"→"+m.is)
		if text := string(m.in([]byte(sample))); len(text) != len(sample)-len(m.was)+len(m.is) || text[:m.offset] != sample[:m.offset] || !strings.HasPrefix(text[m.offset:], m.is) {
			t.Errorf("%+v: %s", m, text)
		}
		if lines := strings.Split(sample, "\n"); strings.TrimSpace(lines[m.line-1]) != m.code || !strings.Contains(m.code, m.was) {
			t.Errorf("%+v is not in its line", m)
		}
	}
	want := []string{"<→<=", "<→>=", "&&→||", "!→", "==→!=", "-=→+=", "-=→=", "++→--", "-→+", ">=→>", ">=→<", "break→continue", "%→*"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if _, err := mutantsOf("p.go", []byte("package")); err == nil {
		t.Error("what is no Go was read")
	}
}

func TestEfficacy(t *testing.T) {
	n := count([]verdict{lived, found, found, endless, impossible, impossible})
	if n != (tally{1, 2, 1, 2}) || n.efficacy() != 75 || n.add(n) != (tally{2, 4, 2, 4}) {
		t.Errorf("%+v: %v", n, n.efficacy())
	}
	if (tally{impossible: 3}).efficacy() != 0 {
		t.Error("a target without mutants is well tested")
	}
}

func TestPlaces(t *testing.T) {
	m := mutant{file: "questionbank/mark.go", line: 45}
	for at, want := range map[string]bool{"": true, "mark.go": true, "mark.go:45": true, "mark.go:4": false, "number.go": false, "ark.go": false} {
		if m.stands(at) != want {
			t.Errorf("%q: %v", at, !want)
		}
	}
}
