package app

import (
	"context"
	"fmt"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
)

// LookedBack is the question that somebody looks back on (bank.Reporting).
func (h *hooks) LookedBack(ctx context.Context, v account.Viewer, attempt int64, slot int) (bank.Looked, error) {
	version, id, err := h.exams.LookedBack(ctx, v, exam.AttemptID(attempt), slot)
	return bank.Looked{VersionID: bank.VersionID(version), ExamID: int64(id)}, err
}

// ReportAnswered tells whoever reported a question what came of it.
func (h *hooks) ReportAnswered(ctx context.Context, tx *db.Tx, r bank.Report) error {
	return h.inbox.Tell(ctx, tx, []account.PersonID{r.PersonID}, notify.News{
		Kind: notify.Question, Key: "notify.report_answered", Link: fmt.Sprintf("/attempts/%d/result#q%d", r.AttemptID, r.Slot),
		Subject: fmt.Sprintf("question_report:%d", r.ID),
		Places:  map[string]any{"title": r.ExamTitle, "slot": r.Slot, "outcome": notify.Word(r.Outcome.WordKey())},
	})
}
