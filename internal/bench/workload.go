package main

import "time"

// workload is EXAM-50 at some size. Every exam is sat by the examinees; everybody else lies in the tables.
type workload struct {
	people      int // with a log-in
	examinees   int // of them, who sit the exams of the run
	oldExams    int // sat by everybody before
	journalRows int // of the old exams
	questions   int // of a paper
	bank        int // questions imported of those that ship; 0 is all

	rush      time.Duration // in which all start
	handIn    time.Duration // in which all hand in
	steady    loop          // in which everybody answers fast
	unhurried loop          // and as people do who think
	saturate  time.Duration // of each measurement in a closed loop
	limit     time.Duration // of each measurement of the limit
	mixed     time.Duration
	slowFlush time.Duration // by which a flush of the disk is slowed down in its own phase

	limitAttempts int // in the tables of the limit, with 50 answers each

	connections [2]int // of the closed loops
	changes     int    // of each question until the hand-in

	grow int // rows by which the journal grows between two measurements at the end; 0: it does not
}

// loop is an open loop: everybody makes a change at each interval, whether or not the one before is answered.
type loop struct{ lasting, interval time.Duration }

// exam50 is the workload that the goals are set for.
func exam50() workload {
	return workload{
		people: 10_000, examinees: 1000, oldExams: 10, journalRows: 1_000_000, questions: 50,
		rush: 2 * time.Second, handIn: 2 * time.Second, steady: loop{30 * time.Second, 2 * time.Second},
		unhurried: loop{40 * time.Second, 10 * time.Second}, slowFlush: time.Millisecond,
		saturate: 8 * time.Second, limit: 4 * time.Second, mixed: 10 * time.Second, limitAttempts: 10_000,
		connections: [2]int{64, 256}, changes: 4,
	}
}

// quick is the same in under a minute: for trying a change, not for figures to quote.
func quick() workload {
	w := exam50()
	w.people, w.examinees, w.oldExams, w.journalRows = 2000, 300, 5, 100_000
	w.steady.lasting, w.unhurried.lasting = 5*time.Second, 10*time.Second
	w.saturate, w.limit, w.mixed = 3*time.Second, 2*time.Second, 3*time.Second
	return w
}
