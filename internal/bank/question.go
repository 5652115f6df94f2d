package bank

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// Draft is what somebody writes: the question and its knowledge points, the main one first. The points in
// Question.KnowledgePoints are replaced by the paths of TopicIDs.
type Draft struct {
	Question questionbank.Question
	TopicIDs []TopicID
}

// Version is one version of a question.
type Version struct {
	ID           VersionID                      `db:"id"`
	QuestionID   QuestionID                     `db:"question_id"`
	Number       int                            `db:"version"`
	Revision     int                            `db:"revision"` // counts the edits of a draft
	IsCurrent    bool                           `db:"is_current"`
	State        State                          `db:"state"`
	Body         db.JSON[questionbank.Question] `db:"body"`
	TopicIDs     db.Int64s                      `db:"topic_ids"`
	CreatedBy    string                         `db:"created_by"`
	CreatedAt    time.Time                      `db:"created_at"`
	EditedAt     time.Time                      `db:"edited_at"`
	ReviewedBy   string                         `db:"reviewed_by"` // "" = not published yet
	PublishedAt  *time.Time                     `db:"published_at"`
	RetiredAt    *time.Time                     `db:"retired_at"`
	CreatedName  string                         `db:"created_name"`  // of the person; "" = the program or its operator
	ReviewedName string                         `db:"reviewed_name"` // as CreatedName
	Uses         int                            `db:"uses"`          // papers that took it
	Editors      db.Strings                     `db:"editors"`       // who wrote at it after CreatedBy
	SubmittedAt  *time.Time                     `db:"submitted_at"`  // nil = not put before the reviewers
	ImportID     *ImportID                      `db:"import_id"`     // the import that brought it
}

// Question is the version's content.
func (v Version) Question() questionbank.Question { return v.Body.V }

// Topics are the version's knowledge points, the main one first.
func (v Version) Topics() []TopicID { return topicIDs(v.TopicIDs) }

func topicIDs(ids []int64) []TopicID {
	out := make([]TopicID, len(ids))
	for i, id := range ids {
		out[i] = TopicID(id)
	}
	return out
}

// Detail is a question with all its versions, the newest first.
type Detail struct {
	ID        QuestionID
	RetiredAt *time.Time
	Tags      []string // in the order in which they were typed
	Versions  []Version
}

// Current is the version that lists show.
func (d Detail) Current() Version {
	i := slices.IndexFunc(d.Versions, func(v Version) bool { return v.IsCurrent })
	return d.Versions[max(i, 0)]
}

// Open is the version that is being written, or false.
func (d Detail) Open() (Version, bool) {
	i := slices.IndexFunc(d.Versions, func(v Version) bool { return v.State.Open() })
	if i < 0 {
		return Version{}, false
	}
	return d.Versions[i], true
}

// Editable is what an edit starts from: the open version, else the newest.
func (d Detail) Editable() Version {
	if v, ok := d.Open(); ok {
		return v
	}
	return d.Versions[0]
}

// Fingerprint is equal for questions that a person would call the same: stem and options, folded, whatever the options'
// order, and where there are any the rows and the stimulus.
func Fingerprint(q questionbank.Question) []byte {
	parts := make([]string, len(q.Options))
	for i, o := range q.Options {
		parts[i] = questionbank.Fold(o.Text)
	}
	slices.Sort(parts)
	for _, row := range q.Rows {
		parts = append(parts, "row "+questionbank.Fold(row))
	}
	if q.Stimulus != nil {
		parts = append(parts, "stimulus "+questionbank.Fold(q.Stimulus.Text))
	}
	sum := sha256.Sum256([]byte(questionbank.Fold(q.Stem) + "\x00" + strings.Join(parts, "\x00")))
	return sum[:]
}

// searchText is what a question is found by: stem, rows, options, the stimulus' title, the law that it rests on, its facts, and the
// initials of its stem.
func searchText(q questionbank.Question, topics []TopicID) string {
	texts := []string{q.Stem, q.Source.Law, q.Source.Article}
	for _, o := range q.Options {
		texts = append(texts, o.Text)
	}
	texts = append(texts, q.Rows...)
	if q.Stimulus != nil {
		texts = append(texts, q.Stimulus.Title)
	}
	return strings.TrimSpace(Lexemes(texts...) + " " + strings.Join(factWords(q, topics), " ") + " " + initialWords(q.Stem))
}

// checkDraft turns what questionbank.Validate finds wrong into the fields of the form. Warnings pass.
func checkDraft(d Draft, tree Tree) error {
	var wrong []errs.Field
	for _, p := range questionbank.Validate(d.Question) {
		if p.Severity == questionbank.Error {
			wrong = append(wrong, errs.NewField(FormField(p.Field), "error.bank.problem", "message", p.Message))
		}
	}
	if len(d.TopicIDs) == 0 {
		wrong = append(wrong, errs.NewField("topic_1", "error.bank.topic_missing"))
	}
	for i, id := range d.TopicIDs {
		if t, ok := tree.Topic(id); !ok || t.RetiredAt != nil || slices.Contains(d.TopicIDs[:i], id) {
			wrong = append(wrong, errs.NewField("topic_1", "error.bank.topic_wrong"))
			break
		}
	}
	if len(wrong) > 0 {
		return errs.InvalidFields(wrong...)
	}
	return nil
}

// FormField is the form's name for a field of a question.
func FormField(f questionbank.Field) string {
	switch f {
	case questionbank.FieldOptions:
		return "option_a"
	case questionbank.FieldRubric:
		return "criterion_1"
	case questionbank.FieldGrades:
		return "grade_a"
	case questionbank.FieldStimulus:
		return "stimulus_text"
	case questionbank.FieldMedia:
		return "stem"
	case questionbank.FieldPoints:
		return "topic_1"
	case questionbank.FieldSource:
		return "law"
	case questionbank.FieldArticle:
		return "article"
	case questionbank.FieldEdition:
		return "edition"
	case questionbank.FieldStatus:
		return "unverified"
	}
	if id, ok := strings.CutPrefix(string(f), "options."); ok {
		return "option_" + id
	}
	return string(f)
}
