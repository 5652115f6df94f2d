package itemstat

import (
	"math/rand/v2"
	"testing"
)

// crowd are so many sittings of so many questions of choice.
func crowd(people, questions int) []Sitting {
	random, ids := rand.New(rand.NewPCG(1, 2)), []string{"a", "b", "c", "d"}
	out := make([]Sitting, people)
	for i := range out {
		skill := random.Float64()
		for q := range questions {
			a := Answer{Version: int64(q), Points: 200, Choices: []string{ids[random.IntN(4)]}, Seconds: random.IntN(300)}
			if random.Float64() < skill {
				a.Mark, a.Choices = 200, []string{"b"}
			}
			out[i].Answers = append(out[i].Answers, a)
			out[i].Score, out[i].Total = out[i].Score+a.Mark, out[i].Total+200
		}
	}
	return out
}

// BenchmarkAnalyse is an exam of 5,000 people and 50 questions; its job should compute for no longer than 300 ms.
func BenchmarkAnalyse(b *testing.B) {
	sittings := crowd(5000, 50)
	for b.Loop() {
		Analyse(sittings)
	}
}
