package main

import "fmt"

// verdict is what became of a mutant.
type verdict int

const (
	lived      verdict = iota // all tests pass
	found                     // a test fails
	endless                   // the tests did not end in the time given
	impossible                // it does not compile, and says nothing of the tests
)

// tally counts verdicts.
type tally struct{ lived, found, endless, impossible int }

func count(verdicts []verdict) (n tally) {
	for _, v := range verdicts {
		switch v {
		case lived:
			n.lived++
		case found:
			n.found++
		case endless:
			n.endless++
		case impossible:
			n.impossible++
		}
	}
	return n
}

func (t tally) add(o tally) tally {
	return tally{t.lived + o.lived, t.found + o.found, t.endless + o.endless, t.impossible + o.impossible}
}

// efficacy is how many of a hundred mutants the tests find. A mutant that changes nothing that can be seen counts against it too.
func (t tally) efficacy() float64 {
	n := t.lived + t.found + t.endless
	if n == 0 {
		return 0
	}
	return 100 * float64(t.found+t.endless) / float64(n)
}

func (t tally) String() string {
	return fmt.Sprintf("%.1f %% of %d found, %d of them by running on without end; %d live; %d do not compile",
		t.efficacy(), t.lived+t.found+t.endless, t.endless, t.lived, t.impossible)
}
