package bank

import (
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/platform/errs"
)

// MaxBulkEdit is how many questions one bulk edit takes.
const MaxBulkEdit = 1000

// BulkAct takes questions out of the pool, or up again.
type BulkAct string

const (
	BulkRetire  BulkAct = "retire"
	BulkRestore BulkAct = "restore" // as a draft of what it was last
)

// BulkEdit is one change for many questions; zero values leave as it is. Its undo is a second one.
type BulkEdit struct {
	Difficulty int
	Key        string  // "yes" = 重点, "no" = not
	TopicID    TopicID // the own, first knowledge point; the others stay
	AddTag     string
	RemoveTag  string
	Act        BulkAct
	Reason     string // to retire
}

func (e BulkEdit) content() bool { return e.Difficulty != 0 || e.Key != "" || e.TopicID != 0 }

func (e BulkEdit) tags() bool { return e.AddTag != "" || e.RemoveTag != "" }

// check names what is wrong with the change as such, and writes its tags as they are kept.
func (e BulkEdit) check(tree Tree) (BulkEdit, error) {
	var wrong []errs.Field
	if e.Difficulty < 0 || e.Difficulty > 5 {
		wrong = append(wrong, errs.NewField("difficulty", "error.field.required"))
	}
	if !slices.Contains([]string{"", "yes", "no"}, e.Key) {
		wrong = append(wrong, errs.NewField("key", "error.field.required"))
	}
	if e.TopicID != 0 && liveTopic(tree, e.TopicID) != nil {
		wrong = append(wrong, errs.NewField("topic", "error.bank.topic_wrong"))
	}
	for _, tag := range []struct {
		field string
		name  *string
	}{{"add_tag", &e.AddTag}, {"remove_tag", &e.RemoveTag}} {
		name, err := oneTag(*tag.name)
		if *tag.name = name; err != nil {
			wrong = append(wrong, errs.NewField(tag.field, "error.bank.bulk_tag"))
		}
	}
	if e.Reason = strings.TrimSpace(e.Reason); e.Act == BulkRetire && checkReason("reason", e.Reason) != nil {
		wrong = append(wrong, errs.NewField("reason", "error.bank.reason", "max", maxReason))
	}
	if len(wrong) == 0 {
		wrong = e.checkWhole()
	}
	if len(wrong) > 0 {
		return e, errs.InvalidFields(wrong...)
	}
	return e, nil
}

// checkWhole tells whether the parts go together: something is to change, and what is retired or restored is not edited by the way.
func (e BulkEdit) checkWhole() []errs.Field {
	switch {
	case !slices.Contains([]BulkAct{"", BulkRetire, BulkRestore}, e.Act):
		return []errs.Field{errs.NewField("act", "error.field.required")}
	case e.Act != "" && (e.content() || e.tags()):
		return []errs.Field{errs.NewField("act", "error.bank.bulk_apart")}
	case e.Act == "" && !e.content() && !e.tags():
		return []errs.Field{errs.NewField("difficulty", "error.bank.bulk_nothing")}
	case e.AddTag != "" && sameTag(e.AddTag)(e.RemoveTag):
		return []errs.Field{errs.NewField("remove_tag", "error.bank.bulk_tag")}
	}
	return nil
}

// oneTag is a single tag as it is kept, "" for none.
func oneTag(typed string) (string, error) {
	names, err := tagNames(ParseTags(typed))
	if err == nil && len(names) > 1 {
		err = errs.New(errs.Invalid, "error.bank.bulk_tag")
	}
	if err != nil || len(names) == 0 {
		return "", err
	}
	return names[0], nil
}

// BulkChange is one fact of a question before and after: difficulty (a number), key ("yes", "no"), topic (a label), tags (a list)
// or state.
type BulkChange struct{ Fact, From, To string }

// BulkPlan is what a bulk edit does to one question. Without changes it is as wanted already.
type BulkPlan struct {
	Seen       Seen
	Stem       string
	State      State // of the version that lists show
	Changes    []BulkChange
	NewVersion bool  // the published version stays, and the next one is begun
	Withdrawn  bool  // it was in review
	Refused    error // why not

	draft *Draft
	tags  []string // nil: they stay
}

// plan works out what a checked edit does to a question.
func (e BulkEdit) plan(d Detail, tree Tree) BulkPlan {
	from := d.Editable()
	p := BulkPlan{Seen: Seen{d.ID, Base{from.Number, from.Revision}}, Stem: from.Question().Stem, State: d.Current().State}
	retired := p.State == StateRetired
	switch {
	case e.Act == BulkRetire && retired:
		p.Refused = errs.New(errs.Conflict, "error.bank.bulk_is_retired")
	case e.Act == BulkRetire:
		p.Changes = []BulkChange{{"state", string(p.State), string(StateRetired)}}
	case e.Act == BulkRestore && !retired:
		p.Refused = errs.New(errs.Conflict, "error.bank.bulk_not_retired")
	case e.Act == BulkRestore:
		p.Changes = []BulkChange{{"state", string(StateRetired), string(StateDraft)}}
		p.draft = &Draft{Question: from.Question(), TopicIDs: from.Topics()}
	case e.content() && retired:
		p.Refused = errs.New(errs.Conflict, "error.bank.bulk_retired")
	default:
		e.edit(&p, from, tree)
		e.retag(&p, d.Tags)
	}
	if p.draft != nil && p.Refused == nil {
		p.Refused = checkBulkDraft(*p.draft, tree)
		p.NewVersion, p.Withdrawn = !from.State.Open(), from.State == StateInReview
	}
	if p.Refused != nil {
		p.Changes, p.draft, p.tags, p.NewVersion, p.Withdrawn = nil, nil, nil, false, false
	}
	return p
}

// edit notes what of the content changes.
func (e BulkEdit) edit(p *BulkPlan, from Version, tree Tree) {
	q, topics := from.Question(), from.Topics()
	if e.Difficulty != 0 && e.Difficulty != q.Difficulty {
		p.Changes = append(p.Changes, BulkChange{"difficulty", strconv.Itoa(q.Difficulty), strconv.Itoa(e.Difficulty)})
		q.Difficulty = e.Difficulty
	}
	if e.Key != "" && (e.Key == "yes") != q.KeyQuestion {
		p.Changes = append(p.Changes, BulkChange{"key", yesOrNo(q.KeyQuestion), e.Key})
		q.KeyQuestion = e.Key == "yes"
	}
	if e.TopicID != 0 && (len(topics) == 0 || topics[0] != e.TopicID) {
		was := ""
		if len(topics) > 0 {
			was, topics = tree.Label(topics[0]), topics[1:]
		}
		p.Changes = append(p.Changes, BulkChange{"topic", was, tree.Label(e.TopicID)})
		topics = append([]TopicID{e.TopicID}, slices.DeleteFunc(slices.Clone(topics), func(t TopicID) bool { return t == e.TopicID })...)
	}
	if len(p.Changes) > 0 {
		q.KnowledgePoints = pathsOf(tree, topics)
		p.draft = &Draft{Question: q, TopicIDs: topics}
	}
}

func yesOrNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// retag notes how the tags change.
func (e BulkEdit) retag(p *BulkPlan, was []string) {
	tags := was
	if e.RemoveTag != "" {
		tags = withoutTag(tags, e.RemoveTag)
	}
	if e.AddTag != "" {
		tags = withTag(tags, e.AddTag)
	}
	if slices.Equal(tags, was) {
		return
	}
	if _, err := tagNames(tags); err != nil {
		p.Refused = err
		return
	}
	p.tags = append([]string{}, tags...)
	p.Changes = append(p.Changes, BulkChange{"tags", strings.Join(was, "、"), strings.Join(tags, "、")})
}

// checkBulkDraft is checkDraft, told in one sentence: there is no form to show fields in.
func checkBulkDraft(d Draft, tree Tree) error {
	err := checkDraft(d, tree)
	if err == nil {
		return nil
	}
	return errs.New(errs.Conflict, "error.bank.bulk_unsound").With(err)
}
