package exam

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/peikao/peikao/internal/platform/errs"
)

// withoutStandby lets every commit that writes to a table end as on a cluster whose standby is away and whose wait was broken off: without an
// error, and with a notice. The returned function brings the standby back.
func (c *clinic) withoutStandby(table string) (back func()) {
	c.t.Helper()
	c.exec(`CREATE OR REPLACE FUNCTION no_standby() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
		RAISE WARNING 'canceling wait for synchronous replication due to user request'; RETURN NULL; END$$`)
	c.exec(`CREATE TRIGGER no_standby AFTER INSERT OR UPDATE ON ` + table + ` FOR EACH STATEMENT EXECUTE FUNCTION no_standby()`)
	return func() { c.exec(`DROP TRIGGER no_standby ON ` + table) }
}

// Promise 1, threat 2: what no standby has is not confirmed, neither the first time nor when it is asked for again, and once the standby is
// back the same question gets the same answer.
func TestWhatNoStandbyHasIsNotConfirmed(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	sheet, err := Sheet{}, error(nil)
	start := func() error {
		sheet, _, err = c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"})
		return err
	}
	save := func() error {
		reply, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(1, 1, "b")}, c.clock.Now())
		if err == nil && reply.Only() != Saved {
			t.Errorf("%+v", reply)
		}
		return err
	}
	var receipts []Receipt
	handIn := func() error {
		r, err := c.Submit(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, c.clock.Now())
		if err == nil {
			receipts = append(receipts, r)
		}
		return err
	}
	for _, act := range []struct {
		name  string
		do    func() error
		table string // that it writes to
		times int    // after the first time a start, a save and a hand-in are repetitions
	}{
		{"start", start, "attempt", 1}, {"save", save, "journal", 1}, {"save again", save, "attempt", 2}, {"hand-in", handIn, "result", 1}, {"hand-in again", handIn, "attempt", 2},
	} {
		back := c.withoutStandby(act.table)
		for range act.times {
			if err := act.do(); !errs.Is(err, errs.Unavailable) {
				t.Errorf("%s: confirmed without a standby: %v", act.name, err)
			}
		}
		back()
		if err := act.do(); err != nil {
			t.Errorf("%s: not confirmed with the standby: %v", act.name, err)
		}
	}
	if rows, results := c.count(`SELECT count(*) FROM journal`), c.count(`SELECT count(*) FROM result`); rows != 1 || results != 1 {
		t.Errorf("%d rows in the journal, %d results", rows, results)
	}
	for _, r := range receipts {
		if r != receipts[0] {
			t.Errorf("another receipt: %+v", r)
		}
	}
}

// Decision 15: a repetition and a repeated receipt are confirmed by a write of their own: reading alone would confirm what no standby has.
func TestARepetitionWrites(t *testing.T) {
	c := newClinic(t, 1)
	sheet := c.begin(c.published(1, nil), 1)
	writes := func(what string, do func()) {
		t.Helper()
		const version = `SELECT xmin::text::bigint FROM attempt WHERE id = $1`
		before := c.count(version, int64(sheet.AttemptID))
		do()
		if c.count(version, int64(sheet.AttemptID)) == before {
			t.Errorf("%s was confirmed by reading alone", what)
		}
	}
	save := func() { c.answer(sheet, 1, 5) }
	save()
	writes("a repeated save", save)
	receipt := c.submit(sheet, 1)
	writes("a repeated save after the hand-in", save)
	writes("a repeated receipt", func() {
		if again := c.submit(sheet, 1); again != receipt {
			t.Errorf("%+v, first %+v", again, receipt)
		}
	})
}

// Threat 27: a queue that is full refuses at once, and says when to come again; whoever is in it is answered.
func TestAFullQueueRefusesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		entered, open := make(chan struct{}), make(chan struct{})
		first := true
		g := newGroup(0, func(batch []*numbered) {
			if first {
				first = false
				close(entered)
				<-open
			}
			for _, m := range batch {
				m.answer(nil)
			}
		})
		answers := make(chan error, groupQueue+1)
		do := func(n int) { answers <- g.do(context.Background(), &numbered{n: int64(n)}) }
		go do(0)
		<-entered
		for n := range groupQueue {
			go do(n + 1)
		}
		synctest.Wait()
		err := g.do(context.Background(), &numbered{n: -1})
		if e, ok := err.(*errs.Error); !ok || e.Kind != errs.Unavailable || e.RetryAfterSeconds < 1 {
			t.Errorf("beyond the queue: %v", err)
		}
		close(open)
		for range groupQueue + 1 {
			if err := <-answers; err != nil {
				t.Errorf("in the queue: %v", err)
				break
			}
		}
		g.Close()
	})
}
