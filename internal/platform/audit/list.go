package audit

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/internal/platform/page"
)

// PageSize is how many events a page of the record shows.
const PageSize = 50

const listQueries = `
-- name: events
-- why: the record of acts for whoever watches over it, newest first; each condition narrows one of the indexes ($3: acts in full, so
-- that the planner knows how rare they are; NULL takes all)
SELECT e.id, e.at, e.actor, e.act, e.subject, e.body::text AS body, coalesce(l.seq, 0) AS seq
FROM audit_event e LEFT JOIN audit_leaf l ON l.event_id = e.id
WHERE ($1 = 0 OR e.id < $1) AND ($2 = '' OR e.actor = $2) AND ($3::text[] IS NULL OR e.act = ANY($3)) AND ($4 = '' OR e.subject = $4)
  AND ($5::timestamptz IS NULL OR e.at >= $5) AND ($6::timestamptz IS NULL OR e.at < $6)
ORDER BY e.id DESC LIMIT $7

-- name: acts_under
-- why: which acts a filter means. There are some hundred kinds among millions of events: the index is stepped through from one kind to
-- the next
WITH RECURSIVE kind AS (
    (SELECT act FROM audit_event ORDER BY act LIMIT 1)
    UNION ALL
    SELECT (SELECT e.act FROM audit_event e WHERE e.act > kind.act ORDER BY e.act LIMIT 1) FROM kind WHERE kind.act IS NOT NULL
)
SELECT act FROM kind WHERE act = $1 OR starts_with(act, $1 || '.') ORDER BY act LIMIT 1000

-- name: last_of_act
-- why: when the chain was last verified, and with what result. "+ 0" keeps to the index of acts: walking back over all events
-- until one of a rare act turns up read the whole table
SELECT e.id, e.at, e.actor, e.act, e.subject, e.body::text AS body, 0 AS seq FROM audit_event e WHERE e.act = $1 ORDER BY e.id + 0 DESC LIMIT 1
`

// Filter chooses events; empty fields leave out the condition.
type Filter struct {
	Actor   string // "person:12"
	Act     string // "exam.publish", or "exam" for all acts on exams
	Subject string // "exam:7"
	From    *time.Time
	Until   *time.Time // not included
	Before  int64      // events older than the one with this id; 0 begins with the newest
}

// Listed is an event as the record shows it. Personal values stand only as keyed hashes in its body.
type Listed struct {
	ID      int64     `db:"id"`
	At      time.Time `db:"at"`
	Actor   string    `db:"actor"`
	Act     string    `db:"act"`
	Subject string    `db:"subject"`
	Body    string    `db:"body"` // canonical JSON
	Seq     int64     `db:"seq"`  // its number in the chain, 0 while it waits for one
}

// Reader reads the record. Whoever calls it has checked that the viewer may.
type Reader struct {
	d *db.DB
	q *db.Queries
}

// NewReader prepares the statements.
func NewReader(ctx context.Context, d *db.DB) (*Reader, error) {
	q, err := d.Prepare(ctx, listQueries)
	if err != nil {
		return nil, err
	}
	return &Reader{d: d, q: q}, nil
}

// Events is a page of the record, the newest first; next is the id to go on before, 0 at the end.
func (r *Reader) Events(ctx context.Context, f Filter) (page []Listed, next int64, err error) {
	return r.events(ctx, f, PageSize)
}

// ExportAct is the act under which it is recorded that a part of the record left the system.
const ExportAct = "audit.export"

// MaxExport bounds what leaves the system at once.
const MaxExport = 20_000

// Export is all that the filter finds, the newest first; who took it, how many and why is recorded. Errors: Invalid without a reason, or for
// more than MaxExport.
func (r *Reader) Export(ctx context.Context, actor string, f Filter, reason string) ([]Listed, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, errs.InvalidFields(errs.NewField("reason", "error.field.required"))
	}
	all, err := page.Whole(MaxExport, func(limit int) ([]Listed, int, error) {
		events, _, err := r.events(ctx, f, limit)
		return events, len(events), err
	})
	if err != nil {
		return nil, err
	}
	return all, r.d.InTx(ctx, func(tx *db.Tx) error {
		return Write(ctx, tx, Event{Actor: actor, Act: ExportAct, Subject: "audit", Body: map[string]any{"count": len(all), "reason": reason}})
	})
}

func (r *Reader) events(ctx context.Context, f Filter, size int) (events []Listed, next int64, err error) {
	var acts any
	if f.Act != "" {
		var under []string
		if err := r.q.Select(ctx, r.d, &under, "acts_under", f.Act); err != nil || len(under) == 0 {
			return nil, 0, err
		}
		acts = db.Array(under)
	}
	err = r.q.Select(ctx, r.d, &events, "events", f.Before, f.Actor, acts, f.Subject, f.From, f.Until, size+1)
	if err != nil || len(events) <= size {
		return events, 0, err
	}
	events = events[:size]
	return events, events[size-1].ID, nil
}

// VerifyAct is the act under which a verification of the chain is itself recorded.
const VerifyAct = "audit.verify"

// Verification is what a verification found.
type Verification struct {
	At      time.Time `json:"-"`
	Actor   string    `json:"-"`
	Events  int64     `json:"events"`
	Seals   int64     `json:"seals"`
	Head    string    `json:"head"`
	Finding string    `json:"finding"` // "" when everything fits
}

// LastVerification is the newest one, nil when there was none.
func (r *Reader) LastVerification(ctx context.Context) (*Verification, error) {
	var facts Verification
	e, err := r.Last(ctx, VerifyAct, &facts)
	if err != nil || e == nil {
		return nil, err
	}
	facts.At, facts.Actor = e.At, e.Actor
	return &facts, nil
}

// Last is the newest event of an act, with its facts read into what the caller gives; nil when there was none.
func (r *Reader) Last(ctx context.Context, act string, facts any) (*Listed, error) {
	var rows []Listed
	if err := r.q.Select(ctx, r.d, &rows, "last_of_act", act); err != nil || len(rows) == 0 {
		return nil, err
	}
	var body struct {
		Facts json.RawMessage `json:"facts"`
	}
	if err := json.Unmarshal([]byte(rows[0].Body), &body); err != nil {
		return nil, err
	}
	return &rows[0], json.Unmarshal(body.Facts, facts)
}

// VerifyAndRecord verifies the whole chain, compares it with the head in the object store (nil for no store), and records who
// did so and what was found.
func (c *Chain) VerifyAndRecord(ctx context.Context, actor string, files objectstore.Store) (Verification, error) {
	sum, finding, err := c.Verify(ctx, nil)
	if err == nil && finding == nil && files != nil {
		finding, err = c.lacksKeptHead(ctx, files)
	}
	if err != nil {
		return Verification{}, err
	}
	v := Verification{Actor: actor, Events: sum.Events, Seals: sum.Seals, Head: sum.Head.String()}
	if finding != nil {
		v.Finding = finding.String()
	}
	err = c.d.InTx(ctx, func(tx *db.Tx) error {
		v.At = tx.Now()
		return Write(ctx, tx, Event{Actor: actor, Act: VerifyAct, Subject: "audit", Body: v})
	})
	return v, err
}
