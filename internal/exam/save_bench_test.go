package exam

import (
	"sync/atomic"
	"testing"
)

// inFlight runs do for people 1 … b.N, 64 at a time.
func inFlight(b *testing.B, do func(person int) error) {
	b.Helper()
	var next atomic.Int32
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := do(int(next.Add(1))); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkStart is one start of each person, 64 at a time.
func BenchmarkStart(b *testing.B) {
	c := newClinic(b, b.N)
	exam := c.published(b.N, nil)
	inFlight(b, func(person int) error {
		_, _, err := c.Start(c.ctx, examinee(person), exam, Arrival{Client: "tab"})
		return err
	})
}

// BenchmarkHandIn is one hand-in of each person with ten answers, marked, 64 at a time.
func BenchmarkHandIn(b *testing.B) {
	c := newClinic(b, b.N)
	exam := c.published(b.N, nil)
	sheets := make([]Sheet, b.N)
	for n := range sheets {
		sheets[n] = c.begin(exam, n+1)
		c.answer(sheets[n], n+1, 5)
	}
	inFlight(b, func(person int) error {
		sheet := sheets[person-1]
		_, err := c.Submit(c.ctx, examinee(person), sheet.AttemptID, sheet.Lease, c.clock.Now())
		return err
	})
}

// BenchmarkSave is the service's durable save with 64 in flight, one attempt each.
func BenchmarkSave(b *testing.B) {
	const people = 64
	c := newClinic(b, people)
	exam := c.published(people, nil)
	sheets := make([]Sheet, people)
	for n := range sheets {
		sheets[n] = c.begin(exam, n+1)
	}
	var next atomic.Int32
	b.SetParallelism(people / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		n := int(next.Add(1)-1) % people
		for seq := int64(1); pb.Next(); seq++ {
			reply, err := c.Save(c.ctx, examinee(n+1), sheets[n].AttemptID, sheets[n].Lease, []Change{choose(int(seq)%10+1, seq, "b")}, c.clock.Now())
			if err != nil || reply.Only() != Saved {
				b.Errorf("%+v %v", reply, err)
				return
			}
		}
	})
}
