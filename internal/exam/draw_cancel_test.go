package exam

import (
	"context"
	"errors"
	"testing"

	"github.com/peikao/peikao/internal/exam/compose"
)

// Whoever goes away while a paper is searched gets none, neither one nor forms nor a word on what the bank lacks.
func TestDrawEndsWithItsRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b, pool := Blueprint{Rows: []BlueprintRow{row(2, "single")}}, singlesOf(6)
	if slots, short, err := Draw(ctx, seeded(1), b, pool); !errors.Is(err, context.Canceled) || slots != nil || short != nil {
		t.Errorf("a paper: %v %v %v", slots, short, err)
	}
	if forms, short, err := DrawForms(ctx, seeded(1), b, pool, 2); !errors.Is(err, context.Canceled) || forms.Papers != nil || short != nil {
		t.Errorf("forms: %v %v %v", forms, short, err)
	}
	if _, err := stockFor(ctx, b, pool); !errors.Is(err, context.Canceled) {
		t.Errorf("what the bank has: %v", err)
	}
}

// Where the work has run out, each form is a whole paper all the same: one that stands again is better than one with empty places.
func TestFormsAreWholeWhenTheWorkIsSpent(t *testing.T) {
	random := seeded(4)
	pool := singlesOf(40)
	for set := range int64(90) {
		for range 2 {
			at := random.IntN(len(pool.Items))
			pool.Items[at].Rivals = append(pool.Items[at].Rivals, set+1)
		}
	}
	count := 1
	for ; ; count++ {
		if _, short := drawn(seeded(1), Blueprint{Rows: []BlueprintRow{row(count+1, "single")}}, pool); len(short) > 0 {
			break
		}
	}
	d := newDraft(seeded(1), Blueprint{Rows: []BlueprintRow{row(count, "single")}}, pool)
	one, err := compose.Solve(compose.NewBudget(t.Context()), d.problem(1, false))
	if err != nil {
		t.Fatal(err)
	}
	work := compose.NewBudget(t.Context())
	for range 64 {
		work.Share()
	}
	forms, err := d.inTurn(seeded(1), work, one.Chosen, 3)
	if err != nil || len(forms.Papers) != 3 {
		t.Fatal(err, len(forms.Papers))
	}
	for _, slots := range forms.Papers {
		if len(slots) != count {
			t.Errorf("%d places of %d", len(slots), count)
		}
	}
}

// singlesOf is a pool of so many questions that a row without a point takes.
func singlesOf(n int) Pool {
	var items []PoolItem
	for id := range int64(n) {
		items = append(items, item(id+1, "single", 2, false, 10))
	}
	return poolOf(items...)
}
