package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

// Whoever can write the database can cut the chain's tail and leave no gap; the head in the object store names it.
func TestCutChainIsFoundByTheHeadInTheStore(t *testing.T) {
	ctx, a := context.Background(), apptest.New(t, app.Options{})
	verify := func(withStoreHead bool) string {
		t.Helper()
		_, finding, err := a.VerifyAudit(ctx, nil, withStoreHead)
		must(t, err)
		if finding == nil {
			return ""
		}
		return finding.String()
	}
	seal := func() {
		t.Helper()
		_, err := a.Audit.SealPending(ctx)
		must(t, err)
	}
	must(t, a.Audit.KeepHead(ctx, a.Files)) // nothing is sealed yet, and nothing kept
	if head, err := audit.KeptHead(ctx, a.Files); head != nil || err != nil {
		t.Fatal(head, err)
	}
	seal()
	must(t, a.Audit.KeepHead(ctx, a.Files))
	first, err := a.Audit.Head(ctx)
	must(t, err)
	_, err = a.Backup(ctx, t.TempDir()) // a backup keeps the head that it has
	must(t, err)
	must(t, writeAct(ctx, a))
	seal()
	_, err = a.Backup(ctx, t.TempDir())
	must(t, err)
	last, err := a.Audit.Head(ctx)
	must(t, err)
	kept, err := audit.KeptHead(ctx, a.Files)
	must(t, err)
	if kept.String() != last.String() || last.ToSeq != first.ToSeq+1 {
		t.Fatalf("kept %s, newest %s, first %s", kept, last, first)
	}
	keys := ""
	must(t, eachKey(ctx, a, func(key string) { keys += key + " " }))
	if !strings.Contains(keys, "audit/head-latest.json") || strings.Count(keys, "audit/heads/") != 2 {
		t.Fatal(keys)
	}
	if f := verify(true); f != "" {
		t.Fatal("a whole chain:", f)
	}

	cut(t, a, first.ToSeq)
	if f := verify(false); f != "" {
		t.Fatal("without a head elsewhere a cut tail does not show:", f)
	}
	if f := verify(true); !strings.HasPrefix(f, "head "+strings.Split(last.String(), ":")[0]+": ") || !strings.Contains(f, "cut off") {
		t.Fatal(f)
	}
	// The chain grows again to the same length: another head stands there, and the witness is not replaced.
	must(t, writeAct(ctx, a))
	seal()
	if f := verify(true); !strings.Contains(f, "differs") {
		t.Fatal(f)
	}
	if err := a.Audit.KeepHead(ctx, a.Files); err == nil {
		t.Fatal("the head of another chain was kept")
	}
	if again, err := audit.KeptHead(ctx, a.Files); err != nil || again.String() != last.String() {
		t.Fatal(again, err)
	}
}

// writeAct is one more act to seal, later than the one before.
func writeAct(ctx context.Context, a *apptest.App) error {
	a.Fake.Advance(time.Second)
	return a.DB.InTx(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Actor: "system", Act: "exam.release", Subject: "exam:1", Body: map[string]any{}})
	})
}

func eachKey(ctx context.Context, a *apptest.App, do func(key string)) error {
	return a.Files.List(ctx, "", func(i objectstore.Info) error {
		do(i.Key)
		return nil
	})
}

// cut removes everything after a number, past the triggers, as only a database administrator can.
func cut(t *testing.T, a *apptest.App, after int64) {
	t.Helper()
	tx, err := a.DB.SQL().Begin()
	must(t, err)
	for _, statement := range []string{
		"SET LOCAL session_replication_role = replica",
		fmt.Sprintf("DELETE FROM audit_seal WHERE to_seq > %d", after),
		fmt.Sprintf("DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_leaf WHERE seq > %d)", after),
		fmt.Sprintf("DELETE FROM audit_leaf WHERE seq > %d", after),
	} {
		_, err = tx.Exec(statement)
		must(t, err)
	}
	must(t, tx.Commit())
}
