package exam

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	// maxBatch: measured flat from 64 to 256 requests a commit.
	maxBatch = 128
	// groupQueue is longer than the connections of a process: refusing costs as much as doing, so a short queue makes an
	// overload worse.
	groupQueue = 4096
	// groupWait is how long a waiter waits for its commit before "not confirmed" (decision 17); the commit runs on.
	groupWait = 4 * time.Second
	// enough is how many a commit that is paced waits for at most: more share the cost of one no better by much.
	enough = 8
	// crowdEnds is how many commits in a row must have one request alone for the crowd to be over.
	crowdEnds = 8
)

// member is a request that waits in a group; it embeds waiting.
type member interface {
	// key orders a batch. Of two requests with one key the later waits for the next batch.
	key() int64
	waiter() *waiting
}

// waiting is how a request hears what became of it.
type waiting struct{ done chan error }

func (w *waiting) waiter() *waiting { return w }
func (w *waiting) answer(err error) { w.done <- err }

// group lets the acts of many people share one transaction and its flush: one goroutine takes what queued while the last
// commit ran and does it together. Whoever comes alone waits for nobody. While there is a crowd, a group with a pace begins a
// commit no sooner than that after the last one, unless enough wait for it: a flush for each takes more of the machine than
// all else that is done for them.
type group[R member] struct {
	write func([]R) // answers each of them, now or after again
	pace  time.Duration
	queue chan R
	full  chan struct{} // says that enough wait
	carry []R           // what waits for the next batch
	crowd int           // commits until the crowd is over; 0: there is none
	last  time.Time     // when the last commit began
	stop  chan struct{}
	ended chan struct{}
	once  sync.Once
	wait  time.Duration
}

func newGroup[R member](pace time.Duration, write func([]R)) *group[R] {
	g := &group[R]{write: write, pace: pace, queue: make(chan R, groupQueue), full: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{}), wait: groupWait}
	go g.run()
	return g
}

// Close does what is queued and answers it. Later requests are "not confirmed".
func (g *group[R]) Close() {
	g.once.Do(func() { close(g.stop) })
	<-g.ended
}

// do waits for a request's commit, at most wait. The caller may read the request only when it returns nil.
func (g *group[R]) do(ctx context.Context, r R) error {
	done := make(chan error, 1)
	r.waiter().done = done
	select {
	case <-g.stop:
		return notConfirmed(errStopping)
	default:
	}
	select {
	case g.queue <- r:
	default:
		return notConfirmed(errQueueFull)
	}
	if len(g.queue) >= enough-1 { // one is taken out already
		select {
		case g.full <- struct{}{}:
		default:
		}
	}
	timer := time.NewTimer(g.wait)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return notConfirmed(errWaited)
	case <-ctx.Done():
		return notConfirmed(ctx.Err())
	case <-g.ended:
		select { // it may have been answered in the last batch
		case err := <-done:
			return err
		default:
			return notConfirmed(errStopping)
		}
	}
}

// again puts a request into the next batch; write calls it instead of answering.
func (g *group[R]) again(r R) { g.carry = append(g.carry, r) }

func (g *group[R]) run() {
	defer close(g.ended)
	for {
		if len(g.carry) == 0 {
			select {
			case r := <-g.queue:
				g.carry = append(g.carry, r)
			case <-g.stop:
				if len(g.queue) == 0 {
					return
				}
				continue
			}
		}
		g.gather()
		batch := g.take()
		g.crowd = crowdAfter(g.crowd, len(batch))
		g.last = time.Now()
		g.write(batch)
	}
}

// crowdAfter is how many commits more a crowd is believed in, after one of so many requests: two that came during one commit are
// a crowd.
func crowdAfter(crowd, size int) int {
	if size > 1 {
		return crowdEnds
	}
	return max(0, crowd-1)
}

// gather waits until the next commit is due.
func (g *group[R]) gather() {
	if g.pace == 0 || g.crowd == 0 {
		return
	}
	due := time.NewTimer(time.Until(g.last.Add(g.pace)))
	defer due.Stop()
	for len(g.carry)+len(g.queue) < enough {
		select {
		case <-due.C:
			return
		case <-g.full:
		case <-g.stop:
			return
		}
	}
}

// take makes a batch of what is there, without waiting: at most maxBatch requests and one of each key.
func (g *group[R]) take() []R {
	there := g.carry
	g.carry = nil
	for len(there) < maxBatch {
		select {
		case r := <-g.queue:
			there = append(there, r)
			continue
		default:
		}
		break
	}
	// One order of locking for all processes; requests of one key stay in the order of their arrival.
	slices.SortStableFunc(there, func(a, b R) int { return cmp.Compare(a.key(), b.key()) })
	batch := make([]R, 0, min(len(there), maxBatch))
	for i, r := range there {
		if len(batch) == maxBatch || i > 0 && there[i-1].key() == r.key() {
			g.carry = append(g.carry, r)
			continue
		}
		batch = append(batch, r)
	}
	return batch
}

// together does a batch in one transaction, or, when that fails, each request in one of its own: what is wrong with one of
// them must not take its neighbours along. A database that cannot be reached is nobody's fault, and asking it once for each
// would keep those who come after waiting. Each is answered by act's error, nil for what act itself has settled.
func together[R member](batch []R, act func([]R) error) {
	err := act(batch)
	if err != nil && len(batch) > 1 && !errs.Is(err, errs.Unavailable) {
		for _, r := range batch {
			r.waiter().answer(act([]R{r}))
		}
		return
	}
	for _, r := range batch {
		r.waiter().answer(err)
	}
}
