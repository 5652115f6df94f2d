package app

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
)

// lastCall is how long before the close those who have not begun are told once more.
const lastCall = 24 * time.Hour

// remindExams tells who has not begun an exam that it has opened and that it closes soon.
func (h *hooks) remindExams(ctx context.Context, d *db.DB) error {
	people, err := h.exams.NotBegun(ctx, d, d.Now(), lastCall)
	if err != nil {
		return err
	}
	for _, g := range sameNews(people, d.Now()) {
		if err := d.InTx(ctx, func(tx *db.Tx) error { return h.inbox.Tell(ctx, tx, g.people, g.news) }); err != nil {
			return err
		}
	}
	return nil
}

// group are people who are told the same.
type group struct {
	people []account.PersonID
	news   notify.News
}

// sameNews puts people who are told the same together; they stand side by side in the list.
func sameNews(people []exam.NotBegun, now time.Time) []group {
	var out []group
	for _, p := range people {
		n, tell := examReminder(p, now)
		switch last := len(out) - 1; {
		case !tell:
		case last >= 0 && out[last].news.Subject == n.Subject:
			out[last].people = append(out[last].people, p.PersonID)
		default:
			out = append(out, group{[]account.PersonID{p.PersonID}, n})
		}
	}
	return out
}

// examReminder is what somebody who has not begun is told now. Whoever heard of the exam after its opening, or within the
// last day, has just been told by its publication.
func examReminder(p exam.NotBegun, now time.Time) (n notify.News, tell bool) {
	n = notify.News{
		Kind: notify.Exam, Link: "/exams/" + p.ExamID.String(),
		Places: map[string]any{"title": p.Title, "closes_at": notify.Until(p.ClosesAt)},
	}
	if call := p.ClosesAt.Add(-lastCall); !now.Before(call) && call.After(p.OpensAt) && call.After(p.PublishedAt) {
		n.Key, n.Subject = "notify.exam_soon", fmt.Sprintf("exam:%d:closes:%d", p.ExamID, p.ClosesAt.Unix())
		return n, true
	}
	if p.OpensAt.After(p.PublishedAt) && now.Sub(p.OpensAt) < lastCall {
		n.Key, n.Subject = "notify.exam_opened", fmt.Sprintf("exam:%d:opens:%d", p.ExamID, p.OpensAt.Unix())
		return n, true
	}
	return notify.News{}, false
}
