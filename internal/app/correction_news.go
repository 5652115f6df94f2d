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

// ResultCorrected tells the person, lifts the case that a fail had opened, and brings the round's number into the appraisal
// as a newer fact (promise 11).
func (h *hooks) ResultCorrected(ctx context.Context, tx *db.Tx, c exam.Corrected) error {
	n := resultNews(c.Released)
	n.Key, n.Places["before"] = "notify.result_corrected", c.Before.Score.String()
	if err := h.inbox.Tell(ctx, tx, []account.PersonID{c.PersonID}, n); err != nil {
		return err
	}
	if err := h.cases.ResultCorrected(ctx, tx, c); err != nil {
		return err
	}
	return h.roundMoved(ctx, tx, c.RoundID, c.PersonID)
}

// CorrectionProposed tells those who may be the second person, but for whoever cannot: the proposer and whom it is about.
func (h *hooks) CorrectionProposed(ctx context.Context, tx *db.Tx, p exam.ProposedCorrection) error {
	second, err := h.people.Holders(ctx, tx, account.ExamCorrectApprove, p.PersonID)
	if err != nil {
		return err
	}
	second = slices.DeleteFunc(second, func(id account.PersonID) bool { return id == p.ProposedBy || id == p.PersonID })
	return h.inbox.Tell(ctx, tx, second, notify.News{
		Kind: notify.Result, Key: "notify.correction_proposed", Link: fmt.Sprintf("/exams/%d/regrade/%d", p.ExamID, p.ID),
		Subject: fmt.Sprintf("correction:%d", p.ID), Places: map[string]any{"person": p.Name, "title": p.Title},
	})
}
