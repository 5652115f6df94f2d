package audit_test

import (
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
)

func TestRecordIsReadInPages(t *testing.T) {
	d, clock := dbtest.NewFake(t)
	r, err := audit.NewReader(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	start := clock.Now()
	for range audit.PageSize {
		write(t, d, "exam.publish")
	}
	clock.Advance(time.Hour)
	write(t, d, "case.opened", "case.assigned")
	first, next, err := r.Events(ctx, audit.Filter{})
	if err != nil || len(first) != audit.PageSize || next == 0 || first[0].Act != "case.assigned" {
		t.Fatalf("%d events, next %d, %v", len(first), next, err)
	}
	rest, next, err := r.Events(ctx, audit.Filter{Before: next})
	if err != nil || len(rest) != 2 || next != 0 {
		t.Fatalf("%d events, next %d, %v", len(rest), next, err)
	}
	late := start.Add(time.Minute)
	for _, c := range []struct {
		what   string
		filter audit.Filter
		want   int
	}{
		{"all acts on cases", audit.Filter{Act: "case"}, 2},
		{"one act", audit.Filter{Act: "case.opened"}, 1},
		{"an act is no prefix of letters", audit.Filter{Act: "cas"}, 0},
		{"one actor", audit.Filter{Actor: "person:1", Act: "case"}, 2},
		{"another actor", audit.Filter{Actor: "person:2"}, 0},
		{"one subject", audit.Filter{Subject: "exam:7", Act: "case.opened"}, 1},
		{"from a moment", audit.Filter{From: &late}, 2},
		{"until a moment", audit.Filter{Until: &late, Act: "case"}, 0},
	} {
		got, _, err := r.Events(ctx, c.filter)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d events, want %d (%v)", c.what, len(got), c.want, err)
		}
	}
}

// What the filter finds leaves the system whole and not by the page, for a reason, and that it left is recorded.
func TestExportIsItselfRecorded(t *testing.T) {
	d, _ := dbtest.NewFake(t)
	r, err := audit.NewReader(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	for range audit.PageSize + 3 {
		write(t, d, "exam.publish")
	}
	write(t, d, "case.opened")
	if _, err := r.Export(ctx, "person:9", audit.Filter{}, " "); !errs.Is(err, errs.Invalid) {
		t.Errorf("exported without a reason: %v", err)
	}
	all, err := r.Export(ctx, "person:9", audit.Filter{Act: "exam"}, "年检")
	if err != nil || len(all) != audit.PageSize+3 {
		t.Fatalf("%d events, %v", len(all), err)
	}
	var facts struct {
		Count  int
		Reason string
	}
	if e, err := r.Last(ctx, audit.ExportAct, &facts); err != nil || e == nil || e.Actor != "person:9" || facts.Count != len(all) || facts.Reason != "年检" {
		t.Errorf("%+v %+v %v", e, facts, err)
	}
}

func TestVerificationIsItselfRecorded(t *testing.T) {
	d, c := sealed(t)
	r, err := audit.NewReader(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	if last, err := r.LastVerification(ctx); err != nil || last != nil {
		t.Fatalf("%+v before the first one, %v", last, err)
	}
	done, err := c.VerifyAndRecord(ctx, "person:4", nil)
	if err != nil || done.Finding != "" || done.Events != 9 {
		t.Fatalf("%+v, %v", done, err)
	}
	last, err := r.LastVerification(ctx)
	if err != nil || last == nil || last.Actor != "person:4" || last.Events != 9 || last.Head != done.Head {
		t.Fatalf("%+v, %v", last, err)
	}
}
