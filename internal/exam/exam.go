package exam

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Kind is what an exam is for.
type Kind string

const (
	Quarterly Kind = "quarterly" // 季度考核 (C34)
	Yearly    Kind = "yearly"    // 年度考核 (C35)
	Special   Kind = "special"   // 专项考核 (C36)
	Mock      Kind = "mock"      // 模拟
	Retake    Kind = "retake"    // 补考 (C51)
	Reexam    Kind = "reexam"    // 复训后考核 (C57)
)

// Release says when results become visible (decision 20).
type Release string

const (
	ReleaseByHand   Release = "by_hand"
	ReleaseAtClose  Release = "at_close"
	ReleaseAtHandIn Release = "at_hand_in"
)

// Review says what an examinee sees after release beyond score and band. Marks per question and keys wait in any case
// until nobody of the exam can still sit (decision 20).
type Review string

const (
	ReviewScore Review = "score" // score and band alone
	ReviewMarks Review = "marks" // own responses and what each earned
	ReviewKeys  Review = "keys"  // also the right answers and explanations
)

// Settings are what a trainer sets on a draft.
type Settings struct {
	Title           string
	Kind            Kind
	OpensAt         time.Time
	ClosesAt        time.Time
	LastStartAt     *time.Time
	LimitSeconds    int
	GraceSeconds    int
	ShuffleSlots    bool
	ShuffleOptions  bool
	OneWay          bool // section by section: a finished one is not gone back to
	Review          Review
	Release         Release
	RedLine         RedLineRule
	AttemptsAllowed int    // 1, more for a mock
	Contact         string // whom examinees call: a name and a number; may be empty
}

// Validate reports wrong fields of a draft or of what is to be published. The limit must fit between opening and close
// (decision 19), or people who start at once would already be cut short.
func (s Settings) Validate() error {
	var bad []errs.Field
	check := func(ok bool, name, key string) {
		if !ok {
			bad = append(bad, errs.Field{Name: name, Key: key})
		}
	}
	check(titled(s.Title), "title", "error.exam.title")
	check(s.Kind.known(), "kind", "error.exam.kind")
	check(s.ClosesAt.After(s.OpensAt), "closes_at", "error.exam.closes_at")
	check(s.LimitSeconds >= 60 && s.LimitSeconds <= 24*3600, "limit_seconds", "error.exam.limit_range")
	check(!s.ClosesAt.After(s.OpensAt) || seconds(s.LimitSeconds) <= s.ClosesAt.Sub(s.OpensAt), "limit_seconds", "error.exam.limit_window")
	check(s.GraceSeconds >= 0 && s.GraceSeconds <= MaxGraceSeconds, "grace_seconds", "error.exam.grace_seconds")
	check(s.LastStartAt == nil || !s.LastStartAt.Before(s.OpensAt) && !s.LastStartAt.After(s.ClosesAt), "last_start_at", "error.exam.last_start_at")
	check(s.Review == ReviewScore || s.Review == ReviewMarks || s.Review == ReviewKeys, "review", "error.exam.review")
	check(s.Release == ReleaseByHand || s.Release == ReleaseAtClose || s.Release == ReleaseAtHandIn, "release", "error.exam.release")
	check(utf8.RuneCountInString(s.Contact) <= maxContact && !strings.ContainsAny(s.Contact, "\r\n"), "contact", "error.exam.contact")
	check(s.RedLine.known(), "red_line", "error.exam.red_line")
	check(s.AttemptsAllowed == 1 || s.Kind == Mock && s.AttemptsAllowed > 1 && s.AttemptsAllowed <= 100, "attempts_allowed", "error.exam.attempts_allowed")
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// maxContact is how many signs a name and a number have at most: they stand in one line of a phone's page.
const maxContact = 60

// titled reports whether a title is there and short enough for a list on a phone.
func titled(s string) bool { return s != "" && utf8.RuneCountInString(s) <= 100 }

func (k Kind) known() bool {
	return k.Original() || k == Mock || k == Retake || k == Reexam
}

// Exam is one sitting of a paper by invited people (考试).
type Exam struct {
	ID               ExamID      `db:"id"`
	RoundID          *RoundID    `db:"round_id"`
	SittingNo        int         `db:"sitting_no"`
	PaperID          *PaperID    `db:"paper_id"`
	Title            string      `db:"title"`
	Kind             Kind        `db:"kind"`
	State            State       `db:"state"`
	OpensAt          time.Time   `db:"opens_at"`
	ClosesAt         time.Time   `db:"closes_at"`
	LastStartAt      *time.Time  `db:"last_start_at"`
	LimitSeconds     int         `db:"limit_seconds"`
	GraceSeconds     int         `db:"grace_seconds"`
	ShuffleSlots     bool        `db:"shuffle_slots"`
	ShuffleOptions   bool        `db:"shuffle_options"`
	OneWay           bool        `db:"one_way"`
	Contact          string      `db:"contact"`
	Review           Review      `db:"review"`
	Release          Release     `db:"release"`
	RedLine          RedLineRule `db:"red_line"`
	AttemptsAllowed  int         `db:"attempts_allowed"`
	Seed             int64       `db:"seed"`
	BandsVersionID   *int64      `db:"bands_version_id"`
	AbsenceVersionID *int64      `db:"absence_version_id"`
	Markers          int         `db:"markers"`          // how many mark each answer that people mark: 1 or 2
	MarkGapPercent   int         `db:"mark_gap_percent"` // of the points: two marks further apart ask for a third
	PublishedAt      *time.Time  `db:"published_at"`
	OnPaper          bool        `db:"on_paper"` // 笔试 (C37): nobody starts it here, the marks are keyed in
	CalledOffAt      *time.Time  `db:"called_off_at"`
	CalledOffReason  *string     `db:"called_off_reason"`

	Integrity db.JSON[Integrity] `db:"integrity"` // with the access code: no examinee gets an Exam
}

// Settings are the exam's settings, as a form shows them again.
func (e Exam) Settings() Settings {
	return Settings{
		Title: e.Title, Kind: e.Kind, OpensAt: e.OpensAt, ClosesAt: e.ClosesAt, LastStartAt: e.LastStartAt,
		LimitSeconds: e.LimitSeconds, GraceSeconds: e.GraceSeconds, ShuffleSlots: e.ShuffleSlots, ShuffleOptions: e.ShuffleOptions,
		OneWay: e.OneWay, Review: e.Review, Release: e.Release, RedLine: e.RedLine, AttemptsAllowed: e.AttemptsAllowed,
		Contact: e.Contact,
	}
}

// CandidateState is what is known of a candidate beside the attempts.
type CandidateState string

const (
	Invited   CandidateState = "invited"
	Absent    CandidateState = "absent"    // 缺考: a result 0 stands for it (N05), unless the exam's Absence says otherwise
	Deferred  CandidateState = "deferred"  // 缓考: leave was granted in time (N05)
	Withdrawn CandidateState = "withdrawn" // no longer owed: the fail that it came of was lifted, the exam called off, the person taken off
)

// Candidate is a person's place in an exam, with what was granted to that person alone (decision 21).
type Candidate struct {
	ID           CandidateID      `db:"id"`
	ExamID       ExamID           `db:"exam_id"`
	PersonID     account.PersonID `db:"person_id"`
	State        CandidateState   `db:"state"`
	OpensAt      *time.Time       `db:"opens_at"`
	ClosesAt     *time.Time       `db:"closes_at"`
	ExtraSeconds int              `db:"extra_seconds"`
	PaperID      *PaperID         `db:"paper_id"`
}

// WindowOf puts the exam's window and the candidate's overrides together. A person with an own close is not bound by
// the exam's last start.
func (e Exam) WindowOf(c Candidate) Window {
	w := Window{
		OpensAt: e.OpensAt, ClosesAt: e.ClosesAt, LastStartAt: e.LastStartAt,
		LimitSeconds: e.LimitSeconds, GraceSeconds: e.GraceSeconds, ExtraSeconds: c.ExtraSeconds,
	}
	if c.OpensAt != nil {
		w.OpensAt = *c.OpensAt
	}
	if c.ClosesAt != nil {
		w.ClosesAt, w.LastStartAt = *c.ClosesAt, nil
	}
	return w
}

// PaperOf is the candidate's own paper, or the exam's.
func (e Exam) PaperOf(c Candidate) PaperID {
	if c.PaperID != nil {
		return *c.PaperID
	}
	if e.PaperID != nil {
		return *e.PaperID
	}
	return 0
}

// MyState is how an exam stands for one examinee (GET /api/v1/me/exams).
type MyState string

const (
	MyUpcoming   MyState = "upcoming"
	MyOpen       MyState = "open"
	MyInProgress MyState = "in_progress"
	MySubmitted  MyState = "submitted"
	MyReleased   MyState = "released"
	MyMissed     MyState = "missed"
	MyCalledOff  MyState = "called_off" // the exam takes place for nobody
	MyRemoved    MyState = "removed"    // it does not for this person
)

// MyStateOf reads the state off the window, the last attempt (state "" = none), whether a result of it is released, and
// whether another attempt is left.
func MyStateOf(w Window, now time.Time, last AttemptState, released, attemptLeft bool) MyState {
	start := w.Start(now)
	if last == AttemptVoid && !released {
		last = "" // it counts for nothing: the person is waited for as if they had not begun
	}
	switch {
	case last == AttemptOpen:
		return MyInProgress
	case last != "" && attemptLeft && start == StartOpen:
		return MyOpen
	case last != "" && released:
		return MyReleased
	case last != "":
		return MySubmitted
	case start == StartTooEarly:
		return MyUpcoming
	case start == StartOpen:
		return MyOpen
	}
	return MyMissed
}
