package policy_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
)

type rule struct{ Hours int }

// What a page marks as in force is what a result is computed with.
func TestHistoryAgreesWithCurrent(t *testing.T) {
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	s, err := policy.NewStore(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	start := clock.Now()
	for i, from := range []time.Duration{0, 48 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			return policy.Add(ctx, s, tx, "test_rule", start.Add(from), rule{i}, "person:1")
		}); err != nil {
			t.Fatal(err)
		}
	}
	history, err := policy.History[rule](ctx, s, d, "test_rule")
	if err != nil || len(history) != 4 || history[0].Number != 4 {
		t.Fatalf("%+v, %v", history, err)
	}
	if at := policy.InForce(history, start.Add(-time.Second)); at != -1 {
		t.Errorf("version %d holds before the first one", history[at].Number)
	}
	for _, after := range []time.Duration{0, time.Hour, 24 * time.Hour, 47 * time.Hour, 48 * time.Hour, 99 * time.Hour} {
		_, want, err := policy.Current[rule](ctx, s, d, "test_rule", start.Add(after))
		if err != nil {
			t.Fatal(err)
		}
		if got := history[policy.InForce(history, start.Add(after))].ID; got != want {
			t.Errorf("after %s version id %d is marked, %d holds", after, got, want)
		}
	}
}

// Two rules at once are the same as one after the other; without one of them there is no answer.
func TestCurrentTwo(t *testing.T) {
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	s, err := policy.NewStore(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	start := clock.Now()
	add := func(kind string, after time.Duration, hours int) {
		t.Helper()
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			return policy.Add(ctx, s, tx, kind, start.Add(after), rule{hours}, "person:1")
		}); err != nil {
			t.Fatal(err)
		}
	}
	add("test_a", 0, 1)
	add("test_a", time.Hour, 2)
	if a, b, err := policy.CurrentTwo[rule, rule](ctx, s, d, "test_a", "test_b", start); !errs.Is(err, errs.NotFound) {
		t.Fatalf("%v, %v, %v", a, b, err)
	}
	add("test_b", 0, 3)
	add("test_b", 0, 4)
	for after, want := range map[time.Duration]rule{0: {1}, time.Hour - time.Second: {1}, time.Hour: {2}} {
		a, b, err := policy.CurrentTwo[rule, rule](ctx, s, d, "test_a", "test_b", start.Add(after))
		if err != nil || a != want || b != (rule{4}) {
			t.Errorf("after %s: %v, %v, %v", after, a, b, err)
		}
	}
	if _, _, err := policy.CurrentTwo[rule, rule](ctx, s, d, "test_a", "test_b", start.Add(-time.Second)); !errs.Is(err, errs.NotFound) {
		t.Errorf("before the first: %v", err)
	}
}
