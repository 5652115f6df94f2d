package report

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// Waiting is how much waits for a viewer who looks after others; nil is not the viewer's to see. Reviews and Reports are counted to 1,000.
type Waiting struct {
	Cases   map[string]int // open cases by state
	Reviews *int           // questions in review that the viewer did not write at
	Reports *int           // reports of questions that nobody has answered
	Sheets  *int           // scored sheets of others, in a cycle whose scoring is finished, that nobody has confirmed
	// SheetsCycle is the one cycle that they are of; nil: several, or none.
	SheetsCycle *int64
	People      *int // who work here
}

type waitingRow struct {
	Cases       db.JSON[map[string]int] `db:"cases"`
	Reviews     *int                    `db:"reviews"`
	Reports     *int                    `db:"reports"`
	Sheets      *int                    `db:"sheets"`
	SheetsCycle *int64                  `db:"sheets_cycle"`
	People      *int                    `db:"people"`
}

// Waiting counts it in one statement.
func (s *Service) Waiting(ctx context.Context, v account.Viewer) (Waiting, error) {
	args := []any{int64(v.PersonID), v.Actor()}
	for _, a := range []account.Action{account.CaseRead, account.BankPublish, account.BankWrite, account.AppraisalConfirm, account.AccountPersonRead} {
		args = append(args, v.CanBeyondSelf(a))
		if a != account.BankPublish { // questions are in no part of the tree
			scope := v.Scope(a)
			args = append(args, scope.All, db.Array(scope.UnitIDs))
		}
	}
	var row waitingRow
	if err := s.store.Get(ctx, s.db, &row, "waiting", args...); err != nil {
		return Waiting{}, err
	}
	return Waiting{row.Cases.V, row.Reviews, row.Reports, row.Sheets, row.SheetsCycle, row.People}, nil
}
