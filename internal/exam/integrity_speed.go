package exam

import (
	"cmp"
	"slices"
	"time"
)

const (
	// SpeedSlots different questions answered within SpeedWindow are faster than anybody reads them.
	SpeedSlots  = 8
	SpeedWindow = 10 * time.Second
)

// Burst is a stretch of unusual speed.
type Burst struct {
	At    time.Time
	Took  time.Duration
	Slots int
}

// Bursts finds stretches in which at least SpeedSlots different questions were answered within SpeedWindow, each as long as it
// goes on. Answers that came in one request were kept by the page while the line was away, so the time of their receipt says
// nothing of the time of the answer: such requests do not count. Clearing an answer is none.
func Bursts(entries []Entry) []Burst {
	single := alone(entries)
	var out []Burst
	for from := 0; from < len(single); from++ {
		to, slots := from, map[int]bool{}
		for to < len(single) && single[to].ReceivedAt.Sub(single[from].ReceivedAt) <= SpeedWindow {
			slots[single[to].Slot] = true
			to++
		}
		if len(slots) < SpeedSlots {
			continue
		}
		for ; to < len(single) && single[to].ReceivedAt.Sub(single[to-SpeedSlots+1].ReceivedAt) <= SpeedWindow; to++ {
			slots[single[to].Slot] = true
		}
		out = append(out, Burst{At: single[from].ReceivedAt, Took: single[to-1].ReceivedAt.Sub(single[from].ReceivedAt), Slots: len(slots)})
		from = to - 1
	}
	return out
}

// alone are the answers that came in requests of their own, in the order of their receipt.
func alone(entries []Entry) []Entry {
	together := map[int64]int{}
	for _, e := range entries {
		together[e.ReceivedAt.UnixMicro()]++
	}
	out := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool {
		return together[e.ReceivedAt.UnixMicro()] > 1 || string(e.Response) == "null"
	})
	slices.SortStableFunc(out, func(a, b Entry) int { return cmp.Compare(a.ReceivedAt.UnixMicro(), b.ReceivedAt.UnixMicro()) })
	return out
}
