package bank

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	maxReason = 500 // characters
	maxBulk   = 100 // questions of one bulk act: a page of the list
)

// Create adds a question as a draft. Errors: Invalid with the fields of the form.
func (s *Service) Create(ctx context.Context, v account.Viewer, d Draft) (QuestionID, error) {
	if err := v.Require(account.BankWrite); err != nil {
		return 0, err
	}
	var id QuestionID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		d, err := s.checked(ctx, tx, d)
		if err != nil {
			return err
		}
		ids, err := s.store.insertQuestions(ctx, tx, v.Actor(), 1)
		if err != nil {
			return err
		}
		id = ids[0]
		row := []newVersion{{question: id, number: 1, current: true, state: StateDraft, draft: d}}
		if err := s.store.insertVersions(ctx, tx, v.Actor(), row); err != nil {
			return err
		}
		if err := s.tagRows(ctx, tx, row); err != nil {
			return err
		}
		return record(ctx, tx, v, "bank.create", subject(id), map[string]any{"version": int64(row[0].versionID)})
	})
	return id, err
}

func subject(id QuestionID) string { return "question:" + id.String() }

// checked validates a draft and names its knowledge points by their paths.
func (s *Service) checked(ctx context.Context, x db.Q, d Draft) (Draft, error) {
	tree, err := s.store.tree(ctx, x)
	if err != nil {
		return d, err
	}
	d.Question.KnowledgePoints = pathsOf(tree, d.TopicIDs)
	return d, checkDraft(d, tree)
}

func pathsOf(tree Tree, ids []TopicID) []string {
	paths := make([]string, len(ids))
	for i, id := range ids {
		paths[i] = tree.Path(id)
	}
	return paths
}

// Base is what an editor had before their eyes: the version's number and its revision.
type Base struct{ Version, Revision int }

// Edit changes the open version; when none is open it opens the next one, so that what was published stays as it was. A version
// in review is thereby withdrawn: what reviewers approve is what they saw.
// Errors: Invalid with the fields of the form; Conflict when somebody changed the question since base was read.
func (s *Service) Edit(ctx context.Context, v account.Viewer, id QuestionID, base Base, d Draft) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		was, err := s.store.lock(ctx, tx, id)
		if err != nil {
			return err
		}
		d.Question = keepingFiles(d.Question, was.Editable().Question())
		return s.edit(ctx, tx, v, was, base, d)
	})
}

// edit is Edit on a question that is locked.
func (s *Service) edit(ctx context.Context, tx *db.Tx, v account.Viewer, was Detail, base Base, d Draft) error {
	from := was.Editable()
	if base != (Base{from.Number, from.Revision}) {
		return errs.New(errs.Conflict, "error.bank.edited_meanwhile")
	}
	d, err := s.checked(ctx, tx, d)
	if err != nil {
		return err
	}
	act, body, err := s.write(ctx, tx, v, was, d)
	if err != nil {
		return err
	}
	return record(ctx, tx, v, act, subject(was.ID), body)
}

// write stores what was checked, on a question that is locked, and tells what the audit is to say.
func (s *Service) write(ctx context.Context, tx *db.Tx, v account.Viewer, was Detail, d Draft) (act string, body map[string]any, err error) {
	from := was.Editable()
	if !from.State.Open() {
		return s.openNext(ctx, tx, v, was, d)
	}
	if from.State == StateInReview {
		if err := s.unsubmit(ctx, tx, v, from, ReviewWithdraw, ""); err != nil {
			return "", nil, err
		}
	}
	err = s.store.editVersion(ctx, tx, v.Actor(), from, d)
	return "bank.edit", map[string]any{"version": int64(from.ID), "revision": from.Revision + 1}, err
}

// openNext adds the next version as a draft; a retired question is thereby taken up again.
func (s *Service) openNext(ctx context.Context, tx *db.Tx, v account.Viewer, was Detail, d Draft) (act string, body map[string]any, err error) {
	retired := was.Current().State == StateRetired
	if retired {
		if _, err := s.store.q.Exec(ctx, tx, "not_current", was.ID); err != nil {
			return "", nil, err
		}
		if _, err := s.store.q.Exec(ctx, tx, "revive_question", was.ID); err != nil {
			return "", nil, err
		}
	}
	row := []newVersion{{question: was.ID, number: was.Versions[0].Number + 1, current: retired, state: StateDraft, draft: d}}
	err = s.store.insertVersions(ctx, tx, v.Actor(), row)
	return "bank.new_version", map[string]any{"version": int64(row[0].versionID), "number": row[0].number}, err
}

// Publish makes the open versions of the questions what papers are drawn from, all of them or none, whatever they are by now.
// Errors as of Approve.
func (s *Service) Publish(ctx context.Context, v account.Viewer, ids ...QuestionID) error {
	seen := make([]Seen, len(ids))
	for i, id := range ids {
		seen[i].ID = id
	}
	return s.Approve(ctx, v, seen...)
}

// Approve publishes the open versions of the questions as they were seen, all of them or none; v is recorded as their reviewer.
// Errors: Conflict for a question without an open version, with a source that is 待核, whose version is the reviewer's own
// where that may not be, or was changed since it was seen.
func (s *Service) Approve(ctx context.Context, v account.Viewer, seen ...Seen) error {
	if err := v.Require(account.BankPublish); err != nil {
		return err
	}
	return s.eachSeen(ctx, seen, func(tx *db.Tx, was Detail) error {
		open := was.Editable()
		p, err := s.reviewPolicy(ctx, tx)
		if err != nil {
			return err
		}
		if err := mayPublish(open, v.Actor(), p); err != nil {
			return err
		}
		if _, err := s.store.q.Exec(ctx, tx, "retire_published", was.ID, tx.Now()); err != nil {
			return err
		}
		if err := s.store.q.One(ctx, tx, "publish_version", open.ID, v.Actor(), tx.Now()); err != nil {
			return err
		}
		if open.State == StateInReview {
			if _, err := s.store.q.Exec(ctx, tx, "insert_review", open.ID, open.Revision, ReviewApprove, v.Actor(), tx.Now(), ""); err != nil {
				return err
			}
		}
		return record(ctx, tx, v, "bank.publish", subject(was.ID), map[string]any{
			"version": int64(open.ID), "number": open.Number, "author": open.CreatedBy, "reviewed": !open.Wrote(v.Actor()),
		})
	})
}

// Retire takes the questions out of the pool, with their open versions, all of them or none. Papers that took a version
// keep it. Errors: Invalid (no reason), Conflict (retired already).
func (s *Service) Retire(ctx context.Context, v account.Viewer, reason string, ids ...QuestionID) error {
	if err := v.Require(account.BankPublish); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || len([]rune(reason)) > maxReason {
		return errs.InvalidFields(errs.NewField("reason", "error.bank.reason", "max", maxReason))
	}
	return s.each(ctx, ids, func(tx *db.Tx, was Detail) error {
		if err := s.store.retire(ctx, tx, was.ID); err != nil {
			return err
		}
		return record(ctx, tx, v, "bank.retire", subject(was.ID), map[string]any{"reason": reason})
	})
}

// each does an act to several questions in one transaction, in the order of their ids, so that two bulk acts cannot wait
// for each other.
func (s *Service) each(ctx context.Context, ids []QuestionID, act func(*db.Tx, Detail) error) error {
	ids = sortedOnce(ids)
	if len(ids) == 0 || len(ids) > maxBulk {
		return errs.InvalidFields(errs.NewField("question", "error.bank.choose", "max", maxBulk))
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			was, err := s.store.lock(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := act(tx, was); err != nil {
				return err
			}
		}
		return nil
	})
}
