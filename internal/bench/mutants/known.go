package main

import (
	_ "embed"
	"fmt"
	"strings"
)

// equivalents names the mutants that change nothing that can be seen, and why: file, line of code, operator, what stands in its
// place, the reason, parted by tabs. They count as living nevertheless.
//
//go:embed equivalent.tsv
var equivalents string

// change names a mutant without the number of its line, which moves.
type change struct{ file, code, was, is string }

// known are the mutants that nothing can find.
type known struct {
	why  map[change]string
	seen map[change]bool
}

func readKnown(text string) (known, error) {
	out := known{map[change]string{}, map[change]bool{}}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 || f[4] == "" {
			return known{}, fmt.Errorf("equivalent.tsv, line %d: want file, code, operator, change and reason, parted by tabs", i+1)
		}
		out.why[change{f[0], f[1], f[2], f[3]}] = f[4]
	}
	return out, nil
}

func (m mutant) change() change { return change{m.file, m.code, m.was, m.is} }

// said is a living mutant as a line.
func (m mutant) said(k known) string {
	text := fmt.Sprintf("%s:%d: %s → %q in: %s", m.file, m.line, m.was, m.is, m.code)
	if why, ok := k.why[m.change()]; ok {
		return text + "\n    equivalent: " + why
	}
	return text
}

// disproved are the mutants called equivalent of which none lives.
func (k known) disproved(list []mutant, verdicts []verdict) (faults []error) {
	lives := map[change]bool{}
	for i, m := range list {
		if _, ok := k.why[m.change()]; ok {
			k.seen[m.change()] = true
			lives[m.change()] = lives[m.change()] || verdicts[i] == lived
		}
	}
	for c, alive := range lives {
		if !alive {
			faults = append(faults, fmt.Errorf("%s: %s → %q in %q is found, so it is not equivalent", c.file, c.was, c.is, c.code))
		}
	}
	return faults
}

// unused are the names that no mutant bears.
func (k known) unused() (faults []error) {
	for c := range k.why {
		if !k.seen[c] {
			faults = append(faults, fmt.Errorf("equivalent.tsv: there is no %s → %q in %s: %s", c.was, c.is, c.file, c.code))
		}
	}
	return faults
}
