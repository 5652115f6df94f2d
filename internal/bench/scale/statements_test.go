package scale

import (
	"fmt"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/db"
)

// budget is how many statements a page may make (performance.md).
const budget = 8

// Every page and list, for every role: no more statements than the budget, and not one more in a clinic three times as large.
// A statement for each row of a list fails here.
func TestStatementsOfEveryPage(t *testing.T) {
	var counts [2]map[string]seen
	for i, times := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d times", times), func(t *testing.T) {
			c := newClinic(t, small(times))
			c.warm()
			counts[i] = c.walk()
		})
	}
	for key, first := range counts[0] {
		then := counts[1][key]
		if then.status != first.status {
			t.Errorf("%s: %d in a small clinic, %d in a larger one", key, first.status, then.status)
		}
		if len(then.runs) > len(first.runs) {
			t.Errorf("%s: %d statements in a small clinic, %d in a larger one: a statement for each row\n%s", key, len(first.runs), len(then.runs), names(then.runs))
		}
	}
}

// walk asks for everything as everybody, and holds each answer to the budget.
func (c *clinic) walk() map[string]seen {
	c.t.Helper()
	out, addresses, answered := map[string]seen{}, c.addresses(), map[string]bool{}
	for _, r := range c.gets() {
		if len(addresses[r.Path]) == 0 {
			c.t.Errorf("%s: not in the walk", r.Path)
		}
		for n, address := range addresses[r.Path] {
			for _, who := range callers {
				s := c.ask(who.login, address)
				if s.status < 400 { // papers and band tables are read once a process
					s = c.ask(who.login, address)
				}
				out[fmt.Sprintf("%s #%d as %s", r.Path, n, who.role)] = s
				if s.status >= 500 {
					c.t.Errorf("%s as %s: %d", address, who.role, s.status)
				}
				answered[r.Path] = answered[r.Path] || s.status < 400
				if len(s.runs) > budget {
					c.t.Errorf("%s as %s: %d statements, at most %d\n%s", address, who.role, len(s.runs), budget, names(s.runs))
				}
			}
		}
		if !answered[r.Path] {
			c.t.Errorf("%s: nobody was answered: the walk asks for what is not there", r.Path)
		}
	}
	return out
}

func names(runs []db.Run) string {
	var out []string
	for _, r := range runs {
		out = append(out, r.Name)
	}
	return strings.Join(out, " ")
}
