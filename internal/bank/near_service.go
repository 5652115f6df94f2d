package bank

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

const (
	// likenBatch is how many versions one transaction works out; likenBatches how many of these follow each other, so that the
	// work after a large import leaves the machine to those who sit an exam.
	likenBatch, likenBatches = 200, 10
	// maxNearPairs is how many pairs of one version are kept, the nearest.
	maxNearPairs = 20
	// nearChunk is how many questions of a file are looked up at once.
	nearChunk = 500
	// shownNear is how many pairs a preview shows side by side.
	shownNear = 50
)

// Liken works out what the versions written since are near to. Any process may call it at any time. It returns whether some is left.
func (s *Service) Liken(ctx context.Context) (more bool, err error) {
	for range likenBatches {
		if more, err = s.likenBatch(ctx); err != nil || !more {
			return more, err
		}
	}
	return more, nil
}

// candidate is a version that may be near to something.
type candidate struct {
	ID         VersionID                      `db:"id"`
	QuestionID QuestionID                     `db:"question_id"`
	State      State                          `db:"state"`
	Body       db.JSON[questionbank.Question] `db:"body"`
}

func (s *Service) likenBatch(ctx context.Context) (more bool, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		var due []candidate
		if err := s.store.q.Select(ctx, tx, &due, "near_due", likenBatch); err != nil || len(due) == 0 {
			more = false
			return err
		}
		more = len(due) == likenBatch
		ids, texts, shapes := make([]int64, len(due)), make([]string, len(due)), make([]shape, len(due))
		for i, c := range due {
			shapes[i] = shapeOf(c.Body.V)
			ids[i], texts[i] = int64(c.ID), bandsText(shapes[i])
		}
		// First the bands, then the look-up: the versions of one batch find each other too.
		if _, err := s.store.q.Exec(ctx, tx, "near_bands", db.Array(ids), db.Array(texts)); err != nil {
			return err
		}
		return s.pair(ctx, tx, due, ids, texts, shapes)
	})
	return more, err
}

// pair finds what the versions are near to, and keeps the nearest of it.
func (s *Service) pair(ctx context.Context, tx *db.Tx, due []candidate, ids []int64, texts []string, shapes []shape) error {
	found, err := s.candidates(ctx, tx, ids, texts)
	if err != nil {
		return err
	}
	var as, bs, percents []int64
	for i, c := range due {
		if c.State == StateRetired {
			continue
		}
		var near []Near
		for _, other := range found[ids[i]] {
			if p := agreement(shapes[i], other.shape); p >= NearFrom && other.question != c.QuestionID {
				near = append(near, Near{QuestionID: QuestionID(other.version), Percent: p})
			}
		}
		slices.SortFunc(near, func(a, b Near) int { return b.Percent - a.Percent })
		for _, n := range near[:min(len(near), maxNearPairs)] {
			as, bs, percents = append(as, ids[i]), append(bs, int64(n.QuestionID)), append(percents, int64(n.Percent))
		}
	}
	if len(as) == 0 {
		return nil
	}
	_, err = s.store.q.Exec(ctx, tx, "near_insert", db.Array(as), db.Array(bs), db.Array(percents))
	return err
}

// known is a version of the bank with what it is compared by.
type known struct {
	version  VersionID
	question QuestionID
	shape    shape
	print    []byte
}

// candidates are the versions in use that share a band with one of the questions, by the questions' numbers.
func (s *Service) candidates(ctx context.Context, x db.Q, numbers []int64, bands []string) (map[int64][]known, error) {
	var rows []struct {
		Item       int64      `db:"item"`
		ID         VersionID  `db:"id"`
		QuestionID QuestionID `db:"question_id"`
	}
	if err := s.store.q.Select(ctx, x, &rows, "near_candidates", db.Array(numbers), db.Array(bands)); err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]VersionID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var bodies []candidate
	if err := s.store.q.Select(ctx, x, &bodies, "near_bodies", db.Array(account.Int64s(sortedOnce(ids)))); err != nil {
		return nil, err
	}
	shapes := make(map[VersionID]known, len(bodies))
	for _, b := range bodies {
		shapes[b.ID] = known{shape: shapeOf(b.Body.V), print: Fingerprint(b.Body.V)}
	}
	out := make(map[int64][]known, len(numbers))
	for _, r := range rows {
		k := shapes[r.ID]
		k.version, k.question = r.ID, r.QuestionID
		out[r.Item] = append(out[r.Item], k)
	}
	return out, nil
}

// bandsText is an integer[] as PostgreSQL reads it.
func bandsText(s shape) string {
	text, _ := json.Marshal(s.bands)
	return "{" + strings.Trim(strings.TrimPrefix(string(text), "null"), "[]") + "}"
}

// nearOf finds what of a file is near to a question of the bank or to an earlier one of the file, for each the nearest. What the
// bank holds word for word is a double and not near.
func (s *Service) nearOf(ctx context.Context, x db.Q, items []questionbank.Item) ([]Near, error) {
	shapes := shapesOf(items)
	found := nearInFile(items, shapes)
	for from := 0; from < len(items); from += nearChunk {
		to := min(from+nearChunk, len(items))
		more, err := s.nearInBank(ctx, x, items[from:to], shapes[from:to])
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return nearest(found), nil
}

func (s *Service) nearInBank(ctx context.Context, x db.Q, items []questionbank.Item, shapes []shape) (found []Near, err error) {
	numbers, bands := make([]int64, len(items)), make([]string, len(items))
	for i, it := range items {
		numbers[i], bands[i] = int64(it.Number), bandsText(shapes[i])
	}
	by, err := s.candidates(ctx, x, numbers, bands)
	if err != nil {
		return nil, err
	}
	for i, it := range items {
		for _, k := range by[int64(it.Number)] {
			if p := agreement(shapes[i], k.shape); p >= NearFrom && !slices.Equal(k.print, Fingerprint(it.Question)) {
				found = append(found, Near{Place: it.Place, Number: it.Number, QuestionID: k.question, Percent: p})
			}
		}
	}
	return found, nil
}

// nearShown are the bank's questions that the first pairs of a preview name.
func (s *Service) nearShown(ctx context.Context, x db.Q, near []Near) (map[QuestionID]questionbank.Question, error) {
	var ids []QuestionID
	for _, n := range near[:min(len(near), shownNear)] {
		if n.QuestionID != 0 {
			ids = append(ids, n.QuestionID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []candidate
	if err := s.store.q.Select(ctx, x, &rows, "near_questions", db.Array(account.Int64s(sortedOnce(ids)))); err != nil {
		return nil, err
	}
	out := make(map[QuestionID]questionbank.Question, len(rows))
	for _, r := range rows {
		out[r.QuestionID] = r.Body.V
	}
	return out, nil
}

// NearPair is two questions of the bank whose words agree.
type NearPair struct {
	VersionID VersionID `db:"version_id"`
	OtherID   VersionID `db:"other_id"`
	Percent   int       `db:"percent"`
	A, B      Row       `db:"-"`
}

// MaxNearPairs is how far the pairs are counted.
const MaxNearPairs = 1000

// NearPairs lists the pairs that nobody has dismissed, the nearest first, at most MaxNearPairs of them. whole is false while
// versions wait to be compared.
func (s *Service) NearPairs(ctx context.Context, v account.Viewer, p page.Page) (pairs []NearPair, total int, whole bool, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, 0, false, err
	}
	var waiting bool
	if err := s.store.q.Get(ctx, s.db, &waiting, "near_waiting"); err != nil {
		return nil, 0, false, err
	}
	if err := s.store.q.Get(ctx, s.db, &total, "near_pairs_count"); err != nil || total == 0 {
		return nil, 0, !waiting, err
	}
	if err := s.store.q.Select(ctx, s.db, &pairs, "near_pairs", p.Limit(), p.Offset()); err != nil || len(pairs) == 0 {
		return nil, total, !waiting, err
	}
	ids := make([]VersionID, 0, 2*len(pairs))
	for _, pair := range pairs {
		ids = append(ids, pair.VersionID, pair.OtherID)
	}
	rows, err := s.store.rows(ctx, s.db, sortedOnce(ids))
	for i := range pairs {
		for _, r := range rows {
			switch r.VersionID {
			case pairs[i].VersionID:
				pairs[i].A = r
			case pairs[i].OtherID:
				pairs[i].B = r
			}
		}
	}
	return pairs, total, !waiting, err
}

// DismissNear takes a pair off the list: both questions are meant, also in their newer versions. Errors: NotFound.
func (s *Service) DismissNear(ctx context.Context, v account.Viewer, a, b VersionID) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var open VersionID
		if err := s.store.q.Get(ctx, tx, &open, "near_open", min(a, b), max(a, b)); err != nil {
			return err
		}
		for _, statement := range []string{"near_meant", "near_dismiss"} {
			if _, err := s.store.q.Exec(ctx, tx, statement, min(a, b), max(a, b), v.Actor(), tx.Now()); err != nil {
				return err
			}
		}
		return record(ctx, tx, v, "bank.near_dismiss", "question_version:"+a.String(), map[string]any{"version": int64(min(a, b)), "other": int64(max(a, b))})
	})
}
