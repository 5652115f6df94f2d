package exam

import (
	"context"
	"errors"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
)

// savePace is the shortest time between the commits of a crowd's saves: nobody sees it, and at 500 saves a second it takes a third of
// the processor's time off them. A save waits for half of it on average, and for all of it in the 95th of a hundred, which must be
// answered within 20 ms.
const savePace = 12 * time.Millisecond

// maxRounds bounds how often a request that arrived together with repetitions is tried again.
const maxRounds = 3

// saveLine is the committer's own connection. Its calls take no cancellable context: a commit whose wait is cancelled would
// return as if it were durable (promise 1). It bounds itself by its socket deadline.
type saveLine interface {
	// Save writes the requests that the guard lets through, all in one commit, and returns what it tells of each by its index.
	Save(requests []*saveRequest) (map[int]accepted, error)
	// Explain returns for each refused request the facts of its attempt (nil: not this person's) and the changes that the
	// journal holds with an equal response. For those it has made a durable write of its own.
	Explain(requests []*saveRequest) ([]*attemptFacts, []map[int64]time.Time, error)
	// Usable reports whether a statement that failed with err left the connection able to run another.
	Usable(err error) bool
	Close() error
}

// Committer writes the saves of many examinees with one statement and one commit.
type Committer struct {
	*group[*saveRequest]
	line saveLine
}

func newCommitter(line saveLine) *Committer {
	c := &Committer{line: line}
	c.group = newGroup(savePace, c.write)
	return c
}

// Close writes what is queued, answers it and ends the connection. Later saves are "not confirmed".
func (c *Committer) Close() error {
	c.group.Close()
	return c.line.Close()
}

// notConfirmed tells the page to keep the change and send it again.
func notConfirmed(cause error) error {
	return errs.New(errs.Unavailable, "error.exam.not_confirmed").RetryAfter(2).With(cause)
}

var (
	errWaited    = errors.New("the commit took too long")
	errQueueFull = errors.New("the queue is full")
	errStopping  = errors.New("the server is stopping")
	errDoubtful  = errors.New("the commit is not confirmed by a standby")
	errRounds    = errors.New("the attempt changed again and again")
)

// Save writes one request and waits for its commit, at most groupWait. When it returns nil every change has its result in the
// request.
func (c *Committer) Save(ctx context.Context, r *saveRequest) error { return c.do(ctx, r) }

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
			r.answer(nil)
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
	for i, r := range refused {
		r.refuse(facts[i], replayed[i])
		r.rounds++
		switch {
		case len(r.changes) == 0:
			r.answer(nil)
		case r.rounds < maxRounds:
			c.again(r)
		default:
			r.answer(notConfirmed(errRounds))
		}
	}
}

func answer(requests []*saveRequest, err error) {
	for _, r := range requests {
		r.answer(err)
	}
}
