package exam

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
)

// MaxChanges bounds a body of changes (contract: up to 100).
const MaxChanges = 100

// Change is one change of one slot, numbered by the lease's holder over all slots, upwards from 1.
type Change struct {
	Slot      int
	ClientSeq int64
	Response  json.RawMessage // in the canonical form of questionbank.Response
}

// SaveStatus is what became of one change.
type SaveStatus string

const (
	Saved      SaveStatus = "saved"        // durable
	OutOfOrder SaveStatus = "out_of_order" // older than the newest accepted: renumber and send again
	LostLease  SaveStatus = "lost_lease"   // somebody took over; kept as evidence
	Late       SaveStatus = "late"         // after deadline and grace; kept as evidence
	Closed     SaveStatus = "closed"       // handed in; kept as evidence
	Paused     SaveStatus = "paused"       // the clock stands: the page keeps it and sends it again when it runs
	NotFound   SaveStatus = "not_found"    // no such attempt of this person
	// Of an attempt that is gone through one way; both are kept as evidence, which no order admits.
	SectionLeft  SaveStatus = "section_left"  // of a section that was finished
	SectionAhead SaveStatus = "section_ahead" // of one that is not reached
)

// ChangeResult is the answer to one change.
type ChangeResult struct {
	Slot      int
	ClientSeq int64
	Status    SaveStatus
	SavedAt   time.Time // when it was received; the same at every repetition
}

// saveRequest is one body of changes on its way through the committer: all or nothing for the guard.
type saveRequest struct {
	waiting
	attempt    AttemptID
	person     account.PersonID
	lease      string
	sections   []SheetSection // nil where the attempt may go to and fro
	changes    []Change       // ascending numbers, none twice; what is still to be decided
	receivedAt time.Time
	results    []ChangeResult // what is decided
	deadlineAt time.Time
	pausedAt   *time.Time // nil: the clock runs
	lastSeq    int64
	news       int
	rounds     int
}

func (r *saveRequest) key() int64 { return int64(r.attempt) }

func (r *saveRequest) oldest() int64 { return r.changes[0].ClientSeq }
func (r *saveRequest) newest() int64 { return r.changes[len(r.changes)-1].ClientSeq }

// section is the one that all of the changes are in, 0 where the attempt may go to and fro. Where they are in several it is one at which no attempt
// stands: the request is then answered change by change.
func (r *saveRequest) section() int64 {
	at := sectionAt(r.sections, r.changes[0].Slot)
	for _, c := range r.changes[1:] {
		if sectionAt(r.sections, c.Slot) != at {
			return -1
		}
	}
	return int64(at)
}

func (r *saveRequest) decide(c Change, status SaveStatus, savedAt time.Time) {
	r.results = append(r.results, ChangeResult{Slot: c.Slot, ClientSeq: c.ClientSeq, Status: status, SavedAt: savedAt})
}

// accepted is what the guard tells of a request that it let through.
type accepted struct {
	deadlineAt time.Time
	pausedAt   *time.Time
	news       int
}

// accept settles all changes as saved.
func (r *saveRequest) accept(a accepted) {
	r.deadlineAt, r.pausedAt, r.news, r.lastSeq = a.deadlineAt, a.pausedAt, a.news, r.newest()
	for _, c := range r.changes {
		r.decide(c, Saved, r.receivedAt)
	}
	r.changes = nil
}

// attemptFacts is what the database says of a refused request's attempt.
type attemptFacts struct {
	State        AttemptState `db:"state"`
	Lease        string       `db:"lease"`
	LastSeq      int64        `db:"last_seq"`
	DeadlineAt   time.Time    `db:"deadline_at"`
	GraceSeconds int          `db:"grace_seconds"`
	PausedAt     *time.Time   `db:"paused_at"`
	Section      int          `db:"section"` // 0: it may go to and fro
	News         int          `db:"news"`
}

// refuse settles each change of a refused request by the facts (decision 15); facts is nil when the attempt is not this
// person's. replayed holds the changes that the journal has with an equal response. Changes that nothing speaks against,
// because they came in one body with repetitions or with some of another section, stay to be tried again. The section goes before the clock and the
// lease: what came too late can be admitted by an order, what was written into another section never.
func (r *saveRequest) refuse(facts *attemptFacts, replayed map[int64]time.Time) {
	pending := r.changes
	r.changes = nil
	if facts != nil {
		r.deadlineAt, r.pausedAt, r.news, r.lastSeq = facts.DeadlineAt, facts.PausedAt, facts.News, facts.LastSeq
	}
	for _, c := range pending {
		savedAt, again := replayed[c.ClientSeq]
		switch {
		case facts == nil:
			r.decide(c, NotFound, time.Time{})
		case again:
			r.decide(c, Saved, savedAt)
		case outside(sectionAt(r.sections, c.Slot), facts.Section) != "":
			r.decide(c, outside(sectionAt(r.sections, c.Slot), facts.Section), time.Time{})
		case facts.State != AttemptOpen:
			r.decide(c, Closed, time.Time{})
		case facts.PausedAt != nil && !Accepts(*facts.PausedAt, facts.GraceSeconds, r.receivedAt):
			r.decide(c, Paused, time.Time{})
		case !Accepts(facts.DeadlineAt, facts.GraceSeconds, r.receivedAt):
			r.decide(c, Late, time.Time{})
		case facts.Lease != r.lease:
			r.decide(c, LostLease, time.Time{})
		case c.ClientSeq <= facts.LastSeq:
			r.decide(c, OutOfOrder, time.Time{})
		default:
			r.changes = append(r.changes, c)
		}
	}
}

// leaseOf writes a lease: the epoch, so that a late repetition finds its row, and a secret.
func leaseOf(epoch int, secret string) string { return fmt.Sprintf("%d.%s", epoch, secret) }

// epochOf reads the epoch of a lease; 0 for what is no lease, which no row has.
func epochOf(lease string) int {
	epoch, _, _ := strings.Cut(lease, ".")
	n, err := strconv.ParseInt(epoch, 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return int(n)
}
