package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/peikao/peikao/internal/bench/process"
)

// run is one run of the workload against a server.
type run struct {
	ctx    context.Context
	w      workload
	s      *server
	world  world
	people []*examinee
	limit  *limit
	out    io.Writer

	figures    figures
	faults     []error
	sizeBefore int64 // of the database, before the first start
}

// spent is what a phase took of the machine.
type spent struct {
	took       time.Duration
	cpu        process.Cost
	generator  time.Duration // CPU time
	statements float64
}

// perCPUSecond is how many there are for each second of CPU time of generator, server and PostgreSQL together.
func (s spent) perCPUSecond(count int) float64 {
	return rate(count, s.cpu.Both()+s.generator)
}

func newRun(ctx context.Context, w workload, s *server, seeded world, dir string, out io.Writer) (*run, error) {
	r := &run{ctx: ctx, w: w, s: s, world: seeded, out: out}
	for _, login := range seeded.logins {
		r.people = append(r.people, &examinee{name: login, wire: newWire(s.address)})
	}
	var err error
	r.limit, err = newLimit(ctx, s, w.limitAttempts, dir, r.say)
	return r, err
}

func (r *run) say(format string, args ...any) { fmt.Fprintf(r.out, format+"\n", args...) }

// measured runs a phase and reports what it cost.
func (r *run) measured(name string, phase func() *tally) (*tally, spent) {
	statements, failed := r.statements()
	before, own, began := r.s.Cost(), process.Own(), time.Now()
	t := phase()
	used := spent{took: time.Since(began), cpu: r.s.Cost().Since(before), generator: process.Own() - own}
	after, err := r.statements()
	if used.statements = after - statements; errors.Join(failed, err) != nil {
		t.faults = append(t.faults, errors.Join(failed, err))
	}
	r.say("%-28s %7d requests in %6.2f s, %d errors", name, t.count(), used.took.Seconds(), len(t.faults))
	for i, err := range t.faults {
		if i == 3 {
			break
		}
		r.say("    %v", err)
	}
	r.faults = append(r.faults, t.faults...)
	return t, used
}

// all goes through the workload. The figures are complete when it returns nil.
func (r *run) all() error {
	r.figures.add("memory idle", r.s.Memory()/(1<<20), "MiB")
	for _, phase := range []func() error{
		r.logIn, r.startRush, r.steady, r.unhurried, r.answerAll, r.handInRush, r.startLoop, r.saturate, r.slowDisk, r.handInLoop, r.mixed, r.deadlineRush, r.grown,
		r.verify,
	} {
		if err := phase(); err != nil {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	r.figures.add("errors", float64(len(r.faults)), "requests")
	if len(r.faults) > 0 {
		return fmt.Errorf("%d requests failed, the first: %w", len(r.faults), r.faults[0])
	}
	return nil
}

// atTheDoor is how many log in at a time: the server looks at two passwords at once, the others wait in line.
const atTheDoor = 16

func (r *run) logIn() error {
	t, used := r.measured("log-in", func() *tally {
		return each(r.people, atTheDoor, "log-in", func(e *examinee) error { return e.logIn(password) })
	})
	r.figures.add("log-in", rate(t.count(), used.took), "1/s")
	r.figures.add("log-in cpu", microseconds(used.cpu.Server+used.cpu.Postgres, t.count()), "us")
	for _, e := range r.people {
		if err := e.wire.dial(); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) startRush() error {
	var err error
	if r.sizeBefore, err = r.size(); err != nil {
		return err
	}
	t, used := r.measured("start rush", func() *tally {
		return rush(r.people, r.w.rush, "start", func(e *examinee) error { return e.start(r.world.exams[0]) })
	})
	t.times["start"].addTo(&r.figures, "start rush")
	r.figures.add("start rush until the last has the paper", used.took.Seconds(), "s")
	r.perRequest("start rush", used, t.count())
	r.describeSheet()
	return openAll(r.people, r.world.book)
}

// describeSheet tells how large the answer to a start is on the wire.
func (r *run) describeSheet() {
	if s := r.people[0].sitting; s != nil {
		r.figures.add("start answer", float64(len(s.sheet)), "bytes")
	}
}

// perRequest tells what each of so many took.
func (r *run) perRequest(name string, used spent, count int) {
	r.figures.add(name+" cpu app", microseconds(used.cpu.Server, count), "us")
	r.figures.add(name+" cpu postgresql", microseconds(used.cpu.Postgres, count), "us")
	r.figures.add(name+" statements", used.statements/float64(max(1, count)), "each")
}

// against compares a closed loop with its limit.
func (r *run) against(name string, count int, used spent, limit reached) {
	r.figures.against(name, rate(count, used.took), "1/s", limit.perSecond)
	r.figures.against(name+" per cpu second", used.perCPUSecond(count), "1/s", limit.perCPUSecond)
}

func (r *run) steady() error {
	err := r.openLoop("steady", r.w.steady)
	r.figures.add("memory steady", r.s.Memory()/(1<<20), "MiB")
	r.figures.add("memory for 1,000 examinees", (r.s.Memory()/(1<<20)-r.figures.value("memory idle"))*1000/float64(len(r.people)), "MiB")
	return err
}

// unhurried is an exam as it is: few changes at a time share anything, and most of what the machine does is to wake up.
func (r *run) unhurried() error { return r.openLoop("unhurried", r.w.unhurried) }

func (r *run) openLoop(name string, l loop) error {
	t, used := r.measured(name, func() *tally { return steady(r.people, l) })
	saves := t.times["save"]
	r.figures.add(name+" saves", rate(len(saves), used.took), "1/s")
	saves.addTo(&r.figures, name+" save")
	for _, kind := range []string{"repeat", "stale", "resume", "heart-beat"} {
		r.figures.add(name+" "+kind+" p99", t.times[kind].milliseconds(0.99), "ms")
	}
	r.perRequest(name+", a save with all around it", used, len(saves))
	return nil
}

// answerAll brings every attempt to the changes that a question gets on average.
func (r *run) answerAll() error {
	want := int64(r.w.changes * r.w.questions)
	r.measured("answers to hand in", func() *tally {
		return each(r.people, r.w.connections[0], "save", func(e *examinee) error {
			for e.sitting.seq < want {
				if err := e.saveMany(int(min(want-e.sitting.seq, 50))); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return nil
}

func (r *run) handInRush() error {
	t, used := r.measured("hand-in rush", func() *tally {
		return rush(r.people, r.w.handIn, "hand-in", (*examinee).handIn)
	})
	t.times["hand-in"].addTo(&r.figures, "hand-in rush")
	r.figures.add("hand-in rush until the last is marked", used.took.Seconds(), "s")
	r.perRequest("hand-in rush", used, t.count())
	after, err := r.size()
	r.figures.add("database of an attempt", float64(after-r.sizeBefore)/1024/float64(max(1, t.count())), "KiB")
	return err
}

// startLoop is the rate of starts, with the limit before and after.
func (r *run) startLoop() error {
	atATime := min(r.w.connections[0], limitConnections)
	before, err := r.limit.starts(r.ctx, atATime)
	if err != nil {
		return err
	}
	t, used := r.measured("starts", func() *tally {
		return each(r.people, atATime, "start", func(e *examinee) error { return e.start(r.world.exams[1]) })
	})
	after, err := r.limit.starts(r.ctx, atATime)
	r.against(fmt.Sprintf("starts at %d", atATime), t.count(), used, before.mean(after))
	r.perRequest("start", used, t.count())
	return errors.Join(err, openAll(r.people, r.world.book))
}

// saturate is the rate of saves at each number of connections, with the limit before and after.
func (r *run) saturate() error {
	for _, connections := range r.w.connections {
		inFlight := r.people[:min(connections, len(r.people))]
		atLimit := min(connections, limitConnections)
		before, err := r.limit.saves(r.ctx, atLimit, r.w.limit)
		if err != nil {
			return err
		}
		one, usedOne := r.measured(fmt.Sprintf("saves at %d", connections), func() *tally {
			return saturate(inFlight, r.w.saturate, "save", (*examinee).save)
		})
		between, err := r.limit.saves(r.ctx, atLimit, r.w.limit)
		if err != nil {
			return err
		}
		five, usedFive := r.measured(fmt.Sprintf("pages of five at %d", connections), func() *tally {
			return saturate(inFlight, r.w.saturate, "save", func(e *examinee) error { return e.saveMany(5) })
		})
		after, err := r.limit.saves(r.ctx, atLimit, r.w.limit)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("saves at %d", connections)
		r.against(name, one.count(), usedOne, before.mean(between))
		one.times["save"].addTo(&r.figures, name)
		r.perRequest(name, usedOne, one.count())
		name = fmt.Sprintf("changes in pages of five at %d", connections)
		r.against(name, 5*five.count(), usedFive, between.mean(after))
		r.perRequest(name, usedFive, 5*five.count())
	}
	return nil
}

// handInLoop is the rate of hand-ins of attempts with one round of answers, with the limit before and after.
func (r *run) handInLoop() error {
	atATime := min(r.w.connections[0], limitConnections)
	before, err := r.limit.handIns(r.ctx, atATime)
	if err != nil {
		return err
	}
	// Those that were saturated have thousands of changes; nobody hands that in.
	people := r.people[min(r.w.connections[1], len(r.people)/2):]
	r.measured("answers to hand in", func() *tally {
		return each(people, atATime, "save", func(e *examinee) error { return e.saveMany(r.w.questions) })
	})
	t, used := r.measured("hand-ins", func() *tally { return each(people, atATime, "hand-in", (*examinee).handIn) })
	after, err := r.limit.handIns(r.ctx, atATime)
	r.against(fmt.Sprintf("hand-ins at %d", atATime), t.count(), used, before.mean(after))
	r.perRequest("hand-in", used, t.count())
	return err
}

func (r *run) mixed() error {
	t, used := r.measured("mixed", func() *tally {
		return mixed(r.people, r.world.exams[2], r.world.book, r.w.connections[0], r.w.mixed)
	})
	lives := len(t.times["hand-in"])
	r.figures.add("mixed, whole sittings", rate(lives, used.took), "1/s")
	r.figures.add("mixed requests", rate(t.count(), used.took), "1/s")
	for _, kind := range []string{"start", "save", "resume", "hand-in"} {
		r.figures.add("mixed "+kind+" p99", t.times[kind].milliseconds(0.99), "ms")
	}
	r.perRequest("mixed, a sitting of 25 changes", used, lives)
	r.figures.add("memory at the end", r.s.Memory()/(1<<20), "MiB")
	r.examineeCost()
	return nil
}

// examineeCost is what a whole exam of one examinee takes of the machine: a start, four changes a question one by one at the
// cost of a steady exam, where few share a commit, and the hand-in. Log-in is not in it.
func (r *run) examineeCost() {
	const name = "cpu of one examinee's exam"
	app, postgres := r.examOf("steady, a save with all around it")
	r.figures.add(name, (app+postgres)/1000, "ms")
	r.figures.add(name+", app", app/1000, "ms")
	r.figures.add(name+", postgresql", postgres/1000, "ms")
	// What it takes where the saves of many share their commit, and the machine does not fall asleep between two of them.
	app, postgres = r.examOf(fmt.Sprintf("saves at %d", r.w.connections[0]))
	r.figures.add(name+" in a crowd", (app+postgres)/1000, "ms")
}

// examOf is the processor's time of a start, of all changes at what one costs in a phase, and of a hand-in, in microseconds.
func (r *run) examOf(saving string) (app, postgres float64) {
	for name, times := range map[string]float64{"start rush": 1, saving: float64(r.w.changes * r.w.questions), "hand-in rush": 1} {
		app += times * r.figures.value(name+" cpu app")
		postgres += times * r.figures.value(name+" cpu postgresql")
	}
	return app, postgres
}

// verify compares what was acknowledged with what is there.
func (r *run) verify() error {
	var sittings []*sitting
	for _, e := range r.people {
		for _, s := range append(e.past, e.sitting) {
			if s != nil && s.attempt != "" {
				sittings = append(sittings, s)
			}
		}
	}
	v, err := check(r.ctx, r.s.db, sittings)
	if err != nil {
		return err
	}
	r.say("%d acknowledged changes in %d attempts: %d missing, %d not acknowledged; %d hand-ins, %d wrong results",
		v.acked, len(sittings), v.missing, v.extra, v.handedIn, len(v.wrongMarks))
	r.figures.add("acknowledged changes", float64(v.acked), "changes")
	r.figures.add("acknowledged and missing", float64(v.missing), "changes")
	r.figures.add("hand-ins compared", float64(v.handedIn), "results")
	r.figures.add("wrong results", float64(len(v.wrongMarks)), "results")
	return v.err()
}

// finish puts the figures of other benchmarks behind its own, prints the table and writes the file.
func (r *run) finish(path string, others []string) error {
	for _, other := range others {
		f, err := readFigures(other)
		if err != nil {
			return err
		}
		r.figures = append(r.figures, f...)
	}
	r.figures.print(r.out)
	if path == "" {
		return nil
	}
	if err := r.figures.write(path); err != nil {
		return err
	}
	if full, err := os.Getwd(); err == nil {
		r.say("written to %s/%s", full, path)
	}
	return nil
}
