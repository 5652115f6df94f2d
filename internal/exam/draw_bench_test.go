package exam

import (
	"math/rand/v2"
	"testing"

	"github.com/peikao/peikao/internal/score"
)

// largePool is 100,000 questions at 75 points of five areas, some of them rivals of two others.
func largePool() Pool {
	random := rand.New(rand.NewPCG(7, 7))
	p := Pool{Lines: map[TopicID][]TopicID{}}
	for area := TopicID(1); area <= 5; area++ {
		p.Lines[area] = []TopicID{area}
		for point := range TopicID(15) {
			p.Lines[area*100+point] = []TopicID{area*100 + point, area}
		}
	}
	for n := range int64(100_000) {
		line := p.Lines[TopicID(1+random.IntN(5))*100+TopicID(random.IntN(15))]
		it := PoolItem{VersionID: VersionID(n + 1), QuestionID: n + 1, Type: []string{"single", "single", "multiple"}[n%3], Difficulty: 1 + random.IntN(5), Key: n/3%3 == 0,
			TopicIDs: line, Line: line, Uses: random.IntN(4)}
		if n%7 == 0 {
			it.Rivals = []int64{n / 21}
		}
		p.Items = append(p.Items, it)
	}
	return p
}

func largeBlueprint() Blueprint {
	b := Blueprint{KeyPercent: 60}
	for area := TopicID(1); area <= 5; area++ {
		for _, kind := range []string{"single", "multiple"} {
			b.Rows = append(b.Rows, BlueprintRow{TopicIDs: []TopicID{area}, Type: kind, DifficultyMin: 2, DifficultyMax: 5, Count: 10, Points: score.Whole(1)})
		}
		b.Quotas = append(b.Quotas, TopicQuota{TopicID: area*100 + 1, Min: 3, Max: 6}, TopicQuota{TopicID: area*100 + 2, Max: 2})
	}
	return b
}

// BenchmarkDraw draws a paper of 100 questions from 100,000, without the reading of the bank.
func BenchmarkDraw(b *testing.B) {
	pool, blueprint := largePool(), largeBlueprint()
	for seed := uint64(1); b.Loop(); seed++ {
		slots, short := drawn(seeded(seed), blueprint, pool)
		if len(short) > 0 {
			b.Fatalf("%+v", short)
		}
		if seed == 1 {
			checkPaper(b, blueprint, pool, slots)
		}
	}
}

// BenchmarkDrawForms draws two forms of it.
func BenchmarkDrawForms(b *testing.B) {
	pool, blueprint := largePool(), largeBlueprint()
	for seed := uint64(1); b.Loop(); seed++ {
		if forms, short := drawnForms(seeded(seed), blueprint, pool, 2); len(short) > 0 || forms.Overlap > 0 {
			b.Fatalf("%d %+v", forms.Overlap, short)
		}
	}
}
