package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

const (
	// claimFor is how long an answer stays in front of a marker who does nothing.
	claimFor = 30 * time.Minute
	// MaxCommentLength bounds what a marker writes beside a mark.
	MaxCommentLength = 2000
)

// SetMarking says how many mark each answer of a draft and how far two may be apart. Errors: Invalid, Conflict once published.
func (s *Service) SetMarking(ctx context.Context, v account.Viewer, id ExamID, markers, gapPercent int) error {
	if err := v.Require(account.ExamAuthor); err != nil {
		return err
	}
	var bad []errs.Field
	if markers != 1 && markers != 2 {
		bad = append(bad, errs.NewField("markers", "error.exam.markers"))
	}
	if gapPercent < 0 || gapPercent > 100 {
		bad = append(bad, errs.NewField("mark_gap_percent", "error.exam.mark_gap"))
	}
	if err := invalid(bad); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.lockReached(ctx, tx, v, account.ExamAuthor, id); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "marking_set", int64(id), markers, gapPercent); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.marking", examSubject(id), map[string]any{"markers": markers, "gap_percent": gapPercent})
	})
}

// TypeCount is how many questions are of a type.
type TypeCount struct {
	Type questionbank.Type
	N    int
}

// MarkedByPeople is how many questions of a paper people mark, by type, in the order in which the paper meets them.
func (s *Service) MarkedByPeople(ctx context.Context, v account.Viewer, id PaperID) ([]TypeCount, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return nil, err
	}
	return s.markedByPeople(ctx, s.db, id)
}

// OneWayIdle tells whether a draft asks for one way through its sections, and its paper has only one.
func (s *Service) OneWayIdle(ctx context.Context, v account.Viewer, e Exam) (bool, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return false, err
	}
	if !e.OneWay || e.PaperID == nil || e.State != Draft || e.OnPaper {
		return false, nil
	}
	p, err := s.paper(ctx, s.db, *e.PaperID)
	return err == nil && p.plan.firstSection(true) == 0, err
}

func (s *Service) markedByPeople(ctx context.Context, x db.Q, id PaperID) ([]TypeCount, error) {
	p, err := s.paper(ctx, x, id)
	if err != nil {
		return nil, err
	}
	var out []TypeCount
	for _, slot := range p.slots {
		kind := p.questions[slot.VersionID].Type
		if !kind.ByPeople() {
			continue
		}
		i := slices.IndexFunc(out, func(c TypeCount) bool { return c.Type == kind })
		if i < 0 {
			i, out = len(out), append(out, TypeCount{Type: kind})
		}
		out[i].N++
	}
	return out, nil
}

// awaited are the answers of a handed-in attempt that people mark. Nobody is asked about what was not answered.
func (c *closing) awaited() (list []awaited) {
	for _, place := range c.places {
		q, entry := c.paper.questions[place.VersionID], c.current[place.Slot]
		if !q.Type.ByPeople() {
			continue
		}
		r, err := questionbank.ParseResponse(q.Shape(), entry.Response)
		if err != nil || !r.Answered() {
			continue
		}
		list = append(list, awaited{c.ID, c.ExamID, c.PersonID, place, entry.Response})
	}
	return list
}

// awaitMarks closes attempts whose answers wait for people, and lays those before the markers.
func (s *Service) awaitMarks(ctx context.Context, tx *db.Tx, closed []*closing, list []awaited) error {
	if len(closed) == 0 {
		return nil
	}
	if err := s.askForMarks(ctx, tx, 0, list); err != nil {
		return err
	}
	n := len(closed)
	ids, submitted, causes, answered, heads := make([]int64, n), make([]time.Time, n), make([]string, n), make([]int64, n), make([]string, n)
	for i, c := range closed {
		ids[i], submitted[i], causes[i], answered[i], heads[i] = int64(c.ID), c.submittedAt, string(c.cause), int64(c.marking.Answered), c.head
	}
	touched, err := s.store.Exec(ctx, tx, "attempts_await_marks", db.Array(ids), db.Array(submitted), db.Array(causes), db.Array(answered), db.Array(heads))
	if err == nil && int(touched) != n {
		err = errs.New(errs.Conflict, "error.conflict").With(fmt.Errorf("%d of %d attempts were open to wait for marks", touched, n))
	}
	return err
}

// awaited is an answer that people are to mark.
type awaited struct {
	attempt  AttemptID
	exam     ExamID
	person   account.PersonID
	place    Place
	response json.RawMessage
}

// askForMarks lays answers before the markers; order is the correction that they belong to, 0 for those of hand-ins.
func (s *Service) askForMarks(ctx context.Context, tx *db.Tx, order CorrectionID, list []awaited) error {
	n := len(list)
	if n == 0 {
		return nil
	}
	attempts, exams, persons, slots := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	versions, points, shuffle, responses := make([]int64, n), make([]int64, n), make([]int64, n), make([]string, n)
	for i, a := range list {
		at, err := s.seed()
		if err != nil {
			return err
		}
		attempts[i], exams[i], persons[i], slots[i] = int64(a.attempt), int64(a.exam), int64(a.person), int64(a.place.Slot)
		versions[i], points[i], shuffle[i], responses[i] = int64(a.place.VersionID), int64(a.place.Points), at, string(a.response)
	}
	_, err := s.store.Exec(ctx, tx, "mark_tasks_insert", tx.Now(), int64(order), db.Array(attempts), db.Array(exams), db.Array(persons), db.Array(slots),
		db.Array(versions), db.Array(points), db.Array(responses), db.Array(shuffle))
	return err
}

// MarkingQueue is what is left to mark at one question of an exam.
type MarkingQueue struct {
	VersionID VersionID `db:"version_id"`
	Stem      string
	Answers   int `db:"answers"`
	Done      int `db:"done"`
	Thirds    int `db:"thirds"` // two markers were too far apart
	Mine      int `db:"mine"`   // the viewer has not marked yet
}

// MarkingQueues lists an exam's questions that people mark, inside the viewer's part of the tree. Errors: Forbidden while the viewer has
// still to sit the exam.
func (s *Service) MarkingQueues(ctx context.Context, v account.Viewer, id ExamID) ([]MarkingQueue, error) {
	if err := v.Require(account.ExamMarkRead); err != nil {
		return nil, err
	}
	if err := s.noneToSitOf(ctx, s.db, v, id); err != nil {
		return nil, err
	}
	seen, marked := v.Scope(account.ExamMarkRead), v.Scope(account.ExamMark)
	var out []MarkingQueue
	if err := s.store.Select(ctx, s.db, &out, "marking_queues", int64(id), int64(v.PersonID), seen.All, db.Array(seen.UnitIDs), marked.All, db.Array(marked.UnitIDs)); err != nil || len(out) == 0 {
		return nil, err
	}
	ids := make([]VersionID, len(out))
	for i, q := range out {
		ids[i] = q.VersionID
	}
	questions, err := s.questions.Versions(ctx, s.db, ids)
	for i := range out {
		out[i].Stem = questions[out[i].VersionID].Stem
	}
	return out, err
}

// MarkingExam is an exam in which answers wait for their marks.
type MarkingExam struct {
	ID       ExamID    `db:"id"`
	Title    string    `db:"title"`
	ClosesAt time.Time `db:"closes_at"` // the earliest of the sittings whose answers wait
	Waiting  int       `db:"waiting"`   // in the viewer's part of the tree
	Mine     int       `db:"mine"`      // for the viewer to mark
}

// MarkingExams lists where answers wait, the longest closed first: marking belongs to the week (N02).
func (s *Service) MarkingExams(ctx context.Context, v account.Viewer) ([]MarkingExam, error) {
	if err := v.Require(account.ExamMarkRead); err != nil {
		return nil, err
	}
	seen, marked := v.Scope(account.ExamMarkRead), v.Scope(account.ExamMark)
	var out []MarkingExam
	err := s.store.Select(ctx, s.db, &out, "marking_exams", int64(v.PersonID), seen.All, db.Array(seen.UnitIDs), marked.All, db.Array(marked.UnitIDs))
	return out, err
}

// Answer is an answer in front of a marker: nothing tells whose it is.
type Answer struct {
	ID        MarkTaskID
	ExamID    ExamID
	Title     string
	VersionID VersionID
	Stem      string
	Model     string
	Rubric    []questionbank.Criterion
	Points    score.Hundredths
	Response  questionbank.Response
	Takes     []Take // of a recording
	Markdown  bool   // stem and explanation are Markdown and not plain text
	Stimulus  *questionbank.Stimulus
	Media     []questionbank.Media // below the stem

	Explanation      string
	ExplanationMedia []questionbank.Media

	attempt AttemptID
}

// files are those that the marker sees of the question.
func (a Answer) files() []questionbank.Media {
	return questionbank.Question{Stimulus: a.Stimulus, Media: a.Media, ExplanationMedia: a.ExplanationMedia}.MediaAll()
}

// NextAnswer puts the next answer to a question in front of the viewer: in random order, never the own one, and not while
// enough others have it in front of them. NotFound when there is none, Forbidden while the viewer has still to sit the exam.
func (s *Service) NextAnswer(ctx context.Context, v account.Viewer, id ExamID, version VersionID) (Answer, error) {
	if err := v.Require(account.ExamMark); err != nil {
		return Answer{}, err
	}
	if err := s.noneToSitOf(ctx, s.db, v, id); err != nil {
		return Answer{}, err
	}
	scope := v.Scope(account.ExamMark)
	var task MarkTaskID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		err := s.store.Get(ctx, tx, &task, "mark_claimed", int64(v.PersonID), int64(id), int64(version), tx.Now())
		if errs.Is(err, errs.NotFound) {
			err = s.store.Get(ctx, tx, &task, "mark_next", int64(v.PersonID), int64(id), int64(version), tx.Now(), scope.All, db.Array(scope.UnitIDs))
		}
		if err != nil {
			return err
		}
		return s.store.One(ctx, tx, "mark_claim", int64(task), int64(v.PersonID), tx.Now().Add(claimFor))
	})
	if err != nil {
		return Answer{}, err
	}
	return s.answer(ctx, v, task)
}

// Answer is one answer as its marker sees it, with the model answer. Errors: NotFound for one's own and outside the viewer's part of
// the tree, Forbidden while the viewer has still to sit the exam.
func (s *Service) Answer(ctx context.Context, v account.Viewer, id MarkTaskID) (Answer, error) {
	if err := v.Require(account.ExamMark); err != nil {
		return Answer{}, err
	}
	a, err := s.answer(ctx, v, id)
	if err != nil {
		return Answer{}, err
	}
	if err := s.noneToSitOf(ctx, s.db, v, a.ExamID); err != nil {
		return Answer{}, err
	}
	return a, nil
}

func (s *Service) answer(ctx context.Context, v account.Viewer, id MarkTaskID) (Answer, error) {
	scope := v.Scope(account.ExamMark)
	var row struct {
		ID        MarkTaskID               `db:"id"`
		ExamID    ExamID                   `db:"exam_id"`
		AttemptID AttemptID                `db:"attempt_id"`
		VersionID VersionID                `db:"version_id"`
		Points    score.Hundredths         `db:"points_hundredths"`
		Response  db.JSON[json.RawMessage] `db:"response"`
		State     string                   `db:"state"`
		Title     string                   `db:"title"`
	}
	if err := s.store.Get(ctx, s.db, &row, "mark_task", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs)); err != nil {
		return Answer{}, err
	}
	q, err := s.question(ctx, row.VersionID)
	if err != nil {
		return Answer{}, err
	}
	response, err := questionbank.ParseResponse(q.Shape(), row.Response.V)
	if err != nil {
		return Answer{}, err
	}
	takes, err := s.takes(ctx, row.AttemptID, response)
	return Answer{
		ID: row.ID, ExamID: row.ExamID, Title: row.Title, VersionID: row.VersionID, Stem: q.Stem, Model: q.Key.Model, Rubric: q.Key.Rubric,
		Points: row.Points, Response: response, Takes: takes, attempt: row.AttemptID, Markdown: q.Markdown, Stimulus: q.Stimulus, Media: q.Media,
		Explanation: q.Explanation, ExplanationMedia: q.ExplanationMedia,
	}, err
}

func (s *Service) question(ctx context.Context, id VersionID) (Question, error) {
	found, err := s.questions.Versions(ctx, s.db, []VersionID{id})
	return found[id], err
}

// finishMarked makes the result of an attempt whose answers are all marked; it does nothing while one is not.
func (s *Service) finishMarked(ctx context.Context, tx *db.Tx, id AttemptID) error {
	given, open, err := s.givenByPeople(ctx, tx, id)
	if err != nil || open {
		return err
	}
	var c closing
	if err := s.store.Get(ctx, tx, &c, "closing_of", int64(id)); err != nil {
		return err
	}
	if err := s.read(ctx, tx, []*closing{&c}); err != nil {
		return err
	}
	c.mark(given)
	results, err := s.finish(ctx, tx, []*closing{&c})
	if err != nil {
		return err
	}
	return record(ctx, tx, account.System(), "attempt.mark", attemptSubject(id), map[string]any{"result_id": results[id]})
}

// givenByPeople is what people gave the slots of an attempt, and whether one is still open.
func (s *Service) givenByPeople(ctx context.Context, x db.Q, id AttemptID) (given map[int]score.Hundredths, open bool, err error) {
	var rows []struct {
		Slot   int               `db:"slot"`
		Agreed *score.Hundredths `db:"agreed_hundredths"`
		State  string            `db:"state"`
	}
	if err := s.store.Select(ctx, x, &rows, "marks_of_attempt", int64(id)); err != nil {
		return nil, false, err
	}
	given = make(map[int]score.Hundredths, len(rows))
	for _, r := range rows {
		if r.Agreed == nil {
			open = true
			continue
		}
		given[r.Slot] = *r.Agreed
	}
	return given, open, nil
}

// addComments puts what markers wrote beside the questions that people marked.
func (s *Service) addComments(ctx context.Context, out *Result) error {
	if !slices.ContainsFunc(out.Slots, func(r ReviewSlot) bool { return r.Type.ByPeople() }) {
		return nil
	}
	var rows []struct {
		Slot    int    `db:"slot"`
		Comment string `db:"comment"`
	}
	if err := s.store.Select(ctx, s.db, &rows, "comments_of_attempt", int64(out.AttemptID)); err != nil {
		return err
	}
	for _, r := range rows {
		if i := slices.IndexFunc(out.Slots, func(s ReviewSlot) bool { return s.Slot == r.Slot }); i >= 0 {
			out.Slots[i].Comments = append(out.Slots[i].Comments, r.Comment)
		}
	}
	return nil
}

// MarkerFigure is how one marker of an exam marks beside the others. Percents are hundredths of the answers' points.
type MarkerFigure struct {
	MarkerID         account.PersonID `db:"marker_id"`
	Name             string           `db:"name"`
	Answers          int              `db:"answers"`
	MeanPercent      score.Hundredths `db:"mean_percent"`
	MeanApartPercent score.Hundredths `db:"mean_apart_percent"` // from what was agreed
	Thirds           int              `db:"thirds"`
}

// MarkerFigures compares the markers of an exam, for whoever releases it, by the answers inside the viewer's part of the tree.
func (s *Service) MarkerFigures(ctx context.Context, v account.Viewer, id ExamID) ([]MarkerFigure, error) {
	if err := v.Require(account.ExamRelease); err != nil {
		return nil, err
	}
	scope := v.Scope(account.ExamRelease)
	var out []MarkerFigure
	err := s.store.Select(ctx, s.db, &out, "marker_figures", int64(id), scope.All, db.Array(scope.UnitIDs))
	return out, err
}
