package home

import (
	"cmp"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/remediation"
	caseview "github.com/peikao/peikao/internal/web/remediation"
)

// soonAhead is how long before its opening an exam is announced.
const soonAhead = 7 * 24 * time.Hour

// due is one thing that the viewer has to do or to wait for: an exam, a case or a course.
type due struct {
	Exam  *exam.MyExam
	Case  *caseDue
	Task  *courseware.Task
	rank  int        // 0 running, 1 has a deadline, 2 waits for others or for its opening
	until *time.Time // of rank 1 and 2, as far as known
}

// caseDue is a case with the exam that it is about and the courses of its retraining.
type caseDue struct {
	remediation.Case
	Title    string // of the exam that was failed
	Standing caseview.Standing
	Tasks    []courseware.Task
}

// own is what concerns the viewer alone.
type own struct {
	Due  []due
	Last *exam.MyExam // the newest released result
}

func (o own) hasCase() bool {
	return slices.ContainsFunc(o.Due, func(d due) bool { return d.Case != nil })
}

// ownOf puts the viewer's exams, cases and courses into the order of urgency: what runs, then by deadline, then what waits.
// An exam or a course that belongs to a case is told by the case alone.
func ownOf(exams []exam.MyExam, cases []remediation.Case, tasks []courseware.Task, zone *time.Location, now time.Time) own {
	var out own
	for _, c := range cases {
		out.Due = append(out.Due, dueCase(c, exams, tasks, zone, now))
	}
	for i := range exams {
		e := &exams[i]
		if d, ok := dueExam(e, cases, now); ok {
			out.Due = append(out.Due, d)
		}
		if e.ReleasedAt != nil && e.Band != nil && e.Kind != exam.Mock && (out.Last == nil || e.ReleasedAt.After(*out.Last.ReleasedAt)) {
			out.Last = e
		}
	}
	for i := range tasks {
		if t := &tasks[i]; t.State == courseware.EnrolmentOpen && t.Reason == courseware.ReasonAssigned {
			out.Due = append(out.Due, dueTask(t, zone, now))
		}
	}
	slices.SortStableFunc(out.Due, moreUrgent)
	return out
}

func dueCase(c remediation.Case, exams []exam.MyExam, tasks []courseware.Task, zone *time.Location, now time.Time) due {
	deadline := c.Deadline(zone)
	d := &caseDue{Case: c, Standing: caseview.StandingOf(c.State, c.Outcome, deadline, now)}
	for _, e := range exams {
		if e.RoundID != nil && *e.RoundID == c.RoundID && e.Kind.Original() {
			d.Title = e.Title
		}
	}
	if c.State == remediation.Retraining {
		d.Tasks = slices.DeleteFunc(slices.Clone(tasks), func(t courseware.Task) bool {
			return t.Reason != courseware.ReasonRetraining || t.State != courseware.EnrolmentOpen
		})
	}
	return due{Case: d, rank: rankOf(deadline), until: deadline}
}

// dueExam is an exam that runs, is open, or opens soon; a mock, which nobody must sit, comes after what is due; and one that would but for having been called off for the viewer.
func dueExam(e *exam.MyExam, cases []remediation.Case, now time.Time) (due, bool) {
	inCase := slices.ContainsFunc(cases, func(c remediation.Case) bool {
		return c.RetakeExamID == e.ID || c.ReexamExamID != nil && *c.ReexamExamID == e.ID
	})
	switch {
	case e.State == exam.MyInProgress:
		return due{Exam: e, rank: 0, until: e.DeadlineAt}, true
	case e.State == exam.MyOpen && e.Kind != exam.Mock && !inCase:
		return due{Exam: e, rank: 1, until: &e.Window.ClosesAt}, true
	case e.State == exam.MyOpen && e.Kind == exam.Mock:
		return due{Exam: e, rank: 2, until: &e.Window.ClosesAt}, true
	case e.Ended != nil && now.Before(e.Window.ClosesAt) && (e.Window.OpensAt.Sub(now) <= soonAhead || now.Sub(e.Ended.At) <= soonAhead):
		return due{Exam: e, rank: 2, until: &e.Window.OpensAt}, true
	case e.State == exam.MyUpcoming && !inCase && e.Window.OpensAt.Sub(now) <= soonAhead:
		return due{Exam: e, rank: 2, until: &e.Window.OpensAt}, true
	}
	return due{}, false
}

// dueTask is a course that has to be finished. One whose day is over has cost what it costs and can still be finished: what can
// still be done in time comes before it.
func dueTask(t *courseware.Task, zone *time.Location, now time.Time) due {
	until := endOf(t.DueOn, zone)
	if until != nil && !now.Before(*until) {
		return due{Task: t, rank: 2, until: until}
	}
	return due{Task: t, rank: rankOf(until), until: until}
}

func rankOf(until *time.Time) int {
	if until == nil {
		return 2
	}
	return 1
}

// endOf is the end of a day in the organisation's zone.
func endOf(on *time.Time, zone *time.Location) *time.Time {
	if on == nil {
		return nil
	}
	end := time.Date(on.Year(), on.Month(), on.Day()+1, 0, 0, 0, 0, zone)
	return &end
}

func moreUrgent(a, b due) int {
	if c := cmp.Compare(a.rank, b.rank); c != 0 {
		return c
	}
	switch {
	case a.until != nil && b.until != nil:
		return a.until.Compare(*b.until)
	case a.until != nil:
		return -1
	case b.until != nil:
		return 1
	}
	return 0
}
