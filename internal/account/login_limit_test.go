package account

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLockAfter(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 2: 0, 3: 2 * time.Second, 4: 10 * time.Second, 5: 15 * time.Minute, 9: 15 * time.Minute,
		10: 30 * time.Minute, 15: time.Hour, 20: 2 * time.Hour, 1000: 2 * time.Hour,
	} {
		if got := lockAfter(failures); got != want {
			t.Errorf("lockAfter(%d) = %v, want %v", failures, got, want)
		}
	}
}

func TestSecondsUntilNextTry(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		failures int
		ago      time.Duration
		want     int
	}{
		{0, 0, 0}, {0, now.Sub(time.Time{}), 0}, {2, 0, 0}, {2, 24 * time.Hour, 0}, {3, 0, 2}, {3, 2 * time.Second, 0}, {3, 2*time.Second - time.Microsecond, 1},
		{5, 0, 900}, {5, 15*time.Minute - time.Second, 1}, {5, 15 * time.Minute, 0},
	} {
		if got := secondsUntilNextTry(c.failures, now.Add(-c.ago), now); got != c.want {
			t.Errorf("%d failures, last %v ago: %d s, want %d", c.failures, c.ago, got, c.want)
		}
	}
}

// Threats 21 and 49: what is forgotten when, and how long a try that was cut short counts.
func TestLimitsOfGuessing(t *testing.T) {
	if attemptWindow != 24*time.Hour || addressWindow != 15*time.Minute || addressFailureBudget != 100 || openTry != 30*time.Second {
		t.Error("a limit of guessing has changed")
	}
}

// However a guesser spaces the tries, no 15 minutes hold more than 5 that are looked at.
func TestGuesserGetsFiveTriesInFifteenMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		var looked []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "pause")) * time.Second)
			last := time.Time{}
			if len(looked) > 0 {
				last = looked[len(looked)-1]
			}
			if secondsUntilNextTry(len(looked), last, now) > 0 {
				continue
			}
			looked = append(looked, now)
			if n := len(looked); n > 5 && now.Sub(looked[n-6]) < 15*time.Minute {
				t.Fatalf("try %d came %v after try %d", n, now.Sub(looked[n-6]), n-5)
			}
		}
	})
}

func TestAddressKey(t *testing.T) {
	for in, want := range map[string]string{
		"10.0.0.1": "10.0.0.1", "::ffff:10.0.0.1": "10.0.0.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "unknown", "x": "unknown",
	} {
		if got := addressKey(in); got != want {
			t.Errorf("addressKey(%q) = %q, want %q", in, got, want)
		}
	}
}
