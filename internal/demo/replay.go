package demo

import (
	"container/heap"
	"context"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
)

// replay lets things happen in the order of their moments, each at its moment of the fake clock. What is planned for the same
// moment happens in the order in which it was planned. A thing may plan later things, and may itself take time.
type replay struct {
	clock   *clock.Fake
	planned plan
	count   int
}

type event struct {
	at time.Time
	no int
	do func(context.Context) error
}

// at plans a thing.
func (r *replay) at(t time.Time, do func(context.Context) error) {
	r.count++
	heap.Push(&r.planned, event{at: t, no: r.count, do: do})
}

// run lets everything happen that is planned up to a moment and leaves the clock there.
func (r *replay) run(ctx context.Context, until time.Time) error {
	for len(r.planned) > 0 && !r.planned[0].at.After(until) {
		e := heap.Pop(&r.planned).(event)
		r.moveTo(e.at)
		if err := e.do(ctx); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	r.moveTo(until)
	return nil
}

// moveTo never turns the clock back: what was planned for a time that passed meanwhile happens at once.
func (r *replay) moveTo(t time.Time) {
	if t.After(r.clock.Now()) {
		r.clock.Set(t)
	}
}

// plan is a heap of events, the earliest first.
type plan []event

func (p plan) Len() int { return len(p) }
func (p plan) Less(i, j int) bool {
	if !p[i].at.Equal(p[j].at) {
		return p[i].at.Before(p[j].at)
	}
	return p[i].no < p[j].no
}
func (p plan) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *plan) Push(x any)   { *p = append(*p, x.(event)) }
func (p *plan) Pop() any {
	old := *p
	last := old[len(old)-1]
	*p = old[:len(old)-1]
	return last
}
