package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// plan is the size of a run.
type plan struct {
	seed          uint64
	examinees     int
	serverKills   int
	postgresKills int
	resets        int           // of each line and direction
	lasting       time.Duration // faults come in this time; people hand in, or walk away, in its last third
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
		walkAway: 8, limit: 100 * time.Second,
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
	begun := time.Now()
	sitting, cancel := context.WithDeadline(ctx, begun.Add(p.lasting+patience))
	defer cancel()
	var people sync.WaitGroup
	for n := range p.examinees {
		e := newExaminee(n, p.seed, base, exam, p.think, n%p.walkAway != 0, out.tally)
		out.ledgers = append(out.ledgers, e.ledger)
		until := p.lasting
		if e.handsIn {
			until -= time.Duration(random.Int64N(int64(p.lasting) / 3))
		}
		people.Go(func() { e.sit(sitting, begun.Add(until)) })
	}
	err = storm(sitting, begun, s.faults(random, p), say)
	people.Wait()
	out.surprises = append(out.tally.surprises, s.server.unordered()...)
	return out, err
}
