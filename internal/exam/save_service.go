package exam

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// Invalid is the status of a change whose response is none to its question, or whose slot is not in the paper. It is
// decided before the database is asked, and nothing is kept of it.
const Invalid SaveStatus = "invalid"

// SaveReply answers a body of changes.
type SaveReply struct {
	Results     []ChangeResult // in the order sent
	LastSeq     int64
	DeadlineAt  time.Time // zero when the attempt was not reached because every change is invalid
	RemainingMS int64
	News        int // grows with everything that the page must look at; see Beat
}

// Only is the one status that all changes have, or "" when they differ.
func (r SaveReply) Only() SaveStatus {
	for _, x := range r.Results[1:] {
		if x.Status != r.Results[0].Status {
			return ""
		}
	}
	return r.Results[0].Status
}

// Save writes changes of the lease's holder. It returns only after the commit that holds them is durable; every change has
// its own status. receivedAt is the moment of the request's first byte. Errors: NotFound for another person's attempt,
// Invalid for an empty or too long body or a number used twice, Unavailable "not confirmed": the page keeps the changes and
// sends them again.
func (s *Service) Save(ctx context.Context, v account.Viewer, id AttemptID, lease string, changes []Change, receivedAt time.Time) (SaveReply, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return SaveReply{}, err
	}
	if len(changes) == 0 || len(changes) > MaxChanges {
		return SaveReply{}, errs.InvalidFields(errs.NewField("changes", "error.exam.changes_count", "limit", MaxChanges))
	}
	known, err := s.sheet(ctx, v, id)
	if err != nil {
		return SaveReply{}, err
	}
	good, results := known.check(changes)
	if hasTwice(good) {
		return SaveReply{}, errs.InvalidFields(errs.NewField("changes", "error.exam.client_seq"))
	}
	reply := SaveReply{Results: results}
	if len(good) > 0 {
		r := &saveRequest{attempt: id, person: v.PersonID, lease: lease, sections: known.sections, changes: good, receivedAt: receivedAt}
		if err := s.committer.Save(ctx, r); err != nil {
			return SaveReply{}, err
		}
		if err := s.keepRefused(ctx, v, id, lease, changes, r.results, receivedAt); err != nil {
			return SaveReply{}, err
		}
		reply.Results = append(reply.Results, r.results...)
		reply.LastSeq, reply.DeadlineAt, reply.News = r.lastSeq, r.deadlineAt, r.news
		reply.RemainingMS = remaining(r.deadlineAt, r.pausedAt, s.db.Now())
	}
	inOrderSent(reply.Results, changes)
	return reply, nil
}

func inOrderSent(results []ChangeResult, changes []Change) {
	if len(results) < 2 {
		return
	}
	order := make(map[int64]int, len(changes))
	for i, c := range changes {
		order[c.ClientSeq] = i
	}
	slices.SortStableFunc(results, func(a, b ChangeResult) int { return cmp.Compare(order[a.ClientSeq], order[b.ClientSeq]) })
}

// check parses each response against its slot: what fits comes back in canonical form, ascending; what does not, as Invalid.
func (k *sheet) check(changes []Change) (good []Change, invalid []ChangeResult) {
	for _, c := range changes {
		shape, ok := k.shape(c.Slot)
		if !ok || c.ClientSeq < 1 {
			invalid = append(invalid, ChangeResult{Slot: c.Slot, ClientSeq: c.ClientSeq, Status: Invalid})
			continue
		}
		if isChoice(shape, c.Response) {
			good = append(good, c)
			continue
		}
		response, err := questionbank.ParseResponse(shape, c.Response)
		if response.Type == questionbank.Spoken {
			err = questionbank.ErrNotAResponse // a recording becomes an answer with its parts, by SavePart alone: no page names one
		}
		if err == nil {
			c.Response, err = response.MarshalJSON()
		}
		if err != nil {
			invalid = append(invalid, ChangeResult{Slot: c.Slot, ClientSeq: c.ClientSeq, Status: Invalid})
			continue
		}
		good = append(good, c)
	}
	slices.SortFunc(good, func(a, b Change) int { return cmp.Compare(a.ClientSeq, b.ClientSeq) })
	return good, invalid
}

// isChoice tells a response that is a choice of this question in its canonical form, byte for byte. Nearly every save carries
// one, and it needs no parser; what it does not know, ParseResponse decides.
func isChoice(s questionbank.Shape, raw []byte) bool {
	id, begins := bytes.CutPrefix(raw, []byte(`{"choice":"`))
	id, ends := bytes.CutSuffix(id, []byte(`"}`))
	if !begins || !ends {
		return false
	}
	switch s.Type {
	case questionbank.Single, questionbank.Judgement:
		return slices.Contains(s.OptionIDs, string(id))
	case questionbank.TrueFalse:
		return string(id) == "true" || string(id) == "false"
	}
	return false
}

func hasTwice(sorted []Change) bool {
	for i := 1; i < len(sorted); i++ {
		if sorted[i].ClientSeq == sorted[i-1].ClientSeq {
			return true
		}
	}
	return false
}

// evidenced reports whether what was refused so is kept as evidence (promises 6 and 7). What was out of order is sent again by the page and needs
// no keeping.
func (s SaveStatus) evidenced() bool {
	return s == Late || s == Closed || s == LostLease || s == SectionLeft || s == SectionAhead
}

// keepRefused keeps the refused changes that are evidence.
func (s *Service) keepRefused(ctx context.Context, v account.Viewer, id AttemptID, lease string, sent []Change, results []ChangeResult, receivedAt time.Time) error {
	var rows []evidence
	for _, r := range results {
		if !r.Status.evidenced() {
			continue
		}
		i := slices.IndexFunc(sent, func(c Change) bool { return c.ClientSeq == r.ClientSeq && c.Slot == r.Slot })
		rows = append(rows, evidence{kind: string(r.Status), body: map[string]any{
			"epoch": epochOf(lease), "client_seq": r.ClientSeq, "slot": r.Slot, "response": sent[i].Response,
		}})
	}
	return s.keep(ctx, v, id, rows, receivedAt)
}

type evidence struct {
	kind string
	body map[string]any
}

// keep adds evidence, up to 1,000 rows an attempt and 700 of what is no answer; what comes after is not kept.
func (s *Service) keep(ctx context.Context, v account.Viewer, id AttemptID, rows []evidence, at time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	kinds, bodies := make([]string, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		body, err := json.Marshal(r.body)
		if err != nil {
			return err
		}
		kinds[i], bodies[i] = r.kind, string(body)
	}
	return s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		var locked int64
		if err := s.store.Get(ctx, tx, &locked, "attempt_lock", int64(id), int64(v.PersonID)); err != nil {
			return err
		}
		_, err := s.store.Exec(ctx, tx, "evidence_insert", int64(id), db.Array(kinds), db.Array(bodies), at)
		return err
	})
}

// PageEvent is something that the page noticed: recorded with its time and length, never judged by a machine.
type PageEvent struct {
	Kind     string
	AtMS     int64 // milliseconds since the page was loaded
	LengthMS int64
}

// maxEventMS bounds what a page may say of a time or a length: no attempt lasts longer, and sums of it stay numbers.
const maxEventMS = int64(48 * time.Hour / time.Millisecond)

func (e PageEvent) bounded() PageEvent {
	e.AtMS, e.LengthMS = min(max(e.AtMS, 0), maxEventMS), min(max(e.LengthMS, 0), maxEventMS)
	return e
}

// MaxPageEvents bounds the events of one heart-beat.
const MaxPageEvents = 50

// Heartbeat tells the page the time left, keeps what it noticed and says what the exam's policy counts of it. Errors: NotFound,
// Conflict when the lease is lost, Gone after the hand-in, also when the policy hands in just now; the events are kept in any case.
func (s *Service) Heartbeat(ctx context.Context, v account.Viewer, id AttemptID, lease string, events []PageEvent, receivedAt time.Time) (Beat, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Beat{}, err
	}
	if len(events) > 0 {
		ctx = context.WithoutCancel(ctx) // a page that is being closed tells of it and hangs up
	}
	a, beat, err := s.beat(ctx, v, id)
	if err != nil {
		return Beat{}, err
	}
	s.seen.hear(id, receivedAt)
	gone := false
	if beat.Warnings, gone, err = s.notice(ctx, v, a, lease, events, receivedAt); err != nil {
		return Beat{}, err
	}
	switch {
	case a.State != AttemptOpen || gone:
		return beat, errHandedIn()
	case a.Lease != lease:
		return beat, errLeaseLost().WithExtra("last_seq", a.LastSeq)
	}
	return beat, nil
}
