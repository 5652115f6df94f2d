package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/exam"
)

type changeBody struct {
	Slot      int             `json:"slot,omitempty"`
	ClientSeq int64           `json:"client_seq"`
	Response  json.RawMessage `json:"response"`
	Lease     string          `json:"lease,omitempty"`
}

func saveBody(t *tab, c *change) changeBody {
	return changeBody{ClientSeq: c.seq, Response: json.RawMessage(c.response), Lease: t.lease}
}

// verdictOf is what the checker reads of an answer to a save.
type verdictOf struct {
	Type    string `json:"type"` // of a problem
	LastSeq int64  `json:"last_seq"`
	Results []struct {
		ClientSeq int64 `json:"client_seq"`
		Status    int
		Code      string
	}
}

// send sends what the tab holds until it is answered for good; tries bounds the doubts (0: for ever).
func (e *examinee) send(ctx context.Context, t *tab, tries int) {
	for ok := true; ok && len(t.outbox) > 0 && ctx.Err() == nil; {
		if len(t.outbox) == 1 || t.outbox[0].seq > t.outbox[1].seq { // requests that were turned round go out one by one
			ok = e.sendOne(ctx, t, tries)
		} else {
			ok = e.sendAll(ctx, t, tries)
		}
	}
}

func (e *examinee) sendOne(ctx context.Context, t *tab, tries int) bool {
	c := t.outbox[0]
	e.ledger.sending(c)
	r := e.timed(func() reply {
		return e.insist(ctx, tries, "PUT", e.path+"/responses/"+strconv.Itoa(c.slot), t.id, saveBody(t, c))
	})
	c.doubted = c.doubted || r.doubts > 0
	v, ok := e.verdict(r)
	if ok {
		e.settle(t, c, r.status, codeOf(v.Type), r)
		e.renumber(t, v.LastSeq)
	}
	return ok
}

// timed records how long a save took that was answered the first time.
func (e *examinee) timed(save func() reply) reply {
	begin := time.Now()
	r := save()
	if r.ok && r.doubts == 0 {
		e.tally.answered(time.Since(begin))
	}
	return r
}

// verdict reads an answer to a save; false when there is none.
func (e *examinee) verdict(r reply) (v verdictOf, ok bool) {
	if !r.ok {
		return v, false
	}
	if err := json.Unmarshal(r.body, &v); err != nil {
		e.unforeseen("save", r)
		return v, false
	}
	return v, true
}

func (e *examinee) sendAll(ctx context.Context, t *tab, tries int) bool {
	body := struct {
		Lease   string       `json:"lease"`
		Changes []changeBody `json:"changes"`
	}{Lease: t.lease}
	batch := slices.Clone(t.outbox[:min(len(t.outbox), exam.MaxChanges)])
	for _, c := range batch {
		e.ledger.sending(c)
		body.Changes = append(body.Changes, changeBody{Slot: c.slot, ClientSeq: c.seq, Response: json.RawMessage(c.response)})
	}
	r := e.timed(func() reply { return e.insist(ctx, tries, "POST", e.path+"/responses", t.id, body) })
	for _, c := range batch {
		c.doubted = c.doubted || r.doubts > 0
	}
	v, ok := e.verdict(r)
	if !ok {
		return false
	}
	for i, c := range batch {
		switch {
		case r.status != http.StatusOK:
			e.settle(t, c, r.status, codeOf(v.Type), r)
		case i < len(v.Results) && v.Results[i].ClientSeq == c.seq:
			e.settle(t, c, v.Results[i].Status, v.Results[i].Code, r)
		default:
			e.unforeseen("save", r)
			return false
		}
	}
	e.renumber(t, v.LastSeq)
	return true
}

// codeOf is the last part of a problem's type.
func codeOf(kind string) string { return kind[strings.LastIndexAny(kind, "./:#")+1:] }

// settle takes the answer to one change; one that is out of order stays in the outbox.
func (e *examinee) settle(t *tab, c *change, status int, code string, r reply) {
	switch {
	case status == http.StatusOK:
		c.fate = acknowledged
		e.tally.acked()
	case status == http.StatusConflict && code == "out_of_order":
		return
	case status == http.StatusConflict && code == "lease_lost", status == http.StatusConflict && code == "lost_lease":
		c.fate = refused
	case status == http.StatusGone:
		c.fate, e.over = refused, true
	default:
		e.unforeseen("save", r)
		c.fate = refused
	}
	t.outbox = slices.DeleteFunc(t.outbox, func(o *change) bool { return o == c })
}

// renumber gives what was out of order new numbers, in the order of typing. A change whose slot has a newer one that was
// acknowledged is given up: the person typed over it.
func (e *examinee) renumber(t *tab, last int64) {
	t.seq = max(t.seq, last)
	behind := slices.ContainsFunc(t.outbox, func(c *change) bool { return c.seq <= last })
	if !behind {
		return
	}
	slices.SortFunc(t.outbox, func(a, b *change) int { return a.typed - b.typed })
	t.outbox = slices.DeleteFunc(t.outbox, func(c *change) bool {
		if e.ledger.superseded(c) {
			c.fate = refused
			return true
		}
		return false
	})
	for _, c := range t.outbox {
		t.seq++
		c.seq, c.doubted = t.seq, false
		e.tally.renumbered.Add(1)
	}
}
