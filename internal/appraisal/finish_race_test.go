package appraisal_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/db"
)

// slowSources say at first, once they are let go, that a person finished one course of four, and four of four from then on.
type slowSources struct {
	sources
	person       account.PersonID
	asked        atomic.Int32
	begun, letGo chan struct{}
}

func (s *slowSources) Participation(_ context.Context, _ db.Q, _ []account.PersonID, from, to time.Time) ([]appraisal.Participation, error) {
	p := appraisal.Participation{PersonID: s.person, FromOn: from, ToOn: to, Assigned: 4, Completed: 4}
	if s.asked.Add(1) == 1 {
		close(s.begun)
		<-s.letGo
		p.Completed = 1
	}
	return []appraisal.Participation{p}, nil
}

// What a superior confirms does not move: a course that is finished while HR finishes the scoring comes before it or not at all.
func TestNothingMovesOnceScoringIsFinished(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	c.no(c.s.ExcuseSheet(ctx, c.hr, c.sheets(cycle)[c.far].ID, "产假"))
	for _, i := range []string{"chat", "call", "satisfaction", "complaints", "attainment", "knowledge", "participation"} {
		for _, person := range []account.PersonID{c.mei, c.lan} {
			_, err := c.s.TypeScores(ctx, c.superior, cycle, i, []appraisal.Entry{{PersonID: person, Value: "80", Note: "代替自动数据"}})
			c.no(err)
		}
	}
	slow := &slowSources{person: c.mei, begun: make(chan struct{}), letGo: make(chan struct{})}
	s, err := appraisal.New(ctx, c.db, slow)
	c.no(err)
	finished, refreshed := make(chan error, 1), make(chan error, 1)
	go func() { finished <- s.MoveCycle(ctx, c.hr, cycle, appraisal.FinishScoring) }()
	<-slow.begun
	go func() {
		refreshed <- c.db.InTx(ctx, func(tx *db.Tx) error { return s.RefreshParticipation(ctx, tx, []account.PersonID{c.mei}) })
	}()
	for waits := 0; waits == 0; time.Sleep(time.Millisecond) {
		c.no(c.db.SQL().QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waits))
	}
	close(slow.letGo)
	c.no(<-finished)
	c.no(<-refreshed)
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); l.Raw != 2500 {
		t.Errorf("the sheet moved after scoring was finished: %+v", l)
	}
}
