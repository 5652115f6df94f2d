package audit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

// sealBatch bounds one seal, so that a backlog is sealed in steps.
const sealBatch = 1000

// sealerLock is the advisory lock under which one process at a time seals.
const sealerLock = 0x7065696b616f // "peikao"

// Leaf is a numbered event.
type Leaf struct {
	Seq     int64  `db:"seq"`
	EventID int64  `db:"event_id"`
	RowHash []byte `db:"row_hash"`
}

// Seal closes the leaves from…to and names the head before it.
type Seal struct {
	FromSeq  int64     `db:"from_seq"`
	ToSeq    int64     `db:"to_seq"`
	Root     []byte    `db:"root"`
	Prev     []byte    `db:"prev"`
	Head     []byte    `db:"head"`
	SealedAt time.Time `db:"sealed_at"`
}

// String is the head as people keep it elsewhere: NUMBER:HEX.
func (s Seal) String() string { return fmt.Sprintf("%d:%x", s.ToSeq, s.Head) }

// ParseHead reads a head that String wrote.
func ParseHead(text string) (Seal, error) {
	number, digits, _ := strings.Cut(text, ":")
	toSeq, err := strconv.ParseInt(number, 10, 64)
	head, hexErr := hex.DecodeString(digits)
	if err != nil || hexErr != nil || toSeq < 0 || len(head) != sha256.Size {
		return Seal{}, fmt.Errorf("audit: %q is not NUMBER:HEX", text)
	}
	return Seal{ToSeq: toSeq, Head: head}, nil
}

const sealQueries = `
-- name: lead
-- why: one sealer at a time; the lock ends with the transaction
SELECT pg_try_advisory_xact_lock($1)

-- name: last_seal
-- why: the next seal continues its numbers and its head
SELECT from_seq, to_seq, root, prev, head, sealed_at FROM audit_seal ORDER BY to_seq DESC LIMIT 1

-- name: pending
-- why: committed events without a number, oldest first
SELECT 0::bigint AS seq, p.event_id, e.row_hash FROM audit_pending p JOIN audit_event e ON e.id = p.event_id ORDER BY p.event_id LIMIT $1

-- name: insert_leaves
-- why: numbers for a whole batch in one statement
INSERT INTO audit_leaf (seq, event_id, row_hash)
SELECT s.seq, s.event_id, e.row_hash FROM unnest($1::bigint[], $2::bigint[]) AS s(seq, event_id) JOIN audit_event e ON e.id = s.event_id

-- name: clear_pending
-- why: what is numbered waits no more
DELETE FROM audit_pending WHERE event_id = ANY($1)

-- name: insert_seal
-- why: closes the batch
INSERT INTO audit_seal (from_seq, to_seq, root, prev, head, sealed_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: seals_after
-- why: verification walks the seals in order
SELECT from_seq, to_seq, root, prev, head, sealed_at FROM audit_seal WHERE to_seq > $1 ORDER BY to_seq LIMIT $2

-- name: seal_at
-- why: a head that was kept elsewhere is looked for by its number
SELECT from_seq, to_seq, root, prev, head, sealed_at FROM audit_seal WHERE to_seq = $1

-- name: leaves_between
-- why: a seal's leaves
SELECT seq, event_id, row_hash FROM audit_leaf WHERE seq BETWEEN $1 AND $2 ORDER BY seq

-- name: events_of_leaves
-- why: the rows that the leaves of a seal stand for, with the personal values that have not been erased
SELECT e.id, e.at, e.actor, e.act, e.subject, e.body::text AS body, e.row_hash, p.data::text AS personal, p.salt
FROM audit_leaf l JOIN audit_event e ON e.id = l.event_id LEFT JOIN audit_personal p ON p.event_id = e.id WHERE l.seq BETWEEN $1 AND $2

-- name: unsealed_leaf
-- why: a leaf beyond the last seal was added by another hand
SELECT seq, event_id, row_hash FROM audit_leaf WHERE seq > $1 ORDER BY seq LIMIT 1

-- name: event_without_leaf
-- why: an event that the sealer should have numbered long ago was taken out of its reach
SELECT e.id FROM audit_event e LEFT JOIN audit_leaf l ON l.event_id = e.id WHERE l.event_id IS NULL AND e.at < $1 ORDER BY e.id LIMIT 1
`

// Chain seals and verifies.
type Chain struct {
	d *db.DB
	q *db.Queries
}

// NewChain prepares the statements.
func NewChain(ctx context.Context, d *db.DB) (*Chain, error) {
	q, err := d.Prepare(ctx, sealQueries)
	if err != nil {
		return nil, err
	}
	return &Chain{d: d, q: q}, nil
}

// SealPending numbers and seals the events that wait, and returns how many. It returns 0 when another process is at it.
func (c *Chain) SealPending(ctx context.Context) (int, error) {
	var n int
	err := c.d.InTx(ctx, func(tx *db.Tx) error {
		n = 0
		var leader bool
		if err := c.q.Get(ctx, tx, &leader, "lead", sealerLock); err != nil || !leader {
			return err
		}
		var waiting []Leaf
		if err := c.q.Select(ctx, tx, &waiting, "pending", sealBatch); err != nil || len(waiting) == 0 {
			return err
		}
		last, err := c.last(ctx, tx)
		if err != nil {
			return err
		}
		n = len(waiting)
		return c.seal(ctx, tx, last, waiting)
	})
	return n, err
}

// Head is the newest seal, the zero Seal when there is none. Kept off the machine, it shows a cut-off tail.
func (c *Chain) Head(ctx context.Context) (Seal, error) { return c.last(ctx, c.d) }

func (c *Chain) last(ctx context.Context, x db.Q) (Seal, error) {
	var s []Seal
	if err := c.q.Select(ctx, x, &s, "last_seal"); err != nil {
		return Seal{}, err
	}
	if len(s) == 0 {
		return Seal{Head: make([]byte, sha256.Size)}, nil
	}
	return s[0], nil
}

func (c *Chain) seal(ctx context.Context, tx *db.Tx, last Seal, leaves []Leaf) error {
	seqs, ids := make([]int64, len(leaves)), make([]int64, len(leaves))
	for i := range leaves {
		leaves[i].Seq = last.ToSeq + 1 + int64(i)
		seqs[i], ids[i] = leaves[i].Seq, leaves[i].EventID
	}
	if _, err := c.q.Exec(ctx, tx, "insert_leaves", db.Array(seqs), db.Array(ids)); err != nil {
		return err
	}
	if _, err := c.q.Exec(ctx, tx, "clear_pending", db.Array(ids)); err != nil {
		return err
	}
	s := Seal{FromSeq: seqs[0], ToSeq: seqs[len(seqs)-1], Root: root(leaves), Prev: last.Head}
	_, err := c.q.Exec(ctx, tx, "insert_seal", s.FromSeq, s.ToSeq, s.Root, s.Prev, head(s), tx.Now())
	return err
}

// root is the hash over the leaves of a seal: number, event and row hash of each.
func root(leaves []Leaf) []byte {
	h := sha256.New()
	for _, l := range leaves {
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], uint64(l.Seq))
		binary.BigEndian.PutUint64(b[8:], uint64(l.EventID))
		h.Write(b[:])
		h.Write(l.RowHash)
	}
	return h.Sum(nil)
}

// head chains a seal to the one before.
func head(s Seal) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d-%d\n", s.FromSeq, s.ToSeq)
	h.Write(s.Prev)
	h.Write(s.Root)
	return h.Sum(nil)
}
