package exam

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Everything that may happen to an attempt, in any order, with three tabs and two servers of which either may be started anew: start,
// save, stale save, what the network turned round, take over, extra time, pause, time that passes beyond every edge, hand-in, sweep. A
// model that knows the contract alone says what each is answered and what is there afterwards.
func TestLifeOfAnAttempt(t *testing.T) {
	c := newClinic(t, 1)
	paper := c.paperOf(10)
	services := []*Service{c.second(), c.second()}
	rapid.Check(t, func(rt *rapid.T) {
		m := &attemptModel{c: c, services: services, tabs: []*tab{{name: "a"}, {name: "b"}, {name: "c"}}, current: map[int]string{}}
		m.exam = c.publishedOn(paper)
		m.opensAt = c.clock.Now()
		sheet, created, err := services[0].Start(c.ctx, examinee(1), m.exam, Arrival{Client: "a"})
		if err != nil || !created {
			rt.Fatal(created, err)
		}
		m.id, m.holder, m.epoch, m.deadline = sheet.AttemptID, m.tabs[0], 1, m.opensAt.Add(time.Hour+LoadAllowance)
		m.holder.lease = sheet.Lease
		rt.Repeat(map[string]func(*rapid.T){
			"start": m.start, "save": m.save, "stale save": m.stale, "save again": m.again, "turned round": m.turnedRound, "take over": m.takeOver,
			"extra time": m.extend, "pause": m.pause, "resume": m.resume, "hand in": m.handIn, "time passes": m.pass, "sweep": m.sweep,
			"restart": m.restart, "": m.check,
		})
		m.end(rt)
	})
}

// publishedOn is an exam on a paper for the first person, which opens now.
func (c *clinic) publishedOn(paper PaperID) ExamID {
	c.t.Helper()
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), paper)
	must(c.t, err)
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1}})
	must(c.t, err)
	must(c.t, c.Publish(c.ctx, c.staff, id))
	return id
}

// attemptModel is what the contract says of one attempt.
type attemptModel struct {
	c        *clinic
	services []*Service
	next     int // the service that answers next: always another one
	exam     ExamID
	id       AttemptID
	tabs     []*tab
	holder   *tab
	epoch    int
	newest   int64 // last_seq of the epoch

	opensAt, deadline time.Time
	pausedAt          *time.Time
	receipt           *Receipt
	cause             SubmitCause

	current map[int]string // slot → response
	acked   []ackedChange
}

// ackedChange is a change that was acknowledged, with the lease that it was sent under.
type ackedChange struct {
	lease string
	Change
}

func (m *attemptModel) service() *Service {
	m.next++
	return m.services[m.next%len(m.services)]
}

func (m *attemptModel) now() time.Time { return m.c.clock.Now() }

func (m *attemptModel) tab(rt *rapid.T) *tab { return rapid.SampledFrom(m.tabs).Draw(rt, "tab") }

// wants is what a new number of a lease is answered with now.
func (m *attemptModel) wants(by *tab) SaveStatus {
	const grace = time.Minute
	switch {
	case m.receipt != nil:
		return Closed
	case m.pausedAt != nil && m.now().After(m.pausedAt.Add(grace)):
		return Paused
	case m.now().After(m.deadline.Add(grace)):
		return Late
	case by != m.holder:
		return LostLease
	}
	return Saved
}

func (m *attemptModel) send(rt *rapid.T, lease string, change Change) ChangeResult {
	reply, err := m.service().Save(m.c.ctx, examinee(1), m.id, lease, []Change{change}, m.now())
	if err != nil {
		rt.Fatal(err)
	}
	if !reply.DeadlineAt.Equal(m.deadline) {
		rt.Fatalf("a save tells the deadline %s, want %s", reply.DeadlineAt, m.deadline)
	}
	if r := reply.Results[0]; r.Status == OutOfOrder && reply.LastSeq != m.newest {
		rt.Fatalf("out of order, and the newest is %d, want %d", reply.LastSeq, m.newest)
	}
	return reply.Results[0]
}

func (m *attemptModel) typed(rt *rapid.T, seq int64) Change {
	return choose(rapid.IntRange(1, 10).Draw(rt, "slot"), seq, rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(rt, "option"))
}

// sends a new number, and takes it into the model.
func (m *attemptModel) sends(rt *rapid.T, by *tab, change Change) {
	want := m.wants(by)
	if got := m.send(rt, by.lease, change); got.Status != want {
		rt.Fatalf("number %d of %s was answered %s, want %s", change.ClientSeq, by.name, got.Status, want)
	}
	if want == Saved {
		m.newest, by.seq = change.ClientSeq, change.ClientSeq
		m.current[change.Slot] = string(change.Response)
		m.acked = append(m.acked, ackedChange{by.lease, change})
	}
}

func (m *attemptModel) start(rt *rapid.T) {
	by := m.tab(rt)
	sheet, created, err := m.service().Start(m.c.ctx, examinee(1), m.exam, Arrival{Client: by.name})
	var e *errs.Error
	switch {
	case m.receipt != nil && errs.Is(err, errs.Conflict):
		if e, _ = err.(*errs.Error); e == nil || e.Extra["attempt_id"] != m.id {
			rt.Fatalf("a second attempt: %v", err)
		}
	case m.receipt != nil && errs.Is(err, errs.Gone) && !m.now().Before(m.opensAt.Add(2*time.Hour)):
	case m.receipt == nil && err == nil && !created && sheet.AttemptID == m.id && (sheet.Lease != "") == (by == m.holder) && (by != m.holder || sheet.Lease == m.holder.lease):
	default:
		rt.Fatalf("%s starts: %v, lease %q, %v", by.name, created, sheet.Lease, err)
	}
}

func (m *attemptModel) save(rt *rapid.T) {
	by := m.tab(rt)
	if by.lease == "" {
		rt.Skip("never held the lease")
	}
	seq := by.seq
	if by == m.holder {
		seq = m.newest
	}
	by.seq = seq + int64(rapid.IntRange(1, 3).Draw(rt, "skipped"))
	m.sends(rt, by, m.typed(rt, by.seq))
}

// stale sends a number that is not the newest, with something else than stands under it.
func (m *attemptModel) stale(rt *rapid.T) {
	if m.newest == 0 || m.wants(m.holder) != Saved {
		rt.Skip("no number is stale")
	}
	change := m.typed(rt, rapid.Int64Range(1, m.newest).Draw(rt, "stale"))
	for _, a := range m.acked {
		if a.lease == m.holder.lease && a.ClientSeq == change.ClientSeq && a.Slot == change.Slot && string(a.Response) == string(change.Response) {
			rt.Skip("the same")
		}
	}
	if got := m.send(rt, m.holder.lease, change); got.Status != OutOfOrder {
		rt.Fatalf("number %d after %d was answered %s", change.ClientSeq, m.newest, got.Status)
	}
}

// again sends what was acknowledged once more: it is acknowledged once more, under whatever lease, however late.
func (m *attemptModel) again(rt *rapid.T) {
	if len(m.acked) == 0 {
		rt.Skip("nothing was acknowledged")
	}
	a := rapid.SampledFrom(m.acked).Draw(rt, "acknowledged")
	if got := m.send(rt, a.lease, a.Change); got.Status != Saved {
		rt.Fatalf("number %d of %s was acknowledged, and is now answered %s", a.ClientSeq, a.lease, got.Status)
	}
}

// turnedRound are two numbers of which the network delivers the later one first: the other is sent again under a new one.
func (m *attemptModel) turnedRound(rt *rapid.T) {
	if m.wants(m.holder) != Saved {
		rt.Skip("nothing is taken")
	}
	first, second := m.typed(rt, m.newest+1), m.typed(rt, m.newest+2)
	m.sends(rt, m.holder, second)
	if got := m.send(rt, m.holder.lease, first); got.Status != OutOfOrder {
		rt.Fatalf("the earlier number was answered %s", got.Status)
	}
	first.ClientSeq = m.newest + 1
	m.sends(rt, m.holder, first)
}

func (m *attemptModel) takeOver(rt *rapid.T) {
	by := m.tab(rt)
	sheet, err := m.service().TakeOver(m.c.ctx, examinee(1), m.id, Arrival{Client: by.name})
	if m.receipt != nil {
		if !errs.Is(err, errs.Gone) {
			rt.Fatalf("took over what was handed in: %v", err)
		}
		return
	}
	if err != nil || sheet.LastSeq != 0 || len(sheet.Responses) != len(m.current) {
		rt.Fatalf("%+v %v", sheet, err)
	}
	m.epoch, m.newest, m.holder = m.epoch+1, 0, by
	by.lease, by.seq = sheet.Lease, 0
}

func (m *attemptModel) extend(rt *rapid.T) {
	if m.receipt != nil {
		rt.Skip("it is over")
	}
	n := rapid.IntRange(1, 120).Draw(rt, "seconds")
	if moved, err := m.c.AddTime(m.c.ctx, m.c.staff, m.exam, everybody(), n, "合理便利"); err != nil || moved != 1 {
		rt.Fatal(moved, err)
	}
	m.deadline = m.deadline.Add(time.Duration(n) * time.Second)
}

func (m *attemptModel) pause(rt *rapid.T) {
	n, err := m.c.Pause(m.c.ctx, m.c.staff, m.exam, everybody(), "停电")
	if m.receipt != nil || m.pausedAt != nil || !m.now().Before(m.deadline) {
		if !errs.Is(err, errs.Conflict) {
			rt.Fatalf("paused what does not run: %v", err)
		}
		return
	}
	if err != nil || n != 1 {
		rt.Fatal(n, err)
	}
	at := m.now()
	m.pausedAt = &at
}

func (m *attemptModel) resume(rt *rapid.T) {
	n, err := m.c.Resume(m.c.ctx, m.c.staff, m.exam, everybody(), "来电")
	if m.receipt != nil || m.pausedAt == nil {
		if !errs.Is(err, errs.Conflict) {
			rt.Fatalf("resumed what is not paused: %v", err)
		}
		return
	}
	if err != nil || n != 1 {
		rt.Fatal(n, err)
	}
	const begun = time.Second - time.Microsecond // seconds count whole
	m.deadline = m.deadline.Add(max(time.Second, (m.now().Sub(*m.pausedAt) + begun).Truncate(time.Second)))
	m.pausedAt = nil
}

func (m *attemptModel) handIn(rt *rapid.T) {
	if rapid.IntRange(0, 7).Draw(rt, "seldom") > 0 {
		rt.Skip("not yet")
	}
	by := m.tab(rt)
	receipt, err := m.service().Submit(m.c.ctx, examinee(1), m.id, by.lease, m.now())
	switch {
	case m.receipt != nil && err == nil && receipt == *m.receipt:
	case m.receipt == nil && by == m.holder && err == nil:
		m.cause = ByExaminee
		at := m.now()
		if m.pausedAt == nil && at.After(m.deadline.Add(time.Minute)) {
			m.cause, at = ByDeadline, m.deadline
		}
		m.handedIn(rt, receipt, at)
	case m.receipt == nil && by != m.holder && errs.Is(err, errs.Conflict):
	default:
		rt.Fatalf("%s hands in: %+v %v", by.name, receipt, err)
	}
}

func (m *attemptModel) handedIn(rt *rapid.T, r Receipt, at time.Time) {
	if !r.SubmittedAt.Equal(at) || r.Answered != len(m.current) {
		rt.Fatalf("handed in at %s with %d answers, want %s with %d", r.SubmittedAt, r.Answered, at, len(m.current))
	}
	m.receipt, m.pausedAt = &r, nil
}

// pass lets time pass: some, or as much as there is to one of the edges.
func (m *attemptModel) pass(rt *rapid.T) {
	steps := []time.Duration{time.Second, time.Minute, 10 * time.Minute}
	for _, edge := range []time.Duration{-time.Second, 0, time.Microsecond, time.Minute, time.Minute + time.Microsecond, 75*time.Second - time.Microsecond, 75 * time.Second} {
		if to := m.deadline.Add(edge).Sub(m.now()); to > 0 {
			steps = append(steps, to)
		}
	}
	m.c.clock.Advance(rapid.SampledFrom(steps).Draw(rt, "time"))
}

func (m *attemptModel) sweep(rt *rapid.T) {
	if err := m.service().Due(m.c.ctx, m.now()); err != nil {
		rt.Fatal(err)
	}
	if m.receipt != nil || m.pausedAt != nil || m.now().Before(m.deadline.Add(75*time.Second)) {
		return
	}
	a, err := m.service().Attempt(m.c.ctx, examinee(1), m.id, "")
	if err != nil || a.Receipt == nil {
		rt.Fatalf("the sweep left it open: %+v %v", a, err)
	}
	m.cause = ByDeadline
	m.handedIn(rt, *a.Receipt, m.deadline)
}

// restart ends one of the servers and starts it anew: what it remembered is gone.
func (m *attemptModel) restart(rt *rapid.T) {
	if rapid.IntRange(0, 7).Draw(rt, "seldom") > 0 {
		rt.Skip("it lives")
	}
	n := rapid.IntRange(0, len(m.services)-1).Draw(rt, "server")
	if err := m.services[n].Close(); err != nil {
		rt.Fatal(err)
	}
	m.services[n] = m.c.second()
}

func (m *attemptModel) check(rt *rapid.T) {
	sheet, err := m.service().Attempt(m.c.ctx, examinee(1), m.id, m.holder.name)
	if err != nil {
		rt.Fatal(err)
	}
	shown := map[int]string{}
	for _, r := range sheet.Responses {
		shown[r.Slot] = string(r.Response)
	}
	if !maps.Equal(shown, m.current) {
		rt.Fatalf("it holds %v, want %v", shown, m.current)
	}
	state := AttemptOpen
	if m.receipt != nil {
		state = AttemptMarked
	}
	if sheet.State != state || !sheet.DeadlineAt.Equal(m.deadline) || (sheet.Lease != "") != (m.receipt == nil) || sheet.Receipt != nil && *sheet.Receipt != *m.receipt {
		rt.Fatalf("it is %s until %s with %+v, want %s until %s with %+v", sheet.State, sheet.DeadlineAt, sheet.Receipt, state, m.deadline, m.receipt)
	}
}

// end compares what the database keeps of it.
func (m *attemptModel) end(rt *rapid.T) {
	id := int64(m.id)
	acts, results, right := 0, 0, 0
	if m.receipt != nil {
		acts, results = 1, 1
	}
	for _, response := range m.current {
		if response == fmt.Sprintf(`{"choice":%q}`, "b") {
			right++
		}
	}
	for what, k := range map[string]struct {
		query string
		want  int
	}{
		"attempts": {`SELECT count(*) FROM attempt WHERE exam_id = (SELECT exam_id FROM attempt WHERE id = $1)`, 1},
		"changes":  {`SELECT count(*) FROM journal WHERE attempt_id = $1`, len(m.acked)},
		"hand-ins": {`SELECT count(*) FROM audit_event WHERE act = 'attempt.submit' AND subject = 'attempt:' || $1`, acts},
		"results":  {`SELECT count(*) FROM result WHERE attempt_id = $1`, results},
		"points":   {`SELECT coalesce(sum(score_hundredths), 0) FROM result WHERE attempt_id = $1`, results * right * 1000},
		"causes":   {`SELECT count(*) FROM attempt WHERE id = $1 AND submit_cause = '` + string(m.cause) + `'`, acts},
	} {
		if got := m.c.count(k.query, id); got != k.want {
			rt.Fatalf("%d %s, want %d", got, what, k.want)
		}
	}
}
