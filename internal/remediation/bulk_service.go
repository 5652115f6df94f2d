package remediation

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// MaxChosen is how many cases one act may be done to.
const MaxChosen = 100

// Chosen is a case that an act on several is to be done to. Refused says why it cannot be, or could not be, done to this one;
// nil means that it can, or was.
type Chosen struct {
	BoardRow
	RoundID  exam.RoundID `db:"round_id"`
	Proposed bool         `db:"proposed"` // a decision waits for its second person
	Refused  error        `db:"-"`
}

// ToAssign tells to whom of the chosen a retraining can be assigned now. Cases outside the viewer's part of the tree are left out.
func (s *Service) ToAssign(ctx context.Context, v account.Viewer, ids []CaseID) ([]Chosen, error) {
	return s.chosen(ctx, v, account.CaseAssign, ids, func(c Chosen) error { return mayAssign(v, c) })
}

// ToPropose tells for whom of the chosen a decision can be proposed now.
func (s *Service) ToPropose(ctx context.Context, v account.Viewer, ids []CaseID) ([]Chosen, error) {
	return s.chosen(ctx, v, account.CaseDecide, ids, func(c Chosen) error { return mayPropose(v, c) })
}

func mayAssign(v account.Viewer, c Chosen) error {
	if err := account.NotSelf(v, c.PersonID); err != nil {
		return err
	}
	_, _, err := Next(c.State, Assigned)
	return err
}

func mayPropose(v account.Viewer, c Chosen) error {
	if err := account.NotSelf(v, c.PersonID); err != nil {
		return err
	}
	// Every kind of decision begins in the same state.
	if _, _, err := Next(c.State, AnotherRound); err != nil {
		return err
	}
	if c.Proposed {
		return errs.New(errs.Conflict, "error.remediation.proposed_already")
	}
	return nil
}

func (s *Service) chosen(ctx context.Context, v account.Viewer, act account.Action, ids []CaseID, may func(Chosen) error) ([]Chosen, error) {
	if err := v.Require(act); err != nil {
		return nil, err
	}
	if len(ids) == 0 || len(ids) > MaxChosen {
		return nil, errs.InvalidFields(errs.NewField("case", "error.remediation.chosen", "max", MaxChosen))
	}
	scope := v.Scope(act)
	var out []Chosen
	if err := s.store.q.Select(ctx, s.d, &out, "chosen", db.Array(account.Int64s(ids)), scope.All, db.Array(scope.UnitIDs)); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].setDeadline(s.zone)
		out[i].Refused = may(out[i])
	}
	return out, nil
}

// AssignAll gives each of the chosen the same retraining and tells what happened to each. Every case is an act of its own: it
// is done whole or not at all, and one that is refused does not undo the others. Errors: Invalid for what would be wrong for all.
func (s *Service) AssignAll(ctx context.Context, v account.Viewer, ids []CaseID, a Assignment) ([]Chosen, error) {
	if err := s.CheckAssignment(a); err != nil {
		return nil, err
	}
	return each(ctx, v, ids, s.ToAssign, func(id CaseID) error { return s.Assign(ctx, v, id, a) })
}

// ProposeAll proposes the same decision for each of the chosen, as AssignAll assigns. Another person decides on each of them.
func (s *Service) ProposeAll(ctx context.Context, v account.Viewer, ids []CaseID, kind Event, reason string) ([]Chosen, error) {
	if err := CheckProposal(kind, reason); err != nil {
		return nil, err
	}
	return each(ctx, v, ids, s.ToPropose, func(id CaseID) error { return s.Propose(ctx, v, id, kind, reason) })
}

func each(ctx context.Context, v account.Viewer, ids []CaseID, look func(context.Context, account.Viewer, []CaseID) ([]Chosen, error), do func(CaseID) error) ([]Chosen, error) {
	chosen, err := look(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	for i := range chosen {
		if c := &chosen[i]; c.Refused == nil {
			c.Refused = do(c.ID)
		}
	}
	return chosen, nil
}
