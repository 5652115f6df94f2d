package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// plan is the size of a run.
type plan struct {
	seed          uint64
	examinees     int
	serverKills   int
	postgresKills int
	resets        int           // of each line and direction
	lasting       time.Duration // from when half of them have begun. Faults come in this time; people hand in, or walk away, in its last third
	think         time.Duration // between two things that a person does
	walkAway      int           // one in so many never hands in
	limit         time.Duration // of the exam
	hurry         bool          // afterwards the clock is moved on for who never handed in, instead of waiting for the deadline

	special []fault // besides those that are drawn
	base    string  // where examinees reach the program, when it is not the line to the one server
}

// long is the run of the promise.
func long() plan {
	return plan{
		seed: 1, examinees: 200, serverKills: 10, postgresKills: 3, resets: 3, lasting: 110 * time.Second, think: 500 * time.Millisecond,
		walkAway: 8, limit: 2 * time.Minute,
	}
}

// short is the run of make test.
func short() plan {
	return plan{
		seed: 1, examinees: 20, serverKills: 2, postgresKills: 1, resets: 1, lasting: 8 * time.Second, think: 80 * time.Millisecond,
		walkAway: 5, limit: time.Hour, hurry: true,
	}
}

// patience is how long after the storm an examinee may still need until everything is answered.
const patience = time.Minute

// aLogIn is how long the password of one is checked on a machine that others use too.
const aLogIn = 300 * time.Millisecond

// outcome is what a run was like, before it is compared with the database.
type outcome struct {
	tally     *tally
	ledgers   []*ledger
	surprises []string
}

// sit lets everybody sit the exam through the faults. naive puts the hasty front before the server.
func (s *stage) sit(ctx context.Context, p plan, exam string, naive bool, say func(format string, args ...any)) (outcome, error) {
	base, stop, err := s.address(naive)
	if err != nil {
		return outcome{}, err
	}
	defer stop()
	if p.base != "" {
		base = p.base
	}
	out := outcome{tally: &tally{}}
	random := rand.New(rand.NewPCG(p.seed, 1<<32))
	sitting, cancel := context.WithCancel(ctx)
	defer cancel()
	late := time.AfterFunc(patience+time.Duration(p.examinees)*aLogIn, cancel)
	d := newDoor(p.examinees)
	var people sync.WaitGroup
	for n := range p.examinees {
		e := newExaminee(n, p.seed, base, exam, p.think, n%p.walkAway != 0, out.tally)
		out.ledgers = append(out.ledgers, e.ledger)
		until := p.lasting
		if e.handsIn {
			until -= time.Duration(random.Int64N(int64(p.lasting) / 3))
		}
		people.Go(func() { e.sit(sitting, d, until) })
	}
	begun := d.opened(sitting)
	late.Reset(p.lasting + patience)
	err = storm(sitting, begun, s.faults(random, p), say)
	people.Wait()
	out.surprises = append(out.tally.surprises, s.server.unordered()...)
	return out, err
}

// door holds those who have begun back until half of all have: how long people log in for is the machine's affair, and a plan is
// about what happens to those who answer. The others come in while it happens.
type door struct {
	missing atomic.Int64 // of the half
	open    chan struct{}
	at      time.Time // when it opened; to be read after that
}

func newDoor(people int) *door {
	d := &door{open: make(chan struct{})}
	d.missing.Store(int64(people+1) / 2)
	return d
}

// arrive tells that somebody has begun, or never will.
func (d *door) arrive() {
	if d.missing.Add(-1) == 0 {
		d.at = time.Now()
		close(d.open)
	}
}

// opened is when the door opened, for which it waits; the zero time when ctx ended first.
func (d *door) opened(ctx context.Context) time.Time {
	select {
	case <-d.open:
		return d.at
	case <-ctx.Done():
		return time.Time{}
	}
}
