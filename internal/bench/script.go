package main

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
)

//go:embed limit_schema.sql
var limitSchema string

//go:embed limit_save.sql
var limitSave string

//go:embed limit_hand_in.sql
var limitHandIn string

//go:embed limit_start.sql
var limitStart string

var variable = regexp.MustCompile(`([^:]):([a-z_]+)`)

// script is a pgbench file that the Go client runs too: one statement and the variables that it takes.
type script struct {
	name, text string
	statement  string   // with $1, $2 … for the variables
	variables  []string // in the order of their numbers
}

func newScript(name, text string) script {
	s := script{name: name, text: text}
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, `\set`) && !strings.HasPrefix(line, "--") {
			kept = append(kept, line)
		}
	}
	numbers := map[string]int{}
	s.statement = variable.ReplaceAllStringFunc(strings.Join(kept, ""), func(found string) string {
		before, name := found[:1], found[2:]
		if numbers[name] == 0 {
			s.variables = append(s.variables, name)
			numbers[name] = len(s.variables)
		}
		return fmt.Sprintf("%s$%d", before, numbers[name])
	})
	return s
}
