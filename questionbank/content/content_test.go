package content_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/content"
	"github.com/peikao/peikao/questionbank/lint"
)

const (
	leastQuestions = 830
	leastOfAnArea  = 60
	leastOfAType   = 4
	// Red lines are few, or they would mean nothing, and cover what harms or breaks a law.
	fewestRedLines, mostRedLines = 55, 75
)

func questions(t *testing.T) []questionbank.Item {
	t.Helper()
	items, err := content.Questions()
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// rule:C12 rule:C13 rule:C14 rule:C15 rule:C16 — questions ship for all five areas, each sound, explained and at a known point.
func TestShippedQuestionsAreSound(t *testing.T) {
	topics, err := content.Topics()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, topic := range topics {
		if topic.AreaName == "" || questionbank.Area(path(topic)) != topic.Area {
			t.Errorf("%+v lies in no area", topic)
		}
		known[path(topic)] = true
	}
	items := questions(t)
	perArea := map[int]int{}
	for _, it := range items {
		q := it.Question
		for _, p := range questionbank.Validate(q) {
			t.Errorf("%s: %s", it.Place, p)
		}
		if strings.TrimSpace(q.Explanation) == "" {
			t.Errorf("%s: no explanation", it.Place)
		}
		for _, p := range q.KnowledgePoints {
			if !known[p] {
				t.Errorf("%s: %s is no point of the shipped tree", it.Place, p)
			}
		}
		perArea[questionbank.Area(q.KnowledgePoints[0])]++
	}
	if len(items) < leastQuestions {
		t.Errorf("%d questions, want at least %d", len(items), leastQuestions)
	}
	for area := 1; area <= len(questionbank.Areas); area++ {
		if perArea[area] < leastOfAnArea {
			t.Errorf("area %d: %d questions", area, perArea[area])
		}
	}
}

func path(t content.Topic) string { return string(rune('0'+t.Area)) + "/" + t.Name }

// rule:C15 — what rests on a law cites an article that exists and is in force; what could not be looked up is 待核.
func TestCitationsResolve(t *testing.T) {
	laws, err := content.Laws()
	if err != nil {
		t.Fatal(err)
	}
	items := questions(t)
	for _, it := range items {
		s := it.Question.Source
		standing := laws.Look(s)
		switch {
		case s.Law == "" || s.Status == questionbank.StatusUnverified:
		case s.Article == "" || s.Edition == "":
			t.Errorf("%s: %s without article or edition", it.Place, s.Law)
		case standing != lint.InForce && standing != lint.LawAmended: // an amended law's article stands until it is looked up anew
			t.Errorf("%s: %s %s %s: %s", it.Place, s.Law, s.Edition, s.Article, standing)
		}
		if s.Status == questionbank.StatusUnverified && standing == lint.InForce {
			t.Errorf("%s: 待核 though the text is at hand", it.Place)
		}
	}
	for _, p := range lint.Run(items, laws) {
		if p.Severity == questionbank.Error {
			t.Error(p)
		} else {
			t.Log(p)
		}
	}
}

// Nobody passes by picking the longest option or always so many of them: what lint measures over the bank is in its bounds.
func TestShippedAnswersAreNotGuessed(t *testing.T) {
	groups := map[string]bool{}
	for _, f := range lint.Figures(questions(t)) {
		groups[f.Code+" "+f.Group] = true
		if f.Over() {
			t.Error(f)
		}
	}
	for _, want := range []string{"longest_is_right 全部题目", "longest_is_right 领域 1", "longest_is_right 领域 5", "right_count_same 全部题目", "right_count_same 5 个选项的"} {
		if !groups[want] {
			t.Errorf("%s is not measured", want)
		}
	}
}

// Every type ships, and the red lines are about as many as content is planned for.
func TestShippedQuestionsHaveEveryType(t *testing.T) {
	perType, redLines := map[questionbank.Type]int{}, 0
	for _, it := range questions(t) {
		perType[it.Question.Type]++
		if it.Question.RedLine {
			redLines++
		}
	}
	for _, typ := range questionbank.Types {
		if perType[typ] < leastOfAType {
			t.Errorf("%d of %s, want at least %d", perType[typ], typ, leastOfAType)
		}
	}
	if redLines < fewestRedLines || redLines > mostRedLines {
		t.Errorf("%d red lines, want %d to %d", redLines, fewestRedLines, mostRedLines)
	}
}

// The questions of one stimulus carry the same one, and there are several of them.
func TestShippedStimuliAreGroups(t *testing.T) {
	groups := map[string][]*questionbank.Stimulus{}
	for _, it := range questions(t) {
		if s := it.Question.Stimulus; s != nil {
			groups[s.ID] = append(groups[s.ID], s)
		}
	}
	if len(groups) == 0 {
		t.Error("no stimulus ships")
	}
	for id, group := range groups {
		if len(group) < 2 {
			t.Errorf("%s has %d question", id, len(group))
		}
		for _, s := range group {
			if !s.Equal(group[0]) {
				t.Errorf("%s is not the same in all its questions", id)
			}
		}
	}
}

// second_pass.tsv tells of questions that are there, and where it says 维持 the key is the one that was answered.
func TestSecondPassIsOfTheseQuestions(t *testing.T) {
	table, err := os.ReadFile("second_pass.tsv")
	if err != nil {
		t.Fatal(err)
	}
	byPlace := map[string]questionbank.Question{}
	for _, it := range questions(t) {
		var file string
		var line int
		if _, err := fmt.Sscanf(it.Place, "%s 第 %d 行", &file, &line); err != nil {
			t.Fatal(it.Place, err)
		}
		byPlace[fmt.Sprintf("%s:%d", file, line)] = it.Question
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	for n, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 5 {
			t.Fatalf("line %d has %d cells", n+2, len(cells))
		}
		if cells[0] == "合计" {
			continue
		}
		q, ok := byPlace[cells[0]]
		if !ok {
			t.Errorf("line %d: no question at %s", n+2, cells[0])
			continue
		}
		choice := q.Type == questionbank.Single || q.Type == questionbank.Multiple
		if choice && cells[3] == "维持" && !slices.Equal(strings.Split(cells[1], "|"), q.Key.Choices) {
			t.Errorf("line %d: %s was answered against %s, its key is %s", n+2, cells[0], cells[1], q.Key.Choices)
		}
	}
}
