package exam

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/exam/compose"
)

// Shortage names questions that the bank lacks for a row, or, with Row −1, a quota that no paper of these rows can keep.
type Shortage struct {
	Row      int // index into Blueprint.Rows
	Section  string
	Lack     int       // questions to write: in all shortages together the fewest that make the paper possible
	Need     int       // the row asks for
	Fit      int       // questions of the bank that fit the row at all; Fit ≥ Need when others need the same ones
	TopicIDs []TopicID // at one of these points; none: at any
	Keys     int       // so many of them 重点
	Held     int       // of a blueprint for mocks: questions of the bank that would fit too and are under embargo
	Quota    TopicQuota
	Unproven bool // rivals are so many that the search ended early: perhaps fewer would do
}

// Stock is what the bank says to a blueprint: how many of its questions fit each row, and what it lacks.
type Stock struct {
	Fit   []int
	Short []Shortage
}

func stockFor(ctx context.Context, b Blueprint, pool Pool) (Stock, error) {
	d := newDraft(generator(1, 0), b, pool)
	s, err := compose.Solve(compose.NewBudget(ctx), d.problem(1, false))
	return Stock{Fit: d.fit, Short: d.shortages(s)}, err
}

// shortages turns what the search found missing into what to write.
func (d draft) shortages(s compose.Solution) (short []Shortage) {
	keys := s.MissingKeys
	for _, m := range s.Missing {
		row, of := d.b.Rows[m.Row], min(keys, m.Count)
		keys -= of
		short = append(short, Shortage{
			Row: m.Row, Section: row.Section, Lack: m.Count, Need: row.Count, Fit: d.fit[m.Row],
			TopicIDs: d.placesFor(row, m.Quota), Keys: of, Unproven: !s.Proven,
		})
	}
	for _, q := range s.Clashes {
		short = append(short, Shortage{Row: -1, Quota: d.b.Quotas[q], TopicIDs: []TopicID{d.b.Quotas[q].TopicID}})
	}
	return short
}

// placesFor are the points at which a question is to be written for a row so that the quota counts it.
func (d draft) placesFor(row BlueprintRow, quota int) (at []TopicID) {
	for _, id := range row.TopicIDs {
		if d.quotaOf(d.lines[id]) == quota {
			at = append(at, id)
		}
	}
	if len(at) == 0 && quota != compose.None {
		at = append(at, d.b.Quotas[quota].TopicID)
	}
	return at
}

// homes are the quotas under which a question for the row may be written.
func (d draft) homes(row BlueprintRow) (homes []int) {
	for q, quota := range d.b.Quotas {
		if len(row.TopicIDs) == 0 || slices.ContainsFunc(d.lines[quota.TopicID], func(id TopicID) bool { return slices.Contains(row.TopicIDs, id) }) {
			homes = append(homes, q)
		}
	}
	if len(row.TopicIDs) == 0 {
		return append(homes, compose.None)
	}
	for _, id := range row.TopicIDs {
		if home := d.quotaOf(d.lines[id]); !slices.Contains(homes, home) {
			homes = append(homes, home)
		}
	}
	return homes
}
