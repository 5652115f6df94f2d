package appraisal

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// SheetFilter chooses sheets of a cycle; zero values leave out the condition.
type SheetFilter struct {
	Search  string // name, pinyin, initials, employee number
	UnitID  account.UnitID
	State   SheetState
	Grade   score.Band
	Missing string // key of an indicator
	Sort    string // "" = who lacks data first; "name", "total", "unit"; "-" before it turns it round
}

// Gap is how many people lack an indicator.
type Gap struct {
	Indicator string `db:"indicator"`
	People    int    `db:"people"`
}

// GradeCount is how many people have a grade.
type GradeCount struct {
	Grade  score.Band `db:"grade"`
	People int        `db:"people"`
}

// Cockpit is a cycle as who runs it sees it: what is missing first, then the people.
type Cockpit struct {
	Cycle
	Progress
	Scheme Scheme
	Gaps   []Gap
	Grades []GradeCount
	Sheets []Sheet
	Total  int // of sheets that fit the filter
}

// GapOf is how many people lack an indicator.
func (c Cockpit) GapOf(indicator string) int {
	for _, g := range c.Gaps {
		if g.Indicator == indicator {
			return g.People
		}
	}
	return 0
}

// seenCycle is a cycle with its scheme, inside the viewer's scope.
type seenCycle struct {
	Cycle
	Progress
	Body db.JSON[Scheme] `db:"body"`
}

// Cockpit shows a cycle with the sheets inside the viewer's scope; a cycle without any is NotFound.
func (s *Service) Cockpit(ctx context.Context, v account.Viewer, id CycleID, f SheetFilter, p page.Page) (Cockpit, error) {
	sc, err := beyondSelf(v, account.AppraisalRead)
	if err != nil {
		return Cockpit{}, err
	}
	units := db.Array(sc.UnitIDs)
	var c seenCycle
	if err := s.store.Get(ctx, s.db, &c, "cycle", int64(id), sc.All, units); err != nil {
		return Cockpit{}, err
	}
	out := Cockpit{Cycle: c.Cycle, Progress: c.Progress, Scheme: c.Body.V}
	if err := s.store.Select(ctx, s.db, &out.Gaps, "missing", int64(id), sc.All, units); err != nil {
		return out, err
	}
	if err := s.store.Select(ctx, s.db, &out.Grades, "grades", int64(id), sc.All, units); err != nil {
		return out, err
	}
	out.Sheets, out.Total, err = s.sheets(ctx, sc, id, f, p.Limit(), p.Offset())
	return out, err
}

func (s *Service) sheets(ctx context.Context, sc account.Scope, id CycleID, f SheetFilter, limit, offset int) ([]Sheet, int, error) {
	var rows []struct {
		Sheet
		Count int `db:"count"`
	}
	err := s.store.Select(ctx, s.db, &rows, "sheets", int64(id), sc.All, db.Array(sc.UnitIDs), f.Search, int64(f.UnitID),
		string(f.State), string(f.Grade), f.Missing, f.Sort, limit, offset)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	out := make([]Sheet, len(rows))
	for i, r := range rows {
		out[i] = r.Sheet
	}
	return out, rows[0].Count, nil
}
