package exam

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	// maxBatch: measured flat from 64 to 256 requests a commit.
	maxBatch = 128
	// saveQueue is longer than the connections of a process: refusing costs as much as saving, so a short queue makes an
	// overload worse.
	saveQueue = 4096
	// saveWait is how long a waiter waits for its commit before "not confirmed" (decision 17); the commit runs on.
	saveWait = 4 * time.Second
	// maxRounds bounds how often a request that arrived together with repetitions is tried again.
	maxRounds = 3
)

// saveLine is the committer's own connection. Its calls take no cancellable context: a commit whose wait is cancelled would
// return as if it were durable (promise 1). It bounds itself by its socket deadline.
type saveLine interface {
	// Save writes the requests that the guard lets through, all in one commit, and returns what it tells of each by its index.
	Save(requests []*saveRequest) (map[int]accepted, error)
	// Explain returns for each refused request the facts of its attempt (nil: not this person's) and the changes that the
	// journal holds with an equal response.
	Explain(requests []*saveRequest) ([]*attemptFacts, []map[int64]time.Time, error)
	// Confirm makes a durable write of its own for the attempts.
	Confirm(attempts []AttemptID) error
	// Usable reports whether a statement that failed with err left the connection able to run another.
	Usable(err error) bool
	Close() error
}

// Committer is the group commit: one goroutine takes what queued while the last commit ran and writes it with one statement.
type Committer struct {
	line  saveLine
	queue chan *saveRequest
	carry []*saveRequest // a second request of an attempt waits for the next batch
	stop  chan struct{}
	ended chan struct{}
	once  sync.Once
	wait  time.Duration
}

func newCommitter(line saveLine) *Committer {
	c := &Committer{line: line, queue: make(chan *saveRequest, saveQueue), stop: make(chan struct{}), ended: make(chan struct{}), wait: saveWait}
	go c.run()
	return c
}

// Close writes what is queued, answers it and ends the connection. Later saves are "not confirmed".
func (c *Committer) Close() error {
	c.once.Do(func() { close(c.stop) })
	<-c.ended
	return c.line.Close()
}

// notConfirmed tells the page to keep the change and send it again.
func notConfirmed(cause error) error {
	return errs.New(errs.Unavailable, "error.exam.not_confirmed").RetryAfter(2).With(cause)
}

var (
	errWaited    = errors.New("the commit took too long")
	errQueueFull = errors.New("the queue of saves is full")
	errStopping  = errors.New("the server is stopping")
	errDoubtful  = errors.New("the commit is not confirmed by a standby")
	errRounds    = errors.New("the attempt changed again and again")
)

// Save writes one request and waits for its commit, at most saveWait. When it returns nil every change has its result in the
// request; the caller may read the request only then.
func (c *Committer) Save(ctx context.Context, r *saveRequest) error {
	r.done = make(chan error, 1)
	select {
	case <-c.stop:
		return notConfirmed(errStopping)
	default:
	}
	select {
	case c.queue <- r:
	default:
		return notConfirmed(errQueueFull)
	}
	timer := time.NewTimer(c.wait)
	defer timer.Stop()
	select {
	case err := <-r.done:
		return err
	case <-timer.C:
		return notConfirmed(errWaited)
	case <-ctx.Done():
		return notConfirmed(ctx.Err())
	case <-c.ended:
		select { // it may have been answered in the last batch
		case err := <-r.done:
			return err
		default:
			return notConfirmed(errStopping)
		}
	}
}

func (c *Committer) run() {
	defer close(c.ended)
	for {
		if len(c.carry) == 0 {
			select {
			case r := <-c.queue:
				c.carry = append(c.carry, r)
			case <-c.stop:
				if len(c.queue) == 0 {
					return
				}
				continue
			}
		}
		c.write(c.take())
	}
}

// take makes a batch of what is there, without waiting: at most maxBatch requests and one of each attempt.
func (c *Committer) take() []*saveRequest {
	waiting := c.carry
	c.carry = nil
	for len(waiting) < maxBatch {
		select {
		case r := <-c.queue:
			waiting = append(waiting, r)
			continue
		default:
		}
		break
	}
	// One order of locking for all processes; requests of one attempt stay in the order of their arrival.
	slices.SortStableFunc(waiting, func(a, b *saveRequest) int { return cmp.Compare(a.attempt, b.attempt) })
	batch := make([]*saveRequest, 0, min(len(waiting), maxBatch))
	for i, r := range waiting {
		if len(batch) == maxBatch || i > 0 && waiting[i-1].attempt == r.attempt {
			c.carry = append(c.carry, r)
			continue
		}
		batch = append(batch, r)
	}
	return batch
}

// write commits a batch and answers it. A request that PostgreSQL refuses as a value must not take its neighbours along:
// the batch is repeated one by one.
func (c *Committer) write(batch []*saveRequest) {
	through, err := c.line.Save(batch)
	switch {
	case err == nil:
		c.settle(batch, through)
	case !c.line.Usable(err) || errors.Is(err, errDoubtful):
		answer(batch, notConfirmed(err))
	case len(batch) == 1:
		answer(batch, errs.New(errs.Internal, "error.internal").With(err))
	default:
		for _, r := range batch {
			c.write([]*saveRequest{r})
		}
	}
}

func (c *Committer) settle(batch []*saveRequest, through map[int]accepted) {
	var refused []*saveRequest
	for i, r := range batch {
		if a, ok := through[i]; ok {
			r.accept(a)
			r.done <- nil
			continue
		}
		refused = append(refused, r)
	}
	if len(refused) > 0 {
		c.explain(refused)
	}
}

// explain answers refused requests change by change (decision 15).
func (c *Committer) explain(refused []*saveRequest) {
	facts, replayed, err := c.line.Explain(refused)
	if err != nil {
		answer(refused, notConfirmed(err))
		return
	}
	var again []AttemptID
	for i, r := range refused {
		r.refuse(facts[i], replayed[i])
		if len(replayed[i]) > 0 && facts[i] != nil {
			again = append(again, r.attempt)
		}
	}
	if len(again) > 0 {
		if err := c.line.Confirm(again); err != nil {
			answer(refused, notConfirmed(err))
			return
		}
	}
	for _, r := range refused {
		r.rounds++
		switch {
		case len(r.changes) == 0:
			r.done <- nil
		case r.rounds < maxRounds:
			c.carry = append(c.carry, r)
		default:
			r.done <- notConfirmed(errRounds)
		}
	}
}

func answer(requests []*saveRequest, err error) {
	for _, r := range requests {
		r.done <- err
	}
}
