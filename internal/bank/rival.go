package bank

import (
	"strings"
	"time"
	"unicode"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	// MaxRivals bounds a set: more than so many questions on one fact want a merge, not a set.
	MaxRivals = 20
	// maxRivalNote is in characters.
	maxRivalNote = 200
)

// RivalSet is questions of which a paper takes at most one (互斥题): they ask the same, or one gives the other's answer away.
type RivalSet struct {
	ID          RivalSetID `db:"id"`
	Note        string     `db:"note"`
	CreatedAt   time.Time  `db:"created_at"`
	CreatedName string     `db:"created_name"` // of the person; "" = the program or its operator
	ListTotal   int        `db:"list_total"`
	Rivals      []Rival    `db:"-"`
}

// Rival is a question of a set as a list shows it.
type Rival struct {
	SetID      RivalSetID `db:"set_id"`
	QuestionID QuestionID `db:"question_id"`
	Stem       string     `db:"stem"`
	State      State      `db:"state"`
}

// ParseQuestionIDs reads numbers as people write them, "12、45 100", each once; what is no number is left out.
func ParseQuestionIDs(text string) (ids []QuestionID) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) }) {
		if id := account.ParseID[QuestionID](word); id != 0 {
			ids = append(ids, id)
		}
	}
	return sortedOnce(ids)
}

func checkRivals(ids []QuestionID, note string) error {
	if len(ids) < 2 || len(ids) > MaxRivals {
		return errs.InvalidFields(errs.NewField("questions", "error.bank.rivals_count", "max", MaxRivals))
	}
	if len([]rune(note)) > maxRivalNote {
		return errs.InvalidFields(errs.NewField("note", "error.bank.reason", "max", maxRivalNote))
	}
	return nil
}
