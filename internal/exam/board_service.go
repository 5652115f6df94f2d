package exam

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// boardScope are the parameters that the board's statements share: whom the viewer sees, and whose result before its release.
func boardScope(v account.Viewer, id ExamID) []any {
	seen, releases := v.Scope(account.ExamRead), v.Scope(account.ExamRelease)
	return []any{int64(id), seen.All, db.Array(seen.UnitIDs), int64(v.PersonID), releases.All, db.Array(releases.UnitIDs)}
}

// Board lists an exam's people inside the viewer's part of the tree with the number of all that fit.
func (s *Service) Board(ctx context.Context, v account.Viewer, id ExamID, f BoardFilter, p page.Page) ([]BoardRow, int, error) {
	rows, err := s.board(ctx, s.db, v, id, f, 0, p.Limit(), p.Offset())
	return rows, totalOf(rows), err
}

// totalOf is how many people the filter finds: each line of the board tells it.
func totalOf(rows []BoardRow) int {
	if len(rows) == 0 {
		return 0
	}
	return rows[0].ListTotal
}

// BoardPerson is one person's line of the board; NotFound outside the viewer's part of the tree.
func (s *Service) BoardPerson(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID) (BoardRow, error) {
	if person <= 0 {
		return BoardRow{}, errNotFound()
	}
	rows, err := s.board(ctx, s.db, v, id, BoardFilter{}, person, 1, 0)
	if err == nil && len(rows) == 0 {
		err = errNotFound()
	}
	if err != nil {
		return BoardRow{}, err
	}
	return rows[0], nil
}

func (s *Service) board(ctx context.Context, x db.Q, v account.Viewer, id ExamID, f BoardFilter, only account.PersonID, limit, offset int) ([]BoardRow, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return nil, err
	}
	args := append(boardScope(v, id), f.Standing, f.Band, f.Unit, squeezed(f.Search), int64(only), f.Sort, f.Descending, limit, offset)
	var rows []BoardRow
	err := s.store.Select(ctx, x, &rows, "board", args...)
	return rows, err
}

// BoardTally counts an exam's people inside the viewer's part of the tree.
func (s *Service) BoardTally(ctx context.Context, v account.Viewer, id ExamID) (BoardTally, error) {
	var t BoardTally
	if err := v.Require(account.ExamRead); err != nil {
		return t, err
	}
	err := s.store.Get(ctx, s.db, &t, "board_tally", boardScope(v, id)...)
	t.UnreleasedFrom = utc(t.UnreleasedFrom)
	return t, err
}

// maxBoardFile bounds a board that leaves the system: an exam has at most some thousand candidates.
const maxBoardFile = 20_000

// ExportBoard is the whole board under a filter, and the record in the audit that it left the system: who, how many, why
// (threat 63). Errors: Invalid without a reason, or for more people than one file takes.
func (s *Service) ExportBoard(ctx context.Context, v account.Viewer, id ExamID, f BoardFilter, reason string) ([]BoardRow, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, errs.InvalidFields(errs.NewField("reason", "error.exam.reason"))
	}
	var rows []BoardRow
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var err error
		if rows, err = page.Whole(maxBoardFile, func(limit int) ([]BoardRow, int, error) {
			rows, err := s.board(ctx, tx, v, id, f, 0, limit, 0)
			return rows, totalOf(rows), err
		}); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.results_export", examSubject(id), map[string]any{"count": len(rows), "reason": reason, "standing": f.Standing, "band": f.Band, "unit_id": f.Unit})
	})
	return rows, err
}
