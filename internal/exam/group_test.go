package exam

import (
	"errors"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/platform/errs"
)

type numbered struct {
	waiting
	n int64
}

func (m *numbered) key() int64 { return m.n }

// One request that makes the transaction fail fails alone; when the database cannot be reached all are told so at once.
func TestTogether(t *testing.T) {
	wrong := errors.New("wrong")
	away := errs.New(errs.Unavailable, "error.unavailable")
	for _, c := range []struct {
		name string
		act  func([]*numbered) error
		runs int
		want []error
	}{
		{"all go", func([]*numbered) error { return nil }, 1, []error{nil, nil, nil}},
		{"the second is wrong", func(some []*numbered) error {
			if slices.ContainsFunc(some, func(m *numbered) bool { return m.n == 2 }) {
				return wrong
			}
			return nil
		}, 4, []error{nil, wrong, nil}},
		{"nobody answers", func([]*numbered) error { return away }, 1, []error{away, away, away}},
	} {
		batch := make([]*numbered, len(c.want))
		for i := range batch {
			batch[i] = &numbered{waiting: waiting{done: make(chan error, 1)}, n: int64(i + 1)}
		}
		runs := 0
		together(batch, func(some []*numbered) error {
			runs++
			return c.act(some)
		})
		for i, m := range batch {
			if err := <-m.done; err != c.want[i] {
				t.Errorf("%s: request %d is answered %v, want %v", c.name, i+1, err, c.want[i])
			}
		}
		if runs != c.runs {
			t.Errorf("%s: %d transactions, want %d", c.name, runs, c.runs)
		}
	}
}
