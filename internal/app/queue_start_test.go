package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
)

// A database that goes away between the first request and the start of the queue ends nothing; the queue runs once it is back.
func TestTheQueueWaitsForTheDatabase(t *testing.T) {
	a := apptest.New(t, app.Options{})
	beside, err := db.Open(t.Context(), dbtest.EmptyDSN(t), clock.NewSystem())
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	do := func(statement string) {
		t.Helper()
		if _, err := beside.SQL().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	var name string
	if err := a.DB.SQL().QueryRow("SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	do("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
	do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'")

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Work(ctx) }()
	select {
	case err := <-ended:
		t.Fatalf("without a database the work ended: %v", err)
	case <-time.After(500 * time.Millisecond):
	}
	do("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true")
	leads := func() (yes bool) {
		return a.DB.SQL().QueryRow("SELECT EXISTS (SELECT 1 FROM river_leader)").Scan(&yes) == nil && yes
	}
	for until := time.Now().Add(20 * time.Second); !leads(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the queue does not run")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
