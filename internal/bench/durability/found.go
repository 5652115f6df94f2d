package main

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
)

//go:embed found.sql
var foundSQL string

// attempt is what the database holds of one.
type attempt struct {
	ID          int64      `db:"id"`
	Login       string     `db:"login"`
	State       string     `db:"state"`
	StartedAt   time.Time  `db:"started_at"`
	DeadlineAt  time.Time  `db:"deadline_at"`
	SubmittedAt *time.Time `db:"submitted_at"`
	Cause       string     `db:"cause"`
	Answered    int        `db:"answered"`
	JournalHead string     `db:"journal_head"`
	Results     int        `db:"results"`
	Version     int        `db:"version"` // the greatest
	Score       int64      `db:"score"`
	Total       int64      `db:"total"`
	HandIns     int        `db:"hand_ins"` // acts in the record
	entries     []exam.Entry
}

type journalRow struct {
	AttemptID int64 `db:"attempt_id"`
	exam.Entry
}

// tickAllowance is how long after its moment a sweep may come: ticks are a second apart, and a killed server starts anew.
const tickAllowance = 10 * time.Second

// found is what the database holds of an exam.
type found struct {
	attempts map[string][]*attempt // by log-in
	overdue  int
}

// settle waits until nobody's attempt is left to be handed in and marked, then reads everything.
func settle(ctx context.Context, d *db.DB, examID string, p plan) (out found, err error) {
	id, err := strconv.ParseInt(examID, 10, 64)
	if err != nil {
		return out, err
	}
	q, err := d.Prepare(ctx, foundSQL)
	if err != nil {
		return out, err
	}
	if p.hurry {
		past := p.limit + exam.LoadAllowance + graceSeconds*time.Second + exam.DrainAllowance
		if _, err := q.Exec(ctx, d, "move_on", id, int64(past/time.Second)+1); err != nil {
			return out, err
		}
	}
	if err := awaitAll(ctx, d, q, id, p); err != nil {
		return out, err
	}
	if err := q.Get(ctx, d, &out.overdue, "overdue", id, int64((exam.DrainAllowance+tickAllowance)/time.Second), d.Now()); err != nil {
		return out, err
	}
	var attempts []*attempt
	if err := q.Select(ctx, d, &attempts, "attempts", id); err != nil {
		return out, err
	}
	var journal []journalRow
	if err := q.Select(ctx, d, &journal, "journal", id); err != nil {
		return out, err
	}
	out.arrange(attempts, journal)
	return out, nil
}

// awaitAll returns when all are marked, or when the last of them is overdue: then the comparison says so.
func awaitAll(ctx context.Context, d *db.DB, q *db.Queries, id int64, p plan) error {
	latest := p.limit + exam.LoadAllowance + graceSeconds*time.Second + exam.DrainAllowance
	if p.hurry {
		latest = 0
	}
	for until := time.Now().Add(latest + tickAllowance + time.Second); time.Now().Before(until) && ctx.Err() == nil; rest(ctx, 200*time.Millisecond) {
		var open int
		if err := q.Get(ctx, d, &open, "open", id); err != nil || open == 0 {
			return err
		}
	}
	return ctx.Err()
}

func (f *found) arrange(attempts []*attempt, journal []journalRow) {
	f.attempts = map[string][]*attempt{}
	byID := make(map[int64]*attempt, len(attempts))
	for _, a := range attempts {
		byID[a.ID] = a
		f.attempts[a.Login] = append(f.attempts[a.Login], a)
	}
	for _, j := range journal {
		a := byID[j.AttemptID]
		a.entries = append(a.entries, j.Entry)
	}
}

func (a *attempt) String() string { return fmt.Sprintf("attempt %d of %s", a.ID, a.Login) }
