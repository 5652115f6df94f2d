package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// password opens every account of the checker's clinic.
const password = "correct horse battery"

// tab is one of an examinee's two pages.
type tab struct {
	id     string
	lease  string
	epoch  int
	seq    int64     // the last number given
	outbox []*change // typed and not answered for good, in the order of their numbers
}

// examinee is a simulated person. Whatever may happen by chance happens by random, which the run's seed fills.
type examinee struct {
	*client
	ledger  *ledger
	exam    string
	path    string // of the attempt
	tabs    [2]*tab
	at      int // the tab that the person looks at
	think   time.Duration
	handsIn bool
	over    bool // the server says that the attempt takes nothing more
}

func newExaminee(n int, seed uint64, base, exam string, think time.Duration, handsIn bool, t *tally) *examinee {
	login := loginOf(n)
	e := &examinee{
		client: newClient(base, rand.New(rand.NewPCG(seed, uint64(n))), t), ledger: newLedger(login), exam: exam, think: think, handsIn: handsIn,
	}
	for i := range e.tabs {
		e.tabs[i] = &tab{id: fmt.Sprintf("%s-%d", login, i)}
	}
	return e
}

// sit is the whole sitting: so long after the door has opened the person hands in or walks away.
func (e *examinee) sit(ctx context.Context, d *door, lasting time.Duration) {
	defer e.http.CloseIdleConnections()
	begun := e.logIn(ctx) && e.start(ctx)
	d.arrive()
	if !begun {
		return
	}
	until := d.opened(ctx).Add(lasting)
	for time.Now().Before(until) && !e.over && ctx.Err() == nil {
		e.step(ctx)
		rest(ctx, time.Duration(e.random.ExpFloat64()*float64(e.think)))
	}
	if !e.handsIn {
		return
	}
	e.send(ctx, e.tabs[e.at], 0)
	e.submit(ctx)
	e.over = false // nobody told this tab: what is typed now must be refused
	e.typeAndSend(ctx, 1, 0)
}

// unforeseen records an answer that the contract does not know at this place, or that there was none until the run's end.
func (e *examinee) unforeseen(what string, r reply) {
	e.tally.surprise("%s by %s: %d %.200s (in vain %d times)", what, e.ledger.login, r.status, r.body, r.doubts)
}

func (e *examinee) logIn(ctx context.Context) bool {
	r := e.insist(ctx, 0, "POST", sessions, "", map[string]string{"login": e.ledger.login, "password": password})
	var out struct{ Token string }
	if !r.ok || json.Unmarshal(r.body, &out) != nil || out.Token == "" {
		e.unforeseen("log-in", r)
		return false
	}
	e.token = out.Token
	return true
}

// sheet is what the checker reads of an attempt as it is shown.
type sheet struct {
	Attempt struct{ ID string }
	Lease   string
	Paper   struct{ Slots []struct{ Stem string } }
	LastSeq int64 `json:"last_seq"`

	Responses []struct {
		Slot     int
		Response json.RawMessage
	}
}

// start begins the attempt; some press twice.
func (e *examinee) start(ctx context.Context) bool {
	path, t := "/api/v1/exams/"+e.exam+"/attempts", e.tabs[0]
	if e.random.IntN(4) == 0 {
		twin := make(chan struct{})
		go func() {
			defer close(twin)
			_, _, _ = e.once(ctx, "POST", path, t.id, struct{}{}) // it may fail; the other one insists
		}()
		defer func() { <-twin }()
	}
	r := e.insist(ctx, 0, "POST", path, t.id, struct{}{})
	if !r.ok || r.status != http.StatusOK && r.status != http.StatusCreated || !e.take(t, r.body) {
		e.unforeseen("start", r)
		return false
	}
	e.tally.starts.Add(1)
	return true
}

// take reads a sheet with a lease into a tab.
func (e *examinee) take(t *tab, answer []byte) bool {
	var in sheet
	if json.Unmarshal(answer, &in) != nil || in.Lease == "" {
		return false
	}
	if e.ledger.slots == nil {
		for _, s := range in.Paper.Slots {
			q, err := questionOf(s.Stem)
			if err != nil {
				return false
			}
			e.ledger.slots = append(e.ledger.slots, q)
		}
	}
	e.ledger.attempts[in.Attempt.ID] = true
	e.path = "/api/v1/attempts/" + in.Attempt.ID
	epoch, _, _ := strings.Cut(in.Lease, ".")
	t.epoch, _ = strconv.Atoi(epoch) // 0, which no row has, where it is no number
	t.lease, t.seq = in.Lease, in.LastSeq
	return len(e.ledger.slots) > 0
}

// step is one thing that a person does.
func (e *examinee) step(ctx context.Context) {
	t := e.tabs[e.at]
	switch n := e.random.IntN(100); {
	case n < 3:
		e.takeOver(ctx)
	case n < 5:
		e.reload(ctx)
	case n < 8:
		e.repeat(ctx)
	case n < 11 && len(t.outbox) == 0 && t.seq > 0:
		t.seq = e.random.Int64N(t.seq) // the page lost its count
		e.typeInto(t, func(q question) bool { return !q.single() })
		e.send(ctx, t, 0)
	case n < 14:
		e.typeInto(t, nil)
		e.typeInto(t, func(q question) bool { return q != e.ledger.slots[t.outbox[len(t.outbox)-1].slot-1] })
		if last := len(t.outbox) - 1; last == 1 { // the network turns two requests round
			t.outbox[0], t.outbox[1] = t.outbox[1], t.outbox[0]
		}
		e.send(ctx, t, 0)
	case n < 30:
		e.typeAndSend(ctx, 2+e.random.IntN(6), 0)
	case n < 36:
		e.typeAndSend(ctx, 1+e.random.IntN(2), 1) // what is in doubt waits for the next step
	default:
		e.typeAndSend(ctx, 1, 0)
	}
}

func (e *examinee) typeAndSend(ctx context.Context, count, tries int) {
	for range count {
		e.typeInto(e.tabs[e.at], nil)
	}
	e.send(ctx, e.tabs[e.at], tries)
}

// typeInto types a change of a slot whose question pleases.
func (e *examinee) typeInto(t *tab, pleases func(question) bool) {
	slot := 1 + e.random.IntN(len(e.ledger.slots))
	for pleases != nil && !pleases(e.ledger.slots[slot-1]) {
		slot = slot%len(e.ledger.slots) + 1
	}
	t.seq++
	c := &change{typed: len(e.ledger.changes), slot: slot, number: number{t.epoch, t.seq}}
	c.response = e.ledger.slots[slot-1].respond(e.random, fmt.Sprintf("%s-%d", e.ledger.login, c.typed))
	e.ledger.changes = append(e.ledger.changes, c)
	t.outbox = append(t.outbox, c)
	e.tally.typed.Add(1)
}

// takeOver goes on in the other tab. What that one still had goes out first, under the lease that it had.
func (e *examinee) takeOver(ctx context.Context) {
	next := e.tabs[1-e.at]
	e.send(ctx, next, 0)
	if e.over {
		return
	}
	r := e.insist(ctx, 0, "POST", e.path+"/lease", next.id, struct{}{})
	switch {
	case r.ok && r.status == http.StatusGone:
		e.over = true
	case !r.ok || r.status != http.StatusOK || !e.take(next, r.body):
		e.unforeseen("take-over", r)
	default:
		e.at = 1 - e.at
		e.tally.takeovers.Add(1)
	}
}

// reload reads the attempt, as a page that was loaded again: what it shows must be what was acknowledged.
func (e *examinee) reload(ctx context.Context) {
	r := e.insist(ctx, 0, "GET", e.path, e.tabs[e.at].id, nil)
	var in sheet
	if !r.ok || r.status != http.StatusOK || json.Unmarshal(r.body, &in) != nil {
		e.unforeseen("reload", r)
		return
	}
	e.tally.reloads.Add(1)
	shown := map[int]string{}
	for _, r := range in.Responses {
		shown[r.Slot] = plain(string(r.Response))
	}
	for i := range e.ledger.slots {
		if !e.ledger.mayBe(i+1, shown[i+1]) {
			e.ledger.deceits = append(e.ledger.deceits, fmt.Sprintf("%s reloads and sees %s at slot %d", e.ledger.login, shown[i+1], i+1))
		}
	}
}

// repeat sends an acknowledged change of the tab's lease again, as after a lost reply: it is acknowledged again.
func (e *examinee) repeat(ctx context.Context) {
	t := e.tabs[e.at]
	for i := len(e.ledger.changes) - 1; i >= 0; i-- {
		c := e.ledger.changes[i]
		if c.fate != acknowledged || c.epoch != t.epoch || e.random.IntN(3) > 0 {
			continue
		}
		r := e.insist(ctx, 0, "PUT", e.path+"/responses/"+strconv.Itoa(c.slot), t.id, saveBody(t, c))
		if r.status != http.StatusOK {
			e.unforeseen(fmt.Sprintf("repetition of %+v", *c), r)
		}
		return
	}
}

// submit hands in; some press twice.
func (e *examinee) submit(ctx context.Context) {
	t := e.tabs[e.at]
	for range 1 + e.random.IntN(2) {
		r := e.insist(ctx, 0, "POST", e.path+"/submit", t.id, map[string]string{"lease": t.lease})
		var out struct{ Receipt receipt }
		if !r.ok || r.status != http.StatusOK || json.Unmarshal(r.body, &out) != nil {
			e.unforeseen("hand-in", r)
			return
		}
		e.ledger.receipts = append(e.ledger.receipts, out.Receipt)
	}
	e.tally.handIns.Add(1)
}
