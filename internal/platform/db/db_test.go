package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
)

var ctx = context.Background()

const queries = `
-- name: put
-- why: a row to work on
INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, $3)
-- name: get
-- why: read it back
SELECT value FROM setting WHERE key = $1
-- name: bump
-- why: a guarded change
UPDATE setting SET value = $2 WHERE key = $1 AND value = $3
-- name: several
-- why: arrays as parameters
SELECT key FROM setting WHERE key = ANY($1) ORDER BY key LIMIT 10
`

func prepared(t *testing.T) (*db.DB, *db.Queries) {
	t.Helper()
	d, _ := dbtest.NewFake(t)
	q, err := d.Prepare(ctx, queries)
	if err != nil {
		t.Fatal(err)
	}
	return d, q
}

func put(t *testing.T, d *db.DB, q *db.Queries, key string, v int) error {
	t.Helper()
	return d.InTx(ctx, func(tx *db.Tx) error {
		return q.One(ctx, tx, "put", key, db.JSONOf(v), tx.Now())
	})
}

func TestBrokenStatementStopsTheStart(t *testing.T) {
	d, err := db.Open(ctx, strings.TrimSuffix(dbtest.DSN(t), db.Late), clock.NewSystem())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = d.Prepare(ctx, "-- name: wrong\nSELECT nothing FROM nowhere")
	if err == nil || !strings.Contains(err.Error(), `"wrong"`) {
		t.Fatal(err)
	}
}

func TestLateStatementIsPreparedWhenItIsRun(t *testing.T) {
	d := dbtest.New(t)
	d.SQL().SetMaxOpenConns(1)
	q, err := d.Prepare(ctx, "-- name: wrong\nSELECT nothing FROM nowhere\n-- name: right\nSELECT $1::integer")
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := q.Get(ctx, d, &n, "wrong"); err == nil || !strings.Contains(err.Error(), "wrong: ") {
		t.Error(err)
	}
	for range 2 {
		if err := q.Get(ctx, d, &n, "right", 7); err != nil || n != 7 {
			t.Error(n, err)
		}
	}
	if err := q.Get(ctx, d, &n, "right"); err == nil {
		t.Error("an argument is missing, and nobody says so")
	}
	if err := d.SQL().QueryRow("SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%integer'").Scan(&n); err != nil || n != 2 {
		t.Errorf("%d runs of the prepared statement, want 2: %v", n, err)
	}
}

func TestParseRefusesEmptyAndRepeatedNames(t *testing.T) {
	for _, text := range []string{"-- name: a\n", "-- name: a\nSELECT 1\n-- name: a\nSELECT 2"} {
		if _, err := db.Parse(text); err == nil {
			t.Errorf("%q passed", text)
		}
	}
}

func TestKindsOfErrors(t *testing.T) {
	d, q := prepared(t)
	var v db.JSON[int]
	if err := q.Get(ctx, d, &v, "get", "absent"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if err := put(t, d, q, "a", 1); err != nil {
		t.Fatal(err)
	}
	if err := put(t, d, q, "a", 1); !db.Violates(err, "setting_pkey") {
		t.Error(err)
	}
	if err := q.One(ctx, d, "bump", "a", db.JSONOf(3), db.JSONOf(9)); !errs.Is(err, errs.Conflict) {
		t.Error(err)
	}
	if err := q.One(ctx, d, "bump", "a", db.JSONOf(3), db.JSONOf(1)); err != nil {
		t.Error(err)
	}
	var keys []string
	if err := q.Select(ctx, d, &keys, "several", db.Array([]string{"a", "b"})); err != nil || len(keys) != 1 {
		t.Error(keys, err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := q.Get(gone, d, &v, "get", "a"); err == nil || errs.Is(err, errs.Unavailable) {
		t.Error("a caller that left is no outage", err)
	}
}

// Who found a row taken for longer than it may wait is told to come again.
func TestALockThatIsNotToBeHadIsNobodysFault(t *testing.T) {
	d, q := prepared(t)
	if err := put(t, d, q, "a", 0); err != nil {
		t.Fatal(err)
	}
	bump := func(tx *db.Tx) error { return q.One(ctx, tx, "bump", "a", db.JSONOf(0), db.JSONOf(0)) }
	if err := d.InTx(ctx, func(holds *db.Tx) error {
		if err := bump(holds); err != nil {
			return err
		}
		if err := d.InTx(ctx, func(waits *db.Tx) error {
			if _, err := waits.SQLTx().ExecContext(ctx, `SET LOCAL lock_timeout = '5ms'`); err != nil {
				return err
			}
			return bump(waits)
		}); !errs.Is(err, errs.Unavailable) {
			t.Error(err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func TestTransactionIsAllOrNothing(t *testing.T) {
	d, q := prepared(t)
	boom := errors.New("boom")
	err := d.InTx(ctx, func(tx *db.Tx) error {
		if err := q.One(ctx, tx, "put", "a", db.JSONOf(1), tx.Now()); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	var v db.JSON[int]
	if err := q.Get(ctx, d, &v, "get", "a"); !errs.Is(err, errs.NotFound) {
		t.Fatal("half written", err)
	}
}

// Two transactions that wait for each other: PostgreSQL breaks one off, and InTx runs it again.
func TestDeadlockIsRunAgain(t *testing.T) {
	d, q := prepared(t)
	for _, k := range []string{"a", "b"} {
		if err := put(t, d, q, k, 0); err != nil {
			t.Fatal(err)
		}
	}
	var both, done sync.WaitGroup
	both.Add(2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		done.Add(1)
		go func() {
			defer done.Done()
			first := true
			if err := d.InTx(ctx, func(tx *db.Tx) error {
				if _, err := q.Exec(ctx, tx, "bump", order[0], db.JSONOf(0), db.JSONOf(0)); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				_, err := q.Exec(ctx, tx, "bump", order[1], db.JSONOf(0), db.JSONOf(0))
				return err
			}); err != nil {
				t.Error(err)
			}
		}()
	}
	done.Wait()
}

func TestPinnedKeepsItsSettings(t *testing.T) {
	d, _ := prepared(t)
	p, err := d.Pin(ctx, "SET enable_seqscan = off")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	q, err := p.Prepare(ctx, `
-- name: settings
-- why: what this connection runs under
SELECT current_setting('enable_seqscan') || ' ' || current_setting('lc_messages') || ' ' || current_setting('synchronous_commit')
-- name: hang_up
-- why: the server ends this very connection
SELECT pg_terminate_backend(pg_backend_pid())`)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var s string
		if err := q.Get(ctx, p, &s, "settings"); err != nil || s != "off C on" {
			t.Fatal(s, err)
		}
		if _, err := q.Exec(ctx, p, "hang_up"); !db.Broken(err) {
			t.Fatal("a lost connection was not noticed:", err)
		}
	}
	if p.Doubtful() {
		t.Fatal("doubt without a notice")
	}
}

// The server's own notice needs a cluster; a WARNING with its text does as well.
func TestUnconfirmedCommitIsNoSuccess(t *testing.T) {
	d, q := prepared(t)
	warn := func(text string) error {
		return d.InTx(ctx, func(tx *db.Tx) error {
			if err := q.One(ctx, tx, "put", text, db.JSONOf(1), tx.Now()); err != nil {
				return err
			}
			_, err := tx.SQLTx().ExecContext(ctx, "DO $$BEGIN RAISE WARNING '"+text+"'; END$$")
			return err
		})
	}
	err := warn("canceling wait for synchronous replication due to user request")
	if !errs.Is(err, errs.Unavailable) {
		t.Fatal("a commit that no standby has was acknowledged:", err)
	}
	for range 100 { // whichever connection of the pool it is, the doubt ended with the transaction
		if err := d.InTx(ctx, func(*db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := warn("something else"); err != nil {
		t.Fatal("any warning fails a commit:", err)
	}
}

func TestNowIsOneMomentInATransaction(t *testing.T) {
	d := dbtest.New(t)
	err := d.InTx(ctx, func(tx *db.Tx) error {
		a := tx.Now()
		time.Sleep(2 * time.Millisecond)
		if !tx.Now().Equal(a) {
			t.Error("time went on inside a transaction")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The audit's statement comes as text in every act's transaction; planning it each time cost as much as running it.
func TestTextWithArgumentsIsPreparedOnce(t *testing.T) {
	d, _ := dbtest.NewFake(t)
	d.SQL().SetMaxOpenConns(1)
	const insert = `INSERT INTO setting (key, value, updated_at) VALUES ($1, '1', $2)`
	for _, key := range []string{"a", "b", "c"} {
		err := d.InTx(ctx, func(tx *db.Tx) error {
			_, err := tx.SQLTx().ExecContext(ctx, insert, key, tx.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var runs int
	if err := d.SQL().QueryRow(`SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement = $1`, insert).Scan(&runs); err != nil {
		t.Fatal(err)
	}
	if runs != 3 {
		t.Errorf("%d runs of the prepared statement, want 3", runs)
	}
	err := d.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.SQLTx().ExecContext(ctx, insert, "a", tx.Now())
		return err
	})
	if !db.Violates(err, "setting_pkey") {
		t.Errorf("a second row of a key: %v", err)
	}
}
