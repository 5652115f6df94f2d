package content_test

import (
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/content"
	"github.com/peikao/peikao/questionbank/lint"
)

const (
	leastQuestions = 150
	leastOfAnArea  = 20
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
