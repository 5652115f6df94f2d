package main

import "strings"

// fate is what an examinee knows of a change.
type fate int

const (
	open         fate = iota // never answered for good: it may count or not
	acknowledged             // answered "saved"
	refused                  // answered with a refusal, or given up for a newer change of the slot
)

// number is what names a change in an attempt's journal.
type number struct {
	epoch int
	seq   int64
}

// change is one thing that was typed. Its number changes when it is renumbered; it stays the same change.
type change struct {
	typed    int // place in the order of typing, over both tabs
	slot     int
	response string // JSON without spaces, as PostgreSQL's is after plain
	number
	fate    fate
	doubted bool // it was in doubt under this number
}

// receipt is what handing in is answered with.
type receipt struct {
	AttemptID   string `json:"attempt_id"`
	SubmittedAt string `json:"submitted_at"`
	Answered    int    `json:"answered"`
	JournalHead string `json:"journal_head"`
}

// ledger is all that one examinee was told. It is used by one goroutine at a time.
type ledger struct {
	login    string
	attempts map[string]bool // ids that starts were answered with
	slots    []question      // of the paper, by slot from 1
	changes  []*change       // in the order of typing
	sent     map[number]map[form]bool
	receipts []receipt
	deceits  []string // what a reload showed and should not have
}

// form is what a change looked like under a number.
type form struct {
	slot     int
	response string
}

func newLedger(login string) *ledger {
	return &ledger{login: login, attempts: map[string]bool{}, sent: map[number]map[form]bool{}}
}

// sending records that a change goes out under its number.
func (l *ledger) sending(c *change) {
	if l.sent[c.number] == nil {
		l.sent[c.number] = map[form]bool{}
	}
	l.sent[c.number][form{c.slot, c.response}] = true
}

// mayBe reports whether a slot may hold this response ("" for none): that of the last acknowledged change, or of one that was
// typed after it and is open.
func (l *ledger) mayBe(slot int, response string) bool {
	for i := len(l.changes) - 1; i >= 0; i-- {
		c := l.changes[i]
		if c.slot != slot || c.fate == refused {
			continue
		}
		if c.response == response {
			return true
		}
		if c.fate == acknowledged {
			return false
		}
	}
	return response == ""
}

// superseded reports whether a newer change of the slot was acknowledged: then the page does not send the older one again.
func (l *ledger) superseded(c *change) bool {
	for _, later := range l.changes[c.typed:] {
		if later.typed > c.typed && later.slot == c.slot && later.fate == acknowledged {
			return true
		}
	}
	return false
}

// plain is a response as PostgreSQL writes jsonb, without the spaces that it puts between the parts. No response of this
// program holds a space in a text.
func plain(response string) string { return strings.ReplaceAll(response, " ", "") }
