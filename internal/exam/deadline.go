package exam

import "time"

const (
	// LoadAllowance is given on top of every limit, because the clock starts with the server's answer and the page still
	// has to draw the paper (decision 19).
	LoadAllowance = 10 * time.Second
	// DrainAllowance is how long after deadline and grace the server waits before it hands in for somebody: requests that
	// were received in time are still being written (decision 18).
	DrainAllowance = 15 * time.Second
	// DefaultGraceSeconds is the network grace of contract promise 6; the setting runs from 0 to MaxGraceSeconds.
	DefaultGraceSeconds = 60
	MaxGraceSeconds     = 300
)

// Window is the time in which one candidate may sit one exam: the exam's own or the candidate's overrides, put together
// by Exam.WindowOf. All times are instants; a zone and its summer time do not enter.
type Window struct {
	OpensAt      time.Time
	ClosesAt     time.Time
	LastStartAt  *time.Time // nil: until the close. It never shortens a running attempt (promise 5).
	LimitSeconds int
	GraceSeconds int
	ExtraSeconds int // the person's extra time
}

// StartVerdict is what the clock says to somebody who wants to start.
type StartVerdict int

const (
	StartOpen StartVerdict = iota
	StartTooEarly
	StartClosed
)

// Start judges a start at now: from OpensAt on, until LastStartAt (included) and before ClosesAt.
func (w Window) Start(now time.Time) StartVerdict {
	switch {
	case now.Before(w.OpensAt):
		return StartTooEarly
	case !now.Before(w.ClosesAt), w.LastStartAt != nil && now.After(*w.LastStartAt):
		return StartClosed
	}
	return StartOpen
}

// Deadline is min(startedAt + allowance + limit + extra, close + allowance + extra) (decision 19, promise 5).
func (w Window) Deadline(startedAt time.Time) time.Time {
	allowance := LoadAllowance + seconds(w.ExtraSeconds)
	byLimit := startedAt.Add(allowance + seconds(w.LimitSeconds))
	byClose := w.ClosesAt.Add(allowance)
	if byClose.Before(byLimit) {
		return byClose
	}
	return byLimit
}

// Accepts reports whether a change received at receivedAt counts: up to the deadline and its grace, the last moment
// included (decision 14). The same comparison stands in the WHERE of the save.
func Accepts(deadlineAt time.Time, graceSeconds int, receivedAt time.Time) bool {
	return !receivedAt.After(deadlineAt.Add(seconds(graceSeconds)))
}

// LateByMS is by how many milliseconds a change came after the deadline, begun milliseconds counted whole; 0 in time.
func LateByMS(deadlineAt, receivedAt time.Time) int64 {
	return max(0, int64((receivedAt.Sub(deadlineAt)+time.Millisecond-1)/time.Millisecond))
}

// RemainingMS is what the page counts down from: never negative.
func RemainingMS(deadlineAt, now time.Time) int64 {
	return max(0, deadlineAt.Sub(now).Milliseconds())
}

// OutageCredit is what an outage moves somebody's deadline by, at most maxSeconds (promise 9): as long as it lasted while the
// person's time ran. Where it lasted beyond the deadline, all of that counts too, else the time given back would be over before
// anybody could use it. An outage of up to OutageFloor is what the grace is for and gives nothing.
func OutageCredit(startedAt, deadlineAt, outageFrom, outageTo time.Time, maxSeconds int) time.Duration {
	if outageTo.Sub(outageFrom) <= OutageFloor || !outageFrom.Before(deadlineAt) {
		return 0
	}
	from := outageFrom
	if startedAt.After(from) {
		from = startedAt
	}
	return min(max(0, outageTo.Sub(from)), seconds(maxSeconds))
}

// OutageFloor is the gap of all heart-beats above which time is given back (promise 9, decision 18).
const OutageFloor = 30 * time.Second

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
