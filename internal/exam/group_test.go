package exam

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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

// A crowd's commits keep the pace, and the next begins at once when enough wait for it; one who comes alone waits for nobody.
func TestThePaceOfACrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		began := time.Now()
		type commit struct {
			at   time.Duration
			size int
		}
		var commits []commit
		g := newGroup(8*ms, func(batch []*numbered) {
			commits = append(commits, commit{time.Since(began), len(batch)})
			time.Sleep(ms)
			for _, m := range batch {
				m.answer(nil)
			}
		})
		var asked int64
		var all sync.WaitGroup
		ask := func(count int) {
			for range count {
				asked++
				m := &numbered{n: asked}
				all.Go(func() {
					if err := g.do(t.Context(), m); err != nil {
						t.Error(err)
					}
				})
				synctest.Wait()
			}
		}
		expect := func(what string, want ...commit) {
			t.Helper()
			all.Wait()
			if !slices.Equal(commits, want) {
				t.Errorf("%s: %v, want %v", what, commits, want)
			}
			commits, began = nil, time.Now()
		}
		for range 3 {
			ask(1)
			all.Wait()
		}
		expect("one after another", commit{0, 1}, commit{1 * ms, 1}, commit{2 * ms, 1})
		time.Sleep(time.Second)
		began = time.Now()
		ask(3)
		expect("three at once", commit{0, 1}, commit{1 * ms, 2})
		ask(1)
		time.Sleep(2 * ms)
		ask(1)
		expect("a crowd waits for its pace", commit{7 * ms, 2})
		ask(2)
		time.Sleep(2 * ms)
		ask(enough)
		expect("enough are waited for no longer", commit{2 * ms, enough}, commit{10 * ms, 2})
		for range crowdEnds {
			time.Sleep(time.Second)
			ask(1)
			all.Wait()
		}
		commits, began = nil, time.Now()
		ask(1)
		all.Wait()
		ask(1)
		expect("when the crowd is over", commit{0, 1}, commit{1 * ms, 1})
		ask(3)
		all.Wait()
		ask(1)
		g.Close()
		expect("the end is not waited for", commit{0, 1}, commit{1 * ms, 2}, commit{2 * ms, 1})
	})
}
