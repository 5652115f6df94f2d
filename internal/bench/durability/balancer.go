package main

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// drainsWithin is how long a server that is asked to end may take (threat 30).
const drainsWithin = 20 * time.Second

// balancer spreads requests over nodes, as a proxy does that is not told of a deployment: it tells the sender to come again where
// a node did not answer, or its answer was cut short.
type balancer struct {
	mu    sync.Mutex
	nodes map[string]*httputil.ReverseProxy
	order []string // of the addresses
	next  int
	gone  atomic.Int64 // requests that no node answered
}

func newBalancer(addresses ...string) *balancer {
	b := &balancer{nodes: map[string]*httputil.ReverseProxy{}}
	for _, address := range addresses {
		b.add(address)
	}
	return b
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) { b.node().ServeHTTP(w, r) }

func (b *balancer) node() *httputil.ReverseProxy {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	return b.nodes[b.order[b.next%len(b.order)]]
}

func (b *balancer) add(address string) {
	p := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	p.ErrorHandler = func(w http.ResponseWriter, r *http.Request, _ error) {
		if r.Context().Err() == nil { // the sender waits for an answer
			b.gone.Add(1)
		}
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes[address], b.order = p, append(b.order, address)
}

// drop takes a node away, as a proxy does once it has seen that the node is gone; one stays.
func (b *balancer) drop(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := b.order[:0:0]
	for _, other := range b.order {
		if other != address {
			left = append(left, other)
		}
	}
	b.order = left
}
