package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/db"
)

// The release of an exam of 20 questions that everybody failed, with the bank that is shipped: notices, cases, retake papers and the numbers
// of the running appraisal.
func BenchmarkReleaseOfFails(b *testing.B) {
	const people = 300
	ctx := context.Background()
	c := apptest.NewClinic(b, app.Options{})
	c.FillBank()
	logins := make([]string, people)
	for i := range logins {
		logins[i] = fmt.Sprintf("many-%d", i)
		c.Employ(logins[i], "众人", c.Branch["a"], c.Post, account.Consultant)
	}
	scheme, err := c.Appraisal.CreateScheme(ctx, c.Viewer("hr"), "quarterly", "季度考评")
	must(b, err)
	must(b, c.Appraisal.Activate(ctx, c.Viewer("hr"), scheme))
	_, err = c.Appraisal.OpenCycle(ctx, c.Viewer("hr"), appraisal.NewCycle{
		VersionID: scheme, UnitID: c.Root, Quarter: appraisal.Quarter{Year: 2026, No: 1}, Mode: appraisal.Counting,
	})
	must(b, err)
	statements := 0
	for b.Loop() {
		b.StopTimer()
		id := c.Exam(c.Paper(20), nil, logins...)
		for _, login := range logins {
			c.Sit(login, id, 5)
		}
		c.Fake.Advance(3 * time.Hour)
		must(b, c.Tick(ctx))
		tallied, tally := db.WithTally(ctx)
		b.StartTimer()
		n, err := c.Exams.Release(tallied, c.Viewer("hr"), id)
		must(b, err)
		if n != people {
			b.Fatalf("%d results", n)
		}
		statements += len(tally.Runs())
	}
	b.ReportMetric(float64(statements)/float64(b.N), "statements/op")
}
