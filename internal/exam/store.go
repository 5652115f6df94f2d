package exam

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

//go:embed queries.sql
var queriesSQL string

//go:embed correction.sql
var correctionSQL string

//go:embed ruling.sql
var rulingSQL string

//go:embed media.sql
var mediaSQL string

//go:embed recording.sql
var recordingSQL string

//go:embed forms.sql
var formsSQL string

//go:embed embargo.sql
var embargoSQL string

//go:embed on_paper.sql
var onPaperSQL string

//go:embed marking.sql
var markingSQL string

//go:embed invigilation.sql
var invigilationSQL string

//go:embed freeze.sql
var freezeSQL string

//go:embed analysis.sql
var analysisSQL string

//go:embed integrity.sql
var integritySQL string

// store is the feature's SQL on the pool; what reads or writes more than one service needs has a method, the rest is
// called by name.
type store struct{ *db.Queries }

func openStore(ctx context.Context, d *db.DB) (store, error) {
	q, err := d.Prepare(ctx, queriesSQL+mediaSQL+recordingSQL+formsSQL+embargoSQL+onPaperSQL+integritySQL+invigilationSQL+freezeSQL+markingSQL+correctionSQL+rulingSQL+analysisSQL)
	return store{q}, err
}

func (s store) exam(ctx context.Context, x db.Q, id ExamID) (Exam, error) {
	var e Exam
	err := s.Get(ctx, x, &e, "exam", int64(id))
	return e.inUTC(), err
}

// examToStart is exam for a start: until tx ends nobody freezes, and no freeze ends.
func (s store) examToStart(ctx context.Context, tx *db.Tx, id ExamID) (Exam, error) {
	var e Exam
	err := s.Get(ctx, tx, &e, "exam_to_start", int64(id))
	return e.inUTC(), err
}

func (s store) lockExam(ctx context.Context, tx *db.Tx, id ExamID) (Exam, error) {
	var e Exam
	err := s.Get(ctx, tx, &e, "exam_lock", int64(id))
	return e.inUTC(), err
}

func (e Exam) inUTC() Exam {
	e.OpensAt, e.ClosesAt = e.OpensAt.UTC(), e.ClosesAt.UTC()
	e.LastStartAt, e.PublishedAt = utc(e.LastStartAt), utc(e.PublishedAt)
	return e
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

func (s store) journal(ctx context.Context, x db.Q, id AttemptID) ([]Entry, error) {
	var entries []Entry
	err := s.Select(ctx, x, &entries, "journal", int64(id))
	return entries, err
}

// attemptRow is an attempt with what its pages need of the exam.
type attemptRow struct {
	ID           AttemptID          `db:"id"`
	ExamID       ExamID             `db:"exam_id"`
	PersonID     account.PersonID   `db:"person_id"`
	CandidateID  CandidateID        `db:"candidate_id"`
	PaperID      PaperID            `db:"paper_id"`
	No           int                `db:"no"`
	State        AttemptState       `db:"state"`
	Epoch        int                `db:"epoch"`
	LastSeq      int64              `db:"last_seq"`
	Lease        string             `db:"lease"`
	Holder       string             `db:"holder"`
	StartedAt    time.Time          `db:"started_at"`
	DeadlineAt   time.Time          `db:"deadline_at"`
	GraceSeconds int                `db:"grace_seconds"`
	PausedAt     *time.Time         `db:"paused_at"`
	Section      int                `db:"section"` // 0: it may go to and fro
	News         int                `db:"news"`
	SubmittedAt  *time.Time         `db:"submitted_at"`
	SubmitCause  *SubmitCause       `db:"submit_cause"`
	Answered     *int               `db:"answered"`
	JournalHead  *string            `db:"journal_head"`
	Places       db.JSON[[]Place]   `db:"places"`
	Title        string             `db:"title"`
	Kind         Kind               `db:"kind"`
	Review       Review             `db:"review"`
	Release      Release            `db:"release"`
	PersonName   string             `db:"person_name"`
	EmployeeNo   string             `db:"employee_no"`
	Integrity    db.JSON[Integrity] `db:"integrity"`
	Contact      string             `db:"contact"`
}

// receipt is what handing in gave; nil while the attempt is open.
func (a attemptRow) receipt() *Receipt {
	if a.SubmittedAt == nil || a.Answered == nil || a.JournalHead == nil {
		return nil
	}
	return &Receipt{AttemptID: a.ID, SubmittedAt: a.SubmittedAt.UTC(), Answered: *a.Answered, JournalHead: *a.JournalHead}
}

// ownAttempt is the viewer's attempt; anybody else's is NotFound.
func (s store) ownAttempt(ctx context.Context, x db.Q, v account.Viewer, id AttemptID) (attemptRow, error) {
	var a attemptRow
	if err := s.Get(ctx, x, &a, "attempt", int64(id)); err != nil {
		return a, err
	}
	if a.PersonID != v.PersonID {
		return attemptRow{}, errNotFound()
	}
	return a, nil
}

// standing is the viewer's attempt without its layout and what pages show of its exam; anybody else's is NotFound.
func (s store) standing(ctx context.Context, x db.Q, v account.Viewer, id AttemptID) (attemptRow, error) {
	var a attemptRow
	if err := s.Get(ctx, x, &a, "attempt_beat", int64(id)); err != nil {
		return a, err
	}
	if a.PersonID != v.PersonID {
		return attemptRow{}, errNotFound()
	}
	return a, nil
}

// journals are the accepted changes of attempts; one without any is not in it.
func (s store) journals(ctx context.Context, x db.Q, ids []int64) (map[AttemptID][]Entry, error) {
	var rows []struct {
		AttemptID AttemptID  `db:"attempt_id"`
		Epochs    db.Int64s  `db:"epochs"`
		Seqs      db.Int64s  `db:"seqs"`
		Slots     db.Int64s  `db:"slots"`
		Responses db.Strings `db:"responses"`
		Received  db.Int64s  `db:"received"`
		Late      db.Int64s  `db:"late"`
	}
	if err := s.Select(ctx, x, &rows, "journals", db.Array(ids)); err != nil {
		return nil, err
	}
	out := make(map[AttemptID][]Entry, len(rows))
	for _, r := range rows {
		entries := make([]Entry, len(r.Seqs))
		for i := range entries {
			entries[i] = Entry{
				Epoch: int(r.Epochs[i]), ClientSeq: r.Seqs[i], Slot: int(r.Slots[i]), Response: json.RawMessage(r.Responses[i]),
				ReceivedAt: time.UnixMicro(r.Received[i]).UTC(), LateByMS: r.Late[i],
			}
		}
		out[r.AttemptID] = entries
	}
	return out, nil
}

// layouts are the places of attempts.
func (s store) layouts(ctx context.Context, x db.Q, ids []int64) (map[AttemptID][]Place, error) {
	var rows []struct {
		AttemptID AttemptID        `db:"attempt_id"`
		Places    db.JSON[[]Place] `db:"places"`
	}
	err := s.Select(ctx, x, &rows, "layouts", db.Array(ids))
	out := make(map[AttemptID][]Place, len(rows))
	for _, r := range rows {
		out[r.AttemptID] = r.Places.V
	}
	return out, err
}

// insertPapers freezes papers with their slots. No two of them are of the same person and form.
func (s store) insertPapers(ctx context.Context, tx *db.Tx, papers []newPaper) ([]PaperID, error) {
	heads := make([]paperRow, len(papers))
	for i, p := range papers {
		heads[i] = paperRow{No: i, Title: p.title, BlueprintVersion: p.blueprintVersion, Person: p.person, Seed: p.seed, Notes: p.notes, By: p.by, FormSet: p.formSet, Form: p.form}
		for _, slot := range p.slots {
			heads[i].Total += int64(slot.Points)
		}
	}
	var rows []struct {
		ID     PaperID `db:"id"`
		Person *int64  `db:"person_id"`
		Form   *string `db:"form"`
	}
	if err := s.Select(ctx, tx, &rows, "papers_insert", db.JSONOf(heads), tx.Now()); err != nil {
		return nil, err
	}
	type whose struct {
		person int64
		form   string
	}
	of := func(person *int64, form *string) (w whose) {
		if person != nil {
			w.person = *person
		}
		if form != nil {
			w.form = *form
		}
		return w
	}
	made := make(map[whose]PaperID, len(rows))
	for _, r := range rows {
		made[of(r.Person, r.Form)] = r.ID
	}
	ids := make([]PaperID, len(papers))
	for i, p := range papers {
		ids[i] = made[of(p.person, p.form)]
	}
	return ids, s.insertSlots(ctx, tx, ids, papers)
}

func (s store) insertSlots(ctx context.Context, tx *db.Tx, ids []PaperID, papers []newPaper) error {
	var of, numbers, versions, points []int64
	var sections, reasons []string
	for i, p := range papers {
		for _, slot := range p.slots {
			reason, err := json.Marshal(slot.Reason.V)
			if err != nil {
				return fmt.Errorf("exam: reason: %w", err)
			}
			of, numbers, sections = append(of, int64(ids[i])), append(numbers, int64(slot.Slot)), append(sections, slot.Section)
			versions, points, reasons = append(versions, int64(slot.VersionID)), append(points, int64(slot.Points)), append(reasons, string(reason))
		}
	}
	_, err := s.Exec(ctx, tx, "paper_slots_insert", db.Array(of), db.Array(numbers), db.Array(sections), db.Array(versions), db.Array(points), db.Array(reasons))
	return err
}

// paperRow is a paper as papers_insert reads it.
type paperRow struct {
	No               int        `json:"no"`
	Title            string     `json:"title"`
	BlueprintVersion *int64     `json:"blueprint_version_id"`
	Person           *int64     `json:"person_id"`
	Seed             int64      `json:"seed"`
	Total            int64      `json:"total_hundredths"`
	Notes            PaperNotes `json:"notes"`
	By               string     `json:"created_by"`
	FormSet          *int64     `json:"form_set_id"`
	Form             *string    `json:"form"`
}

type newPaper struct {
	title            string
	blueprintVersion *int64
	person           *int64
	seed             int64
	slots            []PaperSlot
	notes            PaperNotes
	by               string
	formSet          *int64
	form             *string
}

func int64s[T ~int64](in []T) []int64 {
	out := make([]int64, len(in))
	for i, v := range in {
		out[i] = int64(v)
	}
	return out
}
