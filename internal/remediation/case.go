package remediation

import (
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/policy"
)

// CaseID names a case.
type CaseID int64

func (id CaseID) String() string { return strconv.FormatInt(int64(id), 10) }

// DecisionID names a proposal of what becomes of somebody.
type DecisionID int64

func (id DecisionID) String() string { return strconv.FormatInt(int64(id), 10) }

// Cause is why a case was opened.
type Cause string

const (
	CauseFailed Cause = "failed"
	CauseAbsent Cause = "absent" // 缺考 (N05)
)

// Case is one person's way through one round.
type Case struct {
	ID              CaseID           `db:"id"`
	RoundID         exam.RoundID     `db:"round_id"`
	PersonID        account.PersonID `db:"person_id"`
	Cause           Cause            `db:"cause"`
	State           State            `db:"state"`
	Outcome         Outcome          `db:"outcome"`
	Cycle           int              `db:"cycle"`
	FirstResultID   exam.ResultID    `db:"first_result_id"`
	PolicyVersionID policy.VersionID `db:"policy_version_id"`
	OpenedAt        time.Time        `db:"opened_at"`
	SittingClosedAt time.Time        `db:"sitting_closed_at"`
	RetakeExamID    exam.ExamID      `db:"retake_exam_id"`
	RetakeClosesAt  time.Time        `db:"retake_closes_at"`
	RetakeResultID  *exam.ResultID   `db:"retake_result_id"`
	RetrainingDueOn *time.Time       `db:"retraining_due_on"`
	ReexamExamID    *exam.ExamID     `db:"reexam_exam_id"`
	ReexamClosesAt  *time.Time       `db:"reexam_closes_at"`
	ReexamResultID  *exam.ResultID   `db:"reexam_result_id"`
	MovedAt         time.Time        `db:"moved_at"`
	ClosedAt        *time.Time       `db:"closed_at"`
}

// Deadline is the moment by which the person must have done what the state asks, nil when the next step is HR's. A day is
// over at its end in the organisation's zone.
func (c Case) Deadline(zone *time.Location) *time.Time {
	switch c.State {
	case RetakeDue:
		return &c.RetakeClosesAt
	case Retraining:
		if c.RetrainingDueOn != nil {
			end := endOfDay(*c.RetrainingDueOn, zone)
			return &end
		}
	case ReexamDue:
		return c.ReexamClosesAt
	}
	return nil
}

// endOfDay is the first moment of the next day: a date is read as its year, month and day, whatever zone it came in.
func endOfDay(on time.Time, zone *time.Location) time.Time {
	return time.Date(on.Year(), on.Month(), on.Day()+1, 0, 0, 0, 0, zone)
}

// CaseEvent is one line of a case's story.
type CaseEvent struct {
	No        int       `db:"no"`
	At        time.Time `db:"at"`
	Actor     string    `db:"actor"`
	Event     string    `db:"event"`
	FromState State     `db:"from_state"`
	ToState   State     `db:"to_state"`
}

// CaseCourse is a course of a retraining and whether it is done.
type CaseCourse struct {
	CourseID    courseware.CourseID
	Title       string
	CompletedAt *time.Time
}

// Decision is what HR proposes for somebody who failed the re-exam, and what another person says to it.
type Decision struct {
	ID         DecisionID        `db:"id"`
	CaseID     CaseID            `db:"case_id"`
	Kind       Event             `db:"kind"`
	Reason     string            `db:"reason"`
	State      string            `db:"state"` // proposed, approved, refused, moot
	ProposedBy account.PersonID  `db:"proposed_by"`
	ProposedAt time.Time         `db:"proposed_at"`
	DecidedBy  *account.PersonID `db:"decided_by"`
	DecidedAt  *time.Time        `db:"decided_at"`
	Remark     string            `db:"remark"`
}

// DecisionKinds are what can be decided (C49, N06).
var DecisionKinds = []Event{AnotherRound, DecidedMove, DecidedLeave}
