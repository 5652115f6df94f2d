package exam

import (
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
)

// AbsenceKind is the kind of the policy that holds an Absence.
const AbsenceKind = "absence"

// maxLeaveHours bounds how long after the close leave may still be granted: results wait for it.
const maxLeaveHours = 168

// Absence is the rule for those who do not sit a regular exam (N05). An exam keeps the version under which it was published.
// Not sitting a retake or re-exam is a fail under any version.
type Absence struct {
	CountsAsZero bool `json:"absent_counts_as_zero"`       // a result 0, which opens a case; else the absence is recorded and nothing follows
	LeaveHours   int  `json:"leave_hours_after_the_close"` // until then 缓考 may be granted; an absence is decided when they are over
}

// DefaultAbsence is N05: absent is 0, and leave must be granted before the close.
func DefaultAbsence() Absence { return Absence{CountsAsZero: true} }

// LeaveUntil is the moment from which leave can no longer be granted.
func (a Absence) LeaveUntil(closesAt time.Time) time.Time {
	return closesAt.Add(time.Duration(a.LeaveHours) * time.Hour)
}

// Validate names the value that is out of bounds.
func (a Absence) Validate() error {
	if a.LeaveHours < 0 || a.LeaveHours > maxLeaveHours {
		return errs.InvalidFields(errs.NewField("leave_hours", "error.exam.leave_hours", "most", maxLeaveHours))
	}
	return nil
}
