package bank

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/platform/db"
)

// orders are the sorts of the list that an index gives, with what names their statements.
var orders = []struct{ sort, name, by string }{
	{"", "newest", "v.question_id DESC"},
	{"id", "oldest", "v.question_id"},
	{"difficulty", "easiest", "v.difficulty, v.question_id DESC"},
	{"-difficulty", "hardest", "v.difficulty DESC, v.question_id"},
	{"type", "types", "v.type, v.question_id DESC"},
	{"-type", "types_back", "v.type DESC, v.question_id"},
}

// orderOf names the order of a sort; an unknown one is the usual order. Orders by exposure have statements of their own.
func orderOf(sort string) string {
	i := slices.IndexFunc(orders, func(o struct{ sort, name, by string }) bool { return o.sort == sort })
	return orders[max(i, 0)].name
}

// orderedBlock is a statement of list.sql that is there for each order.
var orderedBlock = regexp.MustCompile(`(?s)-- name: [a-z_]+\{order\}\n.*?\n\n|-- name: [a-z_]+\{order\}\n.*$`)

// ordered writes the statements of each order out.
func ordered(text string) string {
	return "\n" + orderedBlock.ReplaceAllStringFunc(text, func(block string) string {
		var all strings.Builder
		for _, o := range orders {
			all.WriteString(strings.NewReplacer("{order}", o.name, "{by}", o.by).Replace(strings.TrimSpace(block)) + "\n\n")
		}
		return all.String()
	})
}

// list is the list without words and knowledge points.
func (s store) list(ctx context.Context, x db.Q, f Filter, limit, offset int) (ids []VersionID, total int, err error) {
	if err := s.q.Select(ctx, x, &ids, "list_"+orderOf(f.Sort), append(f.facts(), limit, offset)...); err != nil {
		return nil, 0, err
	}
	err = s.q.Get(ctx, x, &total, "list_count", f.facts()...)
	return ids, total, err
}

// listFound is the list by words, at some points unless topics is empty. It counts to MaxFound; so many and more are walked through
// in the order asked, until the page is full.
func (s store) listFound(ctx context.Context, x db.Q, f Filter, limit, offset int, words string, topics []int64) (ids []VersionID, total int, err error) {
	query := withFacts(words, f, topics)
	chosen := []any{query, f.State, f.Law, f.exposure()}
	var found []struct {
		ID    *VersionID `db:"id"`
		Total int        `db:"total"`
	}
	if err := s.q.Select(ctx, x, &found, "found", append(chosen, MaxFound, f.Sort, limit, offset)...); err != nil {
		return nil, 0, err
	}
	if total = found[0].Total; total == MaxFound {
		ids, err = s.walk(ctx, x, f, limit, offset, query, chosen)
		return ids, total, err
	}
	for _, r := range found {
		if r.ID != nil { // a page behind the last
			ids = append(ids, *r.ID)
		}
	}
	return ids, total, nil
}

// listNumbered is the one question of a number, as a list.
func (s store) listNumbered(ctx context.Context, x db.Q, f Filter, number int64) (ids []VersionID, total int, err error) {
	err = s.q.Select(ctx, x, &ids, "list_numbered", append(f.facts(), number)...)
	return ids, len(ids), err
}

func (s store) walk(ctx context.Context, x db.Q, f Filter, limit, offset int, query string, chosen []any) (ids []VersionID, err error) {
	if f.sortsByExposure() {
		return s.exposed(ctx, x, f, limit, offset, query, nil)
	}
	err = s.q.Select(ctx, x, &ids, "walk_"+orderOf(f.Sort), append(chosen, limit, offset)...)
	return ids, err
}

// listAt is the list by knowledge points.
func (s store) listAt(ctx context.Context, x db.Q, f Filter, limit, offset int, topics []int64) (ids []VersionID, total int, err error) {
	var found []struct {
		ID    VersionID `db:"id"`
		Total int       `db:"total"`
	}
	if err := s.q.Select(ctx, x, &found, "list_at", append(f.facts(), f.Sort, limit, offset, db.Array(topics))...); err != nil {
		return nil, 0, err
	}
	for _, f := range found {
		ids, total = append(ids, f.ID), f.Total
	}
	return ids, total, nil
}

// listExposed is the list chosen or sorted by exposure, without words.
func (s store) listExposed(ctx context.Context, x db.Q, f Filter, limit, offset int, topics []int64) (ids []VersionID, total int, err error) {
	if ids, err = s.exposed(ctx, x, f, limit, offset, "", topics); err != nil {
		return nil, 0, err
	}
	if len(topics) == 0 && f.Exposure == "" {
		err = s.q.Get(ctx, x, &total, "list_count", f.facts()...)
	} else {
		err = s.q.Get(ctx, x, &total, "exposed_count", append(f.facts(), db.Array(topics), f.Exposure)...)
	}
	return ids, total, err
}

// exposed is a page of it: its beginning is read off an index where one has the order.
func (s store) exposed(ctx context.Context, x db.Q, f Filter, limit, offset int, query string, topics []int64) (ids []VersionID, err error) {
	if beginning := f.beginning(); len(topics) == 0 && beginning != "" {
		if err := s.q.Select(ctx, x, &ids, beginning, append(f.facts(), limit, offset, query)...); err != nil || len(ids) == limit {
			return ids, err
		}
		ids = nil // beyond the beginning
	}
	err = s.q.Select(ctx, x, &ids, "list_exposed", append(f.facts(), query, db.Array(topics), f.Exposure, f.Sort, limit, offset)...)
	return ids, err
}
