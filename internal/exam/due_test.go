package exam

import (
	"testing"
	"time"
)

// An exam ends for everybody in the same second: one tick hands all of them in, however many there are.
func TestOneTickHandsInEverybodyWhoIsDue(t *testing.T) {
	const people = dueBatch + 3
	c := newClinic(t, people)
	exam := c.published(people, nil)
	for n := range people {
		c.begin(exam, n+1)
	}
	c.clock.Advance(2*time.Hour + DrainAllowance)
	must(t, c.handInDue(c.ctx, c.clock.Now()))
	if n := c.count(`SELECT count(*) FROM attempt WHERE state = 'marked' AND submit_cause = 'deadline'`); n != people {
		t.Errorf("%d of %d are handed in", n, people)
	}
}
