package appraisal

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// Entry is one number as somebody typed it: "86.5". An empty value is left alone.
type Entry struct {
	PersonID account.PersonID
	Value    string
	Note     string // what it rests on; must be given where exams or courses should have said it
}

const maxNote = 200

// ValueField is the form's name for a person's number.
func ValueField(id account.PersonID) string { return "value-" + id.String() }

// fact reads an entry for an indicator; the field error names the person's input.
func (e Entry) fact(i Indicator) (Fact, *errs.Field) {
	wrong := func(key string, kv ...any) (Fact, *errs.Field) {
		f := errs.NewField(ValueField(e.PersonID), key, kv...)
		return Fact{}, &f
	}
	value, err := score.Parse(strings.TrimSpace(e.Value))
	if err != nil || value < 0 || value > i.Scale.Most() {
		return wrong("error.appraisal.value", "most", i.Scale.Most())
	}
	note := strings.TrimSpace(e.Note)
	if i.Source != FromPeople && note == "" {
		return wrong("error.appraisal.note_needed")
	}
	if len([]rune(note)) > maxNote {
		return wrong("error.appraisal.note_long", "limit", maxNote)
	}
	return Fact{PersonID: e.PersonID, Indicator: i.Key, Source: Typed, Value: value, N: 1, Detail: Detail{Note: note}}, nil
}

// TypeScores records numbers that people judge or bring in, for one indicator of an open cycle (A32). All or nothing:
// errors are Invalid with the field of each wrong number. Somebody outside the viewer's scope is NotFound, nobody scores
// oneself, and a number in place of exams or courses is for those who confirm. It returns how many numbers were new.
func (s *Service) TypeScores(ctx context.Context, v account.Viewer, cycle CycleID, indicator string, entries []Entry) (int, error) {
	if err := v.Require(account.AppraisalScore); err != nil {
		return 0, err
	}
	entries = filled(entries)
	if len(entries) == 0 {
		return 0, errs.InvalidFields(errs.NewField("value", "error.appraisal.nothing_typed"))
	}
	n := 0
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var c cycleRow
		if err := s.store.Get(ctx, tx, &c, "cycle_share", int64(cycle)); err != nil {
			return err
		}
		sheets, err := s.typable(ctx, tx, v, cycle, entries)
		if err != nil {
			return err
		}
		if c.State != Open {
			return errs.New(errs.Conflict, "error.appraisal.not_open")
		}
		facts, err := typedFacts(v, c.Body.V, indicator, sheets, entries)
		if err != nil {
			return err
		}
		n, err = s.absorb(ctx, tx, v.Actor(), c.Body.V, cycle, sheets, facts)
		return err
	})
	return n, err
}

// typable locks the sheets of the entries' people; one that the viewer may not score is NotFound.
func (s *Service) typable(ctx context.Context, tx *db.Tx, v account.Viewer, cycle CycleID, entries []Entry) ([]sheetRow, error) {
	people := map[account.PersonID]bool{}
	var ids []int64
	for _, e := range entries {
		if err := account.NotSelf(v, e.PersonID); err != nil {
			return nil, err
		}
		if !people[e.PersonID] {
			people[e.PersonID] = true
			ids = append(ids, int64(e.PersonID))
		}
	}
	sc := v.Scope(account.AppraisalScore)
	var sheets []sheetRow
	if err := s.store.Select(ctx, tx, &sheets, "sheets_lock", int64(cycle), db.Array(ids), sc.All, db.Array(sc.UnitIDs)); err != nil {
		return nil, err
	}
	if len(sheets) != len(ids) {
		return nil, notFound()
	}
	return sheets, nil
}

// typedFacts reads all entries and names every wrong one.
func typedFacts(v account.Viewer, scheme Scheme, indicator string, sheets []sheetRow, entries []Entry) ([]Fact, error) {
	i, ok := scheme.Indicator(indicator)
	if !ok {
		return nil, notFound()
	}
	if i.Source != FromPeople {
		if err := v.Require(account.AppraisalConfirm); err != nil {
			return nil, err
		}
	}
	states := map[account.PersonID]SheetState{}
	for _, sh := range sheets {
		states[sh.PersonID] = sh.State
	}
	var facts []Fact
	var bad []errs.Field
	for _, e := range entries {
		f, wrong := e.fact(i)
		switch {
		case !states[e.PersonID].Moves():
			bad = append(bad, errs.NewField(ValueField(e.PersonID), "error.appraisal.sheet_fixed"))
		case wrong != nil:
			bad = append(bad, *wrong)
		default:
			facts = append(facts, f)
		}
	}
	if len(bad) > 0 {
		return nil, errs.InvalidFields(bad...)
	}
	return facts, nil
}

func filled(entries []Entry) []Entry {
	var out []Entry
	for _, e := range entries {
		if strings.TrimSpace(e.Value) != "" {
			out = append(out, e)
		}
	}
	return out
}
