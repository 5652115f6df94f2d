package bank

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// MaxReportNote bounds what is said of a faulty question, and the answer to it, in characters.
const MaxReportNote = 500

// ReportReason is what somebody says to be wrong with a question.
type ReportReason string

// ReportReasons in the order in which a form offers them.
var ReportReasons = []ReportReason{"key", "unclear", "several", "outdated", "typo", "media", "other"}

// WordKey is the key of the reason's name.
func (r ReportReason) WordKey() string { return "bank.report.reason." + string(r) }

// ReportState is where a report stands.
type ReportState string

const (
	ReportOpen      ReportState = "open"
	ReportAnswered  ReportState = "answered"
	ReportWithdrawn ReportState = "withdrawn"
)

// ReportStates in the order of a report's life.
var ReportStates = []ReportState{ReportOpen, ReportAnswered, ReportWithdrawn}

// WordKey is the key of the state's name.
func (s ReportState) WordKey() string { return "bank.report.state." + string(s) }

// ReportOutcome is what came of a report.
type ReportOutcome string

const (
	ReportNoFault   ReportOutcome = "no_fault"
	ReportCorrected ReportOutcome = "corrected" // a newer version has been published
	ReportRegrade   ReportOutcome = "regrade"   // the exams that asked it are to be regraded
)

// ReportOutcomes in the order in which a form offers them.
var ReportOutcomes = []ReportOutcome{ReportNoFault, ReportCorrected, ReportRegrade}

// WordKey is the key of the outcome's name.
func (o ReportOutcome) WordKey() string { return "bank.report.outcome." + string(o) }

// Report is what somebody said of a question of an own released result, and what was answered.
type Report struct {
	ID          ReportID         `db:"id"`
	VersionID   VersionID        `db:"version_id"`
	QuestionID  QuestionID       `db:"question_id"`
	Number      int              `db:"version"`
	PersonID    account.PersonID `db:"person_id"`
	PersonName  string           `db:"person_name"`
	ExamID      int64            `db:"exam_id"`
	ExamTitle   string           `db:"exam_title"`
	AttemptID   int64            `db:"attempt_id"`
	Slot        int              `db:"slot"`
	Reason      ReportReason     `db:"reason"`
	Note        string           `db:"note"`
	ReportedAt  time.Time        `db:"reported_at"`
	State       ReportState      `db:"state"`
	Outcome     ReportOutcome    `db:"outcome"` // "" until it is answered, as Answer
	Answer      string           `db:"answer"`
	AnsweredBy  string           `db:"answered_name"`
	AnsweredAt  *time.Time       `db:"answered_at"`
	WithdrawnAt *time.Time       `db:"withdrawn_at"`

	Body db.JSON[questionbank.Question] `db:"body"` // of the version
}

// Question is the version that was reported.
func (r Report) Question() questionbank.Question { return r.Body.V }

// NewReport is what somebody says of a question.
type NewReport struct {
	Reason ReportReason
	Note   string
}

// check names what is missing; the note is returned as it is kept.
func (n NewReport) check() (note string, err error) {
	var wrong []errs.Field
	if !slices.Contains(ReportReasons, n.Reason) {
		wrong = append(wrong, errs.NewField("reason", "error.field.required"))
	}
	note, field := keptText("note", n.Note)
	if wrong = append(wrong, field...); len(wrong) > 0 {
		return "", errs.InvalidFields(wrong...)
	}
	return note, nil
}

// ReportAnswer is what comes of a report, and why.
type ReportAnswer struct {
	Outcome ReportOutcome
	Text    string
}

func (a ReportAnswer) check() (text string, err error) {
	var wrong []errs.Field
	if !slices.Contains(ReportOutcomes, a.Outcome) {
		wrong = append(wrong, errs.NewField("outcome", "error.field.required"))
	}
	text, field := keptText("answer", a.Text)
	if wrong = append(wrong, field...); len(wrong) > 0 {
		return "", errs.InvalidFields(wrong...)
	}
	return text, nil
}

// keptText is a text as it is kept: a browser sends the end of a line as two characters, which are one to whoever types.
func keptText(field, text string) (string, []errs.Field) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if n := utf8.RuneCountInString(text); n == 0 || n > MaxReportNote {
		return "", []errs.Field{errs.NewField(field, "error.bank.reason", "max", MaxReportNote)}
	}
	return text, nil
}

// mayAnswer is the rule for one report and whoever would answer it; newest is the number of the question's published version.
func mayAnswer(r Report, by account.PersonID, o ReportOutcome, newest int) error {
	switch {
	case r.State != ReportOpen:
		return errs.New(errs.Conflict, "error.bank.report_closed")
	case r.PersonID == by:
		return errs.New(errs.Conflict, "error.bank.report_own")
	case o == ReportCorrected && newest <= r.Number:
		return errs.New(errs.Conflict, "error.bank.report_no_version")
	}
	return nil
}

// ReportFilter narrows the list of reports; zero values do not, but for State.
type ReportFilter struct {
	State    ReportState // "" = open
	TopicID  TopicID     // with all points below it
	Question QuestionID  // all that was said of it, whatever the state and the topic
}

// MaxReports is how far reports are counted.
const MaxReports = 1000
