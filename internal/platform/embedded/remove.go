package embedded

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Remove deletes the cluster and the objects of a data directory, also where
// DIR/pg is a link to elsewhere or the write-ahead log has a volume of its own. It refuses (ErrRunning) while a server runs.
func Remove(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, path := range []string{postgresLock(dir), s3Lock(dir)} {
		held, err := takeLock(path)
		if err != nil {
			return err
		}
		defer held.release()
	}
	errs := []error{removeCluster(dir)}
	for _, name := range []string{"s3", "s3.secret"} {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
	}
	return errors.Join(errs...)
}

// RemovePostgres deletes the cluster of a data directory alone. It refuses (ErrRunning) while the server runs.
func RemovePostgres(dir string) error {
	held, err := takeLock(postgresLock(dir))
	if err != nil {
		return err
	}
	return errors.Join(removeCluster(dir), held.release())
}

func removeCluster(dir string) error {
	var errs []error
	if home, err := filepath.EvalSymlinks(filepath.Join(dir, "pg")); err == nil {
		if wal, err := os.Readlink(filepath.Join(home, "data", "pg_wal")); err == nil && isOwnWAL(wal) {
			errs = append(errs, os.RemoveAll(wal), os.RemoveAll(wal+".lock"))
		}
		errs = append(errs, os.RemoveAll(home))
	}
	return errors.Join(append(errs, os.RemoveAll(filepath.Join(dir, "pg")))...)
}

// pipes are those of RemoveAtEnd, kept open until the process ends.
var pipes []io.Closer

// RemoveAtEnd removes the directory of an ephemeral cluster when this process has ended, however it ended: a shell waits for the end of
// a pipe that nobody writes to, and then for the server, which dies with the process too. It is not safe for use by several at once.
func RemoveAtEnd(dir string) error {
	c := exec.Command("sh", "-c", `read end; sleep 1; rm -rf "$0"`, dir)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := c.StdinPipe()
	if err != nil {
		return err
	}
	pipes = append(pipes, pipe)
	return c.Start()
}
