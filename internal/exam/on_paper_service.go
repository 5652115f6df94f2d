package exam

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

// SetOnPaper says whether an exam is sat on paper (C37). Errors: Conflict when it is no draft any more.
func (s *Service) SetOnPaper(ctx context.Context, v account.Viewer, id ExamID, onPaper bool) error {
	if err := v.Require(account.ExamAuthor); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.lockReached(ctx, tx, v, account.ExamAuthor, id); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "exam_set_on_paper", int64(id), onPaper); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.on_paper", examSubject(id), map[string]any{"on_paper": onPaper})
	})
}

// PaperSheetFilter narrows the list of sheets; empty fields do not.
type PaperSheetFilter struct {
	Standing PaperStanding
	Search   string // of a name or the beginning of a number
}

// PaperSheets lists the candidates of an exam on paper inside the marker's part of the tree, with the number of all that fit.
// Errors: NotFound for an exam that is not on paper, or a draft.
func (s *Service) PaperSheets(ctx context.Context, v account.Viewer, id ExamID, f PaperSheetFilter, p page.Page) ([]PaperSheet, int, error) {
	if _, err := s.onPaper(ctx, s.db, v, id); err != nil {
		return nil, 0, err
	}
	rows, err := s.paperSheets(ctx, s.db, v, id, f, 0, p.Limit(), p.Offset())
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	return rows, rows[0].ListTotal, nil
}

func (s *Service) paperSheets(ctx context.Context, x db.Q, v account.Viewer, id ExamID, f PaperSheetFilter, only account.PersonID, limit, offset int) ([]PaperSheet, error) {
	scope := v.Scope(account.ExamMark)
	var rows []PaperSheet
	err := s.store.Select(ctx, x, &rows, "paper_sheets", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs), f.Standing, squeezed(f.Search), int64(only), limit, offset)
	return rows, err
}

// onPaper is an exam on paper whose sheets may be marked.
func (s *Service) onPaper(ctx context.Context, x db.Q, v account.Viewer, id ExamID) (Exam, error) {
	if err := v.Require(account.ExamMark); err != nil {
		return Exam{}, err
	}
	e, err := s.store.exam(ctx, x, id)
	if err == nil && (!e.OnPaper || e.State == Draft) {
		err = errNotFound()
	}
	return e, err
}

// PaperEntry is one sheet with the places for its marks. Marks are those that the viewer keyed in; of another's the second
// person sees nothing before the sum is found to be the same.
type PaperEntry struct {
	Exam  Exam
	Sheet PaperSheet
	Slots []PaperContent
	Marks []EnteredMark
}

// PaperEntry is a candidate's sheet. Errors: NotFound outside the marker's part of the tree, and for the marker's own; Forbidden while the
// marker has still to sit the exam.
func (s *Service) PaperEntry(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID) (PaperEntry, error) {
	e, c, sheet, err := s.sheetOnPaper(ctx, s.db, v, id, person)
	if err != nil {
		return PaperEntry{}, err
	}
	if err := s.noneToSitOf(ctx, s.db, v, id); err != nil {
		return PaperEntry{}, err
	}
	out := PaperEntry{Exam: e, Sheet: sheet}
	p, err := s.paper(ctx, s.db, e.PaperOf(c))
	if err != nil {
		return out, err
	}
	for _, slot := range p.slots {
		out.Slots = append(out.Slots, PaperContent{PaperSlot: slot, Question: p.questions[slot.VersionID]})
	}
	if sheet.Own || sheet.Standing == SheetConfirmed {
		entry, err := s.newestEntry(ctx, s.db, c.ID)
		if err != nil {
			return out, err
		}
		out.Marks = entry.Marks.V
	}
	return out, nil
}

// sheetOnPaper is one candidate's sheet; in a transaction the candidate is held.
func (s *Service) sheetOnPaper(ctx context.Context, x db.Q, v account.Viewer, id ExamID, person account.PersonID) (e Exam, c Candidate, sheet PaperSheet, err error) {
	if e, err = s.onPaper(ctx, x, v, id); err != nil {
		return e, c, sheet, err
	}
	if person <= 0 || person == v.PersonID {
		return e, c, sheet, errNotFound()
	}
	scope := v.Scope(account.ExamMark)
	if err := s.store.Get(ctx, x, &c, "candidate_lock", int64(id), int64(person), scope.All, db.Array(scope.UnitIDs)); err != nil {
		return e, c, sheet, err
	}
	rows, err := s.paperSheets(ctx, x, v, id, PaperSheetFilter{}, person, 1, 0)
	if err == nil && len(rows) == 0 {
		err = errNotFound()
	}
	if err != nil {
		return e, c, sheet, err
	}
	return e, c, rows[0], nil
}

func (s *Service) newestEntry(ctx context.Context, x db.Q, id CandidateID) (markEntry, error) {
	var entry markEntry
	err := s.store.Get(ctx, x, &entry, "mark_entry_newest", int64(id))
	return entry, err
}

// EnterMarks keys the marks of a sheet in, one for each slot of the paper, with the sum that stands on it. They wait for a second
// person. Errors: NotFound, Invalid (a mark beyond its points, or a sum that is not theirs), Conflict (before the candidate's sitting,
// or settled already).
func (s *Service) EnterMarks(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, marks []EnteredMark, sum score.Hundredths) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		e, c, sheet, err := s.sheetOnPaper(ctx, tx, v, id, person)
		if err != nil {
			return err
		}
		if sheet.Standing != SheetOpen && sheet.Standing != SheetEntered {
			return errSheetState(sheet.Standing)
		}
		if err := e.sittingBegun(c, tx.Now()); err != nil {
			return err
		}
		paper, err := s.paper(ctx, tx, e.PaperOf(c))
		if err != nil {
			return err
		}
		if err := checkEntry(paper.slots, marks, sum); err != nil {
			return err
		}
		var entry int64
		if err := s.store.Get(ctx, tx, &entry, "mark_entry_insert", int64(c.ID), int64(e.PaperOf(c)), db.JSONOf(marks), sum, int64(v.PersonID), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.marks_enter", examSubject(id), map[string]any{"person_id": person, "entry_id": entry})
	})
}

// sittingBegun refuses marks of a candidate whose own window has not opened: somebody with leave sits later than the others.
func (e Exam) sittingBegun(c Candidate, now time.Time) error {
	if now.Before(e.WindowOf(c).OpensAt) {
		return errs.New(errs.Conflict, "error.exam.too_early")
	}
	return nil
}

// ConfirmMarks makes the marks that another person keyed in a result: the second person adds the paper up again, and the two sums
// must be the same. Errors: NotFound, Conflict (nothing waits, the viewer keyed it in, or leave has moved the sitting),
// Invalid when the sums differ.
func (s *Service) ConfirmMarks(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, sum score.Hundredths) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var held ExamID
		if err := s.store.Get(ctx, tx, &held, "exam_hold", int64(id)); err != nil {
			return err
		}
		e, c, sheet, err := s.sheetOnPaper(ctx, tx, v, id, person)
		if err != nil {
			return err
		}
		if sheet.Standing != SheetEntered || sheet.Own {
			return errs.New(errs.Conflict, "error.exam.marks_own")
		}
		if err := e.sittingBegun(c, tx.Now()); err != nil {
			return err
		}
		entry, err := s.newestEntry(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if entry.Sum != sum {
			return errs.InvalidFields(errs.NewField("again", "error.exam.marks_differ"))
		}
		attempt, result, err := s.resultOnPaper(ctx, tx, e, c, entry)
		if err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "mark_entry_confirm", entry.ID, int64(v.PersonID), tx.Now(), int64(attempt)); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.marks_confirm", examSubject(id), map[string]any{"person_id": person, "entry_id": entry.ID, "result_id": result})
	})
}

// resultOnPaper goes the way of a hand-in: an attempt that stands for the sheet, its result as the exam's rulings have it, the news of both.
func (s *Service) resultOnPaper(ctx context.Context, tx *db.Tx, e Exam, c Candidate, entry markEntry) (AttemptID, ResultID, error) {
	paper, err := s.paper(ctx, tx, entry.PaperID)
	if err != nil {
		return 0, 0, err
	}
	rulings, _, err := s.rulings(ctx, tx, e.ID)
	if err != nil {
		return 0, 0, err
	}
	places := paper.plan.layOut(generator(e.Seed, 0), Shuffle{})
	window := e.WindowOf(c)
	deadline := window.Deadline(window.OpensAt)
	ended := deadline
	if now := tx.Now(); ended.After(now) {
		ended = now
	}
	done := &closing{
		ExamID: e.ID, PersonID: c.PersonID, CandidateID: c.ID, PaperID: entry.PaperID, State: AttemptSubmitted, BandsVersionID: policy.VersionID(*e.BandsVersionID),
		Release: e.Release, RoundID: e.RoundID, Kind: e.Kind, cause: ByInvigilator, submittedAt: ended, RedLine: e.RedLine,
		marking: markingOf(places, entry.Marks.V, paper.bare(), rulingsOf(bodiesOf(rulings))),
	}
	if err := s.store.Get(ctx, tx, &done.ID, "attempt_on_paper", int64(e.ID), int64(c.PersonID), int64(c.ID), int64(entry.PaperID), window.OpensAt, deadline, ended, db.JSONOf(places)); err != nil {
		return 0, 0, err
	}
	if done.bands, err = s.bandsOf(ctx, tx, done.BandsVersionID); err != nil {
		return 0, 0, err
	}
	done.head = JournalHead(done.ID, nil)
	if err := s.tellHandIns(ctx, tx, []*closing{done}); err != nil {
		return 0, 0, err
	}
	results, err := s.finish(ctx, tx, []*closing{done})
	return done.ID, results[done.ID], err
}

// AbsentOnPaper says that a candidate did not come to an exam on paper; the exam's rule for absences decides what follows (N05).
// Errors: NotFound, Conflict (before the close, or marks were keyed in), Invalid without a reason.
func (s *Service) AbsentOnPaper(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return errs.InvalidFields(errs.NewField("reason", "error.exam.reason"))
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		e, c, sheet, err := s.sheetOnPaper(ctx, tx, v, id, person)
		if err != nil {
			return err
		}
		if sheet.Standing != SheetOpen {
			return errSheetState(sheet.Standing)
		}
		if closes := e.WindowOf(c).ClosesAt; tx.Now().Before(closes) {
			return errs.New(errs.Conflict, "error.exam.absent_early", "closes", clock.Deadline(closes.In(s.zone)))
		}
		var a absence
		if err := s.store.Get(ctx, tx, &a, "candidate_for_absence", int64(c.ID)); err != nil {
			return err
		}
		if err := s.absent(ctx, tx, v, a); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.absent_on_paper", examSubject(id), map[string]any{"person_id": person, "reason": reason, "candidate": fmt.Sprint(c.ID)})
	})
}

// PaperExam is an exam on paper with sheets that wait for marks.
type PaperExam struct {
	ID       ExamID    `db:"id"`
	Title    string    `db:"title"`
	ClosesAt time.Time `db:"closes_at"`
	Waiting  int       `db:"waiting"` // of the viewer's part of the tree
}

// PaperExams lists the exams on paper that wait for the viewer to key marks in; none for whoever does not mark.
func (s *Service) PaperExams(ctx context.Context, v account.Viewer) ([]PaperExam, error) {
	if !v.Can(account.ExamMark) {
		return nil, nil
	}
	scope := v.Scope(account.ExamMark)
	var out []PaperExam
	err := s.store.Select(ctx, s.db, &out, "paper_exams", s.db.Now(), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs))
	return out, err
}
