package exam

import (
	"encoding/json"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// Result is what an attempt earned, as its examinee or those above see it. Slots are there as the exam's review policy
// allows and only when nobody of the exam can still be answering.
type Result struct {
	ID        ResultID
	ExamID    ExamID
	AttemptID AttemptID // 0 for an absence
	PersonID  account.PersonID
	Name      string // whose result it is
	Number    string // of the employee
	Title     string
	Kind      Kind
	Version   int
	Cause     string // hand_in, absent, regrade; remark: a mark was corrected before the release
	// Again is how a mock stands now for whose result it is; nil for other exams and other readers.
	Again   *MyExam
	Score   score.Hundredths
	Total   score.Hundredths
	Percent score.Hundredths
	Band    score.Band
	Passed  bool
	RedLine RedLineRule
	// RedLineMisses is how many red lines were missed: told apart from the score, whatever the review policy shows.
	RedLineMisses int
	ReleasedAt    *time.Time
	// CorrectedAt is when a correction brought this version; nil for the first.
	CorrectedAt *time.Time
	Review      Review
	ReviewAt    *time.Time // when the review opens; nil: it is open, or there is none
	Topics      []TopicMark
	Slots       []ReviewSlot
}

// TopicMark is what was earned at one knowledge point.
type TopicMark struct {
	TopicID TopicID
	Mark    score.Hundredths
	Points  score.Hundredths
}

// ReviewSlot is one question looked back on. Key and Explanation are empty unless the policy shows keys.
type ReviewSlot struct {
	Slot      int
	VersionID VersionID
	Type      questionbank.Type
	Stem      string
	Markdown  bool // stem, rows, options and explanation are Markdown and not plain text
	Options   []questionbank.Option
	Rows      []string
	Pieces    []questionbank.Piece
	Stimulus  *questionbank.Stimulus
	Media     []questionbank.Media // below the stem
	Response  json.RawMessage      // null: not answered, or on paper
	Answered  bool                 // as it was marked
	OnPaper   bool                 // the answer stands on a sheet of paper
	Takes     []Take               // of a recording
	Mark      score.Hundredths
	Points    score.Hundredths
	// RedLineMissed: a red-line question whose line was missed.
	RedLineMissed bool
	// Ruled is what a regrade ruled on the question; "" where the paper's own key counts.
	Ruled       RulingAct
	Comments    []string // what its markers wrote, without their names
	Key         *questionbank.Key
	Also        []questionbank.Key // other answers that are right as a whole, by a regrade
	Explanation string
	// ExplanationMedia are there where the explanation is.
	ExplanationMedia []questionbank.Media
	Source           questionbank.Source
}

// reviewSlots puts paper, the responses that count and marks together; keys only for ReviewKeys, as the exam's rulings have them. A
// result that a ruling left as it was keeps the points of a dropped question.
func reviewSlots(review Review, places []Place, p *frozen, rulings Rulings, current map[int]Entry, marks []SlotMark) []ReviewSlot {
	bySlot := make(map[int]SlotMark, len(marks))
	for _, m := range marks {
		bySlot[m.Slot] = m
	}
	shown := p.show(p.sealed.Load()).slots(places, 0)
	out := make([]ReviewSlot, len(places))
	for i, place := range places {
		r := ReviewSlot{
			Slot: place.Slot, VersionID: place.VersionID, Type: shown[i].Type, Stem: shown[i].Stem, Markdown: shown[i].Markdown, Options: shown[i].Options(),
			Rows: shown[i].Rows, Pieces: shown[i].Pieces, Stimulus: shown[i].Stimulus, RedLineMissed: bySlot[place.Slot].RedLineMissed, Media: p.questions[place.VersionID].Media,
			Response: json.RawMessage("null"), Answered: bySlot[place.Slot].Answered, Mark: bySlot[place.Slot].Mark, Points: place.Points, Ruled: rulings[place.VersionID].Act,
		}
		if bySlot[place.Slot].Dropped {
			r.Points, r.Ruled = 0, Drop // also where the question counts again, but would have made the result worse
		}
		if e, ok := current[place.Slot]; ok {
			r.Response = compact(e.Response)
		}
		if review == ReviewKeys {
			q := rulings[place.VersionID].Question(p.questions[place.VersionID].Question)
			r.Also = rulings[place.VersionID].Also(q.Type)
			r.Key, r.Explanation, r.ExplanationMedia, r.Source = &q.Key, q.Explanation, q.ExplanationMedia, q.Source
		}
		out[i] = r
	}
	return out
}

// files are those that the review shows of the question.
func (r ReviewSlot) files() []questionbank.Media {
	return questionbank.Question{Stimulus: r.Stimulus, Media: r.Media, Options: r.Options, ExplanationMedia: r.ExplanationMedia}.MediaAll()
}

// topicMarks sums marks by the questions' own knowledge points, in the order in which the paper meets them.
func topicMarks(p *frozen, marks []SlotMark) []TopicMark {
	var out []TopicMark
	at := map[TopicID]int{}
	for _, m := range marks {
		topics := p.questions[m.VersionID].TopicIDs
		if len(topics) == 0 || m.Dropped {
			continue
		}
		i, ok := at[topics[0]]
		if !ok {
			i = len(out)
			at[topics[0]] = i
			out = append(out, TopicMark{TopicID: topics[0]})
		}
		out[i].Mark += m.Mark
		out[i].Points += m.Points
	}
	return out
}
