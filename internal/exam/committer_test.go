package exam

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/errs"
)

// memoryLine is saveLine in memory: one attempt each id, with the same rules as the SQL, and faults on demand.
type memoryLine struct {
	mu       sync.Mutex
	attempts map[AttemptID]*attemptFacts
	journal  map[AttemptID]map[int64]journalled
	batches  [][]int
	confirms int
	fail     func(requests []*saveRequest) error
	gate     chan struct{} // when set, each Save waits for it
	entered  chan struct{} // tells that a Save is waiting
}

type journalled struct {
	response string
	at       time.Time
}

func newMemoryLine(n int) *memoryLine {
	l := &memoryLine{attempts: map[AttemptID]*attemptFacts{}, journal: map[AttemptID]map[int64]journalled{}}
	for i := range n {
		id := AttemptID(i + 1)
		l.attempts[id] = &attemptFacts{State: AttemptOpen, Lease: "1.x", DeadlineAt: at(60), GraceSeconds: 60}
		l.journal[id] = map[int64]journalled{}
	}
	return l
}

// hold makes the committer busy with a commit that ends when open is called; what is saved meanwhile is queued.
func hold(t *testing.T, l *memoryLine) (c *Committer, open func()) {
	l.gate, l.entered = make(chan struct{}), make(chan struct{}, 1)
	c = start(t, l)
	go func() { _ = c.Save(context.Background(), request(999, 1)) }()
	<-l.entered
	return c, func() { close(l.gate) }
}

func (l *memoryLine) Close() error          { return nil }
func (l *memoryLine) Usable(err error) bool { return !errors.Is(err, errGone) }

var (
	errGone   = errors.New("connection gone")
	errPoison = errors.New("value refused")
)

func (l *memoryLine) Save(requests []*saveRequest) (map[int]accepted, error) {
	if l.gate != nil {
		select {
		case l.entered <- struct{}{}:
		default:
		}
		<-l.gate
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []int
	for _, r := range requests {
		ids = append(ids, int(r.attempt))
	}
	l.batches = append(l.batches, ids)
	if l.fail != nil {
		if err := l.fail(requests); err != nil {
			return nil, err
		}
	}
	out := map[int]accepted{}
	for i, r := range requests {
		a := l.attempts[r.attempt]
		if a == nil || a.State != AttemptOpen || a.Lease != r.lease || a.LastSeq >= r.oldest() || !Accepts(a.DeadlineAt, a.GraceSeconds, r.receivedAt) {
			continue
		}
		a.LastSeq = r.newest()
		for _, c := range r.changes {
			l.journal[r.attempt][c.ClientSeq] = journalled{string(c.Response), r.receivedAt}
		}
		out[i] = accepted{deadlineAt: a.DeadlineAt}
	}
	return out, nil
}

func (l *memoryLine) Explain(requests []*saveRequest) ([]*attemptFacts, []map[int64]time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	facts, replayed := make([]*attemptFacts, len(requests)), make([]map[int64]time.Time, len(requests))
	for i, r := range requests {
		if a := l.attempts[r.attempt]; a != nil {
			copied := *a
			facts[i] = &copied
		}
		replayed[i] = map[int64]time.Time{}
		for _, c := range r.changes {
			if j, ok := l.journal[r.attempt][c.ClientSeq]; ok && j.response == string(c.Response) {
				replayed[i][c.ClientSeq] = j.at
			}
		}
		if len(replayed[i]) > 0 {
			l.confirms++
		}
	}
	return facts, replayed, nil
}

func request(attempt AttemptID, seqs ...int64) *saveRequest {
	r := &saveRequest{attempt: attempt, person: 1, lease: "1.x", receivedAt: at(1)}
	for _, n := range seqs {
		r.changes = append(r.changes, Change{Slot: int(n), ClientSeq: n, Response: json.RawMessage(`{"choice":"a"}`)})
	}
	return r
}

func start(t testing.TB, l saveLine) *Committer {
	c := newCommitter(l)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func statuses(r *saveRequest) []SaveStatus {
	var out []SaveStatus
	for _, x := range r.results {
		out = append(out, x.Status)
	}
	return out
}

func TestEachChangeGetsItsAnswer(t *testing.T) {
	ctx := context.Background()
	save := func(t *testing.T, c *Committer, r *saveRequest, want ...SaveStatus) {
		t.Helper()
		if err := c.Save(ctx, r); err != nil {
			t.Fatal(err)
		}
		got := statuses(r)
		if len(got) != len(want) {
			t.Fatalf("answered %v, want %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("answered %v, want %v", got, want)
			}
		}
	}
	l := newMemoryLine(1)
	c := start(t, l)
	save(t, c, request(1, 1, 2), Saved, Saved)
	if l.confirms != 0 {
		t.Fatal("a first save needs no confirmation of its own")
	}
	save(t, c, request(1, 1, 2), Saved, Saved) // a repetition: equal responses
	if l.confirms != 1 {
		t.Fatal("a repetition was confirmed by reading alone")
	}
	save(t, c, request(1, 2, 3), Saved, Saved) // repeated together with something new
	other := request(1, 2)
	other.changes[0].Response = json.RawMessage(`{"choice":"b"}`)
	save(t, c, other, OutOfOrder)
	if other.lastSeq != 3 {
		t.Fatalf("last_seq %d, want 3", other.lastSeq)
	}
	save(t, c, request(2, 1), NotFound)
	stale := request(1, 9)
	stale.lease = "0.x"
	save(t, c, stale, LostLease)
	late := request(1, 9)
	late.receivedAt = at(61).Add(time.Microsecond)
	save(t, c, late, Late)
	justInTime := request(1, 9)
	justInTime.receivedAt = at(61)
	save(t, c, justInTime, Saved)
	l.attempts[1].State = AttemptSubmitted
	save(t, c, request(1, 10), Closed)
	save(t, c, request(1, 9), Saved) // it was saved, and stays so after the hand-in
}

func TestAPoisonRowDoesNotTakeItsNeighboursAlong(t *testing.T) {
	l := newMemoryLine(20)
	l.fail = func(requests []*saveRequest) error {
		for _, r := range requests {
			if r.attempt == 7 {
				return errPoison
			}
		}
		return nil
	}
	c, open := hold(t, l)
	failed := make([]error, 21)
	var wg sync.WaitGroup
	for id := AttemptID(1); id <= 20; id++ {
		wg.Go(func() { failed[id] = c.Save(context.Background(), request(id, 1)) })
	}
	for len(c.queue) < 20 {
		time.Sleep(time.Millisecond)
	}
	open()
	wg.Wait()
	for id := 1; id <= 20; id++ {
		if (failed[id] != nil) != (id == 7) {
			t.Errorf("attempt %d: %v", id, failed[id])
		}
	}
	if !errs.Is(failed[7], errs.Internal) {
		t.Errorf("the poison row itself: %v", failed[7])
	}
}

func TestABrokenLineIsNotConfirmed(t *testing.T) {
	for name, fault := range map[string]error{"broken": errGone, "no standby": errDoubtful} {
		l := newMemoryLine(1)
		l.fail = func([]*saveRequest) error { return fault }
		err := start(t, l).Save(context.Background(), request(1, 1))
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Unavailable || e.RetryAfterSeconds < 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWaiterGivesUpAndTheCommitRunsOn(t *testing.T) {
	l := newMemoryLine(1)
	l.gate = make(chan struct{})
	c := start(t, l)
	c.wait = 20 * time.Millisecond
	if err := c.Save(context.Background(), request(1, 1)); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("%v", err)
	}
	close(l.gate)
	c.wait = groupWait
	again := request(1, 1)
	if err := c.Save(context.Background(), again); err != nil || again.results[0].Status != Saved {
		t.Fatalf("the repetition finds the late outcome: %v %v", err, again.results)
	}
}

func TestOneRequestOfAnAttemptInABatch(t *testing.T) {
	l := newMemoryLine(3)
	c, open := hold(t, l)
	var wg sync.WaitGroup
	for n := range int64(30) {
		wg.Go(func() { _ = c.Save(context.Background(), request(AttemptID(n%3+1), n+1)) })
	}
	for len(c.queue) < 30 {
		time.Sleep(time.Millisecond)
	}
	open()
	wg.Wait()
	for _, batch := range l.batches {
		seen := map[int]bool{}
		for _, id := range batch {
			if seen[id] {
				t.Fatalf("attempt %d twice in %v", id, batch)
			}
			seen[id] = true
		}
	}
}

func TestCloseAnswersWhatIsQueued(t *testing.T) {
	l := newMemoryLine(50)
	c := newCommitter(l)
	var wg sync.WaitGroup
	for id := AttemptID(1); id <= 50; id++ {
		wg.Go(func() {
			r := request(id, 1)
			if err := c.Save(context.Background(), r); err != nil && !errs.Is(err, errs.Unavailable) {
				t.Error(err)
			}
		})
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if err := c.Save(context.Background(), request(1, 2)); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("after the end: %v", err)
	}
}

// Threats 3, 5, 6: whatever the order and number of deliveries, a change is saved at most once, every acknowledged change
// stays in the journal, and a client that renumbers what was out of order ends with the last value typed.
func TestDeliveriesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newMemoryLine(1)
		c := newCommitter(l)
		defer c.Close()
		acked := map[int64]string{}
		typed, next := "", int64(0)
		var sent []*saveRequest
		for range rapid.IntRange(1, 20).Draw(rt, "changes") {
			next++
			typed = rapid.SampledFrom([]string{`{"choice":"a"}`, `{"choice":"b"}`}).Draw(rt, "typed")
			r := request(1, next)
			r.changes[0].Response = json.RawMessage(typed)
			sent = append(sent, r)
		}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(sent)-1), 1, 60).Draw(rt, "deliveries") {
			r := sent[i]
			copied := &saveRequest{attempt: 1, person: 1, lease: "1.x", receivedAt: at(1), changes: append([]Change{}, r.changes...)}
			if err := c.Save(context.Background(), copied); err != nil {
				rt.Fatal(err)
			}
			seq, response := r.changes[0].ClientSeq, string(r.changes[0].Response)
			if copied.results[0].Status == Saved {
				acked[seq] = response
			}
		}
		final := &saveRequest{attempt: 1, person: 1, lease: "1.x", receivedAt: at(1)}
		final.changes = []Change{{Slot: 1, ClientSeq: l.attempts[1].LastSeq + 1, Response: json.RawMessage(typed)}}
		if err := c.Save(context.Background(), final); err != nil || final.results[0].Status != Saved {
			rt.Fatalf("the renumbered change: %v %v", err, final.results)
		}
		for seq, response := range acked {
			if l.journal[1][seq].response != response {
				rt.Fatalf("acknowledged change %d is not in the journal", seq)
			}
		}
		if l.journal[1][l.attempts[1].LastSeq].response != typed {
			rt.Fatal("the last value typed is not the last in the journal")
		}
	})
}
