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

// A version holds at once or later, never from a moment that has passed, and the record says what it is.
func TestAdd(t *testing.T) {
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	s, err := policy.NewStore(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Now()
	for _, c := range []struct {
		name       string
		from, want time.Time // the zero time for who is refused
	}{
		{"at once", time.Time{}, now},
		{"now", now, now},
		{"later", now.Add(time.Microsecond), now.Add(time.Microsecond)},
		{"passed", now.Add(-time.Microsecond), time.Time{}},
	} {
		var event string
		err := d.InTx(ctx, func(tx *db.Tx) error {
			if err := policy.Add(ctx, s, tx, "test_rule", c.from, rule{7}, "person:1"); err != nil {
				return err
			}
			return tx.SQLTx().QueryRow(`SELECT e.actor || ' ' || e.act || ' ' || e.body FROM audit_event e JOIN policy_version v ON e.subject = 'policy_version:' || v.id
				WHERE v.kind = 'test_rule' AND v.effective_from = $1 ORDER BY v.version DESC LIMIT 1`, c.want).Scan(&event)
		})
		want := `person:1 policy.add {"facts":{"body":{"Hours":7},"effective_from":"` + c.want.Format(time.RFC3339Nano) + `","kind":"test_rule"}}`
		switch {
		case c.want.IsZero():
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", c.name, err)
			}
		case err != nil || event != want:
			t.Errorf("%s: %s, %v", c.name, event, err)
		}
	}
}

// Only a kind without a version gets its first one.
func TestEnsure(t *testing.T) {
	ctx := context.Background()
	d, clock := dbtest.NewFake(t)
	s, err := policy.NewStore(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	for hours := 1; hours <= 2; hours++ {
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			return policy.Ensure(ctx, s, tx, "test_rule", rule{hours}, "system")
		}); err != nil {
			t.Fatal(err)
		}
	}
	if history, err := policy.History[rule](ctx, s, d, "test_rule"); err != nil || len(history) != 1 || history[0].Body.V.Hours != 1 || !history[0].EffectiveFrom.Equal(clock.Now()) {
		t.Errorf("%+v, %v", history, err)
	}
}
