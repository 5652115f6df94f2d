package appraisal

import (
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

// Sheet is one person's cycle. Total is nil while nothing is known, provisional while Missing names something.
type Sheet struct {
	ID            SheetID           `db:"id"`
	CycleID       CycleID           `db:"cycle_id"`
	PersonID      account.PersonID  `db:"person_id"`
	PersonName    string            `db:"person_name"`
	EmployeeNo    string            `db:"employee_no"`
	UnitName      string            `db:"unit_name"` // where the person stood when the cycle opened
	PostName      string            `db:"post_name"`
	State         SheetState        `db:"state"`
	Missing       db.Strings        `db:"missing"`
	Total         *score.Hundredths `db:"total_hundredths"`
	Grade         *score.Band       `db:"grade"`
	Computed      db.JSON[Computed] `db:"computed"`
	Opinion       *string           `db:"opinion"`
	ConfirmedAt   *time.Time        `db:"confirmed_at"`
	ConfirmedBy   *account.PersonID `db:"confirmed_by"`
	ExcusedReason *string           `db:"excused_reason"`
}

// Provisional tells that the total rests on a part of the weights only.
func (s Sheet) Provisional() bool { return len(s.Missing) > 0 }

// Explained is a sheet with all that its page shows: the scheme's names and weights, and each fact behind each line.
type Explained struct {
	Sheet
	Cycle     Cycle
	Scheme    Scheme
	Facts     map[FactID]Fact   // all of them, old versions too
	Recorders map[FactID]string // name of the person who typed a fact; "" = it came by itself
	Confirmer string
	Newer     int // facts that came after the confirmation and do not count
}

// FactsOf lists the facts that a line rests on.
func (e Explained) FactsOf(l Line) []Fact {
	var out []Fact
	for _, id := range l.Facts {
		if f, ok := e.Facts[id]; ok {
			out = append(out, f)
		}
	}
	return out
}
