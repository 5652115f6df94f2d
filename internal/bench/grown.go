package main

import (
	"errors"
	"fmt"

	"github.com/peikao/peikao/internal/bench/process"
)

// examsToGrow are sat beside the others when the journal is to grow: one before it and one behind it.
const examsToGrow = 2

// grown measures saves and hand-ins, lets the journal grow by many rows of old attempts, and measures them again: the CPU time
// that one takes must be what it was.
func (r *run) grown() error {
	if r.w.grow == 0 {
		return nil
	}
	people := r.people
	saving := min(r.w.connections[0], len(people)/2)
	before, err := r.sit(people, saving, r.world.exams[examsOfARun], "before the journal grows")
	if err != nil {
		return err
	}
	r.say("growing the journal by %d rows …", r.w.grow)
	if err := growJournal(r.ctx, r.s.db, r.w.grow); err != nil {
		return err
	}
	for _, e := range people { // the server has ended what was idle meanwhile
		e.wire.close()
		if err := e.wire.dial(); err != nil {
			return err
		}
	}
	after, err := r.sit(people, saving, r.world.exams[examsOfARun+1], "behind a grown journal")
	for i, kind := range []string{fmt.Sprintf("save at %d", saving), "hand-in"} {
		name := kind + " behind a grown journal cpu"
		r.figures.against(name, microseconds(after[i].Both(), 1), "us", microseconds(before[i].Both(), 1))
		r.figures.against(name+" app", microseconds(after[i].Server, 1), "us", microseconds(before[i].Server, 1))
		r.figures.against(name+" postgresql", microseconds(after[i].Postgres, 1), "us", microseconds(before[i].Postgres, 1))
	}
	return err
}

// sit lets people start an exam, the first of them save as fast as they can, and the others hand in; it returns what a save and
// what a hand-in cost.
func (r *run) sit(people []*examinee, saving int, exam, when string) (costs [2]process.Cost, err error) {
	r.measured("starts "+when, func() *tally {
		return each(people, saving, "start", func(e *examinee) error { return e.start(exam) })
	})
	if err := openAll(people, r.world.book); err != nil {
		return costs, err
	}
	saves, used := r.measured("saves "+when, func() *tally { return saturate(people[:saving], r.w.saturate, "save", (*examinee).save) })
	costs[0] = used.cpu.Per(saves.count())
	people = people[saving:]
	r.measured("answers to hand in", func() *tally {
		return each(people, saving, "save", func(e *examinee) error { return e.saveMany(r.w.questions) })
	})
	// Growing ends with an ANALYZE, after which every connection makes its plans anew. The first hand-ins pay for that; it does not grow
	// with the journal.
	first := len(people) / 4
	r.measured("first hand-ins "+when, func() *tally { return each(people[:first], saving, "hand-in", (*examinee).handIn) })
	handIns, used := r.measured("hand-ins "+when, func() *tally { return each(people[first:], saving, "hand-in", (*examinee).handIn) })
	costs[1] = used.cpu.Per(handIns.count())
	if saves.count() == 0 || handIns.count() == 0 {
		return costs, errors.New("nobody sat " + when)
	}
	return costs, nil
}
