package exam

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

//go:embed save.sql
var saveSQL string

// lineSettings hold on the committer's connection: seqscan and mergejoin are off because a batch that reads the whole attempt
// table grows slower with every exam; the plan is made once for all batch sizes.
var lineSettings = []string{"SET enable_seqscan = off", "SET enable_mergejoin = off", "SET plan_cache_mode = force_generic_plan", "SET jit = off"}

// pinnedLine is saveLine over a connection of its own.
type pinnedLine struct {
	p *db.Pinned
	q *db.Queries
}

func openLine(ctx context.Context, d *db.DB) (*pinnedLine, error) {
	p, err := d.Pin(ctx, lineSettings...)
	if err != nil {
		return nil, err
	}
	q, err := p.Prepare(ctx, saveSQL)
	if err != nil {
		_ = p.Close()
		return nil, err
	}
	return &pinnedLine{p: p, q: q}, nil
}

func (l *pinnedLine) Close() error          { return l.p.Close() }
func (l *pinnedLine) Usable(err error) bool { return !db.Broken(err) }

// settled turns the server's notice that it gave up waiting for its standby into an error.
func (l *pinnedLine) settled(err error) error {
	doubtful := l.p.Doubtful()
	if err == nil && doubtful {
		return errDoubtful
	}
	return err
}

func (l *pinnedLine) Save(requests []*saveRequest) (map[int]accepted, error) {
	var heads requestColumns
	var rows changeColumns
	for i, r := range requests {
		heads.add(r)
		rows.add(i, r)
	}
	var through struct {
		Ords      db.Int64s `db:"ords"`
		Deadlines db.Int64s `db:"deadlines"`
		Paused    db.Int64s `db:"paused"` // 0: the clock runs
		News      db.Int64s `db:"news"`
	}
	err := l.q.Get(context.Background(), l.p, &through, "save",
		db.Array(heads.attempts), db.Array(heads.persons), db.Array(heads.leases), db.Array(heads.oldest), db.Array(heads.newest), db.Array(heads.received),
		db.Array(rows.ords), db.Array(rows.seqs), db.Array(rows.slots), db.Array(rows.responses), db.Array(heads.sections))
	if err := l.settled(err); err != nil {
		return nil, err
	}
	out := make(map[int]accepted, len(through.Ords))
	for i, ord := range through.Ords {
		a := accepted{deadlineAt: time.UnixMicro(through.Deadlines[i]).UTC(), news: int(through.News[i])}
		if through.Paused[i] != 0 {
			since := time.UnixMicro(through.Paused[i]).UTC()
			a.pausedAt = &since
		}
		out[int(ord)-1] = a
	}
	return out, nil
}

func (l *pinnedLine) Explain(requests []*saveRequest) ([]*attemptFacts, []map[int64]time.Time, error) {
	var heads requestColumns
	var rows changeColumns
	var epochs []int64
	for i, r := range requests {
		heads.add(r)
		rows.add(i, r)
		epochs = append(epochs, slices.Repeat([]int64{int64(epochOf(r.lease))}, len(r.changes))...)
	}
	var found []struct {
		attemptFacts
		Ord      int       `db:"ord"`
		Seqs     db.Int64s `db:"seqs"`
		Received db.Int64s `db:"received"`
	}
	err := l.q.Select(context.Background(), l.p, &found, "explain", db.Array(heads.attempts), db.Array(heads.persons),
		db.Array(rows.ords), db.Array(epochs), db.Array(rows.seqs), db.Array(rows.slots), db.Array(rows.responses))
	if err := l.settled(err); err != nil {
		return nil, nil, err
	}
	facts := make([]*attemptFacts, len(requests))
	replayed := make([]map[int64]time.Time, len(requests))
	for i := range found {
		f := &found[i]
		f.DeadlineAt = f.DeadlineAt.UTC()
		facts[f.Ord-1], replayed[f.Ord-1] = &f.attemptFacts, make(map[int64]time.Time, len(f.Seqs))
		for n, seq := range f.Seqs {
			replayed[f.Ord-1][seq] = time.UnixMicro(f.Received[n]).UTC()
		}
	}
	return facts, replayed, nil
}

// requestColumns and changeColumns are the arrays that one statement takes: a row a request, a row a change.
type requestColumns struct {
	attempts, persons, oldest, newest, sections []int64
	leases, received                            []string
}

func (c *requestColumns) add(r *saveRequest) {
	c.attempts = append(c.attempts, int64(r.attempt))
	c.persons = append(c.persons, int64(r.person))
	c.leases = append(c.leases, r.lease)
	c.oldest = append(c.oldest, r.oldest())
	c.newest = append(c.newest, r.newest())
	c.sections = append(c.sections, r.section())
	c.received = append(c.received, r.receivedAt.UTC().Format(time.RFC3339Nano))
}

type changeColumns struct {
	ords, seqs, slots []int64
	responses         []string
}

func (c *changeColumns) add(i int, r *saveRequest) {
	for _, change := range r.changes {
		c.ords = append(c.ords, int64(i+1))
		c.seqs = append(c.seqs, change.ClientSeq)
		c.slots = append(c.slots, int64(change.Slot))
		c.responses = append(c.responses, string(change.Response))
	}
}
