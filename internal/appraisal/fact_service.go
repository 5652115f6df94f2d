package appraisal

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// RecordKnowledge takes what a round came to into every cycle that is not closed, whose period holds k.ClosedOn and that
// has a sheet for the person. It is called in the transaction that released the result or lifted it, so a sheet is never
// behind. Saying the same again changes nothing; another number is a newer version of the fact.
func (s *Service) RecordKnowledge(ctx context.Context, tx *db.Tx, k Knowledge) error {
	return s.feed(ctx, tx, k.PersonID, k.ClosedOn, func(sh datedSheet) []Fact {
		var facts []Fact
		for _, key := range sh.Body.V.FedBy(FromKnowledge) {
			facts = append(facts, k.fact(key))
		}
		return facts
	})
}

// RecordParticipation takes the person's courses of a period into the cycles of exactly that period. Nothing due is no
// number: the indicator is missing and not counted as 0.
func (s *Service) RecordParticipation(ctx context.Context, tx *db.Tx, p Participation) error {
	return s.feed(ctx, tx, p.PersonID, p.FromOn, func(sh datedSheet) []Fact {
		if !sameDay(sh.FromOn, p.FromOn) || !sameDay(sh.ToOn, p.ToOn) {
			return nil
		}
		return participationFacts(sh.Body.V, p)
	})
}

// RefreshParticipation asks the source again how much of what was due these people finished, for every cycle that is not
// closed: a course that was given, taken back or finished calls it, and does not know the periods.
func (s *Service) RefreshParticipation(ctx context.Context, tx *db.Tx, people []account.PersonID) error {
	var cycles []cycleRow
	if err := s.store.Select(ctx, tx, &cycles, "cycles_counting", db.Array(account.Int64s(people))); err != nil {
		return err
	}
	for _, c := range cycles {
		if err := s.refreshIn(ctx, tx, c, people); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) refreshIn(ctx context.Context, tx *db.Tx, c cycleRow, people []account.PersonID) error {
	var sheets []sheetRow
	if err := s.store.Select(ctx, tx, &sheets, "sheets_lock", int64(c.ID), db.Array(account.Int64s(people)), true, db.Array([]int64{})); err != nil {
		return err
	}
	counts, err := s.sources.Participation(ctx, tx, people, c.FromOn, c.ToOn)
	if err != nil {
		return err
	}
	var facts []Fact
	for _, sh := range sheets {
		count := Participation{PersonID: sh.PersonID, FromOn: c.FromOn, ToOn: c.ToOn} // what was assigned before is so no more
		if i := slices.IndexFunc(counts, func(p Participation) bool { return p.PersonID == sh.PersonID }); i >= 0 {
			count = counts[i]
		}
		facts = append(facts, participationFacts(c.Body.V, count)...)
	}
	_, err = s.absorb(ctx, tx, account.System().Actor(), c.Body.V, c.ID, sheets, facts)
	return err
}

func participationFacts(scheme Scheme, p Participation) []Fact {
	var facts []Fact
	for _, key := range scheme.FedBy(FromParticipation) {
		facts = append(facts, p.fact(key))
	}
	return facts
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// feed hands the facts of one person and day to the sheets that they belong to.
func (s *Service) feed(ctx context.Context, tx *db.Tx, person account.PersonID, on time.Time, factsOf func(datedSheet) []Fact) error {
	var sheets []datedSheet
	if err := s.store.Select(ctx, tx, &sheets, "sheets_at", int64(person), on); err != nil {
		return err
	}
	for _, sh := range sheets {
		if _, err := s.absorb(ctx, tx, account.System().Actor(), sh.Body.V, sh.CycleID, []sheetRow{sh.sheetRow}, factsOf(sh)); err != nil {
			return err
		}
	}
	return nil
}

// absorb adds what is new among the facts to locked sheets of one cycle, and computes anew those that still move. A fact
// of somebody without a sheet here is not this cycle's. It returns how many facts were new.
func (s *Service) absorb(ctx context.Context, tx *db.Tx, actor string, scheme Scheme, cycle CycleID, sheets []sheetRow, facts []Fact) (int, error) {
	if len(facts) == 0 || len(sheets) == 0 {
		return 0, nil
	}
	people := make([]account.PersonID, len(sheets))
	for i, sh := range sheets {
		people[i] = sh.PersonID
	}
	known, err := s.store.newestFacts(ctx, tx, cycle, people)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, sh := range sheets {
		added, all, err := s.addFacts(ctx, tx, actor, cycle, known[sh.PersonID], of(facts, sh.PersonID))
		if err != nil {
			return 0, err
		}
		if len(added) == 0 {
			continue
		}
		count += len(added)
		if sh.State.Moves() {
			if err := s.store.saveComputed(ctx, tx, sh.ID, Compute(scheme, all)); err != nil {
				return 0, err
			}
		}
		body := map[string]any{"facts": factIDs(added), "counts": sh.State.Moves()}
		if err := record(ctx, tx, actor, "appraisal.fact", sheetSubject(sh.ID), body); err != nil {
			return 0, err
		}
	}
	return count, nil
}

func (s *Service) addFacts(ctx context.Context, tx *db.Tx, actor string, cycle CycleID, known, facts []Fact) (added []FactID, all []Fact, err error) {
	for _, f := range facts {
		i := slices.IndexFunc(known, func(k Fact) bool {
			return k.Indicator == f.Indicator && k.Source == f.Source && k.SourceID == f.SourceID
		})
		f.Version, f.RecordedBy = 1, actor
		if i < 0 && f.N == 0 {
			continue // nothing was said that could be taken back
		}
		if i >= 0 {
			if known[i].Same(f) {
				continue
			}
			f.Version = known[i].Version + 1
		}
		if f.ID, err = s.store.insertFact(ctx, tx, cycle, f); err != nil {
			return nil, nil, err
		}
		added = append(added, f.ID)
		if i >= 0 {
			known[i] = f
		} else {
			known = append(known, f)
		}
	}
	return added, known, nil
}

func of(facts []Fact, person account.PersonID) []Fact {
	var out []Fact
	for _, f := range facts {
		if f.PersonID == person {
			out = append(out, f)
		}
	}
	return out
}
