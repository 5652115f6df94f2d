package bank

import (
	"context"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// SetTags gives a question these tags and no others. Errors: Invalid (too many, too long), NotFound.
func (s *Service) SetTags(ctx context.Context, v account.Viewer, id QuestionID, typed []string) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	names, err := tagNames(typed)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		was, err := s.store.lock(ctx, tx, id)
		if err != nil || slices.Equal(was.Tags, names) {
			return err
		}
		if err := s.store.setTags(ctx, tx, map[QuestionID][]string{id: names}); err != nil {
			return err
		}
		return record(ctx, tx, v, "bank.tags", subject(id), map[string]any{"tags": names, "before": []string(was.Tags)})
	})
}

// setTags replaces the tags of questions; names are as tagNames gives them.
func (s store) setTags(ctx context.Context, tx *db.Tx, tags map[QuestionID][]string) error {
	var questions, places []int64
	var names, folded []string
	cleared := make([]int64, 0, len(tags))
	for id, list := range tags {
		cleared = append(cleared, int64(id))
		for i, name := range list {
			questions, folded, places = append(questions, int64(id)), append(folded, foldTag(name)), append(places, int64(i+1))
			names = append(names, name)
		}
	}
	if _, err := s.q.Exec(ctx, tx, "clear_tags", db.Array(cleared)); err != nil || len(questions) == 0 {
		return err
	}
	if _, err := s.q.Exec(ctx, tx, "insert_tags", db.Array(names), db.Array(folded)); err != nil {
		return err
	}
	_, err := s.q.Exec(ctx, tx, "put_tags", db.Array(questions), db.Array(folded), db.Array(places))
	return err
}

// FilterWords are what the list's filter offers beside the tree: the laws that questions rest on, and the tags.
func (s *Service) FilterWords(ctx context.Context, v account.Viewer) (laws []string, tags []Tag, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, nil, err
	}
	var rows []struct {
		Kind string `db:"kind"`
		Tag
	}
	if err := s.store.q.Select(ctx, s.db, &rows, "filter_words"); err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		if r.Kind == "law" {
			laws = append(laws, r.Name)
		} else {
			tags = append(tags, r.Tag)
		}
	}
	return laws, tags, nil
}

// listTagged is the list by a tag.
func (s store) listTagged(ctx context.Context, x db.Q, f Filter, limit, offset int, words string, topics []int64) (ids []VersionID, total int, err error) {
	var found []struct {
		ID    VersionID `db:"id"`
		Total int       `db:"total"`
	}
	args := append(f.facts(), f.Sort, limit, offset, f.TagID, words, db.Array(topics), f.exposure())
	if err := s.q.Select(ctx, x, &found, "list_tagged", args...); err != nil {
		return nil, 0, err
	}
	for _, f := range found {
		ids, total = append(ids, f.ID), f.Total
	}
	return ids, total, nil
}
