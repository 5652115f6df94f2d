package dbtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	memory = "/dev/shm"
	// memoryWanted is what must be free in memory for the clusters of a whole run, of which some are open at once.
	memoryWanted = 3 << 30
)

// home is where the clusters stand: in memory where there is enough of it, because a database is hundreds of small files and a
// disk makes them ten times as slowly.
func home() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= memoryWanted {
		return memory
	}
	return os.TempDir()
}

// sweep removes what is left where even the shell was killed.
func sweep() {
	dropOldMasters()
	for _, parent := range []string{memory, os.TempDir()} {
		left, _ := filepath.Glob(filepath.Join(parent, dirPrefix+"*"))
		for _, dir := range left {
			pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), dirPrefix))
			if err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
				_ = os.RemoveAll(dir)
			}
		}
	}
}
