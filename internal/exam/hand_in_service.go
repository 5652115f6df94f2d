package exam

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

// handIn says whose attempt is handed in, why and when; person 0 and lease "" do not ask for one.
type handIn struct {
	attempt     AttemptID
	person      account.PersonID
	lease       string
	cause       SubmitCause
	submittedAt time.Time // of the examinee: when it was received
	// deadlineBy is the sweep's guard: a deadline that was moved beyond it meanwhile keeps the attempt open.
	deadlineBy time.Time
}

// farFuture disables the sweep's guard for people who hand in themselves.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// handInRequest is one hand-in on its way through the group of hand-ins.
type handInRequest struct {
	waiting
	handIn
	viewer account.Viewer

	refused error // the attempt is not open to it
	receipt Receipt
}

func (r *handInRequest) key() int64 { return int64(r.attempt) }

// closing is an attempt that is being handed in or whose last answer has just been marked, with what marking it takes.
type closing struct {
	ID             AttemptID        `db:"id"`
	ExamID         ExamID           `db:"exam_id"`
	PersonID       account.PersonID `db:"person_id"`
	CandidateID    CandidateID      `db:"candidate_id"`
	PaperID        PaperID          `db:"paper_id"`
	State          AttemptState     `db:"state"`
	DeadlineAt     time.Time        `db:"deadline_at"`
	GraceSeconds   int              `db:"grace_seconds"`
	PausedAt       *time.Time       `db:"paused_at"` // nil: the clock runs
	BandsVersionID policy.VersionID `db:"bands_version_id"`
	RedLine        RedLineRule      `db:"red_line"`
	Release        Release          `db:"release"`
	RoundID        *RoundID         `db:"round_id"`
	Kind           Kind             `db:"kind"`
	// Rulings are those of the exam: whoever hands in after a regrade is marked by it.
	Rulings db.JSON[[]Ruling] `db:"rulings"`

	cause       SubmitCause // of the hand-in
	submittedAt time.Time

	paper   *frozen
	bands   score.Bands
	places  []Place
	entries []Entry
	current map[int]Entry // the fold of the entries
	head    string
	marking Marking
}

// handedIn settles when and why it is handed in. What the examinee sends after deadline and grace, the sweep would have done
// at the deadline (promise 8); during a pause no deadline passes, and the sweep leaves the attempt alone.
func (c *closing) handedIn(h handIn) {
	c.cause, c.submittedAt = h.cause, h.submittedAt
	if c.cause == ByExaminee && c.PausedAt == nil && !Accepts(c.DeadlineAt, c.GraceSeconds, h.submittedAt) {
		c.cause, c.submittedAt = ByDeadline, c.DeadlineAt.UTC()
	}
}

// mark marks what the journal holds, with what people gave.
func (c *closing) mark(given map[int]score.Hundredths) {
	c.marking = MarkAll(c.places, c.paper.bare(), rulingsOf(c.Rulings.V), c.current, given)
}

// handIn closes, folds, marks and stores the result in one transaction; Conflict when the attempt is not open to it.
func (s *Service) handIn(ctx context.Context, v account.Viewer, h handIn) (Receipt, error) {
	r := &handInRequest{viewer: v, handIn: h}
	if err := s.handIns.do(ctx, r); err != nil {
		return Receipt{}, err
	}
	return r.receipt, r.refused
}

// handInTogether hands a batch in within one transaction. Its context does not end with a request's: others wait for it too.
func (s *Service) handInTogether(batch []*handInRequest) {
	ctx := context.Background()
	together(batch, func(some []*handInRequest) error {
		return s.db.InTx(ctx, func(tx *db.Tx) error { return s.handInAll(ctx, tx, some) })
	})
}

// handInTx hands one attempt in within the transaction of another act.
func (s *Service) handInTx(ctx context.Context, tx *db.Tx, v account.Viewer, h handIn) (Receipt, error) {
	r := &handInRequest{viewer: v, handIn: h}
	if err := s.handInAll(ctx, tx, []*handInRequest{r}); err != nil {
		return Receipt{}, err
	}
	return r.receipt, r.refused
}

// handInAll holds each attempt that is open to its request, marks it and closes it. The exams are held first, so that the rulings
// are read when no order on them is being approved. The fold is a statement of its own after the one that holds the attempts: that one
// would not see a save that was committed while it waited for it.
func (s *Service) handInAll(ctx context.Context, tx *db.Tx, batch []*handInRequest) error {
	held, err := s.hold(ctx, tx, batch)
	if err != nil {
		return err
	}
	var open []*closing
	var of []*handInRequest
	for _, r := range batch {
		c := held[r.attempt]
		r.receipt, r.refused = Receipt{}, nil
		if c == nil {
			r.refused = errs.New(errs.Conflict, "error.exam.attempt_gone")
			continue
		}
		c.handedIn(r.handIn)
		open, of = append(open, c), append(of, r)
	}
	if err := s.tellHandIns(ctx, tx, open); err != nil {
		return err
	}
	if err := s.read(ctx, tx, open); err != nil {
		return err
	}
	return s.markAll(ctx, tx, of, open)
}

func (s *Service) hold(ctx context.Context, tx *db.Tx, batch []*handInRequest) (map[AttemptID]*closing, error) {
	n := len(batch)
	ids, persons, leases, by := make([]int64, n), make([]int64, n), make([]string, n), make([]time.Time, n)
	for i, r := range batch {
		ids[i], persons[i], leases[i], by[i] = int64(r.attempt), int64(r.person), r.lease, r.deadlineBy
	}
	var exams []ExamID
	if err := s.store.Select(ctx, tx, &exams, "exams_hold", db.Array(ids)); err != nil {
		return nil, err
	}
	var rows []closing
	if err := s.store.Select(ctx, tx, &rows, "attempts_hold", db.Array(ids), db.Array(persons), db.Array(leases), db.Array(by), attemptTopic, tx.Now()); err != nil {
		return nil, err
	}
	held := make(map[AttemptID]*closing, len(rows))
	for i := range rows {
		held[rows[i].ID] = &rows[i]
	}
	return held, nil
}

// read fills in what marking takes: paper, bands, layout and the journal with its fold and its head.
func (s *Service) read(ctx context.Context, tx *db.Tx, closed []*closing) error {
	if len(closed) == 0 {
		return nil
	}
	ids := make([]AttemptID, len(closed))
	for i, c := range closed {
		ids[i] = c.ID
	}
	layouts, err := s.layouts(ctx, tx, ids)
	if err != nil {
		return err
	}
	journals, err := s.store.journals(ctx, tx, int64s(ids))
	if err != nil {
		return err
	}
	for _, c := range closed {
		if c.paper, err = s.paper(ctx, tx, c.PaperID); err != nil {
			return err
		}
		if c.bands, err = s.bandsOf(ctx, tx, c.BandsVersionID); err != nil {
			return err
		}
		c.places, c.entries = layouts[c.ID], journals[c.ID]
		c.current, c.head = Fold(c.entries), JournalHead(c.ID, c.entries)
	}
	return nil
}

// markAll marks and closes what is held and gives the receipts. An attempt with answers that people mark waits for them.
func (s *Service) markAll(ctx context.Context, tx *db.Tx, requests []*handInRequest, closed []*closing) error {
	var done, waiting []*closing
	var asked []awaited
	facts := make([]map[string]any, len(closed))
	for i, c := range closed {
		r := requests[i]
		if err := s.noteSpeed(ctx, tx, c.ID, c.entries); err != nil {
			return err
		}
		c.mark(nil)
		r.receipt = Receipt{AttemptID: c.ID, SubmittedAt: c.submittedAt, Answered: c.marking.Answered, JournalHead: c.head}
		// The journal's head enters the sealed audit with the hand-in (decision 25); the marks stay out of it.
		facts[i] = map[string]any{"cause": c.cause, "submitted_at": c.submittedAt, "answered": r.receipt.Answered, "journal_head": c.head}
		list := c.awaited()
		if len(list) == 0 {
			done = append(done, c)
			continue
		}
		facts[i]["waiting"] = len(list)
		waiting, asked = append(waiting, c), append(asked, list...)
	}
	if err := s.awaitMarks(ctx, tx, waiting, asked); err != nil {
		return err
	}
	results, err := s.finish(ctx, tx, done)
	if err != nil {
		return err
	}
	events := make([]audit.Event, len(closed))
	for i, c := range closed {
		if id, ok := results[c.ID]; ok {
			facts[i]["result_id"] = id
		}
		events[i] = event(requests[i].viewer, "attempt.submit", attemptSubject(c.ID), facts[i])
	}
	return audit.WriteAll(ctx, tx, events)
}

// finish stores the first results of marked attempts and releases those that are released at the hand-in.
func (s *Service) finish(ctx context.Context, tx *db.Tx, done []*closing) (map[AttemptID]ResultID, error) {
	if len(done) == 0 {
		return nil, nil
	}
	results, err := s.insertResults(ctx, tx, done)
	if err != nil {
		return nil, err
	}
	atOnce := map[ExamID][]ResultID{}
	for _, c := range done {
		if c.Release == ReleaseAtHandIn {
			atOnce[c.ExamID] = append(atOnce[c.ExamID], results[c.ID])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(atOnce)) { // one order of locking
		if _, err := s.releaseResults(ctx, tx, id, atOnce[id]...); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// resultColumns are the arrays that finishing takes: a row an attempt.
type resultColumns struct {
	ids, answered, scores, totals, percents, versions, misses []int64
	was, causes, heads, bands, marks, rules                   []string
	submitted                                                 []time.Time
	passed                                                    []bool
}

func (r *resultColumns) add(c *closing) {
	m := c.marking
	j := Judge(c.bands, c.RedLine, m)
	r.ids, r.was, r.causes, r.submitted = append(r.ids, int64(c.ID)), append(r.was, string(c.State)), append(r.causes, string(c.cause)), append(r.submitted, c.submittedAt)
	r.answered, r.heads, r.marks = append(r.answered, int64(m.Answered)), append(r.heads, c.head), append(r.marks, marksJSON(m.Marks))
	r.scores, r.totals, r.percents = append(r.scores, int64(m.Score)), append(r.totals, int64(m.Total)), append(r.percents, int64(j.Percent))
	r.bands, r.passed, r.versions = append(r.bands, string(j.Band)), append(r.passed, j.Passed), append(r.versions, int64(c.BandsVersionID))
	r.rules, r.misses = append(r.rules, string(c.RedLine)), append(r.misses, int64(m.RedLineMisses))
}

func (s *Service) insertResults(ctx context.Context, tx *db.Tx, done []*closing) (map[AttemptID]ResultID, error) {
	var r resultColumns
	for _, c := range done {
		r.add(c)
	}
	var rows []struct {
		ID        ResultID  `db:"id"`
		AttemptID AttemptID `db:"attempt_id"`
	}
	err := s.store.Select(ctx, tx, &rows, "attempts_finish", tx.Now(), db.Array(r.ids), db.Array(r.was), db.Array(r.submitted), db.Array(r.causes),
		db.Array(r.answered), db.Array(r.heads), db.Array(r.scores), db.Array(r.totals), db.Array(r.percents), db.Array(r.bands), db.Array(r.passed),
		db.Array(r.marks), db.Array(r.versions), db.Array(r.rules), db.Array(r.misses))
	if err != nil {
		return nil, err
	}
	if len(rows) != len(done) {
		return nil, errs.New(errs.Conflict, "error.exam.attempt_gone").With(fmt.Errorf("%d of %d attempts were there to be marked", len(rows), len(done)))
	}
	out := make(map[AttemptID]ResultID, len(rows))
	for _, row := range rows {
		out[row.AttemptID] = row.ID
	}
	return out, nil
}
