package bank

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// RivalSets lists the sets that hold, the newest first, all or those of one question, with the number of all that fit.
func (s *Service) RivalSets(ctx context.Context, v account.Viewer, question QuestionID, p page.Page) ([]RivalSet, int, error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, 0, err
	}
	var sets []RivalSet
	if err := s.store.q.Select(ctx, s.db, &sets, "rival_sets", question, p.Limit(), p.Offset()); err != nil || len(sets) == 0 {
		return nil, 0, err
	}
	ids, at := make([]RivalSetID, len(sets)), map[RivalSetID]int{}
	for i, set := range sets {
		ids[i], at[set.ID] = set.ID, i
	}
	var rivals []Rival
	if err := s.store.q.Select(ctx, s.db, &rivals, "rivals_in", db.Array(account.Int64s(ids))); err != nil {
		return nil, 0, err
	}
	for _, r := range rivals {
		set := &sets[at[r.SetID]]
		set.Rivals = append(set.Rivals, r)
	}
	return sets, sets[0].ListTotal, nil
}

// CreateRivalSet says that a paper takes at most one of the questions. Errors: Invalid (fewer than two questions, too many,
// one that is not in the bank or retired).
func (s *Service) CreateRivalSet(ctx context.Context, v account.Viewer, ids []QuestionID, note string) (RivalSetID, error) {
	if err := v.Require(account.BankWrite); err != nil {
		return 0, err
	}
	ids, note = sortedOnce(ids), strings.TrimSpace(note)
	if err := checkRivals(ids, note); err != nil {
		return 0, err
	}
	var set RivalSetID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var known []QuestionID
		if err := s.store.q.Select(ctx, tx, &known, "rivals_known", db.Array(account.Int64s(ids))); err != nil {
			return err
		}
		if len(known) != len(ids) {
			return errs.InvalidFields(errs.NewField("questions", "error.bank.rivals_unknown"))
		}
		if err := s.store.q.Get(ctx, tx, &set, "insert_rival_set", note, v.Actor(), tx.Now()); err != nil {
			return err
		}
		if _, err := s.store.q.Exec(ctx, tx, "insert_rivals", set, db.Array(account.Int64s(ids))); err != nil {
			return err
		}
		return record(ctx, tx, v, "bank.rivals", "rival_set:"+set.String(), map[string]any{"questions": ids, "note": note})
	})
	return set, err
}

// RetireRivalSet lets papers take the questions together again. Errors: NotFound (no such set, or retired).
func (s *Service) RetireRivalSet(ctx context.Context, v account.Viewer, id RivalSetID) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := s.store.q.One(ctx, tx, "retire_rival_set", id, tx.Now(), v.Actor()); err != nil {
			return errs.New(errs.NotFound, "error.not_found").With(err)
		}
		return record(ctx, tx, v, "bank.rivals_retire", "rival_set:"+id.String(), map[string]any{})
	})
}
