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

// CalledOff tells those who were to sit an exam, and those who would have invigilated any of them, that it does not take place.
func (h *hooks) CalledOff(ctx context.Context, tx *db.Tx, e exam.Exam, people []account.PersonID, reason string) error {
	n := notify.News{
		Kind: notify.Exam, Key: "notify.exam_called_off", Link: "/exams/" + e.ID.String(), Subject: fmt.Sprintf("exam:%d:called_off", e.ID),
		Places: map[string]any{"title": e.Title, "opens_at": notify.Moment(e.OpensAt), "reason": reason},
	}
	if err := h.inbox.Tell(ctx, tx, people, n); err != nil {
		return err
	}
	watching, err := h.people.HoldersOfAny(ctx, tx, account.ExamInvigilate, people)
	if err != nil {
		return err
	}
	watching = slices.DeleteFunc(watching, func(id account.PersonID) bool { return slices.Contains(people, id) })
	n.Key, n.Link = "notify.exam_called_off_staff", "/exams/"+e.ID.String()+"/setup"
	return h.inbox.Tell(ctx, tx, watching, n)
}

// Removed tells who was taken off an exam that the person needs not come; somebody invited again may be taken off again.
func (h *hooks) Removed(ctx context.Context, tx *db.Tx, e exam.Exam, person account.PersonID, reason string) error {
	return h.inbox.Tell(ctx, tx, []account.PersonID{person}, notify.News{
		Kind: notify.Exam, Key: "notify.exam_removed", Link: "/exams/" + e.ID.String(), Subject: fmt.Sprintf("exam:%d:removed:%d", e.ID, tx.Now().Unix()),
		Places: map[string]any{"title": e.Title, "reason": reason},
	})
}
