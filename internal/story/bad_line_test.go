package story

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/story/chromium"
)

// badFor is how long the line is bad, one time after the other: make durability makes it as long as the bar says.
var badFor = flag.String("bad", "3s", "how long the line is bad, one time after the other: 30s,2m,10m")

const (
	// longestWait is the longest back-off of the page, and answeredWithin how long it waits for an answer.
	longestWait    = 15 * time.Second
	answeredWithin = 10 * time.Second
	// shortestWait is the longest back-off less all of its jitter.
	shortestWait = longestWait * 7 / 10
)

// Threat 17: the line is bad for as long as it likes: nothing comes through and nobody says so, every connection breaks off, or hardly
// anything comes through. The page says so in time where it is so, goes on, tries again and again without storming the server, and
// everything that was answered lands when the line is good again, untouched.
// rule:attempt-promise-1
func TestBadLine(t *testing.T) {
	r, b := newRoom(t), chromium.Shared(t)
	for _, bad := range []badLine{
		{login: "mei-a", what: "nothing comes through", toxic: `"type": "timeout", "stream": "upstream", "attributes": {"timeout": 0}`, silent: true},
		{login: "lan-a", what: "everything breaks off", toxic: `"type": "reset_peer", "stream": "downstream", "attributes": {"timeout": 0}`, silent: true},
		{login: "mei-b", what: "hardly anything comes through", toxic: `"type": "bandwidth", "stream": "upstream", "attributes": {"rate": 1}`},
	} {
		t.Run(bad.what, func(t *testing.T) {
			bad.line = newLine(t, r.origin)
			p := newPerson(t, b, "http://"+bad.line.Listen, bad.login, phone)
			s := r.sits(p, bad.login, func(e *exam.Settings) { e.LimitSeconds = 3600 })
			t.Parallel() // all lines are bad at the same time
			for round, long := range strings.Split(*badFor, ",") {
				lasting, err := time.ParseDuration(long)
				if err != nil {
					t.Fatal(err)
				}
				bad.sits(s, round, lasting)
			}
			p.calm("net::ERR_CONNECTION_RESET", "net::ERR_EMPTY_RESPONSE", "net::ERR_INCOMPLETE_CHUNKED_ENCODING", "net::ERR_CONNECTION_CLOSED", "net::ERR_TIMED_OUT")
		})
	}
}

// badLine is a line to the server and what spoils it; silent: nothing is confirmed meanwhile.
type badLine struct {
	login, what, toxic string
	silent             bool
	line               *toxiproxy.Proxy
}

// newLine is a toxiproxy before a server.
func newLine(t *testing.T, origin string) *toxiproxy.Proxy {
	t.Helper()
	quiet := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	line := toxiproxy.NewProxy(quiet, "line", "127.0.0.1:0", strings.TrimPrefix(origin, "http://"))
	if err := line.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Stop)
	return line
}

// countSaves notes when the page sends a save.
const countSaves = `(() => {
	if (window.saves) return window.saves = [], true;
	window.saves = [];
	const real = window.fetch;
	window.fetch = (to, init) => {
		if (String(to).endsWith("/responses")) window.saves.push(performance.now());
		return real(to, init);
	};
	return true;
})()`

// sits is one time that the line is bad.
func (b badLine) sits(s *sitter, round int, lasting time.Duration) {
	s.t.Helper()
	q := s.singles()
	s.chooses(q[0], round%4)
	s.lands()
	eval[bool](s.person, countSaves)
	if _, err := b.line.Toxics.AddToxicJson(strings.NewReader(`{"name": "bad", ` + b.toxic + `}`)); err != nil {
		s.t.Fatal(err)
	}
	begun := time.Now()
	s.chooses(q[0], (round+1)%4)
	s.chooses(q[1], (round+2)%4)
	s.writes(fmt.Sprintf("第 %d 回", round+1))
	if b.silent {
		s.told("已存本机")
	}
	time.Sleep(time.Until(begun.Add(lasting)))
	if b.silent {
		if lasting >= time.Minute {
			s.await(`document.querySelector(".strip").innerText.includes("网络中断，已存本机")`)
		}
		b.triedAgain(s, lasting)
	}
	s.chooses(q[2], (round+3)%4)
	if err := b.line.Toxics.RemoveToxic(context.Background(), "bad"); err != nil {
		s.t.Fatal(err)
	}
	s.awaitFor(longestWait+answeredWithin+patience, `!document.querySelector(".slot-state[data-state=unsent]") && document.querySelector(".strip").hidden`)
	s.lands()
}

// triedAgain wants the page never to have given up, and to have come ever more seldom.
func (b badLine) triedAgain(s *sitter, lasting time.Duration) {
	s.t.Helper()
	at := eval[[]float64](s.person, `[...window.saves, performance.now()]`)
	longest := 0.0
	for i := 1; i < len(at); i++ {
		longest = math.Max(longest, at[i]-at[i-1])
	}
	if most := longestWait + answeredWithin + time.Second; longest > float64(most.Milliseconds()) {
		s.t.Errorf("in %s of a bad line the page did not try for %.1f s", lasting, longest/1000)
	}
	if most := 8 + int(lasting/shortestWait); len(at) > most {
		s.t.Errorf("in %s of a bad line the page sent %d saves, more than %d", lasting, len(at)-1, most)
	}
	s.t.Logf("%s for %s: %d saves, at most %.1f s between two", b.what, lasting, len(at)-1, longest/1000)
}
