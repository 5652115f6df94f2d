package main

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// tally is what one phase saw: the times of the requests that were answered as they should be, by kind, and the errors.
type tally struct {
	mu     sync.Mutex
	times  map[string]latencies
	faults []error
}

func newTally() *tally { return &tally{times: map[string]latencies{}} }

// note takes one request; from is the intended time.
func (t *tally) note(kind string, from time.Time, err error) {
	took := time.Since(from)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.faults = append(t.faults, err)
		return
	}
	t.times[kind] = append(t.times[kind], took)
}

func (t *tally) count() int {
	n := 0
	for _, l := range t.times {
		n += len(l)
	}
	return n
}

// each lets so many at a time do something once, each on the own connection.
func each(people []*examinee, atATime int, kind string, do func(*examinee) error) *tally {
	t := newTally()
	queue := make(chan *examinee)
	var all sync.WaitGroup
	for range min(atATime, len(people)) {
		all.Go(func() {
			for e := range queue {
				began := time.Now()
				t.note(kind, began, do(e))
			}
		})
	}
	for _, e := range people {
		queue <- e
	}
	close(queue)
	all.Wait()
	return t
}

// rush lets everybody do something once within a time, in an order of no meaning, whether or not the ones before are done.
func rush(people []*examinee, within time.Duration, kind string, do func(*examinee) error) *tally {
	t := newTally()
	began := time.Now()
	var all sync.WaitGroup
	for i, n := range rand.Perm(len(people)) {
		e, intended := people[n], began.Add(within*time.Duration(i)/time.Duration(len(people)))
		all.Go(func() {
			time.Sleep(time.Until(intended))
			t.note(kind, intended, do(e))
		})
	}
	all.Wait()
	return t
}

// saturate lets each of these do the same again and again, the next as soon as the last is answered.
func saturate(people []*examinee, lasting time.Duration, kind string, do func(*examinee) error) *tally {
	t := newTally()
	end := time.Now().Add(lasting)
	var all sync.WaitGroup
	for _, e := range people {
		all.Go(func() {
			own := make(latencies, 0, 1<<12)
			var faults []error
			for began := time.Now(); began.Before(end); began = time.Now() {
				if err := do(e); err != nil {
					faults = append(faults, err)
					continue
				}
				own = append(own, time.Since(began))
			}
			t.mu.Lock()
			defer t.mu.Unlock()
			t.times[kind] = append(t.times[kind], own...)
			t.faults = append(t.faults, faults...)
		})
	}
	all.Wait()
	return t
}

// Shares of what goes on beside the changes of a steady exam, for each change.
const (
	repeatShare = 0.05 // the same change again
	staleShare  = 0.05 // another answer under an old number
	resumeShare = 0.02 // the page loaded again
	beatEvery   = 20 * time.Second
)

// step is one thing that an examinee does at its intended time.
type step struct {
	at   time.Duration // since the beginning
	kind string
	do   func(*examinee) error
}

// schedule is what one examinee does while an exam goes on: offset is between 0 and 1.
func schedule(l loop, offset float64, random *rand.Rand) []step {
	var steps []step
	first := time.Duration(offset * float64(l.interval))
	for at := first; at < l.lasting; at += l.interval {
		steps = append(steps, step{at, "save", (*examinee).save})
		later := at + l.interval/2
		switch p := random.Float64(); {
		case p < repeatShare:
			steps = append(steps, step{later, "repeat", (*examinee).repeat})
		case p < repeatShare+staleShare:
			steps = append(steps, step{later, "stale", (*examinee).stale})
		case p < repeatShare+staleShare+resumeShare:
			steps = append(steps, step{later, "resume", (*examinee).resume})
		}
	}
	for at := time.Duration(offset * float64(beatEvery)); at < l.lasting; at += beatEvery {
		steps = append(steps, step{at, "heart-beat", (*examinee).beat})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return int(a.at - b.at) })
	return steps
}

// steady is an open loop: what an examinee does is intended at its time, and counts from then.
func steady(people []*examinee, l loop) *tally {
	t := newTally()
	began := time.Now().Add(100 * time.Millisecond)
	var all sync.WaitGroup
	for i, e := range people {
		steps := schedule(l, float64(i)/float64(len(people)), rand.New(rand.NewPCG(1, uint64(i))))
		all.Go(func() {
			for _, s := range steps {
				intended := began.Add(s.at)
				time.Sleep(time.Until(intended))
				t.note(s.kind, intended, s.do(e))
			}
		})
	}
	all.Wait()
	return t
}

// changesOfLife are the changes that an examinee of the mixed phase makes, with the page loaded again in the middle.
const changesOfLife = 25

// mixed lets so many at a time sit a whole exam, one after the other, until the time is over or everybody has sat.
func mixed(people []*examinee, exam string, book bookOfAnswers, atATime int, lasting time.Duration) *tally {
	t := newTally()
	end := time.Now().Add(lasting)
	queue := make(chan *examinee)
	var all sync.WaitGroup
	for range min(atATime, len(people)) {
		all.Go(func() {
			for e := range queue {
				e.live(t, exam, book)
			}
		})
	}
	for _, e := range people {
		if !time.Now().Before(end) {
			break
		}
		queue <- e
	}
	close(queue)
	all.Wait()
	return t
}

// live is one whole sitting.
func (e *examinee) live(t *tally, exam string, book bookOfAnswers) {
	do := func(kind string, act func() error) bool {
		began := time.Now()
		err := act()
		t.note(kind, began, err)
		return err == nil
	}
	if !do("start", func() error { return e.start(exam) }) {
		return
	}
	if err := e.sitting.open(book); err != nil {
		t.note("start", time.Now(), err)
		return
	}
	for n := range changesOfLife {
		if n == changesOfLife/2 {
			do("resume", e.resume)
		}
		do("save", e.save)
	}
	do("hand-in", e.handIn)
}

// openAll reads the sheets of a rush.
func openAll(people []*examinee, book bookOfAnswers) error {
	var faults []error
	for _, e := range people {
		if e.sitting == nil || e.sitting.sheet == nil {
			continue
		}
		if err := e.sitting.open(book); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}
