package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

const (
	// KeptPrefix is where the heads stand in the object store. They witness for the database, so no backup carries them back.
	KeptPrefix = "audit/"
	latestKey  = KeptPrefix + "head-latest.json"
	headKey    = KeptPrefix + "heads/%d.json"
	// maxKeptBytes bounds what is read of a kept head.
	maxKeptBytes = 4096
	// keeperLock is the advisory lock under which one process at a time keeps a head.
	keeperLock = sealerLock + 1
)

// kept is a head as it stands in the object store.
type kept struct {
	Head     string    `json:"head"` // NUMBER:HEX, as the command's --head takes it
	SealedAt time.Time `json:"sealed_at"`
}

// KeepHead writes the newest head into the object store, where whoever can write the database alone cannot reach it. A head
// is never replaced by one of a chain that lacks it: that the chain was cut off is then the error, and the witness stays.
// Another process that is at it, or a chain without a seal, is no error.
func (c *Chain) KeepHead(ctx context.Context, files objectstore.Store) error {
	return c.d.InTx(ctx, func(tx *db.Tx) error {
		var leader bool
		if err := c.q.Get(ctx, tx, &leader, "lead", keeperLock); err != nil || !leader {
			return err
		}
		head, err := c.last(ctx, tx)
		if err != nil || head.ToSeq == 0 {
			return err
		}
		before, err := KeptHead(ctx, files)
		if err != nil {
			return err
		}
		if before != nil {
			missing, err := c.lacks(ctx, tx, *before)
			if err != nil {
				return err
			}
			if missing != nil {
				return fmt.Errorf("audit: %s", missing)
			}
			if before.ToSeq == head.ToSeq {
				return nil
			}
		}
		return put(ctx, files, head)
	})
}

// put writes the head under its number first, so that the latest one always stands there too.
func put(ctx context.Context, files objectstore.Store, head Seal) error {
	text, err := json.Marshal(kept{Head: head.String(), SealedAt: head.SealedAt.UTC()})
	if err != nil {
		return err
	}
	for _, key := range []string{fmt.Sprintf(headKey, head.ToSeq), latestKey} {
		if err := files.Put(ctx, key, bytes.NewReader(text), int64(len(text)), "application/json"); err != nil {
			return fmt.Errorf("audit: keep the head: %w", err)
		}
	}
	return nil
}

// KeptHead is the newest head in the object store; nil when it has none.
func KeptHead(ctx context.Context, files objectstore.Store) (*Seal, error) {
	r, _, err := files.Get(ctx, latestKey, 0, -1)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("audit: the kept head: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxKeptBytes))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("audit: the kept head: %w", err)
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("audit: %s: %w", latestKey, err)
	}
	head, err := ParseHead(k.Head)
	return &head, err
}

// Lacks is the finding that the chain does not contain a head that was kept elsewhere, nil when it does. Whether the chain
// itself fits together is Verify's matter.
func (c *Chain) Lacks(ctx context.Context, head Seal) (*Finding, error) {
	return c.lacks(ctx, c.d, head)
}

func (c *Chain) lacks(ctx context.Context, x db.Q, head Seal) (*Finding, error) {
	var at []Seal
	if err := c.q.Select(ctx, x, &at, "seal_at", head.ToSeq); err != nil {
		return nil, err
	}
	switch {
	case head.ToSeq == 0: // before the first seal
		return nil, nil
	case len(at) == 0:
		return &Finding{"head", head.ToSeq, "the head that was kept elsewhere is missing: the chain was cut off"}, nil
	case !bytes.Equal(at[0].Head, head.Head):
		return &Finding{"head", head.ToSeq, "differs from the head that was kept elsewhere"}, nil
	}
	return nil, nil
}

func (c *Chain) lacksKeptHead(ctx context.Context, files objectstore.Store) (*Finding, error) {
	kept, err := KeptHead(ctx, files)
	if err != nil || kept == nil {
		return nil, err
	}
	return c.Lacks(ctx, *kept)
}
