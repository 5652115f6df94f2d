package main

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"

	"github.com/peikao/peikao/internal/platform/db"
)

//go:embed check.sql
var checkSQL string

const checkSchema = `DROP TABLE IF EXISTS bench_acked;
CREATE UNLOGGED TABLE bench_acked (attempt_id bigint NOT NULL, client_seq bigint NOT NULL, slot smallint NOT NULL, response jsonb NOT NULL)`

// verdict is what the comparison of the generator's record with the database found.
type verdict struct {
	acked      int // changes that were acknowledged
	missing    int // of them, not in the journal as they were
	extra      int // in the journal, not acknowledged
	handedIn   int
	wrongMarks []string // attempts whose result is not what was answered
}

func (v verdict) err() error {
	switch {
	case v.missing > 0:
		return fmt.Errorf("%d of %d acknowledged changes are not in the journal", v.missing, v.acked)
	case len(v.wrongMarks) > 0:
		return fmt.Errorf("%d of %d results are wrong, the first: %s", len(v.wrongMarks), v.handedIn, v.wrongMarks[0])
	}
	return nil
}

type resultRow struct {
	ID       int64  `db:"id"`
	State    string `db:"state"`
	Answered int64  `db:"answered"`
	Results  int    `db:"results"`
	Score    int64  `db:"score"`
	Total    int64  `db:"total"`
}

// check compares everything that the sittings were told with what the database holds.
func check(ctx context.Context, d *db.DB, sittings []*sitting) (verdict, error) {
	var v verdict
	if _, err := d.SQL().ExecContext(ctx, checkSchema); err != nil {
		return v, err
	}
	q, err := d.Prepare(ctx, checkSQL)
	if err != nil {
		return v, err
	}
	byID := make(map[int64]*sitting, len(sittings))
	var ids []int64
	for _, s := range sittings {
		id, err := strconv.ParseInt(s.attempt, 10, 64)
		if err != nil {
			return v, err
		}
		byID[id], ids = s, append(ids, id)
		v.acked += len(s.acked)
		if err := keepAcked(ctx, d, q, id, s); err != nil {
			return v, err
		}
	}
	if _, err := d.SQL().ExecContext(ctx, "CREATE INDEX ON bench_acked (attempt_id, client_seq); ANALYZE bench_acked"); err != nil {
		return v, err
	}
	if err := q.Get(ctx, d, &v.missing, "missing"); err != nil {
		return v, err
	}
	if err := q.Get(ctx, d, &v.extra, "extra", db.Array(ids)); err != nil {
		return v, err
	}
	var rows []resultRow
	if err := q.Select(ctx, d, &rows, "results", db.Array(ids)); err != nil {
		return v, err
	}
	for _, r := range rows {
		if fault := r.fault(byID[r.ID]); fault != "" {
			v.wrongMarks = append(v.wrongMarks, fault)
		}
		if byID[r.ID].handedIn {
			v.handedIn++
		}
	}
	return v, nil
}

func keepAcked(ctx context.Context, d *db.DB, q *db.Queries, id int64, s *sitting) error {
	if len(s.acked) == 0 {
		return nil
	}
	seqs, slots, responses := make([]int64, len(s.acked)), make([]int64, len(s.acked)), make([]string, len(s.acked))
	for i, c := range s.acked {
		seqs[i], slots[i], responses[i] = c.seq, int64(c.slot), string(s.response(c))
	}
	_, err := q.Exec(ctx, d, "acked_insert", id, db.Array(seqs), db.Array(slots), db.Array(responses))
	return err
}

// fault says what is wrong with a result, "" when it is what the acknowledged answers earn.
func (r resultRow) fault(s *sitting) string {
	if !s.handedIn {
		if r.State != "open" || r.Results != 0 {
			return fmt.Sprintf("attempt %d was not handed in and is %s with %d results", r.ID, r.State, r.Results)
		}
		return ""
	}
	score, answered := s.score()
	var total int64
	for _, p := range s.points {
		total += p
	}
	if r.State != "marked" || r.Results != 1 || r.Score != score || r.Total != total || r.Answered != answered {
		return fmt.Sprintf("attempt %d: %+v, want score %d of %d with %d answered", r.ID, r, score, total, answered)
	}
	return ""
}
