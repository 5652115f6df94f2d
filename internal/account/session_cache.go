package account

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	pollEvery = time.Second
	// pollOverlap is how far back each poll looks: a row becomes visible when its
	// transaction commits, some time after the moment that it carries.
	pollOverlap = 30 * time.Second
	// staleAfter is how long the cache is believed without a poll that worked.
	staleAfter = 3 * time.Second
	// cacheLifetime bounds what any fault of the polling could leave standing.
	cacheLifetime = time.Minute
	maxCached     = 50_000
)

// cached is a session with its viewer, as of loadedAt.
type cached struct {
	viewer    Viewer
	info      SessionInfo
	createdAt time.Time
	seenAt    time.Time
	loadedAt  time.Time
}

// sessionCache holds the sessions that this process has seen. It answers only
// while the revocations are being read.
type sessionCache struct {
	mu       sync.Mutex
	byToken  map[Token]cached
	polledAt time.Time
	applied  map[int64]time.Time // revocations that were applied, while the overlap still shows them
	drops    int64               // counts forgetting, so that a load that began before is not kept
}

func newSessionCache() *sessionCache {
	return &sessionCache{byToken: map[Token]cached{}, applied: map[int64]time.Time{}}
}

func (c *sessionCache) find(t Token, now time.Time) (cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byToken[t]
	fresh := now.Sub(c.polledAt) <= staleAfter && now.Sub(e.loadedAt) <= cacheLifetime && now.Before(e.info.ExpiresAt)
	return e, ok && fresh
}

func (c *sessionCache) generation() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drops
}

// keep stores what was loaded, unless something was forgotten meanwhile.
func (c *sessionCache) keep(t Token, e cached, generation int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops != generation {
		return
	}
	if len(c.byToken) >= maxCached {
		clear(c.byToken)
	}
	c.byToken[t] = e
}

func (c *sessionCache) touched(t Token, at, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byToken[t]; ok {
		e.seenAt = at
		if until.After(e.info.ExpiresAt) {
			e.info.ExpiresAt = until
		}
		c.byToken[t] = e
	}
}

func (c *sessionCache) drop(t Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.byToken, t)
	c.drops++
}

// forgetLocked drops a person's sessions, everybody's for 0.
func (c *sessionCache) forgetLocked(id PersonID) {
	c.drops++
	for t, e := range c.byToken {
		if id == 0 || e.info.PersonID == id {
			delete(c.byToken, t)
		}
	}
}

type revocation struct {
	ID       int64    `db:"id"`
	PersonID PersonID `db:"person_id"`
}

// apply forgets what the rows name, each row once.
func (c *sessionCache) apply(rows []revocation, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range rows {
		if _, done := c.applied[r.ID]; !done {
			c.applied[r.ID] = now
			c.forgetLocked(r.PersonID)
		}
	}
	for id, at := range c.applied {
		if now.Sub(at) > 2*pollOverlap {
			delete(c.applied, id)
		}
	}
	c.polledAt = now
}

// PollRevocations reads whose sessions and grants this process must forget.
func (s *Service) PollRevocations(ctx context.Context) error {
	now := s.db.Now()
	var rows []revocation
	if err := s.store.Select(ctx, s.db, &rows, "revocations_since", now.Add(-pollOverlap)); err != nil {
		return err
	}
	s.cache.apply(rows, now)
	return nil
}

// Watch polls once a second until ctx ends. A poll that fails is logged; the
// cache then answers nothing and every request asks the database.
func (s *Service) Watch(ctx context.Context, log *slog.Logger) {
	t := time.NewTicker(pollEvery)
	defer t.Stop()
	for {
		if err := s.PollRevocations(ctx); err != nil && ctx.Err() == nil {
			log.Warn("revocations cannot be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
