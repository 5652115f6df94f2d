package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
)

// remindPauses tells those who can end it, once, of a pause that nobody has ended.
func (h *hooks) remindPauses(ctx context.Context, d *db.DB) error {
	pauses, err := h.exams.LongPauses(ctx, d, d.Now())
	if err != nil {
		return err
	}
	for _, p := range pauses {
		if err := d.InTx(ctx, func(tx *db.Tx) error { return h.tellPause(ctx, tx, p) }); err != nil {
			return err
		}
	}
	return nil
}

func (h *hooks) tellPause(ctx context.Context, tx *db.Tx, p exam.LastingPause) error {
	able, err := h.people.HoldersOfAny(ctx, tx, account.ExamInvigilate, p.PersonIDs())
	if err != nil {
		return err
	}
	sits, _, err := h.exams.PeopleOf(ctx, tx, p.ExamID)
	if err != nil {
		return err
	}
	able = slices.DeleteFunc(able, func(id account.PersonID) bool { return slices.Contains(sits, id) }) // who sits it does not invigilate it
	return h.inbox.Tell(ctx, tx, able, notify.News{
		Kind: notify.Exam, Key: "notify.exam_paused_long", Link: "/exams/" + p.ExamID.String() + "/live?state=paused",
		Subject: fmt.Sprintf("exam:%d:paused:%d", p.ExamID, p.PausedAt.Unix()),
		Places:  map[string]any{"title": p.Title, "people": len(p.People), "since": notify.Moment(p.PausedAt)},
	})
}
