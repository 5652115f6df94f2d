package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"time"
)

// ErrRunning means that another process runs the server of this directory.
var ErrRunning = errors.New("another process is using this data directory")

// ErrNotRunning means that no process runs a server in this directory.
var ErrNotRunning = errors.New("no server is running in this data directory")

// ErrPassing means that the server of this directory was started by a command
// and ends with it.
var ErrPassing = errors.New("a command is using this data directory")

// joinPatience is how long one process waits for another that starts a server
// or for a command that ends; joinPause is how often it looks.
const (
	joinPatience = 10 * time.Minute
	joinPause    = 100 * time.Millisecond
)

// lock is a file such as DIR/pg.lock, held by flock: the kernel lets go of it
// when the process ends in whatever way, so it can't be stale.
type lock struct{ file *os.File }

// lockRecord is what the lock file tells others while it is held.
type lockRecord struct {
	PID       int    `json:"pid"`
	SocketDir string `json:"socket_dir,omitempty"` // empty while the server starts
	Passing   bool   `json:"passing,omitempty"`    // it ends with the command that started it
	Address   string `json:"address,omitempty"`    // where people find the holder's pages, once it serves them
}

func takeLock(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return &lock{file: file}, nil
	}
	defer file.Close()
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	record, _ := readLock(path) // the holder may be writing it just now
	return nil, fmt.Errorf("%w: process %d holds %s", ErrRunning, record.PID, path)
}

// clearLeftovers removes the temporary socket directory of an earlier holder
// that was killed, and its record: from here on the server is "starting".
func (l *lock) clearLeftovers() error {
	if earlier, err := readLock(l.file.Name()); err == nil && isTemporary(earlier.SocketDir) {
		_ = os.RemoveAll(earlier.SocketDir) // only litter
	}
	return l.write(lockRecord{PID: os.Getpid()})
}

func (l *lock) write(r lockRecord) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err = l.file.WriteAt(text, 0)
	return err
}

func (l *lock) release() error { return l.file.Close() }

func readLock(path string) (lockRecord, error) {
	var r lockRecord
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// heldRecord reads the record of a lock that is held by a server that is
// ready; ErrNotRunning otherwise.
func heldRecord(path string) (lockRecord, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return lockRecord{}, ErrNotRunning
	}
	if err != nil {
		return lockRecord{}, err
	}
	defer file.Close()
	if syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return lockRecord{}, ErrNotRunning
	}
	record, err := readLock(path)
	switch {
	case errors.As(err, new(*json.SyntaxError)):
		err = fmt.Errorf("%w: a process is starting it", ErrNotRunning) // and writes the record just now
	case err == nil && record.SocketDir == "":
		err = fmt.Errorf("%w: process %d is starting it", ErrNotRunning, record.PID)
	}
	return record, err
}

// joinable is heldRecord of a server that stays; ErrPassing for one that ends
// with a command.
func joinable(path string) (lockRecord, error) {
	record, err := heldRecord(path)
	if err == nil && record.Passing {
		err = fmt.Errorf("%w: process %d", ErrPassing, record.PID)
	}
	return record, err
}

// startOrJoin starts a server, or joins that of another process, and tells
// which. It waits for one that is starting, and for a command to end: a server
// that a command started would be gone with it.
func startOrJoin[S any](ctx context.Context, log *slog.Logger, start, join func() (S, error)) (s S, ours bool, err error) {
	deadline, said := time.Now().Add(joinPatience), false
	for {
		if s, err = start(); !errors.Is(err, ErrRunning) {
			return s, err == nil, err
		}
		if s, err = join(); !errors.Is(err, ErrNotRunning) && !errors.Is(err, ErrPassing) || time.Now().After(deadline) {
			return s, false, err
		}
		if !said {
			log.Info("waiting for another process that uses this data directory", "reason", err)
			said = true
		}
		if stopped := pause(ctx, joinPause); stopped != nil {
			return s, false, errors.Join(err, stopped)
		}
	}
}
