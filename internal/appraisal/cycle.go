package appraisal

import (
	"time"

	"github.com/peikao/peikao/internal/account"
)

// Quarter is the period of a cycle (C34, A08).
type Quarter struct{ Year, No int }

// Valid tells whether there is such a quarter in the years that the table takes.
func (q Quarter) Valid() bool { return q.Year >= 2000 && q.Year <= 2999 && q.No >= 1 && q.No <= 4 }

// From is the first day, as midnight UTC of that date.
func (q Quarter) From() time.Time {
	return time.Date(q.Year, time.Month(3*q.No-2), 1, 0, 0, 0, 0, time.UTC)
}

// To is the last day, included.
func (q Quarter) To() time.Time { return q.From().AddDate(0, 3, -1) }

// QuarterOf is the quarter that a date lies in.
func QuarterOf(on time.Time) Quarter {
	return Quarter{Year: on.Year(), No: (int(on.Month()) + 2) / 3}
}

// Mode says whether a cycle counts or only gathers data (B13).
type Mode string

const (
	Counting Mode = "counting"
	Shadow   Mode = "shadow"
)

// Cycle is a quarter of one unit's people, everything below included, under one scheme version.
type Cycle struct {
	ID         CycleID        `db:"id"`
	VersionID  VersionID      `db:"scheme_version_id"`
	SchemeName string         `db:"scheme_name"`
	Version    int            `db:"version"`
	UnitID     account.UnitID `db:"unit_id"`
	UnitName   string         `db:"unit_name"`
	Year       int            `db:"year"`
	Quarter    int            `db:"quarter"`
	FromOn     time.Time      `db:"from_on"`
	ToOn       time.Time      `db:"to_on"`
	Mode       Mode           `db:"mode"`
	State      CycleState     `db:"state"`
	OpenedAt   time.Time      `db:"opened_at"`
}

// Progress counts a cycle's sheets by state, those inside the viewer's scope.
type Progress struct {
	Collecting int `db:"collecting"`
	Scored     int `db:"scored"`
	Confirmed  int `db:"confirmed"` // with the final ones
	Excused    int `db:"excused"`
}

// All is the number of sheets.
func (p Progress) All() int { return p.Collecting + p.Scored + p.Confirmed + p.Excused }
