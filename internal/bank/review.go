package bank

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// ReviewKind names ReviewPolicy among the clinic's policies.
const ReviewKind = "question_review"

// ReviewPolicy says whether a question must be reviewed by a second person before it is published. Where it need not, whoever
// wrote it may publish it, and its version says so for ever. A version that was submitted is a second person's either way.
type ReviewPolicy struct {
	SecondPerson bool `json:"second_person"`
}

// DefaultReview lets a clinic with one trainer begin; the model's second person is a switch, with the date from which it holds.
func DefaultReview() ReviewPolicy { return ReviewPolicy{} }

// ReviewAct is what somebody did to a version in review.
type ReviewAct string

const (
	ReviewSubmit   ReviewAct = "submit"   // a draft is put before the reviewers
	ReviewWithdraw ReviewAct = "withdraw" // taken back, also by writing on
	ReviewReturn   ReviewAct = "return"   // sent back to be mended
	ReviewApprove  ReviewAct = "approve"  // and published
)

// WordKey is the key of the act's name.
func (a ReviewAct) WordKey() string { return "bank.review.act." + string(a) }

// Review is one row of a question's history in review.
type Review struct {
	VersionID VersionID `db:"version_id"`
	Number    int       `db:"version"`
	Act       ReviewAct `db:"act"`
	Actor     string    `db:"actor"`
	ActorName string    `db:"actor_name"` // of the person; "" = the program or its operator
	At        time.Time `db:"at"`
	Note      string    `db:"note"`
	Looked    *int      `db:"looked"` // of a batch: how many of its questions the reviewer read one by one
}

// Wrote tells whether somebody wrote at the version.
func (v Version) Wrote(actor string) bool {
	return actor == v.CreatedBy || slices.Contains(v.Editors, actor)
}

// Reviewed tells whether somebody who wrote nothing of the version published it.
func (v Version) Reviewed() bool { return v.ReviewedBy != "" && !v.Wrote(v.ReviewedBy) }

// publishable is what every version needs, whoever publishes it: it is open, its source was looked up (decision 39), and a
// page can show it.
func publishable(v Version) error {
	if !v.State.Open() {
		return errs.New(errs.Conflict, "error.bank.not_open", "id", v.QuestionID)
	}
	if v.Question().Source.Status == questionbank.StatusUnverified {
		return errs.New(errs.Conflict, "error.bank.unverified", "id", v.QuestionID)
	}
	if key := Unshown(v.Question()); key != "" {
		return errs.New(errs.Conflict, key, "id", v.QuestionID)
	}
	return nil
}

// mayPublish is the rule for one version and whoever would publish it.
func mayPublish(v Version, actor string, p ReviewPolicy) error {
	if err := publishable(v); err != nil {
		return err
	}
	if v.Wrote(actor) && (p.SecondPerson || v.State == StateInReview) {
		return errs.New(errs.Conflict, "error.bank.own_version", "id", v.QuestionID)
	}
	return nil
}

// maySubmit is the rule for putting a version before the reviewers: what could not be published is not shown to them.
func maySubmit(v Version) error {
	if err := publishable(v); err != nil {
		return err
	}
	if v.State != StateDraft {
		return errs.New(errs.Conflict, "error.bank.in_review", "id", v.QuestionID)
	}
	return nil
}

// mayReturn is the rule for sending a version back; its writers withdraw it instead.
func mayReturn(v Version, actor string) error {
	if v.State != StateInReview {
		return errs.New(errs.Conflict, "error.bank.not_in_review", "id", v.QuestionID)
	}
	if v.Wrote(actor) {
		return errs.New(errs.Conflict, "error.bank.own_version", "id", v.QuestionID)
	}
	return nil
}

// Seen is a version as somebody had it before their eyes; the zero Base is whatever it is by now.
type Seen struct {
	ID   QuestionID
	Base Base
}

// changed tells that the version is not the one that was seen.
func (s Seen) changed(v Version) error {
	if s.Base != (Base{}) && s.Base != (Base{v.Number, v.Revision}) {
		return errs.New(errs.Conflict, "error.bank.edited_meanwhile")
	}
	return nil
}

// ImportBatch is what of an import waits for its reviewer.
type ImportBatch struct {
	ImportID    ImportID  `db:"import_id"`
	FileName    string    `db:"file_name"`
	CreatedBy   string    `db:"created_by"`
	CreatedName string    `db:"created_name"` // of the person; "" = the program or its operator
	AppliedAt   time.Time `db:"applied_at"`
	Imported    int       `db:"imported"`
	Waiting     int       `db:"waiting"`
	Revisions   int       `db:"revisions"` // of the waiting versions, added up: it moves when one of them does
}

// BatchReview is what a reviewer says of a batch: how many of its questions they read one by one, and how.
type BatchReview struct {
	Waiting, Revisions int // of the batch that was seen
	Looked             int
	Note               string
}

// check is the rule of a batch: nothing moved since it was seen, at least one question was read, and how is said.
func (r BatchReview) check(b ImportBatch) error {
	if b.Waiting == 0 || r.Waiting != b.Waiting || r.Revisions != b.Revisions {
		return errs.New(errs.Conflict, "error.bank.batch_changed", "n", b.Waiting)
	}
	if r.Looked < 1 || r.Looked > b.Waiting {
		return errs.InvalidFields(errs.NewField("looked", "error.bank.batch_looked", "max", b.Waiting))
	}
	return checkReason("note", r.Note)
}

// checkReason asks for words, not too many.
func checkReason(field, text string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(text)); n == 0 || n > maxReason {
		return errs.InvalidFields(errs.NewField(field, "error.bank.reason", "max", maxReason))
	}
	return nil
}
