package embedded

import (
	"os"
	"syscall"
)

const (
	// Memory is a file system in memory, on every Linux.
	Memory = "/dev/shm"
	// memoryWanted is what must be free in it for the clusters of a whole run of tests, of which some are open at once.
	memoryWanted = 3 << 30
)

// PassingHome is where clusters stand that nobody keeps: in memory where there is enough of it, because a database is hundreds of
// small files and a disk makes them ten times as slowly.
func PassingHome() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(Memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= memoryWanted {
		return Memory
	}
	return os.TempDir()
}
