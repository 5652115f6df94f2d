package audit_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
)

var ctx = context.Background()

func write(t *testing.T, d *db.DB, acts ...string) {
	t.Helper()
	for _, act := range acts {
		if err := d.InTx(ctx, func(tx *db.Tx) error {
			return audit.Write(ctx, tx, audit.Event{
				Actor: "person:1", Act: act, Subject: "exam:7",
				Body:     map[string]any{"score": 8750, "band": "良好"},
				Personal: map[string]any{"name": "王小明", "reason": "<补> & \"核\"", "before": map[string]any{"no": 7, "also": nil}},
			})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func sealed(t *testing.T) (*db.DB, *audit.Chain) {
	t.Helper()
	d, _ := dbtest.NewFake(t)
	c, err := audit.NewChain(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		write(t, d, "exam.publish", "exam.release", "result.regrade")
		if n, err := c.SealPending(ctx); err != nil || n != 3 {
			t.Fatalf("sealed %d, %v", n, err)
		}
	}
	return d, c
}

func TestCleanChainVerifies(t *testing.T) {
	_, c := sealed(t)
	sum, f, err := c.Verify(ctx, nil)
	if err != nil || f != nil {
		t.Fatal(f, err)
	}
	if sum.Events != 9 || sum.Seals != 3 {
		t.Fatalf("%+v", sum)
	}
}

func TestActAndRecordAreOne(t *testing.T) {
	d, _ := dbtest.NewFake(t)
	boom := errors.New("boom")
	err := d.InTx(ctx, func(tx *db.Tx) error {
		if err := audit.Write(ctx, tx, audit.Event{Actor: "system", Act: "x", Subject: "y"}); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	var n int
	if err := d.SQL().QueryRow("SELECT count(*) FROM audit_event").Scan(&n); err != nil || n != 0 {
		t.Fatal(n, err)
	}
}

// Acts that are recorded together are rows as if each had been recorded alone: the chain verifies over them.
func TestManyActsOfOneTransaction(t *testing.T) {
	d, c := sealed(t)
	events := []audit.Event{
		{Actor: "person:1", Act: "attempt.start", Subject: "attempt:1", Body: map[string]any{"exam_id": 7, "no": 1}},
		{Actor: "person:2", Act: "attempt.start", Subject: "attempt:2", Body: map[string]any{"note": `"{},\ 甲`}},
	}
	if err := d.InTx(ctx, func(tx *db.Tx) error { return audit.WriteAll(ctx, tx, events) }); err != nil {
		t.Fatal(err)
	}
	if n, err := c.SealPending(ctx); err != nil || n != 2 {
		t.Fatalf("sealed %d, %v", n, err)
	}
	sum, f, err := c.Verify(ctx, nil)
	if err != nil || f != nil || sum.Events != 11 {
		t.Fatal(sum, f, err)
	}
	err = d.InTx(ctx, func(tx *db.Tx) error {
		return audit.WriteAll(ctx, tx, []audit.Event{{Actor: "person:1", Act: "x", Subject: "y", Personal: map[string]any{"name": "王小明"}}})
	})
	if err == nil {
		t.Error("personal values went into the row")
	}
}

func TestInsertOnly(t *testing.T) {
	d, _ := sealed(t)
	for _, statement := range []string{
		"UPDATE audit_event SET act = 'x'", "DELETE FROM audit_leaf", "TRUNCATE audit_seal",
	} {
		if _, err := d.SQL().Exec(statement); err == nil || !strings.Contains(err.Error(), "forbidden") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// Each way of tampering, done past the triggers as only a database administrator can, is found and named.
func TestTamper(t *testing.T) {
	for name, c := range map[string]struct{ statement, finding string }{
		"score changed":        {`UPDATE audit_event SET body = '{"facts":{"score":9900}}' WHERE id = 5`, "event 5: was changed"},
		"actor changed":        {`UPDATE audit_event SET actor = 'person:2' WHERE id = 4`, "event 4: was changed"},
		"a reason changed":     {`UPDATE audit_personal SET data = jsonb_set(data, '{reason}', '"别的理由"') WHERE event_id = 5`, "event 5: its personal values"},
		"a value added":        {`UPDATE audit_personal SET data = data || '{"more": 1}' WHERE event_id = 3`, "event 3: its personal values"},
		"another key":          {`UPDATE audit_personal SET salt = decode(repeat('00', 16), 'hex') WHERE event_id = 2`, "event 2: its personal values"},
		"row hash redone":      {`UPDATE audit_event SET act = 'x', row_hash = sha256('x') WHERE id = 2`, "event 2: was changed"},
		"leaf deleted":         {`DELETE FROM audit_leaf WHERE seq = 5`, "leaf 5: is missing"},
		"event of a leaf gone": {`DELETE FROM audit_personal WHERE event_id = 6; DELETE FROM audit_event WHERE id = 6`, "leaf 6: its event 6 is missing"},
		"leaves reordered":     {`UPDATE audit_leaf SET event_id = event_id + 100 WHERE seq IN (1,2); UPDATE audit_leaf SET event_id = CASE event_id WHEN 101 THEN 2 ELSE 1 END, row_hash = (SELECT row_hash FROM audit_event e WHERE e.id = CASE audit_leaf.event_id WHEN 101 THEN 2 ELSE 1 END) WHERE seq IN (1,2)`, "seal 3: its root"},
		"seal deleted":         {`DELETE FROM audit_seal WHERE to_seq = 6`, "seal 9: does not continue"},
		"stray leaf":           {`DELETE FROM audit_seal WHERE to_seq = 9`, "leaf 7: stands beyond"},
		"event slipped in":     {`INSERT INTO audit_event (at, actor, act, subject, body, row_hash) VALUES ('2026-01-01', 'person:9', 'x', 'y', '{}', sha256('x'))`, "event 10: was never numbered"},
	} {
		t.Run(name, func(t *testing.T) {
			d, chain := sealed(t)
			tamper(t, d, c.statement)
			_, f, err := chain.Verify(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if f == nil || !strings.HasPrefix(f.String(), c.finding) {
				t.Fatalf("got %v, want %s", f, c.finding)
			}
		})
	}
}

func TestCutTailIsFoundByTheHeadKeptElsewhere(t *testing.T) {
	d, chain := sealed(t)
	offsite, err := chain.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tamper(t, d, `DELETE FROM audit_seal WHERE to_seq = 9; DELETE FROM audit_leaf WHERE seq > 6;
		DELETE FROM audit_personal WHERE event_id > 6; DELETE FROM audit_event WHERE id > 6`)
	if _, f, err := chain.Verify(ctx, nil); f != nil || err != nil {
		t.Fatal("without a head elsewhere a cut tail does not show", f, err)
	}
	_, f, err := chain.Verify(ctx, &offsite)
	if err != nil || f == nil || f.What != "head" {
		t.Fatal(f, err)
	}
}

func TestErasedPersonalValuesLeaveTheChainWhole(t *testing.T) {
	d, chain := sealed(t)
	for _, erase := range []string{"UPDATE audit_personal SET data = data - 'name' WHERE event_id = 4", "DELETE FROM audit_personal"} {
		if _, err := d.SQL().Exec(erase); err != nil {
			t.Fatal(err)
		}
		if _, f, err := chain.Verify(ctx, nil); f != nil || err != nil {
			t.Fatal(erase, f, err)
		}
	}
	var body string
	if err := d.SQL().QueryRow("SELECT string_agg(body::text, '') FROM audit_event").Scan(&body); err != nil || strings.Contains(body, "王小明") {
		t.Fatal("a name stands in a chained row", err)
	}
}

func TestTwoSealersMakeOneChain(t *testing.T) {
	d := dbtest.New(t)
	c, err := audit.NewChain(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		write(t, d, "a", "b")
		done := make(chan error, 2)
		for range 2 {
			go func() { _, err := c.SealPending(ctx); done <- err }()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
	}
	for {
		if n, err := c.SealPending(ctx); err != nil {
			t.Fatal(err)
		} else if n == 0 {
			break
		}
	}
	sum, f, err := c.Verify(ctx, nil)
	if err != nil || f != nil || sum.Events != 40 {
		t.Fatal(sum, f, err)
	}
}

func tamper(t *testing.T, d *db.DB, statements string) {
	t.Helper()
	tx, err := d.SQL().Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("SET LOCAL session_replication_role = replica"); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(statements); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
