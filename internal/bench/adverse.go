package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// slowDisk is saves and their limit where a flush takes longer, as on an honest disk. PostgreSQL itself waits before each of its
// flushes: commit_delay, which commit_siblings of 0 puts before those of a lonely commit too.
func (r *run) slowDisk() (err error) {
	if r.w.slowFlush == 0 {
		return nil
	}
	connections := r.w.connections[0]
	atLimit := min(connections, limitConnections)
	if err := r.set(fmt.Sprintf("commit_delay = %d", r.w.slowFlush.Microseconds()), "commit_siblings = 0"); err != nil {
		return err
	}
	defer func() {
		r.ctx = context.WithoutCancel(r.ctx) // whoever interrupts leaves the database as it was
		err = errors.Join(err, r.set("commit_delay = DEFAULT", "commit_siblings = DEFAULT"))
	}()
	before, err := r.limit.saves(r.ctx, atLimit, r.w.limit)
	if err != nil {
		return err
	}
	t, used := r.measured("saves with a slow flush", func() *tally {
		return saturate(r.people[:min(connections, len(r.people))], r.w.saturate, "save", (*examinee).save)
	})
	after, err := r.limit.saves(r.ctx, atLimit, r.w.limit)
	name := fmt.Sprintf("saves at %d with a flush of %v", connections, r.w.slowFlush)
	r.against(name, t.count(), used, before.mean(after))
	t.times["save"].addTo(&r.figures, name)
	return err
}

// set changes settings of the server's PostgreSQL while it runs.
func (r *run) set(settings ...string) error {
	for _, s := range settings {
		if _, err := r.s.db.SQL().ExecContext(r.ctx, "ALTER SYSTEM SET "+s); err != nil {
			return err
		}
	}
	_, err := r.s.db.SQL().ExecContext(r.ctx, "SELECT pg_reload_conf()")
	return err
}

const (
	// untilDeadline is when the deadline comes to those of whom nobody hands in: the saves before are long done.
	untilDeadline = time.Second
	// sweepPatience is how long the server may take for all of them: the drain of 15 s, and the figure is beyond it.
	sweepPatience = 2 * time.Minute
)

// deadlineRush lets the deadline pass for everybody at once, and nobody hands in: the server must. The deadline is moved, because nobody
// waits for hours here; the results are compared with the others'.
func (r *run) deadlineRush() error {
	exam := r.world.exams[examsOfARun-1]
	atATime := r.w.connections[0]
	r.measured("starts without an end", func() *tally {
		return each(r.people, atATime, "start", func(e *examinee) error { return e.start(exam) })
	})
	if err := openAll(r.people, r.world.book); err != nil {
		return err
	}
	r.measured("answers without an end", func() *tally {
		return each(r.people, atATime, "save", func(e *examinee) error { return e.saveMany(r.w.questions) })
	})
	deadline := time.Now().Add(untilDeadline)
	if _, err := r.s.db.SQL().ExecContext(r.ctx, "UPDATE attempt SET deadline_at = $2, grace_seconds = 0 WHERE exam_id = $1 AND state = 'open'", exam, deadline); err != nil {
		return err
	}
	var first, last time.Time
	_, used := r.measured("deadline rush", func() *tally {
		t := newTally()
		var err error
		if first, last, err = r.swept(exam, len(r.people)); err != nil {
			t.note("sweep", time.Now(), err)
		}
		return t
	})
	for _, e := range r.people {
		e.sitting.handedIn = true
	}
	r.figures.add("deadline rush until the last is marked", last.Sub(first).Seconds(), "s")
	r.figures.add("deadline rush, from the deadline", last.Sub(deadline).Seconds(), "s")
	r.perRequest("deadline rush", used, len(r.people))
	return nil
}

// swept waits until all attempts of an exam are marked, and tells when the first and the last was.
func (r *run) swept(exam string, all int) (first, last time.Time, err error) {
	for began := time.Now(); time.Since(began) < sweepPatience; time.Sleep(100 * time.Millisecond) {
		var marked int
		row := r.s.db.SQL().QueryRowContext(r.ctx, "SELECT count(*), coalesce(min(marked_at), now()), coalesce(max(marked_at), now()) FROM attempt WHERE exam_id = $1 AND state = 'marked'", exam)
		if err := row.Scan(&marked, &first, &last); err != nil || marked == all {
			return first, last, err
		}
	}
	return first, last, errors.New("the server has not handed everybody in")
}
