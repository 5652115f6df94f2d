package report

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

const (
	recountBatch = 500
	// recountPeople are fewer: each brings the results of years.
	recountPeople = 100
	// disagreementsKept is how many disagreements are named; all are counted.
	disagreementsKept = 20
)

// Disagreement is a stored number that is not what it rests on.
type Disagreement struct {
	What     string `db:"what" json:"what"` // "result", "fact" of the appraisal, or "pay" that the result brought
	ID       int64  `db:"id" json:"id"`
	ExamID   int64  `db:"exam_id" json:"exam_id"`
	Title    string `db:"title" json:"-"` // of the exam
	PersonID int64  `db:"person_id" json:"-"`
	Message  string `db:"message" json:"message"`
}

func (d Disagreement) String() string { return fmt.Sprintf("%s %d: %s", d.What, d.ID, d.Message) }

// RecountAct is the act under which the nightly recount is recorded, with a Recount.
const RecountAct = "exam.recount"

// Recount is what a recount covered and found.
type Recount struct {
	Results       int64          `json:"results"`
	Sheets        int64          `json:"sheets"`
	Entries       int64          `json:"entries"` // of points and pay
	Disagreements int            `json:"disagreements"`
	First         []Disagreement `json:"first,omitempty"` // of them, at most disagreementsKept
}

// recountLock is the advisory lock under which one process at a time recounts.
const recountLock = 0x7265636f756e74 // "recount"

// MayRecount reports whether no other process recounts, which stays so until the transaction ends, and whether somebody sits an exam.
func (s *Service) MayRecount(ctx context.Context, tx *db.Tx) (alone, sits bool, err error) {
	var row struct {
		Alone bool `db:"alone"`
		Sits  bool `db:"sits"`
	}
	err = s.store.Get(ctx, tx, &row, "may_recount", int64(recountLock))
	return row.Alone, row.Sits, err
}

// Recount compares all results, what the appraisal took from them, and the points and pay that they brought, with a second computation
// in SQL (threat 35). It reads by batches; rest, where there is one, is called after each with the time that it took, so that others have
// the database meanwhile.
func (s *Service) Recount(ctx context.Context, rest func(ctx context.Context, took time.Duration)) (Recount, error) {
	var out Recount
	for _, part := range []struct {
		after, recount string
		size           int
		covered        *int64
	}{
		{"results_after", "recount_results", recountBatch, &out.Results},
		{"sheets_after", "recount_rounds", recountBatch, &out.Sheets},
		{"people_after", "recount_pay", recountPeople, &out.Entries},
	} {
		n, err := s.recount(ctx, part.after, part.recount, part.size, rest, &out)
		if err != nil {
			return out, fmt.Errorf("report: recount: %w", err)
		}
		*part.covered = n
	}
	return out, nil
}

func (s *Service) recount(ctx context.Context, after, recount string, size int, rest func(context.Context, time.Duration), into *Recount) (covered int64, err error) {
	for from := int64(0); ; {
		begin := s.db.Now()
		var batch struct {
			Last int64 `db:"last"`
			N    int64 `db:"n"`
		}
		if err := s.store.Get(ctx, s.db, &batch, after, from, size); err != nil || batch.Last == 0 {
			return covered, err
		}
		var found []Disagreement
		if err := s.store.Select(ctx, s.db, &found, recount, from, batch.Last); err != nil {
			return covered, err
		}
		into.Disagreements += len(found)
		into.First = append(into.First, found[:min(len(found), disagreementsKept-len(into.First))]...)
		from, covered = batch.Last, covered+batch.N
		if rest != nil {
			rest(ctx, s.db.Now().Sub(begin))
		}
	}
}
