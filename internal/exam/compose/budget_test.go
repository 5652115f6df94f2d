package compose

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
)

// hard are problems at which every way to solve one comes to its turn.
var hard = []instance{
	{questions: 200, rows: 3, places: 68, cells: 9, sets: 900, size: 2, tight: 40, keys: 0.5},
	{questions: 3000, rows: 20, places: 400, cells: 80, sets: 1000, size: 20, tight: 1.5, keys: 0.5},
	{questions: 4000, rows: 60, places: 400, cells: 600, sets: 60, size: 1000, tight: 1, keys: 0.9},
}

// A problem costs little more than the work it is given, down to none; it has a paper nevertheless, and each time the same one.
func TestSolveEndsWithItsWork(t *testing.T) {
	for _, in := range hard {
		p := in.make(rand.New(rand.NewPCG(3, 5)))
		for _, work := range []int64{0, maxWork / 100} {
			b := newBudget(t.Context(), work)
			s, err := Solve(b, p)
			if why := wrong(p, s); err != nil || why != "" {
				t.Errorf("%v with %d: %v %s", in, work, err, why)
			}
			if over := b.spent - work; over > maxWork/5 {
				t.Errorf("%v: %d more than %d", in, over, work)
			}
			if again, _ := Solve(newBudget(t.Context(), work), p); !reflect.DeepEqual(s, again) {
				t.Errorf("%v with %d: another solution the second time", in, work)
			}
		}
	}
}

// impatient is a context that is done when it has been asked so often.
type impatient struct {
	context.Context
	asks  int
	spent func() int64
	at    int64
}

func (c *impatient) Err() error {
	if c.asks--; c.asks > 0 {
		return nil
	}
	if c.asks == 0 {
		c.at = c.spent()
	}
	return context.Canceled
}

// Whoever goes away ends the search within some hundredths of a second of work, in whichever way it is.
func TestSolveEndsWithItsRequest(t *testing.T) {
	for _, in := range hard {
		p := in.make(rand.New(rand.NewPCG(3, 5)))
		for _, asks := range []int{1, 2, 10, 30} {
			c := &impatient{Context: t.Context(), asks: asks}
			b := NewBudget(c)
			c.spent = func() int64 { return b.spent }
			_, err := Solve(b, p)
			if !errors.Is(err, context.Canceled) || b.spent-c.at > maxWork/50 {
				t.Errorf("%v, asked %d times: %v after %d more", in, asks, err, b.spent-c.at)
			}
		}
	}
}
