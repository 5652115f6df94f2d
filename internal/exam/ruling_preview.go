package exam

import (
	"cmp"
	"context"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// RuledResult is what a ruling does to one person's result.
type RuledResult struct {
	AttemptID    AttemptID
	PersonID     account.PersonID
	Name         string
	EmployeeNo   string
	Effect       RulingEffect
	Before       Version
	After        Version // of a spared result: what it would have come to
	MarkBefore   SlotMark
	MarkAfter    SlotMark
	MissesBefore int
	MissesAfter  int
	Follows      []Consequence // of a released result
	Pay          *PayChange    // of a released result; nil: nothing changes
	sittings     []roundRow    // of the person's round, as they are released now
	told         Corrected
}

// Passes tells whether a fail becomes a pass.
func (r RuledResult) Passes() bool {
	return r.Effect == RulingBetter && !r.Before.Passed && r.After.Passed
}

// Round is the number that the appraisal takes from the person's round, before the order and after it; ok is false while nothing
// of it is released.
func (r RuledResult) Round(scoring RoundScoring) (before, after score.Hundredths, ok bool) {
	if r.Effect != RulingBetter || r.Before.ReleasedAt == nil || len(r.sittings) == 0 {
		return 0, 0, false
	}
	return roundWith(scoring, r.sittings, r.AttemptID, r.Before), roundWith(scoring, r.sittings, r.AttemptID, r.After), true
}

// roundWith is the number of a round in which one attempt came to this version.
func roundWith(scoring RoundScoring, rows []roundRow, attempt AttemptID, v Version) score.Hundredths {
	sittings := make([]Sitting, len(rows))
	for i, r := range rows {
		sittings[i] = Sitting{Kind: r.Kind, Percent: r.Percent, Passed: r.Passed}
		if r.AttemptID != nil && *r.AttemptID == attempt {
			sittings[i].Percent, sittings[i].Passed = v.Percent, v.Passed
		}
	}
	_, percent := RoundOutcome(scoring, sittings)
	return percent
}

// RulingTally counts what a ruling does.
type RulingTally struct {
	People   int // whose results hold the question
	Better   int // results that get another version
	Raised   int // of them: with a higher share of the points
	Bands    int // with another band
	Passes   int // a fail becomes a pass
	RedLines int // with fewer red lines missed
	Spared   int // results that stay as they are, because they would be worse
	Released int // of Better: released already
}

// RulingPreview says what a ruling does, or did.
type RulingPreview struct {
	Exam     Exam
	Question Question
	Ruling   Ruling
	Stands   Ruling // what counts until now; zero: the paper's own key
	Seen     ResultID
	Done     bool // it was approved: this is what it did
	Tally    RulingTally
	Pay      PayTally // of all results, not of the page alone; empty for an approved order
	Refused  error    // why it cannot be proposed or approved as things stand
	Results  []RuledResult
	Total    int           // of the results; Results are a page of them
	all      []RuledResult // in which something changes, and the spared ones
}

// take adds a result.
func (p *RulingPreview) take(r RuledResult) {
	p.Tally.People++
	switch r.Effect {
	case RulingSame:
		return
	case RulingSpared:
		p.Tally.Spared++
	case RulingBetter:
		p.Tally.better(r)
	}
	p.all = append(p.all, r)
}

func (t *RulingTally) better(r RuledResult) {
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	t.Better++
	count(&t.Raised, r.After.Score*r.Before.Total > r.Before.Score*r.After.Total)
	count(&t.Bands, r.After.Band != r.Before.Band)
	count(&t.Passes, r.Passes())
	count(&t.RedLines, r.MissesAfter < r.MissesBefore)
	count(&t.Released, r.Before.ReleasedAt != nil)
}

func previewOf(e ruledExam) RulingPreview {
	out := RulingPreview{Exam: e.exam, Question: e.question, Ruling: e.ruling, Stands: e.stands, Seen: e.seen()}
	for _, r := range e.results {
		out.take(RuledResult{
			AttemptID: *r.AttemptID, PersonID: r.PersonID, Name: r.Name, EmployeeNo: r.EmployeeNo, Effect: r.effect, Before: versionOf(r.ResultRow),
			After: Version{
				Number: r.Version + 1, Score: r.marking.Score, Total: r.marking.Total, Percent: r.judged.Percent, Band: r.judged.Band, Passed: r.judged.Passed,
			},
			MarkBefore: r.slotMark(e.ruling.VersionID), MarkAfter: r.mark, MissesBefore: r.RedLineMisses, MissesAfter: r.marking.RedLineMisses,
			told: e.exam.version(r).Corrected,
		})
	}
	return out
}

// gravity orders results by how much changes for the person; spared ones come last.
func (r RuledResult) gravity() int {
	switch {
	case r.Effect == RulingSpared:
		return 3
	case r.Passes():
		return 0
	case r.Before.Band != r.After.Band:
		return 1
	}
	return 2
}

// follows tells whether anything beyond the result would change with it: it is released, and the order is still to be approved.
func (p *RulingPreview) follows(r RuledResult) bool {
	return r.Effect == RulingBetter && r.Before.ReleasedAt != nil && !p.Done
}

// foreseePay says what would change in points and pay, for the page and in sum.
func (s *Service) foreseePay(ctx context.Context, p *RulingPreview) error {
	var changes []Corrected
	for _, r := range p.all {
		if p.follows(r) {
			changes = append(changes, r.told)
		}
	}
	if len(changes) == 0 || p.Exam.RoundID == nil {
		return nil
	}
	list, err := s.payChanges(ctx, s.db, changes)
	if err != nil {
		return err
	}
	p.Pay = tallyOf(list)
	of := make(map[account.PersonID]*PayChange, len(list))
	for i := range list {
		of[list[i].PersonID] = &list[i]
	}
	for i, r := range p.Results {
		if p.follows(r) {
			p.Results[i].Pay = of[r.PersonID]
		}
	}
	return nil
}

// foresee cuts the page out of the results and asks what follows for the people on it.
func (s *Service) foresee(ctx context.Context, p *RulingPreview, part page.Page) error {
	slices.SortStableFunc(p.all, func(a, b RuledResult) int { return cmp.Compare(a.gravity(), b.gravity()) })
	p.Total = len(p.all)
	from := min(part.Offset(), p.Total)
	p.Results = p.all[from:min(from+part.Limit(), p.Total)]
	if err := s.foreseePay(ctx, p); err != nil {
		return err
	}
	var changes []Corrected
	var people []int64
	for _, r := range p.Results {
		if p.follows(r) {
			changes, people = append(changes, r.told), append(people, int64(r.PersonID))
		}
	}
	if len(changes) == 0 || p.Exam.RoundID == nil {
		return nil
	}
	var rows []roundRow
	if err := s.store.Select(ctx, s.db, &rows, "round_of_people", int64(*p.Exam.RoundID), db.Array(people)); err != nil {
		return err
	}
	follows, err := s.consequences(ctx, s.db, changes)
	if err != nil {
		return err
	}
	for i, r := range p.Results {
		p.Results[i].Follows = follows[r.PersonID]
		for _, row := range rows {
			if row.PersonID == r.PersonID {
				p.Results[i].sittings = append(p.Results[i].sittings, row)
			}
		}
	}
	return nil
}

// doneRow is what an approved order did to one result.
type doneRow struct {
	ruledRow
	Effect       RulingEffect      `db:"effect"`
	AfterID      ResultID          `db:"after_id"`
	AfterScore   score.Hundredths  `db:"after_score"`
	AfterTotal   score.Hundredths  `db:"after_total"`
	AfterPercent score.Hundredths  `db:"after_percent"`
	AfterBand    score.Band        `db:"after_band"`
	AfterPassed  bool              `db:"after_passed"`
	AfterMisses  int               `db:"after_misses"`
	Mark         db.JSON[SlotMark] `db:"after_mark"`
}

func (r doneRow) after() Version {
	return Version{
		ResultID: r.AfterID, Number: r.Version + 1, Score: r.AfterScore, Total: r.AfterTotal, Percent: r.AfterPercent, Band: r.AfterBand, Passed: r.AfterPassed,
	}
}
