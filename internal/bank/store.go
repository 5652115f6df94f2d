package bank

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

//go:embed queries.sql
var queriesSQL string

//go:embed statistics.sql
var statisticsSQL string

//go:embed rivals.sql
var rivalsSQL string

//go:embed pool.sql
var poolSQL string

//go:embed list.sql
var listSQL string

//go:embed reviews.sql
var reviewsSQL string

//go:embed near.sql
var nearSQL string

//go:embed bulk.sql
var bulkSQL string

//go:embed tags.sql
var tagsSQL string

//go:embed reports.sql
var reportsSQL string

// insertBatch bounds the parameters of one statement of an import.
const insertBatch = 1000

type store struct{ q *db.Queries }

func openStore(ctx context.Context, d *db.DB) (store, error) {
	q, err := d.Prepare(ctx, queriesSQL+statisticsSQL+rivalsSQL+poolSQL+reviewsSQL+nearSQL+reportsSQL+tagsSQL+bulkSQL+ordered(listSQL))
	if err != nil {
		return store{}, fmt.Errorf("bank: %w", err)
	}
	return store{q}, nil
}

func (s store) tree(ctx context.Context, x db.Q) (Tree, error) {
	var rows []Topic
	if err := s.q.Select(ctx, x, &rows, "topics"); err != nil {
		return Tree{}, err
	}
	return NewTree(rows), nil
}

func (s store) insertTopic(ctx context.Context, tx *db.Tx, parent TopicID, name string) (TopicID, error) {
	var id TopicID
	err := s.q.Get(ctx, tx, &id, "insert_topic", parent, name)
	return id, err
}

// detail reads a question with its versions; NotFound when there is none.
func (s store) detail(ctx context.Context, x db.Q, id QuestionID) (Detail, error) {
	var head struct {
		ID        QuestionID `db:"id"`
		RetiredAt *time.Time `db:"retired_at"`
		Tags      db.Strings `db:"tags"`
	}
	if err := s.q.Get(ctx, x, &head, "question", id); err != nil {
		return Detail{}, err
	}
	d := Detail{ID: head.ID, RetiredAt: head.RetiredAt, Tags: head.Tags}
	if err := s.q.Select(ctx, x, &d.Versions, "versions_of", id); err != nil {
		return Detail{}, err
	}
	if len(d.Versions) == 0 {
		return Detail{}, errs.New(errs.NotFound, "error.not_found")
	}
	return d, nil
}

// waiting are the versions in review of one page of a queue, in its order.
func (s store) waiting(ctx context.Context, x db.Q, name string, args ...any) (versions []Version, err error) {
	var ids []VersionID
	if err := s.q.Select(ctx, x, &ids, name, args...); err != nil || len(ids) == 0 {
		return nil, err
	}
	err = s.q.Select(ctx, x, &versions, "waiting_versions", db.Array(account.Int64s(ids)))
	return versions, err
}

// lock is detail for an act: others that want the same question wait.
func (s store) lock(ctx context.Context, tx *db.Tx, id QuestionID) (Detail, error) {
	var locked QuestionID
	if err := s.q.Get(ctx, tx, &locked, "lock_question", id); err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, tx, id)
}

// rows are what a list shows of the versions, in their order.
func (s store) rows(ctx context.Context, x db.Q, ids []VersionID) ([]Row, error) {
	var rows []Row
	if err := s.q.Select(ctx, x, &rows, "rows", db.Array(account.Int64s(ids))); err != nil {
		return nil, err
	}
	place := make(map[VersionID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(rows, func(a, b Row) int { return place[a.VersionID] - place[b.VersionID] })
	return rows, nil
}

// report is one report by a statement that finds it within reach, else NotFound.
func (s store) report(ctx context.Context, x db.Q, name string, reach []any, id ReportID) (r Report, err error) {
	var found ReportID
	if err := s.q.Get(ctx, x, &found, name, append(reach, id)...); err != nil {
		return r, err
	}
	err = s.q.Get(ctx, x, &r, "reports_shown", db.Array([]int64{int64(found)}))
	return r, err
}

// reportsOf are a page of the reports of one question, and how many there are.
func (s store) reportsOf(ctx context.Context, x db.Q, reach []any, id QuestionID, p page.Page) (ids []ReportID, total int, err error) {
	var found []struct {
		ID    ReportID `db:"id"`
		Total int      `db:"total"`
	}
	err = s.q.Select(ctx, x, &found, "reports_of_question", append(reach, id, p.Limit(), p.Offset())...)
	for _, r := range found {
		ids, total = append(ids, r.ID), r.Total
	}
	return ids, total, err
}

func (s store) insertQuestions(ctx context.Context, tx *db.Tx, actor string, n int) ([]QuestionID, error) {
	var ids []QuestionID
	if err := s.q.Select(ctx, tx, &ids, "insert_questions", actor, tx.Now(), n); err != nil {
		return nil, err
	}
	slices.Sort(ids)
	return ids, nil
}

// newVersion is a row to insert.
type newVersion struct {
	question  QuestionID
	number    int
	current   bool
	state     State
	draft     Draft
	print     string    // the question's fingerprint where it is known already, else empty
	imported  *ImportID // the import that brings it; one for all rows of an insert
	versionID VersionID // filled in
}

// insertVersions writes the versions with their knowledge points and fills in their ids. While PostgreSQL writes a batch, the next is
// made ready.
func (s store) insertVersions(ctx context.Context, tx *db.Tx, actor string, rows []newVersion) error {
	batches := slices.Collect(slices.Chunk(rows, insertBatch))
	var next <-chan readyBatch
	for i, batch := range batches {
		if i == 0 {
			next = makeReady(batch)
		}
		ready := <-next
		if i+1 < len(batches) {
			next = makeReady(batches[i+1])
		}
		if ready.err != nil {
			return ready.err
		}
		if err := s.insertVersionBatch(ctx, tx, actor, batch, ready.columns); err != nil {
			return err
		}
	}
	return nil
}

// readyBatch is what a batch is written from.
type readyBatch struct {
	columns columns
	err     error
}

// makeReady works a batch out at the side; nobody needs to wait for it.
func makeReady(rows []newVersion) <-chan readyBatch {
	ready := make(chan readyBatch, 1)
	go func() {
		c, err := columnsOf(rows)
		ready <- readyBatch{c, err}
	}()
	return ready
}

func (s store) insertVersionBatch(ctx context.Context, tx *db.Tx, actor string, rows []newVersion, c columns) error {
	var inserted []struct {
		ID         VersionID  `db:"id"`
		QuestionID QuestionID `db:"question_id"`
	}
	if err := s.q.Select(ctx, tx, &inserted, "insert_versions", db.Array(c.question), db.Array(c.number), db.Array(c.current), db.Array(c.types),
		db.Array(c.body), db.Array(c.search), db.Array(c.fingerprint), db.Array(c.difficulty), db.Array(c.key), db.Array(c.law), db.Array(c.article),
		db.Array(c.edition), db.Array(c.status), actor, tx.Now(), db.Array(c.state), rows[0].imported); err != nil {
		return err
	}
	ids := make(map[QuestionID]VersionID, len(inserted))
	for _, r := range inserted {
		ids[r.QuestionID] = r.ID
	}
	for i := range rows {
		rows[i].versionID = ids[rows[i].question]
	}
	return s.insertTopics(ctx, tx, rows)
}

func (s store) insertTopics(ctx context.Context, tx *db.Tx, rows []newVersion) error {
	var versions, topics, positions []int64
	for _, r := range rows {
		for i, t := range r.draft.TopicIDs {
			versions, topics, positions = append(versions, int64(r.versionID)), append(topics, int64(t)), append(positions, int64(i))
		}
	}
	if len(versions) == 0 {
		return nil
	}
	_, err := s.q.Exec(ctx, tx, "insert_version_topics", db.Array(versions), db.Array(topics), db.Array(positions))
	return err
}

// stored is a question as a version keeps it: its tags stand beside all versions.
func stored(q questionbank.Question) questionbank.Question {
	q.Tags = nil
	return hideOrder(q)
}

// retire takes a question out of the pool with all that is published or open of it.
func (s store) retire(ctx context.Context, tx *db.Tx, id QuestionID) error {
	if err := s.q.One(ctx, tx, "retire_question", id, tx.Now()); err != nil {
		return err
	}
	_, err := s.q.Exec(ctx, tx, "retire_versions", id, tx.Now())
	return err
}

// columns are the rows of an insert as the arrays that unnest takes.
type columns struct {
	question, number, difficulty                              []int64
	current, key                                              []bool
	types, body, search, law, article, edition, status, state []string
	fingerprint                                               [][]byte
}

func columnsOf(rows []newVersion) (columns, error) {
	var c columns
	for _, r := range rows {
		q := stored(r.draft.Question)
		body, err := json.Marshal(q)
		if err != nil {
			return c, fmt.Errorf("bank: body: %w", err)
		}
		c.question, c.number, c.difficulty = append(c.question, int64(r.question)), append(c.number, int64(r.number)), append(c.difficulty, int64(q.Difficulty))
		c.current, c.key = append(c.current, r.current), append(c.key, q.KeyQuestion)
		c.types, c.body, c.search = append(c.types, string(q.Type)), append(c.body, string(body)), append(c.search, searchText(q, r.draft.TopicIDs))
		c.law, c.article, c.edition = append(c.law, q.Source.Law), append(c.article, q.Source.Article), append(c.edition, q.Source.Edition)
		c.status, c.state = append(c.status, q.Source.Status), append(c.state, string(r.state))
		print := []byte(r.print)
		if r.print == "" {
			print = Fingerprint(q)
		}
		c.fingerprint = append(c.fingerprint, print)
	}
	return c, nil
}

func (s store) editVersion(ctx context.Context, tx *db.Tx, actor string, v Version, d Draft) error {
	q := stored(d.Question)
	if err := s.q.One(ctx, tx, "edit_version", v.ID, v.Revision, string(q.Type), db.JSONOf(q), searchText(q, d.TopicIDs), Fingerprint(q), q.Difficulty, q.KeyQuestion,
		q.Source.Law, q.Source.Article, q.Source.Edition, q.Source.Status, tx.Now(), actor); err != nil {
		return err
	}
	for _, statement := range []string{"clear_version_topics", "near_forget", "near_forget_pairs"} {
		if _, err := s.q.Exec(ctx, tx, statement, v.ID); err != nil {
			return err
		}
	}
	return s.insertTopics(ctx, tx, []newVersion{{versionID: v.ID, draft: d}})
}

// doubles maps fingerprints, as text, to the question that the bank has already.
func (s store) doubles(ctx context.Context, x db.Q, fingerprints []string) (map[string]QuestionID, error) {
	prints := make([][]byte, len(fingerprints))
	for i, print := range fingerprints {
		prints[i] = []byte(print)
	}
	var rows []struct {
		Fingerprint []byte     `db:"fingerprint"`
		QuestionID  QuestionID `db:"question_id"`
	}
	if err := s.q.Select(ctx, x, &rows, "doubles", db.Array(prints)); err != nil {
		return nil, err
	}
	out := make(map[string]QuestionID, len(rows))
	for _, r := range rows {
		out[string(r.Fingerprint)] = r.QuestionID
	}
	return out, nil
}
