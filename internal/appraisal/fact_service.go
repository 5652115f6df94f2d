package appraisal

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
)

// RecordKnowledge takes what a round came to for some people, once for each, into every cycle that is not closed, whose period
// holds ClosedOn and that has a sheet for the person. It is called in the transaction that released the results or lifted them, so a
// sheet is never behind. Saying the same again changes nothing; another number is a newer version of the fact.
func (s *Service) RecordKnowledge(ctx context.Context, tx *db.Tx, list []Knowledge) error {
	people, days := make([]account.PersonID, len(list)), make([]time.Time, len(list))
	of := make(map[account.PersonID]Knowledge, len(list))
	for i, k := range list {
		people[i], days[i], of[k.PersonID] = k.PersonID, k.ClosedOn, k
	}
	return s.feed(ctx, tx, people, days, func(sh datedSheet) []Fact {
		var facts []Fact
		for _, key := range sh.Body.V.FedBy(FromKnowledge) {
			facts = append(facts, of[sh.PersonID].fact(key))
		}
		return facts
	})
}

// RefreshParticipation asks the source again how much of what was due these people finished, for every cycle that is open: a
// course that was given, taken back, finished or missed calls it, and does not know the periods. Once scoring is finished the
// numbers stand for the superior to confirm.
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

// feed hands facts of people, each of a day, to the sheets that they belong to, cycle by cycle.
func (s *Service) feed(ctx context.Context, tx *db.Tx, people []account.PersonID, days []time.Time, factsOf func(datedSheet) []Fact) error {
	sheets, err := s.store.sheetsAt(ctx, tx, people, days)
	if err != nil {
		return err
	}
	for len(sheets) > 0 {
		first := sheets[0]
		var rows []sheetRow
		var facts []Fact
		var rest []datedSheet
		for _, sh := range sheets {
			if sh.CycleID != first.CycleID {
				rest = append(rest, sh)
				continue
			}
			rows, facts = append(rows, sh.sheetRow), append(facts, factsOf(sh)...)
		}
		if _, err := s.absorb(ctx, tx, account.System().Actor(), first.Body.V, first.CycleID, rows, facts); err != nil {
			return err
		}
		sheets = rest
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
	byPerson := map[account.PersonID][]Fact{}
	for _, f := range facts {
		byPerson[f.PersonID] = append(byPerson[f.PersonID], f)
	}
	fresh := make([]freshFacts, len(sheets))
	var added []*Fact
	for i, sh := range sheets {
		fresh[i] = news(actor, known[sh.PersonID], byPerson[sh.PersonID])
		added = append(added, fresh[i].added...)
	}
	if err := s.store.insertFacts(ctx, tx, actor, cycle, added); err != nil {
		return 0, err
	}
	return len(added), s.settle(ctx, tx, actor, scheme, sheets, fresh)
}

// settle computes the sheets that moved, and records what came to each.
func (s *Service) settle(ctx context.Context, tx *db.Tx, actor string, scheme Scheme, sheets []sheetRow, fresh []freshFacts) error {
	var computed []computedSheet
	var events []audit.Event
	for i, sh := range sheets {
		f := fresh[i]
		if len(f.added) == 0 {
			continue
		}
		if sh.State.Moves() {
			computed = append(computed, computedOf(sh.ID, Compute(scheme, f.newest())))
		}
		ids := make([]FactID, len(f.added))
		for j, fact := range f.added {
			ids[j] = fact.ID
		}
		events = append(events, audit.Event{Actor: actor, Act: "appraisal.fact", Subject: sheetSubject(sh.ID), Body: map[string]any{"facts": factIDs(ids), "counts": sh.State.Moves()}})
	}
	if err := s.store.saveComputed(ctx, tx, computed); err != nil {
		return err
	}
	return audit.WriteAll(ctx, tx, events)
}

// freshFacts are a person's facts after some came: the newest of each source, and those that are not stored yet.
type freshFacts struct {
	all   []*Fact
	added []*Fact
}

func (f freshFacts) newest() []Fact {
	out := make([]Fact, len(f.all))
	for i, fact := range f.all {
		out[i] = *fact
	}
	return out
}

// news takes facts of one person to those that are known; what says nothing new is left out.
func news(actor string, known, facts []Fact) freshFacts {
	var out freshFacts
	for i := range known {
		out.all = append(out.all, &known[i])
	}
	for _, f := range facts {
		i := slices.IndexFunc(out.all, func(k *Fact) bool {
			return k.Indicator == f.Indicator && k.Source == f.Source && k.SourceID == f.SourceID
		})
		f.Version, f.RecordedBy = 1, actor
		if i < 0 && f.N == 0 {
			continue // nothing was said that could be taken back
		}
		if i >= 0 {
			if out.all[i].Same(f) {
				continue
			}
			f.Version = out.all[i].Version + 1
			out.all[i] = &f
		} else {
			out.all = append(out.all, &f)
		}
		out.added = append(out.added, &f)
	}
	return out
}
