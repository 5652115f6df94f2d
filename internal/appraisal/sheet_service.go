package appraisal

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

const (
	maxOpinion = 2000
	maxReason  = 500
)

// ConfirmSheet is the superior's signature under a complete sheet, with the first opinion (A32). From then on newer facts
// do not shift it. Scoring of the cycle must be finished, and nobody confirms the own sheet.
func (s *Service) ConfirmSheet(ctx context.Context, v account.Viewer, id SheetID, opinion string) error {
	opinion = strings.TrimSpace(opinion)
	if n := len([]rune(opinion)); n == 0 || n > maxOpinion {
		return errs.InvalidFields(errs.NewField("opinion", "error.appraisal.opinion", "limit", maxOpinion))
	}
	return s.onSheet(ctx, v, account.AppraisalConfirm, id, func(tx *db.Tx, sh sheetRow, c cycleRow) error {
		if _, err := NextSheet(sh.State, Confirm); err != nil {
			return err
		}
		if c.State != Scored {
			return errs.New(errs.Conflict, "error.appraisal.not_scored")
		}
		if err := s.store.One(ctx, tx, "sheet_confirm", int64(id), opinion, tx.Now(), int64(v.PersonID)); err != nil {
			return err
		}
		if err := record(ctx, tx, v.Actor(), "appraisal.sheet.confirm", sheetSubject(id), map[string]any{"person_id": sh.PersonID}); err != nil {
			return err
		}
		for _, h := range s.confirm {
			if err := h.SheetConfirmed(ctx, tx, Confirmed{CycleID: sh.CycleID, PersonID: sh.PersonID, Quarter: QuarterOf(c.FromOn)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ExcuseSheet takes somebody out of a cycle that is not closed, with the reason: long leave, or arrived in its last days.
func (s *Service) ExcuseSheet(ctx context.Context, v account.Viewer, id SheetID, reason string) error {
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n == 0 || n > maxReason {
		return errs.InvalidFields(errs.NewField("reason", "error.appraisal.reason", "limit", maxReason))
	}
	return s.onSheet(ctx, v, account.AppraisalCycle, id, func(tx *db.Tx, sh sheetRow, c cycleRow) error {
		if _, err := NextSheet(sh.State, Excuse); err != nil {
			return err
		}
		if c.State == Closed {
			return errs.New(errs.Conflict, "error.appraisal.cycle_state")
		}
		if err := s.store.One(ctx, tx, "sheet_excuse", int64(id), reason); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "appraisal.sheet.excuse", sheetSubject(id), map[string]any{"person_id": sh.PersonID})
	})
}

// onSheet locks a sheet's cycle against a change of state, and the sheet when the viewer may act on it.
func (s *Service) onSheet(ctx context.Context, v account.Viewer, a account.Action, id SheetID, fn func(tx *db.Tx, sh sheetRow, c cycleRow) error) error {
	if err := v.Require(a); err != nil {
		return err
	}
	sc := v.Scope(a)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var c cycleRow
		if err := s.store.Get(ctx, tx, &c, "cycle_of_sheet_share", int64(id)); err != nil {
			return err
		}
		var sh sheetRow
		if err := s.store.Get(ctx, tx, &sh, "sheet_lock", int64(id), sc.All, db.Array(sc.UnitIDs)); err != nil {
			return err
		}
		if err := account.NotSelf(v, sh.PersonID); err != nil {
			return err
		}
		return fn(tx, sh, c)
	})
}

// Sheet is one sheet with everything that explains it: the own one, or one inside the viewer's scope; else NotFound.
func (s *Service) Sheet(ctx context.Context, v account.Viewer, id SheetID) (Explained, error) {
	var out Explained
	if err := v.Require(account.AppraisalRead); err != nil {
		return out, err
	}
	sc := v.Scope(account.AppraisalRead)
	var row struct {
		Sheet
		Confirmer string `db:"confirmer"`
	}
	if err := s.store.Get(ctx, s.db, &row, "sheet", int64(id), sc.All, sc.PersonID, db.Array(sc.UnitIDs)); err != nil {
		return out, err
	}
	out.Sheet, out.Confirmer = row.Sheet, row.Confirmer
	var c struct {
		Cycle
		Body db.JSON[Scheme] `db:"body"`
	}
	if err := s.store.Get(ctx, s.db, &c, "sheet_cycle", int64(row.CycleID)); err != nil {
		return out, err
	}
	out.Cycle, out.Scheme = c.Cycle, c.Body.V
	return out, s.explainFacts(ctx, &out)
}

func (s *Service) explainFacts(ctx context.Context, out *Explained) error {
	var rows []struct {
		factRow
		Recorder string `db:"recorder"`
	}
	if err := s.store.Select(ctx, s.db, &rows, "facts_of", int64(out.CycleID), int64(out.PersonID)); err != nil {
		return err
	}
	out.Facts, out.Recorders = map[FactID]Fact{}, map[FactID]string{}
	for _, r := range rows {
		out.Facts[r.ID], out.Recorders[r.ID] = r.fact(), r.Recorder
		if out.ConfirmedAt != nil && r.RecordedAt.After(*out.ConfirmedAt) {
			out.Newer++
		}
	}
	return nil
}

// OwnSheet is a line of a person's own list.
type OwnSheet struct {
	ID         SheetID           `db:"id"`
	CycleID    CycleID           `db:"cycle_id"`
	State      SheetState        `db:"state"`
	Missing    db.Strings        `db:"missing"`
	Total      *score.Hundredths `db:"total_hundredths"`
	Grade      *score.Band       `db:"grade"`
	SchemeName string            `db:"scheme_name"`
	Year       int               `db:"year"`
	Quarter    int               `db:"quarter"`
	Mode       Mode              `db:"mode"`
}

// OwnSheets are the viewer's own, the newest first (B15: own score at any time).
func (s *Service) OwnSheets(ctx context.Context, v account.Viewer, p page.Page) ([]OwnSheet, error) {
	if err := v.Require(account.AppraisalRead); err != nil {
		return nil, err
	}
	var out []OwnSheet
	err := s.store.Select(ctx, s.db, &out, "sheets_of_person", int64(v.PersonID), p.Limit(), p.Offset())
	return out, err
}

// OwnSheet is the viewer's own sheet of a cycle.
func (s *Service) OwnSheet(ctx context.Context, v account.Viewer, cycle CycleID) (Explained, error) {
	if err := v.Require(account.AppraisalRead); err != nil {
		return Explained{}, err
	}
	var id SheetID
	if err := s.store.Get(ctx, s.db, &id, "sheet_of_person", int64(cycle), int64(v.PersonID)); err != nil {
		return Explained{}, err
	}
	return s.Sheet(ctx, v, id)
}
