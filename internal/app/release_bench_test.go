package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/platform/db"
)

// The release of an exam of 20 questions that everybody failed, with the bank that is shipped: notices, cases, retake papers and the numbers
// of the running appraisal.
func BenchmarkReleaseOfFails(b *testing.B) {
	const people = 300
	ctx := context.Background()
	c := apptest.NewClinic(b, app.Options{})
	c.FillBank(1)
	logins := inACycle(b, c, people)
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
