package exam

import (
	"context"
	"errors"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// startRow is all that decides a start.
type startRow struct {
	Exam             Exam           // of the request, as it is now
	CandidateID      CandidateID    `db:"candidate_id"`
	OwnOpensAt       *time.Time     `db:"own_opens_at"`
	OwnClosesAt      *time.Time     `db:"own_closes_at"`
	ExtraSeconds     int            `db:"extra_seconds"`
	OwnPaperID       *PaperID       `db:"own_paper_id"`
	CandidateState   CandidateState `db:"candidate_state"`
	LastAttemptID    AttemptID      `db:"last_attempt_id"`
	LastAttemptState AttemptState   `db:"last_attempt_state"`
	LastAttemptNo    int            `db:"last_attempt_no"`
	AttemptsUsed     int            `db:"attempts_used"` // without voided ones
	LastHolder       string         `db:"last_holder"`
	LastEpoch        int            `db:"last_epoch"`
	RemovedAt        *time.Time     `db:"removed_at"`
	AdmittedAt       *time.Time     `db:"admitted_at"`
	PersonName       string         `db:"person_name"`
	EmployeeNo       string         `db:"employee_no"`
	FrozenAt         *time.Time     `db:"frozen_at"` // all exams stand since then
	Ord              int            `db:"ord"`
}

func (r startRow) candidate() Candidate {
	return Candidate{
		ID: r.CandidateID, State: r.CandidateState, OpensAt: utc(r.OwnOpensAt), ClosesAt: utc(r.OwnClosesAt),
		ExtraSeconds: r.ExtraSeconds, PaperID: r.OwnPaperID,
	}
}

// doors decides whether a new attempt may begin from there: the access code, the address, the browser.
func (r startRow) doors(by Arrival) error {
	if r.Exam.Integrity.V.AccessCode != "" && r.AdmittedAt == nil {
		return errAccessCode()
	}
	return r.Exam.Integrity.V.opensTo(by, r.Exam.ID, 0)
}

// judge decides a start at now: nil means that a new attempt may begin; an open attempt is returned before this is asked.
func (r startRow) judge(now time.Time) error {
	w := r.Exam.WindowOf(r.candidate())
	heldBack := r.FrozenAt != nil && Freeze{At: *r.FrozenAt}.holdsBack(w, now)
	switch {
	case r.RemovedAt != nil:
		return errRemoved()
	case r.Exam.State == CalledOff:
		return errCalledOff()
	case r.Exam.OnPaper:
		return errOnPaper()
	case r.AttemptsUsed >= r.Exam.AttemptsAllowed:
		return errNoAttempt().WithExtra("attempt_id", r.LastAttemptID)
	case r.CandidateState == Absent, r.CandidateState == Withdrawn, r.Exam.State == Archived, w.Start(now) == StartClosed && !heldBack:
		return errExamClosed()
	case w.Start(now) == StartTooEarly:
		return errTooEarly().WithExtra("opens_at", w.OpensAt).RetryAfter(int(w.OpensAt.Sub(now)/time.Second) + 1)
	case heldBack:
		return errFrozen()
	}
	return nil
}

// startRequest is one start on its way through the group of starts.
type startRequest struct {
	waiting
	viewer account.Viewer
	exam   ExamID
	by     Arrival

	refused error      // why no attempt may begin
	open    AttemptID  // the one that was open before
	begun   attemptRow // the one that began
}

func (r *startRequest) key() int64 { return int64(r.viewer.PersonID) }

// errStartedTwice ends the transaction of a start that met another one; the attempt of the other is then read.
var errStartedTwice = errors.New("exam: another start was first")

// Start begins the viewer's attempt or returns the one that is open; created tells which. Two starts at once give one attempt
// (promise 3). Errors: NotFound for no such exam, Forbidden for somebody who is not invited and at a closed door (access code,
// address, browser), TooMany after wrong codes, TooEarly also while all exams are frozen, Gone after the last start or close, Conflict for an exam on paper and, with
// attempt_id, when no attempt is left, Unavailable when it is not confirmed: asking again gives the attempt that began.
func (s *Service) Start(ctx context.Context, v account.Viewer, id ExamID, by Arrival) (sheet Sheet, created bool, err error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Sheet{}, false, err
	}
	if by.AccessCode != "" {
		if err := s.Admit(ctx, v, id, by.AccessCode); err != nil && !errs.Is(err, errs.NotFound) {
			return Sheet{}, false, err
		}
	}
	r := &startRequest{viewer: v, exam: id, by: by}
	if err := s.starts.do(ctx, r); err != nil {
		return Sheet{}, false, err
	}
	switch {
	case r.refused != nil:
		return Sheet{}, false, r.refused
	case r.open != 0:
		sheet, err = s.Attempt(ctx, v, r.open, by.Client)
		return sheet, false, err
	}
	sheet, err = s.fresh(ctx, r.begun)
	return sheet, true, err
}

// fresh is the sheet of an attempt that began just now: nothing is in its journal, and nothing has been noticed.
func (s *Service) fresh(ctx context.Context, a attemptRow) (Sheet, error) {
	paper, err := s.paper(ctx, s.db, a.PaperID)
	if err != nil {
		return Sheet{}, err
	}
	s.sheets.keep(a, paper)
	return s.sheetOf(ctx, a, paper, nil, nil, a.Holder)
}

// startTogether begins the attempts of a batch in one transaction. Its context does not end with a request's: the examinees
// of the others wait for it too.
func (s *Service) startTogether(batch []*startRequest) {
	ctx := context.Background()
	together(batch, func(some []*startRequest) error {
		err := s.db.InTx(ctx, func(tx *db.Tx) error { return s.startAll(ctx, tx, some) })
		if errors.Is(err, errStartedTwice) {
			err = s.db.InTx(ctx, func(tx *db.Tx) error { return s.startAll(ctx, tx, some) })
		}
		return err
	})
}

func (s *Service) startAll(ctx context.Context, tx *db.Tx, batch []*startRequest) error {
	rows, err := s.startRows(ctx, tx, batch)
	if err != nil {
		return err
	}
	var begin []*startRequest
	var facts []startRow
	for i, r := range batch {
		row := rows[i]
		r.refused, r.open, r.begun = nil, 0, attemptRow{}
		switch {
		case row.Exam.ID == 0:
			r.refused = errNotFound()
		case row.CandidateID == 0:
			r.refused = errNotInvited()
		case row.LastAttemptState == AttemptOpen:
			r.open = row.LastAttemptID
			if err := s.noteSecondPage(ctx, tx, r.viewer, row, r.by); err != nil {
				return err
			}
		default:
			if r.refused = row.judge(tx.Now()); r.refused == nil {
				r.refused = row.doors(r.by)
			}
			if r.refused == nil {
				begin, facts = append(begin, r), append(facts, row)
			}
		}
	}
	return s.begin(ctx, tx, begin, facts)
}

// startRows are the facts of each request, in the order of the batch. An exam that is none, or a draft, has no id.
func (s *Service) startRows(ctx context.Context, tx *db.Tx, batch []*startRequest) ([]startRow, error) {
	exams, persons := make([]int64, len(batch)), make([]int64, len(batch))
	known := map[ExamID]Exam{}
	for i, r := range batch {
		exams[i], persons[i] = int64(r.exam), int64(r.viewer.PersonID)
		if _, ok := known[r.exam]; ok {
			continue
		}
		e, err := s.store.examToStart(ctx, tx, r.exam)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		if err != nil || e.State == Draft {
			e = Exam{}
		}
		known[r.exam] = e
	}
	rows := make([]startRow, 0, len(batch))
	if err := s.store.Select(ctx, tx, &rows, "start_facts", db.Array(exams), db.Array(persons)); err != nil {
		return nil, err
	}
	for i, r := range batch {
		rows[i].Exam = known[r.exam]
	}
	return rows, nil
}

// sessionReserve is how long a session outlives an attempt's deadline and grace (decision 10).
const sessionReserve = 2 * time.Hour

// begin inserts the attempts with their layouts, keeps the sessions for their time and records them.
func (s *Service) begin(ctx context.Context, tx *db.Tx, batch []*startRequest, facts []startRow) error {
	if len(batch) == 0 {
		return nil
	}
	var columns attemptColumns
	stays, events := make([]account.Stay, len(batch)), make([]audit.Event, len(batch))
	for i, r := range batch {
		a, err := s.newAttempt(ctx, tx, r, facts[i])
		if err != nil {
			return err
		}
		r.begun = a
		columns.add(a)
		stays[i] = account.Stay{PersonID: a.PersonID, Until: a.DeadlineAt.Add(seconds(a.GraceSeconds) + sessionReserve)}
	}
	begun, err := s.insertAttempts(ctx, tx, columns)
	if err != nil {
		return err
	}
	for i, r := range batch {
		row, ok := begun[r.begun.CandidateID]
		if !ok {
			return errStartedTwice
		}
		r.begun.ID, r.begun.News = row.ID, row.News
		events[i] = event(r.viewer, "attempt.start", attemptSubject(row.ID), map[string]any{"exam_id": r.exam, "no": r.begun.No})
	}
	if err := s.people.KeepSessions(ctx, tx, stays); err != nil {
		return err
	}
	return audit.WriteAll(ctx, tx, events)
}

// newAttempt is an attempt that is about to begin.
func (s *Service) newAttempt(ctx context.Context, tx *db.Tx, r *startRequest, row startRow) (attemptRow, error) {
	e, c, no := row.Exam, row.candidate(), row.LastAttemptNo+1
	paperID := e.PaperOf(c)
	paper, err := s.paper(ctx, tx, paperID)
	if err != nil {
		return attemptRow{}, err
	}
	secret, err := s.secret()
	if err != nil {
		return attemptRow{}, err
	}
	// The exam's drawn seed and the place of this attempt in it: the same layout whenever it is made again.
	random := generator(e.Seed, int64(r.viewer.PersonID)<<8+int64(no))
	places := paper.plan.layOut(random, Shuffle{Slots: e.ShuffleSlots, Options: e.ShuffleOptions})
	return attemptRow{
		ExamID: e.ID, PersonID: r.viewer.PersonID, CandidateID: c.ID, PaperID: paperID, No: no, State: AttemptOpen, Epoch: 1,
		Lease: leaseOf(1, secret), Holder: holderOf(r.by.Client), StartedAt: tx.Now(), DeadlineAt: e.WindowOf(c).Deadline(tx.Now()),
		GraceSeconds: e.GraceSeconds, Places: db.JSONOf(places), Section: paper.plan.firstSection(e.OneWay), Title: e.Title, Kind: e.Kind, Review: e.Review, Release: e.Release,
		PersonName: row.PersonName, EmployeeNo: row.EmployeeNo, Integrity: e.Integrity, Contact: e.Contact,
	}, nil
}

// attemptColumns are the arrays that the insert takes: a row an attempt.
type attemptColumns struct {
	exams, persons, candidates, papers, nos, graces, sections []int64
	deadlines                                                 []time.Time
	leases, holders                                           []string
	places                                                    []byte // a line each: JSON as it is written here has no line breaks
}

func (c *attemptColumns) add(a attemptRow) {
	c.exams, c.persons = append(c.exams, int64(a.ExamID)), append(c.persons, int64(a.PersonID))
	c.candidates, c.papers = append(c.candidates, int64(a.CandidateID)), append(c.papers, int64(a.PaperID))
	c.nos, c.graces = append(c.nos, int64(a.No)), append(c.graces, int64(a.GraceSeconds))
	c.deadlines, c.leases = append(c.deadlines, a.DeadlineAt), append(c.leases, a.Lease)
	c.holders, c.sections = append(c.holders, a.Holder), append(c.sections, int64(a.Section))
	if len(c.places) > 0 {
		c.places = append(c.places, '\n')
	}
	c.places = appendPlaces(c.places, a.Places.V)
}

type begunRow struct {
	ID          AttemptID   `db:"id"`
	CandidateID CandidateID `db:"candidate_id"`
	News        int         `db:"news"`
}

// insertAttempts returns what was inserted by candidate; one whose start another request won is not in it.
func (s *Service) insertAttempts(ctx context.Context, tx *db.Tx, c attemptColumns) (map[CandidateID]begunRow, error) {
	var rows []begunRow
	err := s.store.Select(ctx, tx, &rows, "attempts_insert", tx.Now(), db.Array(c.exams), db.Array(c.persons), db.Array(c.candidates), db.Array(c.papers),
		db.Array(c.deadlines), db.Array(c.nos), db.Array(c.graces), db.Array(c.leases), db.Array(c.holders), string(c.places), db.Array(c.sections))
	out := make(map[CandidateID]begunRow, len(rows))
	for _, row := range rows {
		out[row.CandidateID] = row
	}
	return out, err
}
