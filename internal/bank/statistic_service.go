package bank

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/db"
)

// Statistics are what an analysis of an exam says of its question versions.
type Statistics struct {
	AnalysisID int64
	ExamID     int64
	Released   bool // all results that were counted are released
	Pooled     bool // who sat stands for everybody: it counts in the versions' own statistics
	Items      []Statistic
}

// Statistic is one version's part.
type Statistic struct {
	VersionID   VersionID
	Shown       int       // attempts that showed it, also those that count for nothing
	LastShownAt time.Time // zero: never
	Sums        itemstat.Sums
}

// KeepStatistics adds an analysis's statistics and counts anew how often its versions were seen. It is for the feature that
// computes them, in its transaction; versions are only ever added.
func (s *Service) KeepStatistics(ctx context.Context, tx *db.Tx, st Statistics) error {
	var versions, shown []int64
	var last, sums []string
	for _, it := range st.Items {
		text, err := json.Marshal(it.Sums)
		if err != nil {
			return fmt.Errorf("bank: sums: %w", err)
		}
		versions, shown = append(versions, int64(it.VersionID)), append(shown, int64(it.Shown))
		last, sums = append(last, it.LastShownAt.UTC().Format(time.RFC3339Nano)), append(sums, string(text))
	}
	if len(versions) == 0 {
		return nil
	}
	if _, err := s.store.q.Exec(ctx, tx, "statistics_lock"); err != nil {
		return err
	}
	if _, err := s.store.q.Exec(ctx, tx, "statistics_insert", st.AnalysisID, st.ExamID, st.Released, st.Pooled,
		db.Array(versions), db.Array(shown), db.Array(last), db.Array(sums)); err != nil {
		return err
	}
	_, err := s.store.q.Exec(ctx, tx, "exposure_refresh", db.Array(versions))
	return err
}

// AnalysedItem is one version in the statistics of an exam.
type AnalysedItem struct {
	VersionID  VersionID              `db:"version_id"`
	QuestionID QuestionID             `db:"question_id"`
	Number     int                    `db:"version"`
	Shown      int                    `db:"shown"`
	Sums       db.JSON[itemstat.Sums] `db:"sums"`
}

// StatisticsOf are the statistics that an analysis was kept with. The caller answers for who may know.
func (s *Service) StatisticsOf(ctx context.Context, x db.Q, analysis int64) ([]AnalysedItem, error) {
	var items []AnalysedItem
	err := s.store.q.Select(ctx, x, &items, "statistics_of_analysis", analysis)
	return items, err
}

// Exposure is how often a version was used and seen.
type Exposure struct {
	VersionID   VersionID  `db:"version_id"`
	Papers      int        `db:"papers"` // that took it
	Exams       int        `db:"exams"`  // over, that showed it
	Shown       int64      `db:"shown"`  // times, in those exams
	LastShownAt *time.Time `db:"last_shown_at"`
}

// VersionStatistics is what is known of a version: pooled over the exams whose results are released. With fewer than
// itemstat.MinPeople answers Sums is empty but for their number: one person's marks could be read off.
type VersionStatistics struct {
	Exposure
	Sums itemstat.Sums
}

// Statistics are those of a question's versions.
func (s *Service) Statistics(ctx context.Context, v account.Viewer, versions []VersionID) (map[VersionID]VersionStatistics, error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, err
	}
	ids := db.Array(account.Int64s(versions))
	var exposed []Exposure
	if err := s.store.q.Select(ctx, s.db, &exposed, "exposure_of_versions", ids); err != nil {
		return nil, err
	}
	pooled, err := s.pooled(ctx, s.db, versions)
	if err != nil {
		return nil, err
	}
	out := make(map[VersionID]VersionStatistics, len(exposed))
	for _, e := range exposed {
		if e.LastShownAt != nil {
			*e.LastShownAt = e.LastShownAt.UTC()
		}
		out[e.VersionID] = VersionStatistics{Exposure: e}
	}
	for id, one := range out {
		one.Sums = pooled[id]
		out[id] = one
		if one.Sums.N < itemstat.MinPeople {
			one.Sums = itemstat.Sums{N: one.Sums.N}
			out[id] = one
		}
	}
	return out, nil
}

// pooled are the sums of versions over the exams whose results are released.
func (s *Service) pooled(ctx context.Context, x db.Q, versions []VersionID) (map[VersionID]itemstat.Sums, error) {
	var rows []struct {
		VersionID VersionID              `db:"version_id"`
		Sums      db.JSON[itemstat.Sums] `db:"sums"`
	}
	if err := s.store.q.Select(ctx, x, &rows, "statistics_of_versions", db.Array(account.Int64s(versions))); err != nil {
		return nil, err
	}
	out := make(map[VersionID]itemstat.Sums, len(rows))
	for _, r := range rows {
		out[r.VersionID] = out[r.VersionID].Add(r.Sums.V)
	}
	return out, nil
}

// Facilities are the facility indices of versions in whole per cent, of those that enough people have answered in exams whose results
// are released. It is for features that have authorised the act.
func (s *Service) Facilities(ctx context.Context, x db.Q, versions []VersionID) (map[VersionID]int, error) {
	pooled, err := s.pooled(ctx, x, versions)
	if err != nil {
		return nil, err
	}
	out := map[VersionID]int{}
	for id, sums := range pooled {
		if sums.N >= itemstat.MinPeople {
			out[id] = int(math.Round(100 * sums.X / float64(sums.N)))
		}
	}
	return out, nil
}
