package exam

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
)

// second is another process's service over the same database.
func (c *clinic) second() *Service {
	c.t.Helper()
	policies, err := policy.NewStore(c.ctx, c.d)
	must(c.t, err)
	line, err := openLine(c.ctx, c.d)
	must(c.t, err)
	s := over(Deps{DB: c.d, Questions: newMemoryBank(), People: resolveAll{}, Policies: policies}, c.store, line)
	c.t.Cleanup(func() { _ = s.Close() })
	return s
}

// Threats 7 and 8 with two processes: 100 starts are one attempt, 50 hand-ins against 50 saves are one receipt that covers
// every acknowledged change, and one result.
func TestTwoServicesDoEverythingOnce(t *testing.T) {
	c := newClinic(t, 1)
	exam, services := c.published(1, nil), []*Service{c.Service, c.second()}
	var wg sync.WaitGroup
	var created atomic.Int32
	var sheets, receipts, saved sync.Map
	for n := range 100 {
		wg.Go(func() {
			sheet, isNew, err := services[n%2].Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"})
			if err != nil {
				t.Error(err)
				return
			}
			if isNew {
				created.Add(1)
			}
			sheets.Store(sheet.Lease, sheet)
		})
	}
	wg.Wait()
	started := values[Sheet](&sheets)
	if len(started) != 1 || created.Load() != 1 || c.count(`SELECT count(*) FROM attempt`) != 1 || c.count(`SELECT count(*) FROM audit_event WHERE act = 'attempt.start'`) != 1 {
		t.Fatalf("%d leases, created %d times", len(started), created.Load())
	}
	sheet := started[0]
	for n := range 50 {
		wg.Go(func() {
			r, err := services[n%2].Submit(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, c.clock.Now())
			if err != nil {
				t.Error(err)
			}
			receipts.Store(r, r)
		})
		wg.Go(func() {
			reply, err := services[(n+1)%2].Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{choose(n%10+1, int64(n+1), "b")}, c.clock.Now())
			if err != nil {
				t.Error(err)
				return
			}
			if reply.Results[0].Status == Saved {
				saved.Store(n, int64(n+1))
			}
		})
	}
	wg.Wait()
	given := values[Receipt](&receipts)
	if len(given) != 1 || c.count(`SELECT count(*) FROM result`) != 1 || c.count(`SELECT count(*) FROM audit_event WHERE act = 'attempt.submit'`) != 1 {
		t.Fatalf("%d receipts", len(given))
	}
	entries, err := c.store.journal(c.ctx, c.d, sheet.AttemptID)
	must(t, err)
	accepted := map[int64]bool{}
	for _, e := range entries {
		accepted[e.ClientSeq] = true
	}
	for _, seq := range values[int64](&saved) {
		if !accepted[seq] {
			t.Errorf("change %d was acknowledged and is not in the journal", seq)
		}
	}
	if given[0].JournalHead != JournalHead(sheet.AttemptID, entries) || given[0].Answered != len(Fold(entries)) {
		t.Errorf("the receipt does not cover the journal: %+v", given[0])
	}
}

// Threat 53: 100 requests for a retake, of which one is allowed, are one retake exam with one place and one paper, however strictly the
// database parts transactions.
func TestAHundredRetakesAreOne(t *testing.T) {
	for _, isolation := range []string{"read committed", "repeatable read"} {
		t.Run(isolation, func(t *testing.T) { hundredRetakes(t, isolation) })
	}
}

func hundredRetakes(t *testing.T, isolation string) {
	c := newClinic(t, 1)
	h := &heard{}
	c.OnRelease(h)
	exam, services := c.published(1, func(s *Settings) { s.Release = ReleaseAtHandIn }), []*Service{c.Service, c.second()}
	sheet := c.begin(exam, 1)
	c.answer(sheet, 1, 3)
	c.submit(sheet, 1)
	c.exec("DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = %L', current_database(), '" + isolation + "'); END$$")
	c.d.SQL().SetMaxIdleConns(0) // connections of before have the old setting
	var used string
	must(t, c.d.SQL().QueryRow("SHOW transaction_isolation").Scan(&used))
	if used != isolation {
		t.Fatalf("transactions are %s", used)
	}
	var wg sync.WaitGroup
	var opened sync.Map
	var inVain atomic.Int32
	for n := range 100 {
		wg.Go(func() {
			err := c.d.InTx(c.ctx, func(tx *db.Tx) error {
				id, err := services[n%2].OpenRetakes(c.ctx, tx, h.released[0].RoundID, tx.Now(), []SitsAgain{{1, tx.Now().Add(7 * 24 * time.Hour)}})
				if err == nil {
					opened.Store(id, id)
				}
				return err
			})
			switch {
			case err != nil && isolation == "repeatable read": // it met others each time, and nothing came of it
				inVain.Add(1)
			case err != nil:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	places, papers := c.count("SELECT count(*) FROM candidate WHERE exam_id <> $1", int64(exam)), c.count("SELECT count(*) FROM paper WHERE person_id = 1")
	exams := c.count("SELECT count(*) FROM exam WHERE kind = 'retake'")
	if exams != 1 || places != 1 || papers != 1 || inVain.Load() == 100 {
		t.Fatalf("%d retakes with %d places and %d papers, %d in vain", exams, places, papers, inVain.Load())
	}
	if n := len(values[ExamID](&opened)); n != 1 && isolation == "read committed" {
		t.Fatalf("%d retakes were told of", n)
	}
}

func values[T any](m *sync.Map) (out []T) {
	m.Range(func(_, v any) bool {
		out = append(out, v.(T))
		return true
	})
	return out
}
