package courseware

import "github.com/peikao/peikao/internal/platform/errs"

// CourseState is where a course stands; see the diagram in doc.go.
type CourseState string

const (
	Draft     CourseState = "draft"
	Published CourseState = "published"
	Retired   CourseState = "retired"
)

// CourseStates are all states in the order of the filter.
var CourseStates = []CourseState{Draft, Published, Retired}

// WordKey is the key of the state's name in the words.
func (s CourseState) WordKey() string { return "courseware.state." + string(s) }

// courseAct is what an author does to a course.
type courseAct string

const (
	actEdit     courseAct = "edit"     // title, summary, order, titles of units
	actCompose  courseAct = "compose"  // add and remove units, make them compulsory or not
	actReplace  courseAct = "replace"  // another file for a unit
	actPublish  courseAct = "publish"  // people learn it
	actWithdraw courseAct = "withdraw" // nobody new learns it
)

// courseActs is the one table of which act a state allows.
var courseActs = map[CourseState][]courseAct{
	Draft:     {actEdit, actCompose, actReplace, actPublish, actWithdraw},
	Published: {actEdit, actReplace, actWithdraw},
	Retired:   {},
}

// MayCompose tells whether units can be added, removed or made compulsory.
func (s CourseState) MayCompose() bool { return s.allow(actCompose) == nil }

// MayEdit tells whether titles, order and files can be changed.
func (s CourseState) MayEdit() bool { return s.allow(actEdit) == nil }

// MayPublish tells whether the course waits for its publication.
func (s CourseState) MayPublish() bool { return s.allow(actPublish) == nil }

func (s CourseState) allow(a courseAct) error {
	for _, allowed := range courseActs[s] {
		if allowed == a {
			return nil
		}
	}
	return errs.New(errs.Conflict, "error.courseware.state."+string(s))
}
