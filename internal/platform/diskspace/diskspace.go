// Package diskspace measures the disk that a directory stands on and keeps a reserve on it.
package diskspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Space is what a file system holds, in bytes. Taken and Free are as df counts them: room kept for root is neither.
type Space struct {
	Taken, Free uint64
}

// Of measures the file system of a directory.
func Of(dir string) (Space, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return Space{}, fmt.Errorf("disk of %s: %w", dir, err)
	}
	block := uint64(s.Bsize)
	return Space{Taken: (s.Blocks - s.Bfree) * block, Free: s.Bavail * block}, nil
}

// Used is the share that is taken, 0 to 1.
func (s Space) Used() float64 {
	if s.Taken+s.Free == 0 {
		return 0
	}
	return float64(s.Taken) / float64(s.Taken+s.Free)
}

// Reserve takes size bytes of the disk with a file that may be deleted when the disk is full: a database that has no room for
// its log can't even be told to delete something. A reserve that stands is left as it is. None is made where fewer than spare
// bytes would stay free.
func Reserve(path string, size, spare uint64, s Space) (made bool, err error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if s.Free < size+spare {
		return false, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false, err
	}
	err = errors.Join(syscall.Fallocate(int(f.Fd()), 0, 0, int64(size)), f.Close())
	if err != nil { // a file system that can't set room aside, such as one over the network
		return false, errors.Join(err, os.Remove(path))
	}
	return true, nil
}
