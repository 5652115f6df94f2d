package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// fault is one thing that breaks, at a moment after the examinees began.
type fault struct {
	at   time.Duration
	what string
	do   func(ctx context.Context) error
}

const (
	resetLasts = 300 * time.Millisecond
	// longestDark is how long PostgreSQL stays away after a kill, besides its start.
	longestDark = time.Second
)

// faults draws the moments of a plan's faults. They are done one after the other: one whose moment comes while another is
// still being done follows it at once.
func (s *stage) faults(random *rand.Rand, p plan) []fault {
	out := slices.Clone(p.special)
	add := func(count int, what string, do func(ctx context.Context) error) {
		for range count {
			out = append(out, fault{time.Duration(random.Int64N(int64(p.lasting))), what, do})
		}
	}
	add(p.serverKills, "server killed", s.killServer)
	add(p.postgresKills, "PostgreSQL killed", func(ctx context.Context) error {
		return s.killPostgres(ctx, time.Duration(random.Int64N(int64(longestDark))))
	})
	for _, direction := range []string{"upstream", "downstream"} {
		add(p.resets, "resets before the server, "+direction, func(ctx context.Context) error { return reset(ctx, s.front, direction, resetLasts) })
		add(p.resets, "resets before PostgreSQL, "+direction, func(ctx context.Context) error { return reset(ctx, s.back, direction, resetLasts) })
	}
	slices.SortFunc(out, func(a, b fault) int { return int(a.at - b.at) })
	return out
}

func (s *stage) killServer(ctx context.Context) error {
	if err := s.server.kill(ctx); err != nil {
		return err
	}
	return s.server.awaitServing(ctx)
}

func (s *stage) killPostgres(ctx context.Context, dark time.Duration) error {
	if err := s.postgres.kill(); err != nil {
		return err
	}
	rest(ctx, dark)
	if err := s.postgres.start(ctx); err != nil {
		return err
	}
	return s.server.awaitServing(ctx)
}

// storm does the faults. Each is done, but none is begun when ctx has ended.
func storm(ctx context.Context, begun time.Time, faults []fault, say func(format string, args ...any)) error {
	for _, f := range faults {
		rest(ctx, time.Until(begun.Add(f.at)))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		from := time.Now()
		if err := f.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", f.what, err)
		}
		say("%6.1f s  %s (%.1f s)", from.Sub(begun).Seconds(), f.what, time.Since(from).Seconds())
	}
	return nil
}
