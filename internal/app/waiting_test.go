package app_test

import (
	"context"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
)

// What waits is counted as the pages list it: within reach, without what is the viewer's own, and only for whom it is.
func TestWhatWaitsIsCounted(t *testing.T) {
	ctx := context.Background()
	b := newBranches(t)
	b.Employ("second", "某某", b.Branch["a"], b.OtherPost, account.Trainer)
	topics, err := b.Bank.Topics(ctx, b.Viewer("trainer"))
	must(t, err)
	question := sentinelQuestions()[0]
	question.Stem += "（修订）"
	id, err := b.Bank.Create(ctx, b.Viewer("trainer"), bank.Draft{Question: question, TopicIDs: []bank.TopicID{topics.Area(1)}})
	must(t, err)
	must(t, b.Bank.Submit(ctx, b.Viewer("trainer"), id))
	for _, statement := range []string{
		`UPDATE cycle SET state = 'scored', scored_at = opened_at`,
		`UPDATE sheet SET state = 'scored', missing = '{}', total_hundredths = 6000, grade = 'C' WHERE state = 'collecting'`,
	} {
		_, err := b.DB.SQL().Exec(statement)
		must(t, err)
	}
	number := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	for _, c := range []struct {
		login                   string
		reviews, reports, cases int
	}{
		{"hr", 1, 0, 3}, {"hr-a", 1, 0, 2}, {"trainer", 0, 0, 0}, {"second", 1, 0, 0}, {"lead-a", -1, -1, 2}, {"mei-a", -1, -1, 0},
	} {
		v := b.Viewer(c.login)
		w, err := b.Reports.Waiting(ctx, v)
		must(t, err)
		cases := 0
		for _, n := range w.Cases {
			cases += n
		}
		if number(w.Reviews) != c.reviews || number(w.Reports) != c.reports || cases != c.cases {
			t.Errorf("%s: %+v", c.login, w)
		}
		if v.CanBeyondSelf(account.AccountPersonRead) {
			_, total, err := b.Accounts.People(ctx, v, account.Filter{}, page.New(1, 1))
			must(t, err)
			if number(w.People) != total {
				t.Errorf("%s: %d people, the directory has %d", c.login, number(w.People), total)
			}
		}
		if v.CanBeyondSelf(account.CaseRead) {
			_, total, counts, err := b.Remediation.Board(ctx, v, remediation.Filter{State: "open", Page: page.New(1, 50)})
			must(t, err)
			for state, n := range counts {
				if w.Cases[string(state)] != n {
					t.Errorf("%s: %s %d, the board has %d", c.login, state, w.Cases[string(state)], n)
				}
			}
			rows, err := b.Remediation.Urgent(ctx, v, 50)
			must(t, err)
			if len(rows) != total {
				t.Errorf("%s: %d of %d", c.login, len(rows), total)
			}
		}
	}
	whole, err := b.Reports.Waiting(ctx, b.Viewer("hr"))
	must(t, err)
	part, err := b.Reports.Waiting(ctx, b.Viewer("hr-a"))
	must(t, err)
	var scored int
	must(t, b.DB.SQL().QueryRow(`SELECT count(*) FROM sheet WHERE state = 'scored'`).Scan(&scored))
	if number(whole.Sheets) != scored || scored == 0 || number(part.Sheets) >= scored || number(part.Sheets) == 0 || *whole.SheetsCycle != int64(b.cycle) {
		t.Errorf("%d sheets wait, HR counts %d and that of branch a %d", scored, number(whole.Sheets), number(part.Sheets))
	}
	_, err = b.DB.SQL().Exec(`UPDATE cycle SET state = 'open', scored_at = NULL`)
	must(t, err)
	if w, err := b.Reports.Waiting(ctx, b.Viewer("hr")); err != nil || number(w.Sheets) != 0 || w.SheetsCycle != nil {
		t.Errorf("sheets are waited for while scores are typed: %+v %v", w, err)
	}
}
