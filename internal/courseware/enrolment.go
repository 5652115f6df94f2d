package courseware

import (
	"time"

	"github.com/peikao/peikao/internal/account"
)

// Reason is why a person learns a course.
type Reason string

const (
	ReasonSelf       Reason = "self"       // own choice
	ReasonAssigned   Reason = "assigned"   // from a training plan (C50)
	ReasonRetraining Reason = "retraining" // after a failed retake (C55)
)

// WordKey is the key of the reason's name in the words.
func (r Reason) WordKey() string { return "courseware.reason." + string(r) }

// EnrolmentState is where an enrolment stands.
type EnrolmentState string

const (
	EnrolmentOpen      EnrolmentState = "open"
	EnrolmentCompleted EnrolmentState = "completed"
	EnrolmentWithdrawn EnrolmentState = "withdrawn"
)

// WordKey is the key of the state's name in the words.
func (s EnrolmentState) WordKey() string { return "courseware.enrolment." + string(s) }

// Enrolment is a person's way through a course.
type Enrolment struct {
	ID          EnrolmentID      `db:"id"`
	PersonID    account.PersonID `db:"person_id"`
	CourseID    CourseID         `db:"course_id"`
	Reason      Reason           `db:"reason"`
	State       EnrolmentState   `db:"state"`
	DueOn       *time.Time       `db:"due_on"` // a day in the clinic's zone, included
	AssignedAt  time.Time        `db:"assigned_at"`
	CompletedAt *time.Time       `db:"completed_at"`
}

// Adjustable tells whether an assignment can be taken back or put off.
func (e Enrolment) Adjustable() bool { return e.State == EnrolmentOpen && e.Reason == ReasonAssigned }

// placement is what assigning does where there may already be an open enrolment.
type placement int

const (
	keepOpen    placement = iota // the open one stays as it is
	beginNew                     // a new one
	beginAfresh                  // the open one is withdrawn, a new one begins
	tighten                      // the open one becomes the assigned one; what was learnt stays
)

// place decides what assigning a course does. Retraining begins afresh, whatever was learnt before (C55), but not twice at
// once. Nothing that is assigned weakens a retraining.
func place(open *Enrolment, r Reason) placement {
	switch {
	case open == nil:
		return beginNew
	case r == ReasonSelf, open.Reason == ReasonRetraining:
		return keepOpen
	case r == ReasonRetraining:
		return beginAfresh
	}
	return tighten
}

// DaysLeft counts the days to a due day, that day included: 1 on the day itself, 0 and less when it is over.
func DaysLeft(dueOn, today time.Time) int {
	return int(day(dueOn).Sub(day(today))/(24*time.Hour)) + 1
}

// day is a date column as midnight UTC, whatever zone the driver put it in.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// EnrolmentStates are the states that a list of learners can be filtered by.
var EnrolmentStates = []EnrolmentState{EnrolmentOpen, EnrolmentCompleted, EnrolmentWithdrawn}
