package questionbank

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of one file. Beyond them an importer stops and says so.
const (
	MaxFileBytes = 32 << 20
	MaxItems     = 20_000
)

// ErrTooLarge is returned by ReadAll.
var ErrTooLarge = errors.New("file too large")

// ReadAll reads at most MaxFileBytes, else ErrTooLarge.
func ReadAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFileBytes+1))
	if err == nil && len(data) > MaxFileBytes {
		return nil, ErrTooLarge
	}
	return data, err
}

// Item is a question with the place in the file that it came from.
type Item struct {
	Place    string   `json:"place"`
	Number   int      `json:"number"` // its number in the file, from 1, refused ones counted too
	Question Question `json:"question"`
}

// Batch gathers what an importer finds. What is read leaves it either as an item or with an Error that names its place;
// nothing gets lost in between.
type Batch struct {
	Items    []Item
	Problems []Problem
	read     int
	stems    map[string]string // folded stem → place of its first question
	stimuli  map[string]Item   // stimulus id → its first question
}

// Add takes one question, validates it, and keeps it unless it or the importer's own problems hold an Error. place says
// where a field of it stands; place("") is the place of the whole.
func (b *Batch) Add(place func(Field) string, q Question, found ...Problem) {
	b.read++
	if HasErrors(found) {
		// Validation would complain about what the importer could not fill in: once is enough for each field.
		found = append(found, othersThan(found, Validate(q))...)
	} else {
		found = append(found, Validate(q)...)
	}
	found = append(found, b.checkStimulus(q)...)
	for _, p := range found {
		p.Place, p.Item = place(p.Field), b.read
		b.tell(p)
	}
	if HasErrors(found) {
		return
	}
	b.checkRepeated(place, q)
	item := Item{Place: Printable(place("")), Number: b.read, Question: q}
	if q.Stimulus != nil && b.stimuli[q.Stimulus.ID].Question.Stimulus == nil {
		if b.stimuli == nil {
			b.stimuli = map[string]Item{}
		}
		b.stimuli[q.Stimulus.ID] = item
	}
	b.Items = append(b.Items, item)
}

// Refuse counts a question that could not even be read as one.
func (b *Batch) Refuse(place, code, message string) {
	b.read++
	b.tell(Problem{Place: place, Code: code, Message: message, Severity: Error, Item: b.read})
}

// checkRepeated warns of a stem that the file had before; with other options it may still be meant.
func (b *Batch) checkRepeated(place func(Field) string, q Question) {
	if b.stems == nil {
		b.stems = map[string]string{}
	}
	stem := Fold(q.Stem)
	if q.Stimulus != nil {
		stem += "\x00" + q.Stimulus.ID // "What is wrong here?" is asked of many a text
	}
	if first, ok := b.stems[stem]; ok {
		b.tell(Problem{Place: place(FieldStem), Field: FieldStem, Item: b.read, Severity: Warning, Code: "stem_repeated", Message: "题干与" + first + "相同"})
		return
	}
	b.stems[stem] = place("")
}

// checkStimulus refuses a stimulus that has the id of another one: which of the two was meant is for a person to say.
func (b *Batch) checkStimulus(q Question) []Problem {
	if q.Stimulus == nil {
		return nil
	}
	first, ok := b.stimuli[q.Stimulus.ID]
	if !ok || q.Stimulus.Equal(first.Question.Stimulus) {
		return nil
	}
	return []Problem{{Field: FieldStimulus, Severity: Error, Code: "stimulus_differs",
		Message: fmt.Sprintf("材料“%.40s”与%s的同名材料内容不同", q.Stimulus.ID, first.Place)}}
}

// Note records a problem that is about the file or a part of it, not about one question.
func (b *Batch) Note(s Severity, place, code, message string) {
	b.tell(Problem{Place: place, Code: code, Message: message, Severity: s})
}

// tell keeps a problem; what it quotes from the file may hold what nobody can store or read.
func (b *Batch) tell(p Problem) {
	p.Place, p.Message = Printable(p.Place), Printable(p.Message)
	b.Problems = append(b.Problems, p)
}

// Printable writes control characters and broken UTF-8, which no database and no page holds, as �.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return utf8.RuneError
		}
		return r
	}, s)
}

// Full reports, and notes once at the place, that the file holds more than MaxItems questions.
func (b *Batch) Full(place string) bool {
	if b.read < MaxItems {
		return false
	}
	b.Note(Error, place, "items_many", "一个文件最多 20000 题，从这里起没有读取")
	return true
}

func othersThan(found, more []Problem) []Problem {
	seen := map[Field]bool{}
	for _, p := range found {
		seen[p.Field] = true
	}
	var others []Problem
	for _, p := range more {
		if !seen[p.Field] {
			others = append(others, p)
		}
	}
	return others
}

// Read is the number of questions that a file held: the kept and the refused.
func Read(items []Item, problems []Problem) int {
	n := 0
	for _, it := range items {
		n = max(n, it.Number)
	}
	for _, p := range problems {
		n = max(n, p.Item)
	}
	return n
}

// Unreadable is the answer of an importer to a file that is not in its format, or too large: one problem, no error.
func Unreadable(code, message string) []Problem {
	return []Problem{{Place: "文件", Code: code, Message: message, Severity: Error}}
}

// TooLarge is Unreadable for ErrTooLarge.
func TooLarge() []Problem { return Unreadable("file_large", "文件超过 32 MB") }
