package exam

import (
	"context"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// logRow is one act for the log; nobody named means everybody of the exam.
type logRow struct {
	kind     InvigilationKind
	category IncidentCategory
	version  VersionID
	note     string
	seconds  int // given to everybody
	persons  []concerned
}

// concerned is a person whom an act concerns: with the attempt when there is one, and the seconds given.
type concerned struct {
	PersonID  account.PersonID `db:"person_id"`
	AttemptID AttemptID        `db:"id"`
	seconds   int
}

func (s *Service) log(ctx context.Context, tx *db.Tx, v account.Viewer, id ExamID, r logRow) error {
	rows := r.persons
	if len(rows) == 0 {
		rows = []concerned{{seconds: r.seconds}}
	}
	persons, attempts, given := make([]int64, len(rows)), make([]int64, len(rows)), make([]int64, len(rows))
	for i, c := range rows {
		persons[i], attempts[i], given[i] = int64(c.PersonID), int64(c.AttemptID), int64(c.seconds)
	}
	_, err := s.store.Exec(ctx, tx, "invigilation_insert", int64(id), r.kind, r.category, int64(r.version), r.note, v.Actor(), tx.Now(),
		db.Array(persons), db.Array(attempts), db.Array(given))
	return err
}

func attemptsOf(persons []concerned) []AttemptID {
	var out []AttemptID
	for _, c := range persons {
		if c.AttemptID != 0 {
			out = append(out, c.AttemptID)
		}
	}
	return out
}

// invigilates locks a published exam for an act on whom: the viewer must reach everybody concerned and sit it nowhere.
// Errors: Forbidden for who sits the exam or reaches only a part of it, NotFound for a person who is no candidate or is
// outside the viewer's part of the tree, Conflict for an exam that is not running.
func (s *Service) invigilates(ctx context.Context, tx *db.Tx, v account.Viewer, id ExamID, whom Whom) (Exam, error) {
	var e Exam
	var err error
	if whom.Everybody {
		e, err = s.lockReached(ctx, tx, v, account.ExamInvigilate, id)
	} else {
		e, err = s.store.lockExam(ctx, tx, id)
	}
	if err != nil {
		return Exam{}, err
	}
	if e.State != Published && e.State != Marked {
		return Exam{}, errExamState(e.State)
	}
	var sits bool
	if err := s.store.Get(ctx, tx, &sits, "candidate_is", int64(id), int64(v.PersonID)); err != nil {
		return Exam{}, err
	}
	if sits {
		return Exam{}, account.NotSelf(v, v.PersonID)
	}
	if whom.Everybody {
		return e, nil
	}
	scope := v.Scope(account.ExamInvigilate)
	var outside []account.PersonID
	err = s.store.Select(ctx, tx, &outside, "candidates_outside", int64(id), db.Array(int64s(whom.PersonIDs)), scope.All, db.Array(scope.UnitIDs))
	if err == nil && len(outside) > 0 {
		err = errNotFound()
	}
	return e, err
}

// running is an attempt that an act may concern.
type running struct {
	ID          AttemptID        `db:"id"`
	PersonID    account.PersonID `db:"person_id"`
	CandidateID CandidateID      `db:"candidate_id"`
	StartedAt   time.Time        `db:"started_at"`
	DeadlineAt  time.Time        `db:"deadline_at"`
	PausedAt    *time.Time       `db:"paused_at"`
}

func (s *Service) running(ctx context.Context, tx *db.Tx, id ExamID, whom Whom) ([]running, error) {
	var out []running
	err := s.store.Select(ctx, tx, &out, "attempts_reached", int64(id), whom.Everybody, db.Array(int64s(whom.PersonIDs)))
	return out, err
}

// act is the frame of every act on running attempts: permission, checks, the exam's lock, the work, the audit. do returns the
// attempts that were changed; none is a Conflict, because whoever pressed the button believes that something happened.
func (s *Service) act(ctx context.Context, v account.Viewer, id ExamID, whom Whom, kind InvigilationKind, reason string, checks []errs.Field,
	do func(tx *db.Tx, e Exam) ([]AttemptID, error)) (int, error) {
	if err := v.Require(account.ExamInvigilate); err != nil {
		return 0, err
	}
	if err := invalid(whom.validate(), noteFields("reason", reason), checks); err != nil {
		return 0, err
	}
	var done []AttemptID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if kind == LogResume {
			if err := s.notFrozen(ctx, tx); err != nil {
				return err
			}
		}
		e, err := s.invigilates(ctx, tx, v, id, whom)
		if err != nil {
			return err
		}
		if done, err = do(tx, e); err != nil {
			return err
		}
		return s.acted(ctx, tx, v, id, kind, whom, reason, done)
	})
	return len(done), err
}

// acted tells the pages of the attempts and records the act.
func (s *Service) acted(ctx context.Context, tx *db.Tx, v account.Viewer, id ExamID, kind InvigilationKind, whom Whom, reason string, done []AttemptID) error {
	if err := s.announce(ctx, tx, done); err != nil {
		return err
	}
	return record(ctx, tx, v, "exam.invigilate."+string(kind), examSubject(id), map[string]any{
		"everybody": whom.Everybody, "person_ids": whom.PersonIDs, "attempt_ids": done, "reason": reason,
	})
}

// AddTime gives extra time to persons or to everybody who is not settled, before the exam or during it (reasonable
// adjustments, a fire alarm). Running attempts have their new deadline at once; how many is returned.
func (s *Service) AddTime(ctx context.Context, v account.Viewer, id ExamID, whom Whom, extraSeconds int, reason string) (int, error) {
	return s.act(ctx, v, id, whom, LogExtraTime, reason, secondsFields(extraSeconds), func(tx *db.Tx, _ Exam) ([]AttemptID, error) {
		var given []struct {
			ID       CandidateID      `db:"id"`
			PersonID account.PersonID `db:"person_id"`
		}
		err := s.store.Select(ctx, tx, &given, "candidates_extra_time", int64(id), whom.Everybody, db.Array(int64s(whom.PersonIDs)), extraSeconds)
		switch {
		case db.Violates(err, "candidate_extra_seconds_check"):
			return nil, errs.InvalidFields(errs.NewField("extra_seconds", "error.exam.extra_seconds"))
		case err != nil:
			return nil, err
		case len(given) == 0:
			return nil, errs.New(errs.Conflict, "error.exam.nobody_concerned")
		}
		candidates := make([]int64, len(given))
		for i, c := range given {
			candidates[i] = int64(c.ID)
		}
		var moved []concerned
		if err := s.store.Select(ctx, tx, &moved, "attempts_extra_time", db.Array(candidates), extraSeconds); err != nil {
			return nil, err
		}
		row := logRow{kind: LogExtraTime, note: reason, seconds: extraSeconds}
		if !whom.Everybody {
			for _, c := range given {
				at := slices.IndexFunc(moved, func(m concerned) bool { return m.PersonID == c.PersonID })
				p := concerned{PersonID: c.PersonID, seconds: extraSeconds}
				if at >= 0 {
					p.AttemptID = moved[at].AttemptID
				}
				row.persons = append(row.persons, p)
			}
		}
		return attemptsOf(moved), s.log(ctx, tx, v, id, row)
	})
}

// Pause stops the clock of running attempts; how many is returned. Conflict when there is none to stop.
func (s *Service) Pause(ctx context.Context, v account.Viewer, id ExamID, whom Whom, reason string) (int, error) {
	return s.act(ctx, v, id, whom, LogPause, reason, nil, func(tx *db.Tx, _ Exam) ([]AttemptID, error) {
		open, err := s.running(ctx, tx, id, whom)
		if err != nil {
			return nil, err
		}
		paused, err := s.pauseAt(ctx, tx, v, id, open, reason, tx.Now())
		if err == nil && len(paused) == 0 {
			err = errs.New(errs.Conflict, "error.exam.nobody_concerned")
		}
		return paused, err
	})
}

// pauseAt stops the clocks of those of the attempts whose clocks run, and logs it.
func (s *Service) pauseAt(ctx context.Context, tx *db.Tx, v account.Viewer, id ExamID, open []running, reason string, at time.Time) ([]AttemptID, error) {
	var paused []concerned
	if err := s.store.Select(ctx, tx, &paused, "attempts_pause", db.Array(attemptIDs(open)), at); err != nil || len(paused) == 0 {
		return nil, err
	}
	return attemptsOf(paused), s.log(ctx, tx, v, id, logRow{kind: LogPause, note: reason, persons: paused})
}

// Resume lets the clocks of paused attempts run on; each deadline moves by the length of its pause. Conflict when there is none,
// and while all exams are frozen.
func (s *Service) Resume(ctx context.Context, v account.Viewer, id ExamID, whom Whom, reason string) (int, error) {
	return s.act(ctx, v, id, whom, LogResume, reason, nil, func(tx *db.Tx, _ Exam) ([]AttemptID, error) {
		open, err := s.running(ctx, tx, id, whom)
		if err != nil {
			return nil, err
		}
		resumed, err := s.resumeAt(ctx, tx, v, id, open, reason, tx.Now())
		if err == nil && len(resumed) == 0 {
			err = errs.New(errs.Conflict, "error.exam.nobody_concerned")
		}
		return resumed, err
	})
}

// resumeAt lets the clocks of those of the attempts run on that are paused, gives the time back and logs it.
func (s *Service) resumeAt(ctx context.Context, tx *db.Tx, v account.Viewer, id ExamID, open []running, reason string, at time.Time) ([]AttemptID, error) {
	row := logRow{kind: LogResume, note: reason}
	var given []int64
	for _, a := range open {
		if a.PausedAt == nil {
			continue
		}
		p := concerned{PersonID: a.PersonID, AttemptID: a.ID, seconds: max(1, PauseSeconds(*a.PausedAt, at))}
		row.persons, given = append(row.persons, p), append(given, int64(p.seconds))
	}
	if len(row.persons) == 0 {
		return nil, nil
	}
	resumed := attemptsOf(row.persons)
	if _, err := s.store.Exec(ctx, tx, "attempts_resume", db.Array(int64s(resumed)), db.Array(given)); err != nil {
		return nil, err
	}
	return resumed, s.log(ctx, tx, v, id, row)
}

func concerns(open []running) []concerned {
	out := make([]concerned, len(open))
	for i, a := range open {
		out[i] = concerned{PersonID: a.PersonID, AttemptID: a.ID}
	}
	return out
}

func attemptIDs(open []running) []int64 {
	out := make([]int64, len(open))
	for i, a := range open {
		out[i] = int64(a.ID)
	}
	return out
}

// Tell sends a notice to the pages of persons or of everybody; who begins later reads it at the start.
func (s *Service) Tell(ctx context.Context, v account.Viewer, id ExamID, whom Whom, text string) (int, error) {
	return s.act(ctx, v, id, whom, LogNotice, text, nil, func(tx *db.Tx, _ Exam) ([]AttemptID, error) {
		open, err := s.running(ctx, tx, id, whom)
		if err != nil {
			return nil, err
		}
		row := logRow{kind: LogNotice, note: text}
		if !whom.Everybody {
			if row.persons = concerns(open); len(row.persons) == 0 {
				return nil, errs.New(errs.Conflict, "error.exam.nobody_concerned")
			}
		}
		return attemptsOf(concerns(open)), s.log(ctx, tx, v, id, row)
	})
}

// Correct tells everybody the right text of a question of the exam, at the question. The paper stays as it is (promise 10);
// what was answered stays too.
func (s *Service) Correct(ctx context.Context, v account.Viewer, id ExamID, version VersionID, text string) (int, error) {
	everybody := Whom{Everybody: true}
	return s.act(ctx, v, id, everybody, LogCorrection, text, nil, func(tx *db.Tx, _ Exam) ([]AttemptID, error) {
		var asked bool
		if err := s.store.Get(ctx, tx, &asked, "paper_of_exam_has", int64(id), int64(version)); err != nil {
			return nil, err
		}
		if !asked {
			return nil, errNotFound()
		}
		open, err := s.running(ctx, tx, id, everybody)
		if err != nil {
			return nil, err
		}
		return attemptsOf(concerns(open)), s.log(ctx, tx, v, id, logRow{kind: LogCorrection, note: text, version: version})
	})
}

// Report notes an incident of the exam or, with an attempt, of one examinee. Nobody's page hears of it.
func (s *Service) Report(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, category IncidentCategory, note string) error {
	if err := v.Require(account.ExamInvigilate); err != nil {
		return err
	}
	if err := invalid(noteFields("note", note), categoryFields(category)); err != nil {
		return err
	}
	whom := Whom{Everybody: person == 0}
	if person != 0 {
		whom.PersonIDs = []account.PersonID{person}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.invigilates(ctx, tx, v, id, whom); err != nil {
			return err
		}
		row := logRow{kind: LogIncident, category: category, note: note}
		if person != 0 {
			var last AttemptID
			if err := s.store.Get(ctx, tx, &last, "last_attempt_of", int64(id), int64(person)); err != nil {
				return err
			}
			row.persons = []concerned{{PersonID: person, AttemptID: last}}
		}
		if err := s.log(ctx, tx, v, id, row); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.invigilate.incident", examSubject(id), map[string]any{"person_id": person, "category": category, "note": note})
	})
}

// HandInFor hands in for an examinee, with a reason: what was saved until now is marked (attempt-contract, "invigilator").
// Errors: NotFound outside the viewer's reach, Conflict when the attempt is not running.
func (s *Service) HandInFor(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, reason string) (Receipt, error) {
	var receipt Receipt
	_, err := s.act(ctx, v, id, Whom{PersonIDs: []account.PersonID{person}}, LogHandIn, reason, nil, func(tx *db.Tx, _ Exam) ([]AttemptID, error) {
		open, err := s.running(ctx, tx, id, Whom{PersonIDs: []account.PersonID{person}})
		if err != nil {
			return nil, err
		}
		if len(open) == 0 {
			return nil, s.noneOpen(ctx, tx, id, person)
		}
		at := tx.Now()
		if d := open[0].DeadlineAt.UTC(); d.Before(at) && open[0].PausedAt == nil {
			at = d // during a pause no deadline passes
		}
		if receipt, err = s.handInTx(ctx, tx, v, handIn{attempt: open[0].ID, cause: ByInvigilator, submittedAt: at, deadlineBy: farFuture}); err != nil {
			return nil, err
		}
		return []AttemptID{open[0].ID}, s.log(ctx, tx, v, id, logRow{kind: LogHandIn, note: reason, persons: concerns(open[:1])})
	})
	return receipt, err
}

// noneOpen says why there is no open attempt of a candidate: none was begun, or where the last one stands.
func (s *Service) noneOpen(ctx context.Context, tx *db.Tx, id ExamID, person account.PersonID) error {
	var a voidable
	err := s.store.Get(ctx, tx, &a, "attempt_to_void", int64(id), int64(person))
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.Conflict, "error.exam.not_begun")
	}
	if err != nil {
		return err
	}
	return errAttemptState(a.State)
}

// LogEntry is a row of the log of the examination room.
type LogEntry struct {
	ID        int64             `db:"id"`
	AttemptID *AttemptID        `db:"attempt_id"`
	PersonID  *account.PersonID `db:"person_id"`
	Name      string            `db:"name"`
	Kind      InvigilationKind  `db:"kind"`
	Category  *IncidentCategory `db:"category"`
	Seconds   *int              `db:"seconds"`
	VersionID *VersionID        `db:"version_id"`
	Note      string            `db:"note"`
	By        string            `db:"by_actor"`
	ByName    string            `db:"by_name"` // "": no person did it
	At        time.Time         `db:"at"`
}

// Log lists what was done and noted in an exam, newest first, with its number: what concerns everybody, and the persons
// inside the viewer's part of the tree.
func (s *Service) Log(ctx context.Context, v account.Viewer, id ExamID, p page.Page) ([]LogEntry, int, error) {
	if err := v.Require(account.ExamLive); err != nil {
		return nil, 0, err
	}
	scope := v.Scope(account.ExamLive)
	var total int
	if err := s.store.Get(ctx, s.db, &total, "invigilation_count", int64(id), scope.All, db.Array(scope.UnitIDs)); err != nil {
		return nil, 0, err
	}
	var out []LogEntry
	err := s.store.Select(ctx, s.db, &out, "invigilation_log", int64(id), scope.All, db.Array(scope.UnitIDs), p.Limit(), p.Offset())
	return out, total, err
}
