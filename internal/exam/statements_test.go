package exam

import "testing"

// statements counts the SQL that fn runs on the pool, without BEGIN and COMMIT. With one connection the server's own count
// of each prepared statement's runs is the whole of it.
func (c *clinic) statements(fn func()) int {
	c.t.Helper()
	most := c.d.SQL().Stats().MaxOpenConnections
	c.d.SQL().SetMaxOpenConns(1)
	defer func() {
		c.d.SQL().SetMaxOpenConns(most)
		c.d.SQL().SetMaxIdleConns(most)
	}()
	counted := func() int {
		return c.count(`SELECT coalesce(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements`)
	}
	before := counted()
	fn()
	return counted() - before
}

// Decision 37 allows a start 6 statements and a hand-in 8. They are 5, one of them the sessions that this clinic has not, and 7. A save is one
// statement: the committer's own, none on the pool.
func TestHowManyStatements(t *testing.T) {
	c := newClinic(t, 2)
	exam := c.published(2, func(s *Settings) { s.Release = ReleaseAtHandIn })
	c.submit(c.begin(exam, 1), 1) // the paper and the band table are read once a process
	var sheet Sheet
	if n := c.statements(func() { sheet = c.begin(exam, 2) }); n < 1 || n > 4 {
		t.Errorf("a start is %d statements", n)
	}
	if n := c.statements(func() { c.answer(sheet, 2, 5) }); n != 0 {
		t.Errorf("a save is %d statements on the pool", n)
	}
	if n := c.statements(func() { c.submit(sheet, 2) }); n < 1 || n > 7 {
		t.Errorf("a hand-in is %d statements", n)
	} else {
		t.Logf("a hand-in is %d statements", n)
	}
}
