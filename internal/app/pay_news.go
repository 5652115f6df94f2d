package app

import (
	"context"
	"fmt"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// lockedRound is where a round stands for these people. What moves it waits until this transaction is over.
func (h *hooks) lockedRound(ctx context.Context, tx *db.Tx, id exam.RoundID, people []account.PersonID) ([]exam.RoundResult, error) {
	if err := h.ledger.Lock(ctx, tx, ledger.RoundID(id)); err != nil {
		return nil, err
	}
	scoring, err := h.scoring(ctx, tx)
	if err != nil {
		return nil, err
	}
	return h.exams.RoundOfPeople(ctx, tx, id, people, scoring)
}

// decidedRounds books what the round brings those of whom people decided (C47, C49): no result comes with a decision.
func (h *hooks) decidedRounds(ctx context.Context, tx *db.Tx, list []remediation.Moved) error {
	var people []account.PersonID
	for _, m := range list {
		if m.State == remediation.Closed && (m.On == remediation.DecidedMove || m.On == remediation.DecidedLeave) {
			people = append(people, m.PersonID)
		}
	}
	if len(people) == 0 {
		return nil
	}
	rounds, err := h.lockedRound(ctx, tx, list[0].RoundID, people)
	if err != nil {
		return err
	}
	return h.settle(ctx, tx, rounds)
}

// settle books what a round came to for these people, takes back what is so no more, and tells them.
func (h *hooks) settle(ctx context.Context, tx *db.Tx, rounds []exam.RoundResult) error {
	if len(rounds) == 0 {
		return nil
	}
	people := make([]account.PersonID, len(rounds))
	for i, r := range rounds {
		people[i] = r.PersonID
	}
	cases, err := h.cases.CasesOfRound(ctx, tx, rounds[0].RoundID, people)
	if err != nil {
		return err
	}
	settled, err := h.ledger.Settle(ctx, tx, paidRound(rounds[0]), cameTo(rounds, cases))
	if err != nil || len(settled) == 0 {
		return err
	}
	letters := make([]notify.Letter, len(settled))
	for i, s := range settled {
		letters[i] = notify.Letter{To: s.PersonID, News: payNews(rounds[0].RoundID, rounds[0].Title, s)}
	}
	return h.inbox.TellEach(ctx, tx, letters)
}

func payNews(round exam.RoundID, title string, s ledger.Settled) notify.News {
	n := notify.News{
		Kind: notify.Result, Key: "notify.pay_changed", Link: "/me/ledger", Subject: fmt.Sprintf("ledger:%d:%d", round, s.Seq),
		Places: map[string]any{
			"title": title, "points": layout.Signed(s.After.Points), "amount": s.After.Fen.Signed(),
			"points_before": layout.Signed(s.Before.Points), "amount_before": s.Before.Fen.Signed(),
		},
	}
	switch {
	case s.Outcome == ledger.Undecided:
		n.Key = "notify.pay_open_again"
	case s.Before.Zero():
		n.Key, n.Places["outcome"] = "notify.pay_booked", notify.Word("ledger.outcome."+string(s.Outcome))
	}
	return n
}

func paidRound(r exam.RoundResult) ledger.Round {
	return ledger.Round{ID: ledger.RoundID(r.RoundID), Kind: ledger.Kind(r.Kind), AsOf: r.PaidAsOf}
}

func cameTo(rounds []exam.RoundResult, cases map[account.PersonID]remediation.Case) []ledger.Came {
	out := make([]ledger.Came, len(rounds))
	for i, r := range rounds {
		c, has := cases[r.PersonID]
		out[i] = ledger.Came{PersonID: r.PersonID, Outcome: paidOutcome(r, c, has), ResultID: ledger.ResultID(r.ResultID)}
	}
	return out
}

// bandOutcomes are what a pass at the first sitting comes to by its band.
var bandOutcomes = map[score.Band]ledger.Outcome{score.Excellent: ledger.Excellent, score.Good: ledger.Good, score.Pass: ledger.Pass}

// paidOutcome is what a round came to for a person, as it is paid. While the case is open nothing is; a fail is final when people have decided
// what becomes of the person, and not before.
func paidOutcome(r exam.RoundResult, c remediation.Case, has bool) ledger.Outcome {
	if has && c.State != remediation.Closed {
		return ledger.Undecided
	}
	switch r.Outcome {
	case exam.OutcomePassed:
		return bandOutcomes[r.Band]
	case exam.OutcomeRetake:
		return ledger.PassedRetake
	case exam.OutcomeRetrain:
		return ledger.PassedRetraining
	case exam.OutcomeFailed:
		if has && c.Outcome.Decided() {
			return ledger.Failed
		}
	}
	return ledger.Undecided
}

// ForeseePay says what ResultsCorrected would change in points and pay.
func (h *hooks) ForeseePay(ctx context.Context, x db.Q, changes []exam.Corrected) ([]exam.PayChange, error) {
	scoring, err := h.scoring(ctx, x)
	if err != nil {
		return nil, err
	}
	rounds, err := h.exams.RoundsCorrected(ctx, x, changes, scoring)
	if err != nil || len(rounds) == 0 {
		return nil, err
	}
	cases, err := h.cases.CasesCorrected(ctx, x, changes)
	if err != nil {
		return nil, err
	}
	list, err := h.ledger.Foresee(ctx, x, paidRound(rounds[0]), cameTo(rounds, cases))
	out := make([]exam.PayChange, len(list))
	for i, f := range list {
		out[i] = exam.PayChange{PersonID: f.PersonID, PointsBefore: f.Before.Points, PointsAfter: f.After.Points, Before: f.Before.Fen, After: f.After.Fen}
	}
	return out, err
}
