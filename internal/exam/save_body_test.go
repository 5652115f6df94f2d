package exam

import (
	"testing"

	"github.com/peikao/peikao/internal/platform/errs"
)

// A body holds one to a hundred changes, each under a number of its own; what it holds is saved whole, or refused whole and nothing is kept.
func TestABodyOfChanges(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	body := func(n int) []Change {
		out := make([]Change, n)
		for i := range out {
			out[i] = choose(i%10+1, int64(i+1), []string{"a", "b"}[i%2])
		}
		return out
	}
	twice := body(3)
	twice[2].ClientSeq = 1
	for name, changes := range map[string][]Change{"none": nil, "101": body(101), "a number twice": twice} {
		if _, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, changes, c.clock.Now()); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := c.count(`SELECT count(*) FROM journal`); n != 0 {
		t.Errorf("%d changes of refused bodies are kept", n)
	}
	reply, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, body(MaxChanges), c.clock.Now())
	must(t, err)
	if MaxChanges != 100 || reply.Only() != Saved || reply.LastSeq != 100 || len(reply.Results) != 100 {
		t.Errorf("%d changes: %s, the newest %d", len(reply.Results), reply.Only(), reply.LastSeq)
	}
	for i, r := range reply.Results {
		if r.ClientSeq != int64(i+1) {
			t.Fatalf("answer %d is to number %d", i, r.ClientSeq)
		}
	}
}
