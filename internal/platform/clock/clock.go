// Package clock gives time as something that is passed in, so that a deadline can be tested at its very microsecond.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time in UTC, truncated to what PostgreSQL keeps (1 µs).
type Clock interface{ Now() time.Time }

// Truncate brings a time to the form in which it is stored and compared.
func Truncate(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// System is the process's own clock: its monotonic reading plus an offset to the database's clock (decision 3), so that all
// processes of one clinic agree and a step of the machine's wall clock moves nothing.
type System struct {
	mu     sync.RWMutex
	origin time.Time // carries a monotonic reading
	offset time.Duration
}

// NewSystem starts at the machine's time with no offset.
func NewSystem() *System { return &System{origin: time.Now()} }

func (s *System) Now() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Truncate(s.local().Add(s.offset))
}

func (s *System) local() time.Time { return s.origin.Round(0).Add(time.Since(s.origin)) }

// Follow moves this clock to one reading of the database's clock, taken between sent and received on this clock, and returns
// by how much the database is ahead. The reading is taken to lie in the middle of the round trip. What differs by more than
// most moves nothing.
func (s *System) Follow(sent, databaseNow, received time.Time, most time.Duration) (ahead time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ahead = databaseNow.Sub(sent.Add(received.Sub(sent) / 2))
	if ahead.Abs() <= most {
		s.offset += ahead
	}
	return ahead
}

// Fake is a clock for tests and for the demo, moved by hand.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake starts at t.
func NewFake(t time.Time) *Fake { return &Fake{now: Truncate(t)} }

func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the clock by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = Truncate(f.now.Add(d))
}

// Set moves the clock to t.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = Truncate(t)
}
