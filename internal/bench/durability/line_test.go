package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
)

// Threat 17: the line to the server is bad for a while: nothing comes through and nobody says so, or hardly anything does, or it breaks off in
// the middle of an answer. Whatever was typed meanwhile lands.
func (s *stage) badLine(t *testing.T, exam string, p plan) {
	const silent = `"type": "timeout", "stream": "upstream", "attributes": {"timeout": 0}`
	kinds := []string{
		silent,
		`"type": "timeout", "stream": "downstream", "attributes": {"timeout": 0}`,
		`"type": "bandwidth", "stream": "downstream", "attributes": {"rate": 2}`,
		`"type": "limit_data", "stream": "downstream", "attributes": {"bytes": 300}`,
	}
	long := 2 * time.Second
	if *longForm {
		long = 30 * time.Second
	}
	p.lasting = 0
	spoils := func(kind string, long time.Duration) {
		p.lasting += time.Second
		p.special = append(p.special, fault{p.lasting, fmt.Sprintf("%s: %s", long, kind), func(ctx context.Context) error {
			return spoil(ctx, s.front, kind, long)
		}})
		p.lasting += long
	}
	for _, kind := range kinds {
		spoils(kind, long)
	}
	if *longForm {
		spoils(silent, 2*time.Minute)
	}
	p.lasting += p.lasting / 2 // people hand in, or walk away, after the last of it
	seen := s.survives(t, exam, p)
	if seen.resent.Load() == 0 || seen.longest < long/2 {
		t.Errorf("%d requests were sent again, and it was never %s without an acknowledgement: the line was not bad", seen.resent.Load(), long/2)
	}
}

// spoil does something to a line for a time. What is on its way when that ends is lost with its connection, as on a line that a phone has
// left for another.
func spoil(ctx context.Context, line *toxiproxy.Proxy, kind string, lasting time.Duration) error {
	if _, err := line.Toxics.AddToxicJson(strings.NewReader(`{"name": "bad", ` + kind + `}`)); err != nil {
		return err
	}
	rest(ctx, lasting)
	return errors.Join(line.Toxics.RemoveToxic(context.WithoutCancel(ctx), "bad"), ctx.Err())
}
