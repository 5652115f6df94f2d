package exam

import (
	"encoding/json"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

func TestAtLeast(t *testing.T) {
	for name, c := range map[string]struct {
		m       int
		chances []float64
		want    float64
	}{
		"none or more":         {0, []float64{.5}, 1},
		"more than there are":  {2, []float64{.5}, 0},
		"a coin":               {1, []float64{.5}, .5},
		"both of two":          {2, []float64{.5, .25}, .125},
		"one of two":           {1, []float64{.5, .25}, .625},
		"binomial 10, .3, ≥ 6": {6, repeat(.3, 10), 0.0473489874},
		"a tiny one":           {30, repeat(.1, 30), 1e-30},
		"certain":              {3, repeat(1, 3), 1},
	} {
		if got := atLeast(c.m, c.chances); math.Abs(got-c.want) > c.want*1e-9 {
			t.Errorf("%s: %g, want %g", name, got, c.want)
		}
	}
}

func repeat(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// room draws people who answer by themselves: each is wrong at a rate of their own, and one wrong option tempts most.
func room(random *mathrand.Rand, people, questions int) []WrongAnswers {
	out := make([]WrongAnswers, people)
	for i := range out {
		out[i] = WrongAnswers{}
		rate := .15 + .35*random.Float64()
		for q := range questions {
			if random.Float64() >= rate {
				continue
			}
			option := "a"
			if u := random.Float64(); u > .85 {
				option = "c"
			} else if u > .6 {
				option = "d"
			}
			out[i][VersionID(q+1)] = option
		}
	}
	return out
}

// Nobody is named who answered alone, in rooms of every size; who copied 25 wrong answers is.
func TestSimilarFindsThePairAndNobodyElse(t *testing.T) {
	for seed := range uint64(8) {
		random := mathrand.New(mathrand.NewPCG(seed, 1))
		for _, n := range []int{2, 3, 10, 60, 200} {
			if found, compared := Similar(room(random, n, 60)); len(found) != 0 || compared != n*(n-1)/2 {
				t.Errorf("seed %d, %d people: %+v of %d", seed, n, found, compared)
			}
		}
		people := room(random, 60, 80)
		for q := range 40 { // the 7th has the 3rd's sheet, wrong where the 3rd is
			people[3][VersionID(q+1)] = []string{"c", "d", "a"}[q%3]
		}
		people[7] = people[3]
		found, _ := Similar(people)
		if len(found) != 1 || found[0].A != 3 || found[0].B != 7 || found[0].Identical != found[0].BothWrong || found[0].Expected >= float64(found[0].Identical) || found[0].Adjusted >= SimilarBelow {
			t.Errorf("seed %d: %+v", seed, found)
		}
	}
}

// Two who missed the same few questions, or of whom everybody makes the same mistake, are not accused.
func TestSimilarIsCautious(t *testing.T) {
	same := func(n int, answer string) WrongAnswers {
		out := WrongAnswers{}
		for q := range n {
			out[VersionID(q+1)] = answer
		}
		return out
	}
	taught := make([]WrongAnswers, 30)
	for i := range taught {
		taught[i] = same(50, "a")
	}
	for name, people := range map[string][]WrongAnswers{
		"two alone, ten alike":      {same(10, "a"), same(10, "a")},
		"all were taught the same":  taught,
		"nobody is wrong":           {{}, {}, {}},
		"nobody":                    nil,
		"one":                       {same(50, "a")},
		"wrong in other places":     {same(50, "a"), {VersionID(99): "a"}},
		"wrong in the other manner": {same(50, "a"), same(50, "b")},
	} {
		if found, _ := Similar(people); len(found) != 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

func TestComparable(t *testing.T) {
	for response, want := range map[string]string{
		`{"choice":"b"}`:               "cb",
		`{"choice":"true"}`:            "",
		`{"choices":["d","a"]}`:        "ma\x00d",
		`{"blanks":[" Heparin ","x"]}`: "bheparin\x00x",
		`{"text":"…"}`:                 "",
		`null`:                         "",
	} {
		if got := comparable(json.RawMessage(response)); got != want {
			t.Errorf("%s: %q", response, got)
		}
	}
}

// From stored answers to the pair: two of twelve have the same wrong sheet, in their own order of questions.
func TestSimilarity(t *testing.T) {
	const people = 12
	c := newClinic(t, people)
	in := c.settings()
	exam, err := c.CreateExam(c.ctx, c.staff, in, c.paperOf(60))
	must(t, err)
	_, err = c.Invite(c.ctx, c.staff, exam, account.Audience{PersonIDs: persons(people)})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, exam))
	if _, err := c.Similarity(c.ctx, c.staff, exam); !errs.Is(err, errs.Conflict) {
		t.Errorf("before it is marked: %v", err)
	}
	random := mathrand.New(mathrand.NewPCG(5, 5))
	for n := 1; n <= people; n++ {
		sheet := c.begin(exam, n)
		var changes []Change
		for i, slot := range sheet.Slots {
			option := []string{"a", "b", "c", "d"}[random.IntN(4)]
			if n == 4 || n == 9 {
				var version int
				_, _ = fmt.Sscanf(slot.Stem, "第 %d 题", &version)
				option = []string{"a", "c", "d"}[version%3]
			}
			changes = append(changes, choose(i+1, int64(i+1), option))
		}
		_, err := c.Save(c.ctx, examinee(n), sheet.AttemptID, sheet.Lease, changes, c.clock.Now())
		must(t, err)
		c.submit(sheet, n)
	}
	c.clock.Advance(3 * time.Hour)
	c.due()
	s, err := c.Similarity(c.ctx, c.staff, exam)
	must(t, err)
	if s.People != people || s.Compared != 66 || len(s.Pairs) != 1 || s.Persons[s.Pairs[0].A].PersonID != 4 || s.Persons[s.Pairs[0].B].PersonID != 9 || s.Pairs[0].Identical != 60 {
		t.Errorf("%d people, %d pairs: %+v", s.People, s.Compared, s.Pairs)
	}
	if _, err := c.Similarity(c.ctx, examinee(1), exam); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee: %v", err)
	}
}

// What an order admitted is compared as it counts, and not what it replaced.
func TestSimilarityComparesWhatCounts(t *testing.T) {
	o := newOffice(t, 4, 4)
	exam := o.published(1, nil)
	sheet := o.late(exam, 1, 0, choose(6, 11, "c"), choose(7, 12, "d"))
	o.clock.Advance(3 * time.Hour)
	o.due()
	said := func() map[int]string {
		t.Helper()
		answers, err := o.answersThatCount(o.ctx, []int64{int64(sheet.AttemptID)})
		must(t, err)
		out := map[int]string{}
		for slot, e := range answers[sheet.AttemptID] {
			out[slot] = comparable(e.Response)
		}
		return out
	}
	if got := said(); got[6] != "ca" || got[7] != "ca" {
		t.Errorf("before: %v", got)
	}
	row := o.newestOf(sheet.AttemptID)
	o.exec(`INSERT INTO correction (exam_id, attempt_id, kind, body, reason, state, proposed_by_person, proposed_at, decided_by_person, decided_at, decision_reason)
		VALUES ($1, $2, 'late_answers', '{"evidence": [1], "instead": []}', 'x', 'approved', 3, $3, 4, $3, '')`, int64(exam), int64(sheet.AttemptID), o.clock.Now())
	if got := said(); got[6] != "cc" || got[7] != "ca" {
		t.Errorf("after: %v", got)
	}
	wrong, err := o.wrongAnswers(o.ctx, []similarityRow{{AttemptID: sheet.AttemptID, Marks: row.Marks}})
	must(t, err)
	if v := row.Marks.V[5].VersionID; wrong[0][v] != "cc" {
		t.Errorf("compared: %v", wrong[0])
	}
}

// 500 people and 100 questions are 124,750 pairs; a page waits for them.
func BenchmarkSimilar500(b *testing.B) {
	people := room(mathrand.New(mathrand.NewPCG(1, 1)), 500, 100)
	for b.Loop() {
		Similar(people)
	}
}

func persons(n int) []account.PersonID {
	out := make([]account.PersonID, n)
	for i := range out {
		out[i] = account.PersonID(i + 1)
	}
	return out
}
