package main

import (
	"strings"
	"testing"
)

// What is called equivalent is told with its reason; where a test finds it, or it is gone, the name is refused.
func TestKnownMutants(t *testing.T) {
	k, err := readKnown("# file\tcode\twas\tis\twhy\n\na.go\tif a < b {\t<\t<=\tequal ones stay as they are\nb.go\tn++\t++\t--\tnobody reads n\n")
	if err != nil {
		t.Fatal(err)
	}
	twice := mutant{file: "a.go", line: 3, code: "if a < b {", was: "<", is: "<="}
	list := []mutant{twice, {file: "a.go", line: 3, code: "if a < b {", was: "<", is: ">="}, twice}
	if said := list[0].said(k); !strings.HasPrefix(said, "a.go:3: ") || !strings.Contains(said, "equal ones stay as they are") {
		t.Error(said)
	}
	if said := list[1].said(k); strings.Contains(said, "equivalent") {
		t.Error(said)
	}
	if faults := k.disproved(list, []verdict{found, found, lived}); len(faults) != 0 {
		t.Errorf("one of two on the same line lives: %v", faults)
	}
	if faults := k.disproved(list, []verdict{found, found, endless}); len(faults) != 1 {
		t.Errorf("none lives: %v", faults)
	}
	if faults := k.unused(); len(faults) != 1 || !strings.Contains(faults[0].Error(), "b.go") {
		t.Errorf("%v", faults)
	}
	for _, bad := range []string{"a.go\tcode\t<\t<=", "a.go\tcode\t<\t<=\t", "a.go code < <= why"} {
		if _, err := readKnown(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	if _, err := readKnown(equivalents); err != nil {
		t.Error(err)
	}
}
