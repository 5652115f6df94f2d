package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// sealingGrace is how long an event may wait for its number before its absence from the chain is a finding.
const sealingGrace = 60 * time.Second

// sealsAtOnce bounds the memory of a verification.
const sealsAtOnce = 200

// Finding is the first thing that does not fit.
type Finding struct {
	What    string // "event", "leaf", "seal", "head"
	ID      int64  // event id, leaf number or last number of the seal
	Message string
}

func (f *Finding) String() string { return fmt.Sprintf("%s %d: %s", f.What, f.ID, f.Message) }

// Summary is what a clean verification covered.
type Summary struct {
	Events int64
	Seals  int64
	Head   Seal
}

type storedEvent struct {
	ID      int64     `db:"id"`
	At      time.Time `db:"at"`
	Actor   string    `db:"actor"`
	Act     string    `db:"act"`
	Subject string    `db:"subject"`
	Body    string    `db:"body"`
	RowHash []byte    `db:"row_hash"`

	Personal *string `db:"personal"` // nil: there are none, or they have been erased
	Salt     []byte  `db:"salt"`
}

// personalStands tells whether each personal value that is still there is the one whose hash the row carries.
func (e storedEvent) personalStands() bool {
	if e.Personal == nil {
		return true
	}
	var hidden struct{ Personal map[string]string }
	var values map[string]json.RawMessage
	if json.Unmarshal([]byte(e.Body), &hidden) != nil || json.Unmarshal([]byte(*e.Personal), &values) != nil {
		return false
	}
	for name, value := range values {
		if is, err := hide(e.Salt, value); err != nil || is != hidden.Personal[name] {
			return false
		}
	}
	return true
}

// Verify recomputes the whole chain. The finding is nil when everything fits. offsite is a head that was kept elsewhere, nil
// when there is none: a chain that does not contain it has lost its tail.
func (c *Chain) Verify(ctx context.Context, offsite *Seal) (Summary, *Finding, error) {
	sum := Summary{Head: Seal{Head: make([]byte, 32)}}
	for {
		var seals []Seal
		if err := c.q.Select(ctx, c.d, &seals, "seals_after", sum.Head.ToSeq, sealsAtOnce); err != nil {
			return sum, nil, err
		}
		for _, s := range seals {
			f, err := c.verifySeal(ctx, sum.Head, s)
			if f != nil || err != nil {
				return sum, f, err
			}
			sum.Seals++
			sum.Events += s.ToSeq - s.FromSeq + 1
			sum.Head = s
		}
		if len(seals) < sealsAtOnce {
			break
		}
	}
	if offsite != nil {
		if f, err := c.Lacks(ctx, *offsite); f != nil || err != nil {
			return sum, f, err
		}
	}
	f, err := c.verifyRest(ctx, sum.Head.ToSeq)
	return sum, f, err
}

func (c *Chain) verifySeal(ctx context.Context, before, s Seal) (*Finding, error) {
	if s.FromSeq != before.ToSeq+1 || !bytes.Equal(s.Prev, before.Head) {
		return &Finding{"seal", s.ToSeq, "does not continue the seal before it"}, nil
	}
	var leaves []Leaf
	if err := c.q.Select(ctx, c.d, &leaves, "leaves_between", s.FromSeq, s.ToSeq); err != nil {
		return nil, err
	}
	var events []storedEvent
	if err := c.q.Select(ctx, c.d, &events, "events_of_leaves", s.FromSeq, s.ToSeq); err != nil {
		return nil, err
	}
	if f := verifyLeaves(s, leaves, events); f != nil {
		return f, nil
	}
	if !bytes.Equal(root(leaves), s.Root) {
		return &Finding{"seal", s.ToSeq, "its root is not that of its leaves"}, nil
	}
	if !bytes.Equal(head(s), s.Head) {
		return &Finding{"seal", s.ToSeq, "its head is not that of its root"}, nil
	}
	return nil, nil
}

// verifyLeaves checks each leaf against the event that it stands for.
func verifyLeaves(s Seal, leaves []Leaf, events []storedEvent) *Finding {
	byID := make(map[int64]storedEvent, len(events))
	for _, e := range events {
		byID[e.ID] = e
	}
	for i, l := range leaves {
		if want := s.FromSeq + int64(i); l.Seq != want {
			return &Finding{"leaf", want, "is missing"}
		}
		e, ok := byID[l.EventID]
		if !ok {
			return &Finding{"leaf", l.Seq, fmt.Sprintf("its event %d is missing", l.EventID)}
		}
		hash := rowHash(e.At, e.Actor, e.Act, e.Subject, []byte(e.Body))
		if !bytes.Equal(hash[:], e.RowHash) || !bytes.Equal(e.RowHash, l.RowHash) {
			return &Finding{"event", e.ID, "was changed after it was written"}
		}
		if !e.personalStands() {
			return &Finding{"event", e.ID, "its personal values were changed after they were written"}
		}
	}
	if int64(len(leaves)) != s.ToSeq-s.FromSeq+1 {
		return &Finding{"leaf", s.FromSeq + int64(len(leaves)), "is missing"}
	}
	return nil
}

func (c *Chain) verifyRest(ctx context.Context, toSeq int64) (*Finding, error) {
	var stray []Leaf
	if err := c.q.Select(ctx, c.d, &stray, "unsealed_leaf", toSeq); err != nil {
		return nil, err
	}
	if len(stray) > 0 {
		return &Finding{"leaf", stray[0].Seq, "stands beyond the last seal"}, nil
	}
	var lost []int64
	if err := c.q.Select(ctx, c.d, &lost, "event_without_leaf", c.d.Now().Add(-sealingGrace)); err != nil {
		return nil, err
	}
	if len(lost) > 0 {
		return &Finding{"event", lost[0], "was never numbered"}, nil
	}
	return nil, nil
}
