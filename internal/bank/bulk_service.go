package bank

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// FoundForBulk are the questions that a filter finds, at most MaxBulkEdit in the list's order, and how many there are.
func (s *Service) FoundForBulk(ctx context.Context, v account.Viewer, f Filter) (ids []QuestionID, total int, err error) {
	if err := v.Require(account.BankWrite); err != nil {
		return nil, 0, err
	}
	versions, total, err := s.find(ctx, f, MaxBulkEdit, 0)
	if err != nil || len(versions) == 0 {
		return nil, total, err
	}
	err = s.store.q.Select(ctx, s.db, &ids, "questions_of", db.Array(account.Int64s(versions)))
	return ids, total, err
}

// PlanBulk says what an edit would do to each of the questions; nothing is changed. Errors: Invalid (the edit itself, no question,
// or too many), NotFound (one that there is not), Forbidden.
func (s *Service) PlanBulk(ctx context.Context, v account.Viewer, e BulkEdit, ids []QuestionID) ([]BulkPlan, error) {
	if err := e.require(v); err != nil {
		return nil, err
	}
	plans, _, err := s.planBulk(ctx, s.db, e, ids)
	return plans, err
}

// require tells whether the viewer may do all of it.
func (e BulkEdit) require(v account.Viewer) error {
	if err := v.Require(account.BankWrite); err != nil || e.Act != BulkRetire {
		return err
	}
	return v.Require(account.BankPublish)
}

func (s *Service) planBulk(ctx context.Context, x db.Q, e BulkEdit, ids []QuestionID) ([]BulkPlan, []Detail, error) {
	if ids = sortedOnce(ids); len(ids) == 0 || len(ids) > MaxBulkEdit {
		return nil, nil, errs.InvalidFields(errs.NewField("question", "error.bank.choose", "max", MaxBulkEdit))
	}
	tree, err := s.store.tree(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	if e, err = e.check(tree); err != nil {
		return nil, nil, err
	}
	details, err := s.store.details(ctx, x, ids)
	if err != nil {
		return nil, nil, err
	}
	if len(details) != len(ids) {
		return nil, nil, errs.New(errs.NotFound, "error.not_found")
	}
	plans := make([]BulkPlan, len(details))
	for i, d := range details {
		plans[i] = e.plan(d, tree)
	}
	return plans, details, nil
}

// ApplyBulk does an edit to questions as they were seen, in one transaction with one row of the audit for each. It returns what was
// done to each, and why not: a question that moved since it was seen is left as it is. Errors as of PlanBulk.
func (s *Service) ApplyBulk(ctx context.Context, v account.Viewer, e BulkEdit, seen []Seen) ([]BulkPlan, error) {
	if err := e.require(v); err != nil {
		return nil, err
	}
	ids, by := make([]QuestionID, len(seen)), make(map[QuestionID]Seen, len(seen))
	for i, one := range seen {
		ids[i], by[one.ID] = one.ID, one
	}
	e.Reason = strings.TrimSpace(e.Reason)
	var plans []BulkPlan
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var locked []QuestionID
		if err := s.store.q.Select(ctx, tx, &locked, "lock_questions", db.Array(account.Int64s(sortedOnce(ids)))); err != nil {
			return err
		}
		var details []Detail
		var err error
		if plans, details, err = s.planBulk(ctx, tx, e, ids); err != nil {
			return err
		}
		for i := range plans {
			if moved := by[plans[i].Seen.ID].changed(details[i].Editable()); moved != nil {
				plans[i] = BulkPlan{Seen: plans[i].Seen, Stem: plans[i].Stem, State: plans[i].State, Refused: moved}
			}
			if err := s.applyPlan(ctx, tx, v, e, details[i], plans[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return plans, err
}

func (s *Service) applyPlan(ctx context.Context, tx *db.Tx, v account.Viewer, e BulkEdit, d Detail, p BulkPlan) error {
	if p.Refused != nil || len(p.Changes) == 0 {
		return nil
	}
	body := map[string]any{}
	if p.draft != nil {
		_, wrote, err := s.write(ctx, tx, v, d, *p.draft)
		if err != nil {
			return err
		}
		body = wrote
	}
	if p.tags != nil {
		if err := s.store.setTags(ctx, tx, map[QuestionID][]string{d.ID: p.tags}); err != nil {
			return err
		}
	}
	if e.Act == BulkRetire {
		if err := s.store.retire(ctx, tx, d.ID); err != nil {
			return err
		}
		body["reason"] = e.Reason
	}
	before, after := map[string]string{}, map[string]string{}
	for _, c := range p.Changes {
		before[c.Fact], after[c.Fact] = c.From, c.To
	}
	body["before"], body["after"] = before, after
	return record(ctx, tx, v, "bank.bulk_edit", subject(d.ID), body)
}

// details are questions in the order of their ids, each with its newest version and the one that lists show; what there is not is left
// out.
func (s store) details(ctx context.Context, x db.Q, ids []QuestionID) ([]Detail, error) {
	var heads []struct {
		ID        QuestionID `db:"id"`
		RetiredAt *time.Time `db:"retired_at"`
		Tags      db.Strings `db:"tags"`
	}
	if err := s.q.Select(ctx, x, &heads, "bulk_heads", db.Array(account.Int64s(ids))); err != nil {
		return nil, err
	}
	var versions []Version
	if err := s.q.Select(ctx, x, &versions, "bulk_versions", db.Array(account.Int64s(ids))); err != nil {
		return nil, err
	}
	of := make(map[QuestionID][]Version, len(heads))
	for _, v := range versions {
		of[v.QuestionID] = append(of[v.QuestionID], v)
	}
	out := make([]Detail, 0, len(heads))
	for _, h := range heads {
		out = append(out, Detail{ID: h.ID, RetiredAt: h.RetiredAt, Tags: h.Tags, Versions: of[h.ID]})
	}
	return out, nil
}
