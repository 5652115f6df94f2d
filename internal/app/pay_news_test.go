package app

import (
	"testing"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
)

// rule:C47
func TestPaidOutcome(t *testing.T) {
	for _, c := range []struct {
		name    string
		outcome exam.Outcome
		band    score.Band
		state   remediation.State // "": no case
		closed  remediation.Outcome
		want    ledger.Outcome
	}{
		{"优秀", exam.OutcomePassed, score.Excellent, "", "", ledger.Excellent},
		{"良好", exam.OutcomePassed, score.Good, "", "", ledger.Good},
		{"合格", exam.OutcomePassed, score.Pass, "", "", ledger.Pass},
		{"a fail whose case is to come", exam.OutcomeFailed, score.Fail, "", "", ledger.Undecided},
		{"nothing is released", exam.OutcomeUnknown, "", "", "", ledger.Undecided},
		{"待补考", exam.OutcomeFailed, score.Fail, remediation.RetakeDue, "", ledger.Undecided},
		{"a retake that was passed while its case is being closed", exam.OutcomeRetake, score.Good, remediation.RetakeMarking, "", ledger.Undecided},
		{"待决定", exam.OutcomeFailed, score.Fail, remediation.DecisionDue, "", ledger.Undecided},
		{"补考合格, whatever its band", exam.OutcomeRetake, score.Excellent, remediation.Closed, remediation.PassedRetake, ledger.PassedRetake},
		{"经复训合格", exam.OutcomeRetrain, score.Excellent, remediation.Closed, remediation.PassedRetraining, ledger.PassedRetraining},
		{"调岗", exam.OutcomeFailed, score.Fail, remediation.Closed, remediation.Transferred, ledger.Failed},
		{"辞退", exam.OutcomeFailed, score.Fail, remediation.Closed, remediation.Dismissed, ledger.Failed},
		{"a decision whose ground fell", exam.OutcomePassed, score.Good, remediation.Closed, remediation.Dismissed, ledger.Good},
		{"撤销", exam.OutcomePassed, score.Pass, remediation.Closed, remediation.Lifted, ledger.Pass},
		{"撤销 without a pass", exam.OutcomeFailed, score.Fail, remediation.Closed, remediation.Lifted, ledger.Undecided},
	} {
		got := paidOutcome(exam.RoundResult{Outcome: c.outcome, Band: c.band}, remediation.Case{State: c.state, Outcome: c.closed}, c.state != "")
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPayNews(t *testing.T) {
	good, excellent := ledger.Pay{Points: 10}, ledger.Pay{Points: 20, Fen: 200_00}
	for _, c := range []struct {
		s    ledger.Settled
		key  string
		want [4]string // points and amount, before and after
	}{
		{ledger.Settled{Outcome: ledger.Good, Seq: 1, After: good}, "notify.pay_booked", [4]string{"0", "¥0.00", "+10", "¥0.00"}},
		{ledger.Settled{Outcome: ledger.Excellent, Seq: 3, Before: good, After: excellent}, "notify.pay_changed", [4]string{"+10", "¥0.00", "+20", "+\u2060¥200.00"}},
		{ledger.Settled{Outcome: ledger.Pass, Seq: 2, Before: excellent}, "notify.pay_changed", [4]string{"+20", "+\u2060¥200.00", "0", "¥0.00"}},
		{ledger.Settled{Outcome: ledger.Undecided, Seq: 2, Before: good}, "notify.pay_open_again", [4]string{"+10", "¥0.00", "0", "¥0.00"}},
		{ledger.Settled{Outcome: ledger.Failed, Seq: 1, After: excellent.Negated()}, "notify.pay_booked", [4]string{"0", "¥0.00", "−20", "−\u2060¥200.00"}},
	} {
		n := payNews(5, "季度考核", c.s)
		got := [4]string{}
		for i, place := range []string{"points_before", "amount_before", "points", "amount"} {
			got[i], _ = n.Places[place].(string)
		}
		if n.Key != c.key || got != c.want || n.Link != "/me/ledger" {
			t.Errorf("%+v: %s %q", c.s, n.Key, got)
		}
	}
}
