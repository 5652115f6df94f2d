package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// newLine is a toxiproxy from a free port to an address; it stops with ctx.
func newLine(ctx context.Context, name, to string) (*toxiproxy.Proxy, error) {
	quiet := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(quiet, name, "127.0.0.1:0", to)
	if err := p.Start(); err != nil {
		return nil, fmt.Errorf("line %s: %w", name, err)
	}
	context.AfterFunc(ctx, p.Stop)
	return p, nil
}

// reset breaks half of the line's connections for a time: those on which something moves end at once. direction "upstream"
// swallows requests, "downstream" their answers, which is the harder case: what was done is not told.
func reset(ctx context.Context, p *toxiproxy.Proxy, direction string, lasting time.Duration) error {
	toxic := `{"name": "reset", "type": "reset_peer", "toxicity": 0.5, "stream": "` + direction + `", "attributes": {"timeout": 0}}`
	if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		return err
	}
	rest(ctx, lasting)
	return p.Toxics.RemoveToxic(context.WithoutCancel(ctx), "reset")
}

// relay takes TCP connections to a unix socket, whose place it asks for each time: a PostgreSQL that is started again may
// listen elsewhere.
func relay(ctx context.Context, socket func() string) (address string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go join(c, socket())
		}
	}()
	return l.Addr().String(), nil
}

func join(c net.Conn, socket string) {
	s, err := net.Dial("unix", socket)
	if err != nil {
		_ = c.Close()
		return
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{c, s}, {s, c}} {
		both.Go(func() {
			_, _ = io.Copy(way[1], way[0])
			_, _ = c.Close(), s.Close() // one half alone is of no use to either protocol
		})
	}
	both.Wait()
}
