package formattest

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What input that means harm may take. Time is that of the processor, so that a busy machine fails no test; memory is the
// most that the process held at once.
const (
	MaxTime   = 2 * time.Second
	MaxMemory = 256 << 20
)

// CheckBounded fails unless f stays within MaxTime and MaxMemory. Nothing else may run in the process meanwhile.
func CheckBounded(t *testing.T, f func()) {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // the peak is counted anew
		t.Fatal(err)
	}
	start := processorTime(t)
	f()
	took, held := processorTime(t)-start, peakMemory(t)
	if took > MaxTime || held > MaxMemory {
		t.Errorf("took %v of the processor and %d MiB", took, held>>20)
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory is the most that the process has held since it was counted anew.
func peakMemory(t *testing.T) (bytes int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(line, &bytes); err != nil {
		t.Fatal(err)
	}
	return bytes << 10
}
