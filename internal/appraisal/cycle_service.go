package appraisal

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// NewCycle is what HR chooses when a quarter is opened.
type NewCycle struct {
	VersionID VersionID
	UnitID    account.UnitID
	Quarter   Quarter
	Mode      Mode
}

// OpenCycle gives everybody who stands in the unit today, at a post of the scheme, a sheet of the quarter, and collects
// what has happened already. Errors: Invalid with fields; Conflict when some of them stand in another counting cycle of
// the period, or this cycle exists.
func (s *Service) OpenCycle(ctx context.Context, v account.Viewer, in NewCycle) (CycleID, error) {
	if err := v.Require(account.AppraisalCycle); err != nil {
		return 0, err
	}
	if bad := in.check(v.Scope(account.AppraisalCycle)); len(bad) > 0 {
		return 0, errs.InvalidFields(bad...)
	}
	var id CycleID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.store.Exec(ctx, tx, "opening_lock"); err != nil {
			return err
		}
		ver, err := s.usable(ctx, tx, in.VersionID)
		if err != nil {
			return err
		}
		if err := s.notCountedYet(ctx, tx, in, ver.Scheme()); err != nil {
			return err
		}
		if err := s.store.Get(ctx, tx, &id, "cycle_insert", int64(in.VersionID), int64(in.UnitID), in.Quarter.Year, in.Quarter.No,
			in.Quarter.From(), in.Quarter.To(), string(in.Mode), tx.Now(), v.Actor()); err != nil {
			return explain(err)
		}
		if n, err := s.enrol(ctx, tx, id, in.UnitID, ver.Scheme()); err != nil {
			return err
		} else if n == 0 {
			return errs.InvalidFields(errs.NewField("unit_id", "error.appraisal.nobody"))
		}
		if err := record(ctx, tx, v.Actor(), "appraisal.cycle.open", cycleSubject(id), map[string]any{
			"version_id": in.VersionID.String(), "unit_id": in.UnitID, "year": in.Quarter.Year, "quarter": in.Quarter.No, "mode": in.Mode}); err != nil {
			return err
		}
		_, err = s.collect(ctx, tx, v, id)
		return err
	})
	return id, err
}

func (in NewCycle) check(sc account.Scope) []errs.Field {
	var bad []errs.Field
	if !in.Quarter.Valid() {
		bad = append(bad, errs.NewField("quarter", "error.appraisal.quarter"))
	}
	if in.Mode != Counting && in.Mode != Shadow {
		bad = append(bad, errs.NewField("mode", "error.appraisal.choose"))
	}
	if !sc.HasUnit(in.UnitID) {
		bad = append(bad, errs.NewField("unit_id", "error.appraisal.choose"))
	}
	return bad
}

// usable is the chosen version, which must be active.
func (s *Service) usable(ctx context.Context, tx *db.Tx, id VersionID) (Version, error) {
	wrong := errs.InvalidFields(errs.NewField("version_id", "error.appraisal.not_active"))
	var locked VersionID
	if err := s.store.Get(ctx, tx, &locked, "version_lock", int64(id)); errs.Is(err, errs.NotFound) {
		return Version{}, wrong
	} else if err != nil {
		return Version{}, err
	}
	var ver Version
	if err := s.store.Get(ctx, tx, &ver, "version", int64(id)); err != nil {
		return ver, err
	}
	if ver.State != Active {
		return ver, wrong
	}
	return ver, nil
}

func (s *Service) notCountedYet(ctx context.Context, tx *db.Tx, in NewCycle, scheme Scheme) error {
	if in.Mode != Counting {
		return nil
	}
	var n int
	if err := s.store.Get(ctx, tx, &n, "already_counted", int64(in.UnitID), db.Array(scheme.Posts), in.Quarter.From(), in.Quarter.To()); err != nil {
		return err
	}
	if n > 0 {
		return errs.New(errs.Conflict, "error.appraisal.already_counted", "n", n)
	}
	return nil
}

// enrol gives an empty sheet to everybody of the unit who has none and returns to how many.
func (s *Service) enrol(ctx context.Context, tx *db.Tx, id CycleID, unit account.UnitID, scheme Scheme) (int64, error) {
	empty := Compute(scheme, nil)
	return s.store.Exec(ctx, tx, "enrol", int64(id), int64(unit), db.Array(scheme.Posts), db.Array(empty.Missing), db.JSONOf(empty), tx.Now())
}

// Collect asks the sources again and takes what is new; it returns how many facts that were. Who has joined the unit since gets a
// sheet. Error: Conflict when scoring is finished, because what superiors confirm does not move under their hands; Reopen first.
func (s *Service) Collect(ctx context.Context, v account.Viewer, id CycleID) (int, error) {
	n := 0
	err := s.onCycle(ctx, v, id, func(tx *db.Tx, c cycleRow) error {
		if c.State != Open {
			return errs.New(errs.Conflict, "error.appraisal.cycle_state")
		}
		joined, err := s.enrol(ctx, tx, id, c.UnitID, c.Body.V)
		if err != nil {
			return err
		}
		if joined > 0 {
			if err := record(ctx, tx, v.Actor(), "appraisal.cycle.enrol", cycleSubject(id), map[string]any{"sheets": joined}); err != nil {
				return err
			}
		}
		n, err = s.collect(ctx, tx, v, id)
		return err
	})
	return n, err
}

func (s *Service) collect(ctx context.Context, tx *db.Tx, v account.Viewer, id CycleID) (int, error) {
	var c cycleRow
	if err := s.store.Get(ctx, tx, &c, "cycle_lock", int64(id)); err != nil {
		return 0, err
	}
	var sheets []sheetRow
	if err := s.store.Select(ctx, tx, &sheets, "sheets_lock", int64(id), nil, true, db.Array([]int64{})); err != nil {
		return 0, err
	}
	facts, err := s.fromSources(ctx, tx, c, sheets)
	if err != nil {
		return 0, err
	}
	n, err := s.absorb(ctx, tx, account.System().Actor(), c.Body.V, id, sheets, facts)
	if err != nil {
		return 0, err
	}
	if err := s.store.One(ctx, tx, "cycle_collected", int64(id), tx.Now()); err != nil {
		return 0, err
	}
	return n, record(ctx, tx, v.Actor(), "appraisal.cycle.collect", cycleSubject(id), map[string]any{"new_facts": n})
}

func (s *Service) fromSources(ctx context.Context, tx *db.Tx, c cycleRow, sheets []sheetRow) ([]Fact, error) {
	people := make([]account.PersonID, len(sheets))
	for i, sh := range sheets {
		people[i] = sh.PersonID
	}
	var facts []Fact
	if keys := c.Body.V.FedBy(FromKnowledge); len(keys) > 0 {
		rounds, err := s.sources.Knowledge(ctx, tx, people, c.FromOn, c.ToOn)
		if err != nil {
			return nil, err
		}
		for _, k := range rounds {
			for _, key := range keys {
				facts = append(facts, k.fact(key))
			}
		}
	}
	if len(c.Body.V.FedBy(FromParticipation)) > 0 {
		counts, err := s.sources.Participation(ctx, tx, people, c.FromOn, c.ToOn)
		if err != nil {
			return nil, err
		}
		for _, p := range counts {
			facts = append(facts, participationFacts(c.Body.V, p)...)
		}
	}
	return facts, nil
}

// MoveCycle does one step of a cycle: scoring finished, reopened, closed. Closing makes the confirmed sheets final.
// Errors: Conflict with what is in the way, see NextCycle.
func (s *Service) MoveCycle(ctx context.Context, v account.Viewer, id CycleID, on CycleEvent) error {
	return s.onCycle(ctx, v, id, func(tx *db.Tx, c cycleRow) error {
		if on == FinishScoring && c.State == Open {
			if _, err := s.collect(ctx, tx, v, id); err != nil { // what is confirmed afterwards is what the sources say now
				return err
			}
		}
		var p Progress
		if err := s.store.Get(ctx, tx, &p, "progress", int64(id)); err != nil {
			return err
		}
		next, err := NextCycle(c.State, on, p)
		if err != nil {
			return err
		}
		if next == Closed {
			if _, err := s.store.Exec(ctx, tx, "sheets_finish", int64(id), tx.Now()); err != nil {
				return err
			}
		}
		if err := s.store.One(ctx, tx, "cycle_move", int64(id), string(c.State), string(next), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "appraisal.cycle."+string(on), cycleSubject(id), map[string]any{"from": c.State, "to": next, "sheets": p.All()})
	})
}

// onCycle locks a cycle whose whole unit the viewer may run.
func (s *Service) onCycle(ctx context.Context, v account.Viewer, id CycleID, fn func(tx *db.Tx, c cycleRow) error) error {
	if err := v.Require(account.AppraisalCycle); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var c cycleRow
		if err := s.store.Get(ctx, tx, &c, "cycle_lock", int64(id)); err != nil {
			return err
		}
		if !v.Scope(account.AppraisalCycle).HasUnit(c.UnitID) {
			return notFound()
		}
		return fn(tx, c)
	})
}

// CycleFilter chooses cycles; zero values leave out the condition.
type CycleFilter struct {
	Year  int
	State CycleState
}

// CycleRow is a line of the list.
type CycleRow struct {
	Cycle
	Progress
	Total int `db:"total"`
}

// Cycles lists the cycles of the viewer's part of the tree, or with people of it, the newest first.
func (s *Service) Cycles(ctx context.Context, v account.Viewer, f CycleFilter, p page.Page) ([]CycleRow, int, error) {
	sc, err := beyondSelf(v, account.AppraisalRead)
	if err != nil {
		return nil, 0, err
	}
	var rows []CycleRow
	err = s.store.Select(ctx, s.db, &rows, "cycles", sc.All, db.Array(sc.UnitIDs), f.Year, string(f.State), p.Limit(), p.Offset())
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	return rows, rows[0].Total, nil
}
