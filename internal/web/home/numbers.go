package home

import (
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/report"
)

// numbers are what whoever looks after others begins the day with; a nil part is not the viewer's to see.
type numbers struct {
	report.Waiting
	AtRisk []remediation.BoardRow // open cases, the most urgent first
	Exams  *examCounts
	ToMark *int // answers that wait for the viewer to mark them
	// Overdue are the exams whose results have waited too long, for whoever may release them.
	Overdue []overdueExam
	// Corrections are the exams in which a correction waits for the viewer as the second person.
	Corrections []exam.WaitingCorrections
}

// examCounts are the exams by what somebody may have to do about them.
type examCounts struct {
	Running, Upcoming, Drafts int
	Unreleased                int // exams with results that can be released and are not
	Marking                   int // answers that wait for people to mark them
}

func countExams(rows []exam.ExamRow, now time.Time) *examCounts {
	var n examCounts
	for _, e := range rows {
		n.Marking += e.Marking
		if e.Unreleased > 0 && releasable(e, now) {
			n.Unreleased++
		}
		switch {
		case e.State == exam.Draft:
			n.Drafts++
		case e.State == exam.Archived, e.State == exam.CalledOff:
		case now.Before(e.OpensAt):
			n.Upcoming++
		case now.Before(e.ClosesAt):
			n.Running++
		}
	}
	return &n
}

// releasable: results of an exam that all sit wait for its close; those of a retake or re-exam are released one by one.
func releasable(e exam.ExamRow, now time.Time) bool {
	return e.State != exam.Draft && e.State != exam.Archived && (!e.Kind.Original() || !now.Before(e.ClosesAt))
}

// inState is how many open cases stand there.
func (n numbers) inState(s remediation.State) int { return n.Cases[string(s)] }

// openCases is how many cases are not closed.
func (n numbers) openCases() int {
	total := 0
	for _, count := range n.Cases {
		total += count
	}
	return total
}

// forHR are the states in which a case waits for HR and not for its person.
var forHR = []remediation.State{remediation.RetrainingDue, remediation.DecisionDue}
