package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// Threat 30: two servers under load are asked to end, one after the other, and started again. Each drains in time, and nobody's
// request fails for good: whoever is cut short comes again, and is served.
func (s *stage) replaced(t *testing.T, exam string, p plan) {
	second, err := s.secondServer(t)
	if err != nil {
		t.Fatal(err)
	}
	b := newBalancer(s.server.address, second.address)
	front := httptest.NewServer(b)
	defer front.Close()
	p.base = front.URL
	for i, node := range []*server{s.server, second} {
		p.special = append(p.special, fault{time.Duration(i+1) * p.lasting / 4, "server replaced", func(ctx context.Context) error {
			a := &asker{base: "http://" + node.address}
			stream := s.listens(ctx, t, a, exam)
			took, err := node.end(ctx)
			if err != nil {
				return err
			}
			if took > drainsWithin {
				t.Errorf("the server drained for %s", took)
			}
			if err := <-stream; err != nil {
				t.Errorf("the event stream: %v", err)
			}
			return node.awaitServing(ctx)
		}})
	}
	seen := s.survives(t, exam, p)
	if got := second.unordered(); len(got) > 0 {
		t.Error(got)
	}
	if seen.handIns.Load() == 0 || seen.longest > 3*time.Second {
		t.Errorf("%d handed in, %s without an acknowledgement", seen.handIns.Load(), seen.longest)
	}
	t.Logf("%d requests were cut short and came again", b.gone.Load())
}

// listens holds an event stream open, which never ends by itself; the channel tells when it has ended, and how.
func (s *stage) listens(ctx context.Context, t *testing.T, a *asker, exam string) <-chan error {
	t.Helper()
	attempt := s.sits(t, a, exam)
	r, err := http.NewRequestWithContext(ctx, "GET", a.base+attempt+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	ended := make(chan error, 1)
	go func() {
		defer answer.Body.Close()
		_, err := io.Copy(io.Discard, answer.Body)
		ended <- err
	}()
	return ended
}

// secondServer is another node on the same database.
func (s *stage) secondServer(t *testing.T) (*server, error) {
	data, err := os.MkdirTemp(s.dir, "second-")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(t.Context())
	second := &server{program: s.server.program, data: data, dsn: s.server.dsn}
	t.Cleanup(func() {
		stop()
		_ = second.close()
	})
	return second, second.keep(ctx)
}
