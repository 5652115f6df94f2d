package account

import (
	"net/netip"
	"time"
)

// Limits of guessing (threats 21, 49). All doors share them: page and API.
const (
	attemptWindow        = 24 * time.Hour   // failures older than this are forgotten
	addressWindow        = 15 * time.Minute // and these, for an address
	addressFailureBudget = 100              // wrong passwords from one address in that time
	// openTry is how long a try without an outcome counts as a failure: longer than any password is looked at. One that is
	// still open then was cut short, by a server that died or a browser that left, and has told nobody anything. A crowd
	// whose server dies in the log-in rush must not be locked out for it.
	openTry = 2 * longestWait
)

// lockAfter says how long after the n-th failure in a row the next try is
// looked at: at once for the first two, then 2 s, 10 s, and from the fifth on
// 15 minutes, twice that for each five more, 2 hours at the most. So nobody
// gets more than 5 tries in 15 minutes.
func lockAfter(failures int) time.Duration {
	switch {
	case failures < 3:
		return 0
	case failures == 3:
		return 2 * time.Second
	case failures == 4:
		return 10 * time.Second
	}
	return 15 * time.Minute << min((failures-5)/5, 3) // 15 minutes, three times doubled, are 2 hours
}

// secondsUntilNextTry is how long a login must wait; 0 means now.
func secondsUntilNextTry(failures int, lastFailureAt, now time.Time) int {
	wait := lastFailureAt.Add(lockAfter(failures)).Sub(now)
	return max(0, int((wait+time.Second-1)/time.Second))
}

// addressKey is what failures of an address are counted under: a household of
// IPv6 has 2^64 addresses and is one.
func addressKey(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return "unknown"
	}
	return p.String()
}
