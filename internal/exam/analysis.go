package exam

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/questionbank"
)

// MinBeyond is how many of those who sat must be beyond a viewer's part of the tree, if any are: of fewer the marks could be
// worked out by taking the known ones away from the figures.
const MinBeyond = 10

// AnalysisGap says why an analysis shows no figures.
type AnalysisGap string

const (
	GapNotMarked  AnalysisGap = "not_marked" // somebody is still waited for
	GapComputing  AnalysisGap = "computing"  // a matter of seconds
	GapUnreleased AnalysisGap = "unreleased" // shown to whoever releases, and to the others after the release
	GapBeyond     AnalysisGap = "beyond"     // too few of those who sat are beyond the viewer's part of the tree
	GapFew        AnalysisGap = "few"        // fewer than itemstat.MinPeople have sat
)

// Analysis are the statistics of one exam as a viewer may know them. With a Gap there are no figures.
type Analysis struct {
	Exam       Exam
	Gap        AnalysisGap
	Version    int
	People     int // whose results were counted: of each person the first attempt that stands; nobody who was absent
	Released   bool
	ComputedAt time.Time
	Pending    bool // results have changed since; a newer version is on its way
	Paper      itemstat.Paper
	Items      []AnalysisItem
	Rulings    []Ruling // of regrades: what the figures count by
}

// AnalysisItem is one question version in an exam. Slot is its place in the exam's paper, 0 where candidates have own papers.
type AnalysisItem struct {
	bank.AnalysedItem
	Slot     int
	Question questionbank.Question // with the key that counts
	Ruled    RulingAct             // "" where the paper's own key counts
	itemstat.Report
}

// changes are an attempt's accepted changes in their order.
type changes struct {
	slots  []int64
	atMS   []int64  // since the start
	chosen []string // an option id, several as JSON, or nothing
}

// seconds is how long each slot took: the time before each of its changes since the change before it, of whatever slot, added
// up. Changes that came together share their time equally. So reading counts for the question that is answered next, coming
// back to a question counts for it, and all slots together are the time from the start to the last change.
func (c changes) seconds() map[int]int {
	took := map[int]int64{}
	before := int64(0)
	for from := 0; from < len(c.slots); {
		to := from + 1
		for to < len(c.slots) && c.atMS[to] == c.atMS[from] {
			to++
		}
		share := max(0, c.atMS[from]-before) / int64(to-from)
		for _, slot := range c.slots[from:to] {
			took[int(slot)] += share
		}
		before = max(before, c.atMS[from])
		from = to
	}
	out := make(map[int]int, len(took))
	for slot, ms := range took {
		out[slot] = int((ms + 500) / 1000)
	}
	return out
}

// last are the options that each slot ended with.
func (c changes) last() map[int]string {
	out := make(map[int]string, len(c.slots))
	for i, slot := range c.slots {
		out[int(slot)] = c.chosen[i]
	}
	return out
}

// choicesOf reads what changes hold: the options chosen, NoChoice for none.
func choicesOf(chosen string) []string {
	if chosen == "" || chosen == "[]" {
		return []string{itemstat.NoChoice}
	}
	if chosen[0] != '[' {
		return []string{chosen}
	}
	var ids []string
	if json.Unmarshal([]byte(chosen), &ids) != nil {
		return []string{itemstat.NoChoice}
	}
	return ids
}

// chosenIn is what a counted response says, in the form of changes.
func chosenIn(response json.RawMessage) string {
	var r struct {
		Choice  string          `json:"choice"`
		Choices json.RawMessage `json:"choices"`
	}
	if json.Unmarshal(response, &r) != nil {
		return ""
	}
	if r.Choice != "" {
		return r.Choice
	}
	return string(r.Choices)
}

// byRuling are the marks as the exam's rulings have them, also of a result that an order left as it was: a statistic is about the
// question, and asks what the answers are worth by the key that counts. A question that was dropped, or that everybody got the
// points of, tells nothing of anybody and is left out.
func (r countedRow) byRuling(rulings Rulings) Marking {
	var out Marking
	for _, m := range r.Marks.V {
		for _, spared := range r.Spared.V {
			if spared.Slot == m.Slot {
				m = spared
			}
		}
		if act := rulings[m.VersionID].Act; act == Drop || act == FullMarks {
			continue
		}
		out.add(m)
	}
	return out
}

// sittingOf puts marks, options and times of one attempt together; chosen is nil where nobody can tell the options.
func sittingOf(marking Marking, chosen map[int]string, seconds map[int]int, questions map[VersionID]Question) itemstat.Sitting {
	out := itemstat.Sitting{Score: int64(marking.Score), Total: int64(marking.Total), Answers: make([]itemstat.Answer, len(marking.Marks))}
	for i, m := range marking.Marks {
		a := itemstat.Answer{Version: int64(m.VersionID), Mark: int64(m.Mark), Points: int64(m.Points), Seconds: itemstat.Untimed}
		if s, ok := seconds[m.Slot]; ok {
			a.Seconds = s
		}
		if chosen != nil && itemstat.OptionIDs(questions[m.VersionID].Question) != nil {
			a.Choices = choicesOf(chosen[m.Slot])
		}
		out.Answers[i] = a
	}
	return out
}

// versionsIn are the question versions of the rows, each once.
func versionsIn(rows []countedRow) []VersionID {
	seen := map[VersionID]bool{}
	for _, r := range rows {
		for _, m := range r.Marks.V {
			seen[m.VersionID] = true
		}
	}
	out := make([]VersionID, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
