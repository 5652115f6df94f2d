package itemstat

import (
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// most is what the statistics of 50 questions and 5,000 sittings may take.
const most = 300 * time.Millisecond

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

func TestALargeExamIsQuick(t *testing.T) {
	sittings := crowd(5000, 50)
	runtime.GC()
	before := processor(t) // the machine is busy with other tests: what counts is the processor's time, the collector's in it
	if _, items := Analyse(sittings); len(items) != 50 {
		t.Fatalf("%d questions", len(items))
	}
	if took := processor(t) - before; took > most {
		t.Errorf("%s, at most %s", took, most)
	} else {
		t.Logf("%s", took)
	}
}

// processor is the time that this process has computed.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkAnalyse(b *testing.B) {
	sittings := crowd(5000, 50)
	for b.Loop() {
		Analyse(sittings)
	}
}
