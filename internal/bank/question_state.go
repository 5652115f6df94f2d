package bank

import (
	"slices"

	"github.com/peikao/peikao/questionbank"
)

// State is where a version stands.
type State string

const (
	StateDraft     State = "draft"
	StateInReview  State = "in_review"
	StatePublished State = "published"
	StateRetired   State = "retired"
)

// States in the order of a version's life.
var States = []State{StateDraft, StateInReview, StatePublished, StateRetired}

// WordKey is the key of the state's name.
func (s State) WordKey() string { return "bank.state." + string(s) }

// Open tells whether the version is still being written.
func (s State) Open() bool { return s == StateDraft || s == StateInReview }

// Unshown names what keeps a question from an examinee's page: it shows no files but the pictures
// and recordings that the bank keeps, and none beside an explanation. "" is nothing. Such a question is kept, edited and exported like every other, and stays a draft.
func Unshown(q questionbank.Question) (wordKey string) {
	if len(q.ExplanationMedia) > 0 || slices.ContainsFunc(q.MediaAll(), func(m questionbank.Media) bool { return !keeps(m) }) {
		return "error.bank.media"
	}
	return ""
}
