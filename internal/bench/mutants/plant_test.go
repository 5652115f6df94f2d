package main

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

const garden = `package p

import "time"

const wait = 10 * time.Second

type box struct{ n int }

func (b *box) add(by ...int) {
	for _, n := range by {
		b.n += n
	}
}

func (box) less(a, b int) bool { return a < b }

func both(a, b bool) bool { return a && b }

func first[T any](list []T) bool { return len(list) == 0 }
`

// A function is copied for each of its mutants and chooses between the copies; what cannot hand on what it was given is left out, and
// so is what stands in no function.
func TestPlanting(t *testing.T) {
	list, err := mutantsOf("p.go", []byte(garden))
	if err != nil || len(list) != 7 {
		t.Fatal(list, err)
	}
	numbered := map[int]mutant{}
	for i, m := range list {
		numbered[i+1] = m
	}
	text, stands, err := planted("p.go", []byte(garden), numbered)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "p.go", text, 0); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	lines := strings.Split(string(text), "\n")
	for n, want := range map[int]string{2: "b.n -= n", 3: "b.n = n", 6: "a || b"} {
		s, ok := stands[n]
		if !ok || !strings.Contains(strings.Join(lines[s.first-1:s.last], "\n"), want) {
			t.Errorf("%d: %+v\n%s", n, s, text)
		}
	}
	if len(stands) != 3 {
		t.Errorf("%v", stands)
	}
	for _, want := range []string{
		"case 2: b.add_mutant2(by...); return; case 3: b.add_mutant3(by...); return; ", "func (b *box) add_mutant2(by ...int) {", "case 6: return both_mutant6(a, b); ", "\nfunc (box) less(a, b int) bool { return a < b }\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
