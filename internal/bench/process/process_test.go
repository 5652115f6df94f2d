package process

import (
	"os"
	"testing"
	"time"
)

func TestStatus(t *testing.T) {
	s, err := parseStat("42 (a (strange) name) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 9 0 100 0 0")
	if err != nil || s.pid != 42 || s.parent != 7 || s.name != "a (strange) name" || s.own != 2*time.Second || s.ended != 500*time.Millisecond {
		t.Fatalf("%+v %v", s, err)
	}
	for _, broken := range []string{"", "42", "42 (short) S 1 2", ") 42 ("} {
		if _, err := parseStat(broken); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
	if own, err := readStat(os.Getpid()); err != nil || own.pid != os.Getpid() || own.parent != os.Getppid() {
		t.Errorf("%+v %v", own, err)
	}
}

// What a process does is counted as its own, and it holds memory.
func TestCostOfThisProcess(t *testing.T) {
	p := Pair{Server: os.Getpid()}
	before := p.Cost()
	for began := Own(); Own()-began < 3*clockTick; {
	}
	if used := p.Cost().Since(before); used.Server < 2*clockTick || used.Postgres != 0 || used.Both() != used.Server {
		t.Errorf("%+v", used)
	}
	if n := p.Backends(); n != 0 {
		t.Errorf("%d processes of no PostgreSQL", n)
	}
	if p.Memory() < 1<<20 {
		t.Errorf("%v bytes", p.Memory())
	}
}
