package ledger

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/money"
)

// rule:C47
func TestPlan(t *testing.T) {
	bonus, less := Pay{20, 200_00}, Pay{10, 0}
	none := tail{}
	stands := tail{ID: 5, Seq: 1, Outcome: Good, PolicyVersionID: 3, ResultID: 8, Stands: true, Pay: less}
	taken := tail{ID: 6, Seq: 2, Outcome: Good, PolicyVersionID: 3, ResultID: 8, Pay: less.Negated()}
	for _, c := range []struct {
		name          string
		last          tail
		outcome       Outcome
		owed          Pay
		before, after Pay
		seqs          []int
	}{
		{"the first", none, Excellent, bonus, Pay{}, bonus, []int{1}},
		{"a deduction", none, Failed, bonus.Negated(), Pay{}, bonus.Negated(), []int{1}},
		{"an outcome that brings nothing", none, Pass, Pay{}, Pay{}, Pay{}, nil},
		{"a case that is open", none, Undecided, Pay{}, Pay{}, Pay{}, nil},
		{"no pay for what is undecided, whatever the policy says", none, Undecided, bonus, Pay{}, Pay{}, nil},
		{"the same again", stands, Good, less, less, less, nil},
		{"the same under another policy", stands, Good, bonus, less, less, nil},
		{"a better one", stands, Excellent, bonus, less, bonus, []int{2, 3}},
		{"another one that brings as much", stands, Pass, less, less, less, []int{2, 3}},
		{"one that brings nothing", stands, Failed, Pay{}, less, Pay{}, []int{2}},
		{"the case is open again", stands, Undecided, Pay{}, less, Pay{}, []int{2}},
		{"again after it was taken back", taken, Good, less, Pay{}, less, []int{3}},
		{"still taken back", taken, Undecided, Pay{}, Pay{}, Pay{}, nil},
	} {
		got := plan(c.last, Came{PersonID: 7, Outcome: c.outcome, ResultID: 9}, c.owed)
		rows := got.rows(4)
		var seqs []int
		for _, r := range rows {
			seqs = append(seqs, r.Seq)
			if reversal := r.Reverses != nil; reversal != (r.Seq%2 == 0) || reversal && (*r.Reverses != c.last.ID || r.Pay != c.last.Pay.Negated() || r.PolicyVersionID != c.last.PolicyVersionID) {
				t.Errorf("%s: %+v", c.name, r)
			}
			if r.Reverses == nil && (r.PolicyVersionID != 4 || r.Pay != c.owed || r.Outcome != c.outcome) || r.PersonID != 7 || r.ResultID != 9 {
				t.Errorf("%s: %+v", c.name, r)
			}
		}
		if got.before() != c.before || got.after() != c.after || !slices.Equal(seqs, c.seqs) || got.nothing() != (c.seqs == nil) {
			t.Errorf("%s: from %+v to %+v by %v", c.name, got.before(), got.after(), seqs)
		}
	}
}

// A reversal while nothing is released any more names the result that had brought the entry.
func TestAReversalNamesAResult(t *testing.T) {
	last := tail{ID: 5, Seq: 1, Outcome: Good, ResultID: 8, Stands: true, Pay: Pay{1, 0}}
	if rows := plan(last, Came{Outcome: Undecided}, Pay{}).rows(4); len(rows) != 1 || rows[0].ResultID != 8 {
		t.Errorf("%+v", rows)
	}
}

// Whatever a round comes to, one outcome after the other, the entries add up to what the policy brings for the last one, at most one of them
// stands, they alternate, each reversal undoes the one before it, and the same outcome again adds nothing.
func TestEntriesAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 47))
	outcomes := append([]Outcome{Undecided}, Outcomes...)
	for range 2000 {
		var pays []Pay
		for range Outcomes {
			pays = append(pays, Pay{random.Int64N(5) - 2, money.Fen(random.Int64N(5) - 2)})
		}
		p := policyOf(Yearly, pays...)
		var entries []row
		last := tail{}
		for range 12 {
			came := Came{PersonID: 7, Outcome: outcomes[random.IntN(len(outcomes))], ResultID: ResultID(1 + random.Int64N(9))}
			c := plan(last, came, p.Of(Yearly, came.Outcome))
			for _, r := range c.rows(4) {
				if r.Seq != len(entries)+1 {
					t.Fatalf("entry %d after %d", r.Seq, len(entries))
				}
				if r.Reverses != nil && (int(*r.Reverses) != len(entries) || !r.Plus(entries[len(entries)-1].Pay).Zero()) {
					t.Fatalf("%+v does not take back %+v", r, entries[len(entries)-1])
				}
				entries = append(entries, r)
				last = tail{ID: EntryID(r.Seq), Seq: r.Seq, Outcome: r.Outcome, PolicyVersionID: r.PolicyVersionID, ResultID: r.ResultID, Stands: r.Reverses == nil, Pay: r.Pay}
			}
			var sum Pay
			for _, e := range entries {
				sum = sum.Plus(e.Pay)
			}
			owed := p.Of(Yearly, came.Outcome)
			if sum != owed || last.Stands != !owed.Zero() || c.after() != owed {
				t.Fatalf("%q brings %+v and the entries come to %+v: %+v", came.Outcome, owed, sum, entries)
			}
			if again := plan(last, came, owed); !again.nothing() {
				t.Fatalf("%q again changes %+v", came.Outcome, again)
			}
		}
	}
}

func TestSpanOfAMonth(t *testing.T) {
	for month, want := range map[time.Time][2]string{
		{}: {"0001-01-01", "9999-12-31"},
		time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC): {"2026-12-01", "2027-01-01"},
		time.Date(2028, 2, 9, 0, 0, 0, 0, time.UTC):  {"2028-02-01", "2028-03-01"},
	} {
		from, until := Filter{Month: month}.span()
		if from != want[0] || until != want[1] {
			t.Errorf("%s: %s to %s", month, from, until)
		}
	}
}

func TestMonthsBetween(t *testing.T) {
	on := func(text string) time.Time {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	for _, c := range []struct {
		first, now string
		n          int
		last       string
	}{
		{"2026-03-31", "2026-03-31", 1, "2026-03-01"}, {"2025-12-31", "2026-01-01", 2, "2025-12-01"}, {"2026-04-01", "2026-03-31", 0, ""}, {"2000-01-01", "2026-03-31", maxMonths, "2021-04-01"},
	} {
		got := monthsBetween(on(c.first), on(c.now))
		if len(got) != c.n || c.n > 0 && !got[c.n-1].Equal(on(c.last)) {
			t.Errorf("%s to %s: %d, %v", c.first, c.now, len(got), got)
		}
	}
}
