package demo

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// On every day of two years the last quarter's exam lies in the last quarter, leaves time for what follows it, and the courses
// before it lie inside the history.
func TestQuarterlyExamFitsOnEveryDay(t *testing.T) { // rule:C34
	for anchor := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); anchor.Year() < 2028; anchor = anchor.AddDate(0, 0, 1) {
		on := quarterlyCloseOn(anchor)
		ago := int(anchor.Sub(on).Hours() / 24)
		if appraisal.QuarterOf(on) != lastQuarter(anchor) || appraisal.QuarterOf(on.AddDate(0, 0, -5)) != lastQuarter(anchor) {
			t.Errorf("%s: the exam closes on %s", anchor.Format(time.DateOnly), on.Format(time.DateOnly))
		}
		if ago < quarterlyGap || ago+20 > history-3 {
			t.Errorf("%s: the exam closed %d days ago", anchor.Format(time.DateOnly), ago)
		}
	}
}

func TestAnswersFollowTheAbilityIntoTheRange(t *testing.T) {
	var sheet []asked
	for i := range 30 {
		q := questionbank.Question{Type: questionbank.Single, Difficulty: i%5 + 1, Key: questionbank.Key{Choices: []string{"b"}},
			Options: []questionbank.Option{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}}
		switch i % 4 {
		case 1:
			q.Type, q.Key.Choices = questionbank.Multiple, []string{"d", "a"}
		case 2:
			q.Type, q.Key.Choices = questionbank.TrueFalse, []string{"true"}
		case 3:
			q.Type, q.Key = questionbank.Blank, questionbank.Key{Gaps: [][]string{{"一"}, {"二", "2"}}}
		}
		sheet = append(sheet, asked{q, score.Whole(3)})
	}
	for _, ability := range []float64{able, sound, fair, weak} {
		for _, want := range []span{excellent, good, pass, fail, passed} {
			random := rand.New(rand.NewPCG(1, 2))
			responses, ok := answer(random, sheet, ability, want)
			if !ok || !want.holds(percentOf(sheet, responses)) {
				t.Errorf("ability %.1f for %v: %v %s", ability, want, ok, percentOf(sheet, responses))
			}
			again, _ := answer(rand.New(rand.NewPCG(1, 2)), sheet, ability, want)
			if !slices.EqualFunc(responses, again, func(a, b questionbank.Response) bool {
				return a.Choice == b.Choice && slices.Equal(a.Choices, b.Choices)
			}) {
				t.Error("the same source drew other answers")
			}
		}
	}
	if _, ok := answer(rand.New(rand.NewPCG(1, 2)), sheet[:1], able, pass); ok {
		t.Error("one question of three points cannot earn 60 to 70 per cent")
	}
	for i, a := range sheet {
		if questionbank.Mark(a.question, 100, questionbank.RightResponse(a.question)) != 100 {
			t.Errorf("question %d: the right answer does not earn everything", i)
		}
	}
}

func TestWrongAnswersEarnHalfAtMost(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	q := questionbank.Question{Type: questionbank.Multiple, Key: questionbank.Key{Choices: []string{"c", "a"}},
		Options: []questionbank.Option{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}}
	earned := map[int64]int{}
	for range 200 {
		r := wrong(random, q)
		if !slices.IsSorted(r.Choices) || len(r.Choices) == 0 {
			t.Fatalf("%v", r.Choices)
		}
		earned[questionbank.Mark(q, 100, r)]++
	}
	if len(earned) != 2 || earned[0] == 0 || earned[50] == 0 {
		t.Error(earned)
	}
	if q.Key.Choices[0] != "c" {
		t.Error("the key was changed")
	}
}

func TestReplayKeepsTheOrder(t *testing.T) {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	r := replay{clock: clock.NewFake(start)}
	var got []string
	note := func(s string) func(context.Context) error {
		return func(context.Context) error { got = append(got, s+r.clock.Now().Format(" 15:04")); return nil }
	}
	r.at(start.Add(2*time.Hour), note("c"))
	r.at(start.Add(time.Hour), func(ctx context.Context) error {
		r.at(start.Add(90*time.Minute), note("planned by a"))
		r.clock.Advance(40 * time.Minute)
		return note("a")(ctx)
	})
	r.at(start.Add(2*time.Hour), note("d"))
	r.at(start.Add(9*time.Hour), note("too late"))
	if err := r.run(t.Context(), start.Add(8*time.Hour)); err != nil {
		t.Fatal(err)
	}
	want := []string{"a 01:40", "planned by a 01:40", "c 02:00", "d 02:00"}
	if !slices.Equal(got, want) || !r.clock.Now().Equal(start.Add(8*time.Hour)) {
		t.Errorf("%v at %s", got, r.clock.Now())
	}
}

func TestMediaWithoutPrograms(t *testing.T) {
	t.Setenv("PATH", "")
	files, err := filesOf(t.Context(), slog.New(slog.DiscardHandler), lessons[0], font{}, t.TempDir())
	if err != nil || len(files) != 2 || files[1].name != lessons[0].title+" 讲解.wav" || len(files[1].bytes) != 44+soundSeconds*sampleRate {
		t.Fatal(len(files), err)
	}
	if string(files[1].bytes[:4]) != "RIFF" || string(files[1].bytes[8:16]) != "WAVEfmt " {
		t.Errorf("%q", files[1].bytes[:44])
	}
}

func TestLessonsCoverTheAreas(t *testing.T) { // rule:C12 rule:C13 rule:C14 rule:C15 rule:C16
	for i, l := range lessons {
		if l.area != i+1 || len(l.slides) < 2 || len(l.topics) == 0 {
			t.Errorf("lesson %d: area %d, %d slides", i+1, l.area, len(l.slides))
		}
	}
}

func TestPasswordsComeOfTheSecret(t *testing.T) {
	dir := t.TempDir()
	a, made, err := secret(dir)
	if err != nil || !made {
		t.Fatal(made, err)
	}
	b, made, err := secret(dir)
	if err != nil || made || password(a, "hr1") != password(b, "hr1") || password(a, "hr1") == password(a, "hr2") {
		t.Error(made, err)
	}
}
