package exam

import (
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// InvigilationKind is what an invigilator did or noted.
type InvigilationKind string

const (
	LogNotice     InvigilationKind = "notice"     // told to the examinees
	LogCorrection InvigilationKind = "correction" // a question's text put right, told at the question
	LogExtraTime  InvigilationKind = "extra_time"
	LogPause      InvigilationKind = "pause"
	LogResume     InvigilationKind = "resume"
	LogHandIn     InvigilationKind = "hand_in"
	LogVoid       InvigilationKind = "void"
	LogIncident   InvigilationKind = "incident" // noted for later; examinees are not told
)

// IncidentCategory is whose an incident was.
type IncidentCategory string

const (
	IncidentEnvironment IncidentCategory = "environment" // 环境
	IncidentCandidate   IncidentCategory = "candidate"   // 考生
	IncidentStaff       IncidentCategory = "staff"       // 工作人员
	IncidentTechnical   IncidentCategory = "technical"   // 技术
)

// IncidentCategories in the order in which a form offers them.
var IncidentCategories = []IncidentCategory{IncidentEnvironment, IncidentCandidate, IncidentStaff, IncidentTechnical}

const (
	// MaxNoteLength bounds a notice or a reason.
	MaxNoteLength = 2000
	// MaxExtraSeconds is the most time that one act may give.
	MaxExtraSeconds = 24 * 3600
)

// Whom names the examinees whom an act concerns: everybody of the exam, or persons.
type Whom struct {
	Everybody bool
	PersonIDs []account.PersonID
}

// validate asks for exactly one of the two.
func (w Whom) validate() []errs.Field {
	if w.Everybody == (len(w.PersonIDs) > 0) {
		return []errs.Field{errs.NewField("people", "error.exam.whom")}
	}
	return nil
}

// noteFields refuses an empty or too long notice or reason.
func noteFields(name, note string) []errs.Field {
	if n := len([]rune(note)); strings.TrimSpace(note) == "" || n > MaxNoteLength {
		return []errs.Field{errs.NewField(name, "error.exam.note", "limit", MaxNoteLength)}
	}
	return nil
}

func secondsFields(n int) []errs.Field {
	if n < 1 || n > MaxExtraSeconds {
		return []errs.Field{errs.NewField("extra_seconds", "error.exam.extra_seconds")}
	}
	return nil
}

func categoryFields(c IncidentCategory) []errs.Field {
	if !slices.Contains(IncidentCategories, c) {
		return []errs.Field{errs.NewField("category", "error.exam.incident_category")}
	}
	return nil
}

// invalid is errs.Invalid for the fields there are, or nil.
func invalid(groups ...[]errs.Field) error {
	if all := slices.Concat(groups...); len(all) > 0 {
		return errs.InvalidFields(all...)
	}
	return nil
}

// PauseSeconds is the time that a pause gives back: begun seconds count whole, so that nobody loses by it.
func PauseSeconds(from, to time.Time) int {
	if !to.After(from) {
		return 0
	}
	return int((to.Sub(from) + time.Second - 1) / time.Second)
}
