package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/report"
)

const (
	recountCheckInterval = 10 * time.Minute
	recountHour          = 4 // in the organisation's zone, after the backup
	// recountSettles is how long a process has run before it makes the first recount of all: a machine that is off at night makes it too.
	recountSettles = time.Hour
	// recountWaits is how long a recount waits for people who sit an exam.
	recountWaits = 12 * time.Hour
	// longestRecount bounds one; it is tried again at the next look.
	longestRecount = 30 * time.Minute
	longestRest    = time.Second
)

// Recount computes every result, and what it brought, a second time, in SQL, once a night (threat 35). What differs raises the alarm and is told to those who
// answer for results; what was found is recorded as an act, which also says when the last one was. It may be called by any process at
// any time: it does nothing until it is due.
func (a *App) Recount(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, longestRecount)
	defer cancel()
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		alone, sits, err := a.Reports.MayRecount(ctx, tx)
		if err != nil || !alone {
			return err
		}
		var last time.Time
		e, err := a.record.Last(ctx, report.RecountAct, &report.Recount{})
		if err != nil {
			return err
		}
		if e != nil {
			last = e.At
		}
		if !recountDue(last, a.since, tx.Now(), sits, a.Config.Timezone) {
			return nil
		}
		return a.recount(ctx, tx)
	})
}

// recountDue tells whether a recount is to be made now; last is the zero time when there was none.
func recountDue(last, since, now time.Time, sits bool, zone *time.Location) bool {
	due := lastTimeAt(recountHour, now, zone)
	if last.IsZero() {
		due = since.Add(recountSettles)
	}
	if due.After(now) || !last.Before(due) {
		return false
	}
	return !sits || now.Sub(due) >= recountWaits
}

// recount makes one. What it finds is told, and recorded, in the transaction of whoever asks.
func (a *App) recount(ctx context.Context, tx *db.Tx) error {
	found, err := a.Reports.Recount(ctx, rest)
	if err != nil {
		return err
	}
	for _, d := range found.First {
		a.Log.Error("alarm: a stored number is not what it rests on", "which", d.String(), "exam", d.ExamID)
	}
	a.Log.Info("results recounted", "results", found.Results, "sheets", found.Sheets, "entries", found.Entries, "disagreements", found.Disagreements)
	a.disagreements.Store(int64(found.Disagreements))
	if err := a.hooks.tellDisagreements(ctx, tx, found); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Actor: account.System().Actor(), Act: report.RecountAct, Subject: "result", Body: found})
}

// rest leaves the database to others for as long as a batch took.
func rest(ctx context.Context, took time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(min(took, longestRest)):
	}
}

// tellDisagreements tells those who release results and those who watch over the record, each night anew until nothing differs.
func (h *hooks) tellDisagreements(ctx context.Context, tx *db.Tx, found report.Recount) error {
	if found.Disagreements == 0 {
		return nil
	}
	first := found.First[0]
	var people []account.PersonID
	key := "notify.recount_differs"
	for _, d := range found.First {
		people = append(people, account.PersonID(d.PersonID))
		if d.What == "pay" {
			key = "notify.recount_pay_differs"
		}
	}
	for may, link := range map[account.Action]string{
		account.ExamRelease: "/exams/" + strconv.FormatInt(first.ExamID, 10) + "/results",
		account.AuditRead:   "/admin/audit",
	} {
		to, err := h.people.HoldersOfAny(ctx, tx, may, people)
		if err != nil {
			return err
		}
		err = h.inbox.Tell(ctx, tx, slices.Compact(slices.Sorted(slices.Values(to))), notify.News{
			Kind: notify.Result, Key: key, Link: link, Subject: fmt.Sprintf("recount:%s:%d", may, tx.Now().Unix()),
			Places: map[string]any{"n": found.Disagreements, "title": first.Title},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
