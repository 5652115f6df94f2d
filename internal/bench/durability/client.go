package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	// requestPatience is when an examinee's page gives a request up: longer than the server's own 4 s for a save.
	requestPatience = 6 * time.Second
	firstPause      = 50 * time.Millisecond
	longestPause    = time.Second
)

// client is an examinee's way to the server. Not safe for concurrent use, except for once.
type client struct {
	base, token string
	http        *http.Client
	random      *rand.Rand
	tally       *tally
}

func newClient(base string, random *rand.Rand, t *tally) *client {
	return &client{base: base, random: random, tally: t, http: &http.Client{Timeout: requestPatience, Transport: &http.Transport{MaxIdleConnsPerHost: 2}}}
}

// once sends a request; an error is a doubt.
func (c *client) once(ctx context.Context, method, path, tab string, body any) (int, []byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	if method == http.MethodGet {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Client-Id", tab)
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	out, err := io.ReadAll(answer.Body)
	return answer.StatusCode, out, err
}

// reply is what a request came to in the end.
type reply struct {
	status int
	body   []byte
	doubts int  // how often it was sent in vain
	ok     bool // it was answered for good
}

const sessions = "/api/v1/sessions"

// settled reports whether an answer ends the doubt. A 500 does not, and is no answer of the contract either. Log-ins that were
// cut short count as guesses for a while: the door then asks for patience.
func (c *client) settled(method, path string, status int, answer []byte, err error) bool {
	if err != nil || status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests && path == sessions {
		return false
	}
	if status >= http.StatusInternalServerError {
		c.tally.surprise("%s %s: %d %.200s", method, path, status, answer)
		return false
	}
	return true
}

// insist sends the same until it is answered for good or ctx ends; tries bounds how often (0: for ever).
func (c *client) insist(ctx context.Context, tries int, method, path, tab string, body any) (r reply) {
	pause := firstPause
	for ctx.Err() == nil {
		status, answer, err := c.once(ctx, method, path, tab, body)
		if c.settled(method, path, status, answer, err) {
			r.status, r.body, r.ok = status, answer, true
			break
		}
		c.tally.doubts.Add(1)
		if r.doubts++; r.doubts == tries {
			break
		}
		c.tally.resent.Add(1)
		rest(ctx, pause/2+time.Duration(c.random.Int64N(int64(pause))))
		pause = min(2*pause, longestPause)
	}
	return r
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
