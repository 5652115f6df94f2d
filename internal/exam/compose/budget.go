package compose

import "context"

// maxWork is what a problem may cost: about two seconds of one processor.
const maxWork = 2_000_000_000

// askEvery is after how much work the context is asked whether anybody still waits: some milliseconds.
const askEvery = 2_000_000

// Budget is the work that a draw may still cost. It is counted and not timed, so that a problem has the same solution on every machine,
// however busy: one unit is about what a processor does in a nanosecond. Whatever grows with a problem and is done again and again
// draws on it. A Budget serves one goroutine.
type Budget struct {
	ctx   context.Context // a budget lives as long as one draw
	spent int64
	limit int64
	ask   int64 // where the context is asked again
	gone  bool
}

// NewBudget is what one draw may cost. It ends early when the context does.
func NewBudget(ctx context.Context) *Budget { return newBudget(ctx, maxWork) }

func newBudget(ctx context.Context, limit int64) *Budget { return &Budget{ctx: ctx, limit: limit} }

// spend counts work that is done.
func (b *Budget) spend(n int) {
	b.spent += int64(n)
	if b.spent >= b.ask {
		b.ask = b.spent + askEvery
		b.gone = b.gone || b.ctx.Err() != nil
	}
}

// out tells whether the work has to end.
func (b *Budget) out() bool { return b.gone || b.spent >= b.limit }

// left is the work that may still be done.
func (b *Budget) left() int64 { return max(0, b.limit-b.spent) }

// Share lets what follows do half of the work that is left, until end gives back the rest.
func (b *Budget) Share() (end func()) { return b.grant(b.left() / 2) }

// grant lets what follows do so much work at most, until end gives back the rest.
func (b *Budget) grant(n int64) (end func()) {
	before := b.limit
	b.limit = min(before, b.spent+n)
	return func() { b.limit = before }
}
