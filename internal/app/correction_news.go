package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// ResultsCorrected tells the people, lifts the cases that a fail had opened, and brings the round's numbers into the appraisal
// as newer facts (promise 11). All of it happens for all of them together.
func (h *hooks) ResultsCorrected(ctx context.Context, tx *db.Tx, list []exam.Corrected) error {
	letters, people := make([]notify.Letter, len(list)), make([]account.PersonID, len(list))
	for i, c := range list {
		letters[i], people[i] = notify.Letter{To: c.PersonID, News: correctedNews(c)}, c.PersonID
	}
	if err := h.inbox.TellEach(ctx, tx, letters); err != nil {
		return err
	}
	if err := h.cases.ResultsCorrected(ctx, tx, list); err != nil {
		return err
	}
	return h.roundMoved(ctx, tx, list[0].RoundID, people)
}

func correctedNews(c exam.Corrected) notify.News {
	n := resultNews(c.Released)
	n.Key, n.Places["before"], n.Places["score"] = "notify.result_corrected", outOf(c.Before.Score, c.Before.Total), outOf(c.Score, c.Total)
	return n
}

// outOf names the full mark too: where a question was dropped it is another one.
func outOf(points, total score.Hundredths) string {
	return layout.Score(int64(points)) + " / " + layout.Score(int64(total))
}

// Foresee says what ResultsCorrected would do to people's cases; the appraisal's number follows from the round.
func (h *hooks) Foresee(ctx context.Context, x db.Q, changes []exam.Corrected) ([]exam.Consequence, error) {
	return h.cases.Foresee(ctx, x, changes)
}

// CorrectionProposed tells those who may be the second person, but for whoever cannot: the proposer and whom it is about.
func (h *hooks) CorrectionProposed(ctx context.Context, tx *db.Tx, p exam.ProposedCorrection) error {
	n := notify.News{
		Kind: notify.Result, Key: "notify.correction_proposed", Link: fmt.Sprintf("/exams/%d/regrade/%d", p.ExamID, p.ID),
		Subject: fmt.Sprintf("correction:%d", p.ID), Places: map[string]any{"person": p.Name, "title": p.Title},
	}
	var second []account.PersonID
	var err error
	if p.PersonID != 0 {
		holders, failed := h.people.Holders(ctx, tx, account.ExamCorrectApprove, []account.PersonID{p.PersonID})
		second, err = holders[p.PersonID], failed
	} else {
		n.Key = "notify.ruling_proposed"
		second, err = h.secondOf(ctx, tx, p.ExamID)
	}
	if err != nil {
		return err
	}
	second = slices.DeleteFunc(second, func(id account.PersonID) bool { return id == p.ProposedBy || id == p.PersonID })
	return h.inbox.Tell(ctx, tx, second, n)
}

// secondOf are those who may be the second person of an order on a whole exam: who reach all of its people and did not sit it.
func (h *hooks) secondOf(ctx context.Context, tx *db.Tx, id exam.ExamID) ([]account.PersonID, error) {
	people, sat, err := h.exams.PeopleOf(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	second, err := h.people.HoldersOfAll(ctx, tx, account.ExamCorrectApprove, people)
	return slices.DeleteFunc(second, func(id account.PersonID) bool { return slices.Contains(sat, id) }), err
}
