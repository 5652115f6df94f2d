// Package uptime records that a server is alive, so that a time in which none was is known afterwards and given back to the
// examinees whose time it took (attempt-contract.md, promise 9; decision 18).
package uptime

import (
	"context"
	"errors"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	// Interval is how often a process should beat.
	Interval = 5 * time.Second
	// Tolerance is the longest silence of all processes that is not yet an outage.
	Tolerance = 30 * time.Second
	// keep is how long the row of an ended process stays.
	keep = 7 * 24 * time.Hour
)

const queries = `
-- name: last
-- why: the last sign of life of any process
SELECT beat_at FROM server_heartbeat ORDER BY beat_at DESC LIMIT 1

-- name: outage
-- why: several processes may notice the same outage; its beginning names it
INSERT INTO outage (from_at, to_at) VALUES ($1, $2) ON CONFLICT (from_at) DO NOTHING

-- name: beat
-- why: this process is alive
INSERT INTO server_heartbeat (process, started_at, beat_at) VALUES ($1, $2, $2) ON CONFLICT (process) DO UPDATE SET beat_at = EXCLUDED.beat_at

-- name: forget
-- why: rows of processes that ended long ago
DELETE FROM server_heartbeat WHERE beat_at < $1
`

// Recorder beats for one process.
type Recorder struct {
	d       *db.DB
	q       *db.Queries
	process string
}

// New prepares the statements; process names this one among all.
func New(ctx context.Context, d *db.DB, process string) (*Recorder, error) {
	q, err := d.Prepare(ctx, queries)
	if err != nil {
		return nil, err
	}
	return &Recorder{d: d, q: q, process: process}, nil
}

// Beat says that this process is alive. When no process was for longer than Tolerance, it first records the outage and
// returns its length; else it returns 0. It must run before attempts are handed in whose deadline lies in the silence.
func (r *Recorder) Beat(ctx context.Context) (silence time.Duration, err error) {
	err = r.d.InTx(ctx, func(tx *db.Tx) error {
		silence = 0
		var last time.Time
		err := r.q.Get(ctx, tx, &last, "last")
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if err == nil && tx.Now().Sub(last) > Tolerance {
			silence = tx.Now().Sub(last)
			if _, err := r.q.Exec(ctx, tx, "outage", last, tx.Now()); err != nil {
				return err
			}
		}
		_, beatErr := r.q.Exec(ctx, tx, "beat", r.process, tx.Now())
		_, forgetErr := r.q.Exec(ctx, tx, "forget", tx.Now().Add(-keep))
		return errors.Join(beatErr, forgetErr)
	})
	return silence, err
}
