package policy_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
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
			_, err := policy.Add(ctx, s, tx, "test_rule", start.Add(from), rule{i}, "person:1")
			return err
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
