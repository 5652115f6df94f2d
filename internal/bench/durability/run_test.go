package main

import (
	"context"
	"net"
	"testing"
	"time"
)

// The door opens when half are there, for those who come later too, and for nobody whose time has ended before.
func TestDoorOfAnExam(t *testing.T) {
	const people = 5
	d := newDoor(people)
	for n := range people {
		select {
		case <-d.open:
			if n < 3 {
				t.Fatalf("open for %d of %d", n, people)
			}
		default:
			if n >= 3 {
				t.Fatalf("closed for %d of %d", n, people)
			}
		}
		d.arrive()
	}
	if at := d.opened(t.Context()); at.IsZero() || at != d.opened(t.Context()) {
		t.Errorf("opened at %s", at)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if at := newDoor(1).opened(ended); !at.IsZero() {
		t.Errorf("a door that nobody opened was open at %s", at)
	}
}

func TestPercentile(t *testing.T) {
	var none tally
	if got := none.percentile(99); got != 0 {
		t.Errorf("of nothing: %s", got)
	}
	var seen tally
	for n := 200; n > 0; n-- {
		seen.answered(time.Duration(n))
	}
	for of100, want := range map[int]time.Duration{1: 2, 50: 100, 95: 190, 99: 198, 100: 200} {
		if got := seen.percentile(of100); got != want {
			t.Errorf("%d of 100: %d, want %d", of100, got, want)
		}
	}
}

// A server's port is nobody else's, and the server may listen there again and again.
func TestPortIsHeld(t *testing.T) {
	address, held, err := holdPort()
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	for range 2 {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for range 200 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if l.Addr().String() == address {
			t.Fatal("it was given to somebody else")
		}
	}
}
