package exam

import (
	"sync/atomic"
	"testing"
)

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
