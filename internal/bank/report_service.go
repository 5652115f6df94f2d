package bank

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// Looked is a question with its key as somebody looks back on it.
type Looked struct {
	VersionID VersionID
	ExamID    int64
}

// Reporting is what the features above do for reports.
type Reporting interface {
	// LookedBack is the question at a slot of an own released result that shows its key to v; NotFound for every other.
	LookedBack(ctx context.Context, v account.Viewer, attempt int64, slot int) (Looked, error)
	// ReportAnswered tells whoever made a report what came of it.
	ReportAnswered(ctx context.Context, tx *db.Tx, r Report) error
}

// OnReports says who answers for reports; without it nobody can make one.
func (s *Service) OnReports(r Reporting) { s.reporting = r }

// Report says that a question of an own released result is faulty. Errors: NotFound (the viewer does not see its key there),
// Invalid, Conflict (the own report of this version is open).
func (s *Service) Report(ctx context.Context, v account.Viewer, attempt int64, slot int, n NewReport) (ReportID, error) {
	if err := v.Require(account.BankReport); err != nil {
		return 0, err
	}
	if s.reporting == nil || v.PersonID == 0 {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	looked, err := s.reporting.LookedBack(ctx, v, attempt, slot)
	if err != nil {
		return 0, err
	}
	note, err := n.check()
	if err != nil {
		return 0, err
	}
	var id ReportID
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		err := s.store.q.Get(ctx, tx, &id, "insert_report", looked.VersionID, v.PersonID, looked.ExamID, attempt, slot, n.Reason, note, tx.Now())
		if db.Violates(err, "question_report_one_open") {
			return errs.New(errs.Conflict, "error.bank.report_open").With(err)
		}
		if err != nil {
			return err
		}
		return record(ctx, tx, v, "bank.report", reportSubject(id), map[string]any{"version": int64(looked.VersionID), "exam": looked.ExamID, "reason": n.Reason})
	})
	return id, err
}

func reportSubject(id ReportID) string { return "question_report:" + id.String() }

// WithdrawReport takes the viewer's own report back. Errors: NotFound (not theirs), Conflict (answered or withdrawn).
func (s *Service) WithdrawReport(ctx context.Context, v account.Viewer, id ReportID) error {
	if err := v.Require(account.BankReport); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var state ReportState
		if err := s.store.q.Get(ctx, tx, &state, "own_report", id, v.PersonID); err != nil {
			return err
		}
		if state != ReportOpen {
			return errs.New(errs.Conflict, "error.bank.report_closed")
		}
		if err := s.store.q.One(ctx, tx, "withdraw_report", id, tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v, "bank.report_withdraw", reportSubject(id), map[string]any{})
	})
}

// OwnReports are what the viewer reported of an attempt of theirs and did not take back, the newest of each slot.
func (s *Service) OwnReports(ctx context.Context, v account.Viewer, attempt int64) (map[int]Report, error) {
	if err := v.Require(account.BankReport); err != nil {
		return nil, err
	}
	var rows []Report
	if err := s.store.q.Select(ctx, s.db, &rows, "own_reports", attempt, v.PersonID); err != nil {
		return nil, err
	}
	out := make(map[int]Report, len(rows))
	for _, r := range rows {
		if _, newer := out[r.Slot]; !newer {
			out[r.Slot] = r
		}
	}
	return out, nil
}

// reach are the parameters of a scope.
func reach(v account.Viewer, a account.Action) []any {
	scope := v.Scope(a)
	return []any{scope.All, db.Array(scope.UnitIDs)}
}

// Reports lists what people within reach reported, the newest first, and counts it to MaxReports.
func (s *Service) Reports(ctx context.Context, v account.Viewer, f ReportFilter, p page.Page) (reports []Report, total int, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, 0, err
	}
	var ids []ReportID
	if f.Question != 0 {
		ids, total, err = s.store.reportsOf(ctx, s.db, reach(v, account.BankRead), f.Question, p)
	} else {
		ids, total, err = s.listReports(ctx, v, f, p)
	}
	if err != nil || len(ids) == 0 {
		return nil, total, err
	}
	err = s.store.q.Select(ctx, s.db, &reports, "reports_shown", db.Array(account.Int64s(ids)))
	return reports, total, err
}

func (s *Service) listReports(ctx context.Context, v account.Viewer, f ReportFilter, p page.Page) (ids []ReportID, total int, err error) {
	topics := []int64{}
	if f.TopicID != 0 {
		tree, err := s.store.tree(ctx, s.db)
		if err != nil {
			return nil, 0, err
		}
		topics = account.Int64s(tree.Below(f.TopicID))
	}
	if f.State == "" {
		f.State = ReportOpen
	}
	chosen := append(reach(v, account.BankRead), f.State, db.Array(topics))
	if err := s.store.q.Get(ctx, s.db, &total, "reports_count", chosen...); err != nil || total == 0 {
		return nil, 0, err
	}
	err = s.store.q.Select(ctx, s.db, &ids, "reports", append(chosen, p.Limit(), p.Offset())...)
	return ids, total, err
}

// OpenReports counts the open reports within reach of whoever answers them, to MaxReports.
func (s *Service) OpenReports(ctx context.Context, v account.Viewer) (n int, err error) {
	if err := v.Require(account.BankWrite); err != nil {
		return 0, err
	}
	err = s.store.q.Get(ctx, s.db, &n, "reports_count", append(reach(v, account.BankWrite), ReportOpen, db.Array([]int64{}))...)
	return n, err
}

// ReportOf is one report. NotFound for one of a person beyond the viewer's reach.
func (s *Service) ReportOf(ctx context.Context, v account.Viewer, id ReportID) (Report, error) {
	if err := v.Require(account.BankRead); err != nil {
		return Report{}, err
	}
	return s.store.report(ctx, s.db, "report_within", reach(v, account.BankRead), id)
}

// AnswerReport says what came of a report and tells whoever made it. Errors: NotFound (beyond the viewer's reach), Invalid, Conflict
// (closed meanwhile, the viewer's own, or said to be corrected without a newer version that is published).
func (s *Service) AnswerReport(ctx context.Context, v account.Viewer, id ReportID, a ReportAnswer) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	if v.PersonID == 0 {
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		r, err := s.store.report(ctx, tx, "lock_report", reach(v, account.BankWrite), id)
		if err != nil {
			return err
		}
		text, err := a.check()
		if err != nil {
			return err
		}
		var newest int
		if err := s.store.q.Get(ctx, tx, &newest, "published_number", r.QuestionID); err != nil {
			return err
		}
		if err := mayAnswer(r, v.PersonID, a.Outcome, newest); err != nil {
			return err
		}
		if err := s.store.q.One(ctx, tx, "answer_report", id, a.Outcome, text, v.PersonID, tx.Now()); err != nil {
			return err
		}
		if err := record(ctx, tx, v, "bank.report_answer", reportSubject(id), map[string]any{"version": int64(r.VersionID), "outcome": a.Outcome, "answer": text}); err != nil {
			return err
		}
		r.State, r.Outcome, r.Answer = ReportAnswered, a.Outcome, text
		return s.reporting.ReportAnswered(ctx, tx, r)
	})
}
