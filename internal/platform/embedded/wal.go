package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The write-ahead log stands in the cluster, or on a volume of its own (PostgresOptions.WAL), where the cluster has a link to it: a disk
// that tables have filled then still takes the log, without which PostgreSQL ends (threat 28). The log's directory is named after the
// cluster, so that one volume may hold those of several and none is taken for another's.

// ErrNoWAL means that the write-ahead log is not where the cluster says. Nothing may be put in its place: what it holds is not in the tables.
var ErrNoWAL = errors.New("the write-ahead log is not there")

// settleWAL brings the log to where it shall stand. What is left of a killed server may still write to it: such a cluster is started
// where its log is, and ended, before that is moved.
func (pg *Postgres) settleWAL(ctx context.Context, server installation, deadline time.Time) (err error) {
	if pg.walLock, err = placeWAL(ctx, pg.data, "", pg.account); err != nil || pg.options.WAL == "" {
		return err
	}
	ended, err := wasEnded(pg.data)
	if err == nil && !ended && filepath.Clean(pg.options.WAL) != pg.WALVolume() {
		if err = pg.run(ctx, server, deadline); err == nil {
			err = pg.process.end(ctx, syscall.SIGINT)
			pg.process = nil
		}
	}
	if pg.walLock != nil {
		err = errors.Join(err, pg.walLock.release())
		pg.walLock = nil
	}
	if err != nil {
		return err
	}
	pg.walLock, err = placeWAL(ctx, pg.data, pg.options.WAL, pg.account)
	return err
}

// placeWAL brings the log of a cluster that was ended to the volume. An empty volume leaves the log where it is. A move that was cut
// short is taken up again; until it is complete the cluster keeps the log that it had. held is nil for a log inside the cluster.
func placeWAL(ctx context.Context, data, volume string, a account) (held *lock, err error) {
	link := filepath.Join(data, "pg_wal")
	if err := takeUpMove(link); err != nil {
		return nil, err
	}
	if volume != "" {
		if err := moveWAL(ctx, data, link, volume, a); err != nil {
			return nil, fmt.Errorf("write-ahead log to %s: %w", volume, err)
		}
	}
	target, err := os.Readlink(link)
	if err != nil {
		return nil, nil // it stands in the cluster
	}
	if err := holdsWAL(target); err != nil {
		return nil, err
	}
	if !a.reaches(target) {
		return nil, fmt.Errorf("PostgreSQL's user (uid %d) can't reach the write-ahead log in %s", a.uid, target)
	}
	if !isOwnWAL(target) {
		return nil, nil // somebody else's arrangement, in a place that need not let us write
	}
	// A copy of the cluster has the same link; two servers that write one log would destroy both.
	return takeLock(target + ".lock")
}

// holdsWAL wants a log in a directory, which may be where a disk should be mounted.
func holdsWAL(target string) error {
	if info, err := os.Stat(filepath.Join(target, "archive_status")); err != nil || !info.IsDir() {
		return fmt.Errorf("%w: %s should hold it. Is its disk mounted?", ErrNoWAL, target)
	}
	return nil
}

const walPrefix = "pg_wal-"

// isOwnWAL tells whether placeWAL brought a log there.
func isOwnWAL(target string) bool { return strings.HasPrefix(filepath.Base(target), walPrefix) }

// WALVolume is the directory on a volume of its own that holds the write-ahead log; "" when it stands in the cluster, or another process
// runs the server.
func (pg *Postgres) WALVolume() string {
	if pg.data == "" {
		return ""
	}
	target, err := os.Readlink(filepath.Join(pg.data, "pg_wal"))
	if err != nil {
		return ""
	}
	return filepath.Dir(target)
}

// aside is where a log inside the cluster waits while the link takes its place.
func aside(link string) string { return link + ".moved" }

// takeUpMove puts an interrupted change of log and link to an end, one way or the other.
func takeUpMove(link string) error {
	_, err := os.Lstat(link)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(aside(link), link); err != nil {
			return errors.Join(fmt.Errorf("%w: %s", ErrNoWAL, link), err)
		}
		return syncDir(filepath.Dir(link))
	}
	if err != nil {
		return err
	}
	return os.RemoveAll(aside(link))
}

func moveWAL(ctx context.Context, data, link, volume string, a account) error {
	id, err := clusterID(data)
	if err != nil {
		return err
	}
	target := filepath.Join(volume, walPrefix+id)
	from, err := filepath.EvalSymlinks(link)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoWAL, err)
	}
	if at, err := filepath.EvalSymlinks(target); err == nil && at == from {
		return nil
	}
	if err := errors.Join(holdsWAL(from), ready(volume, a)); err != nil {
		return err
	}
	if err := copyWAL(ctx, from, target); err != nil {
		return err
	}
	return changeLink(link, target, from)
}

// copyWAL makes a durable copy beside its place and moves it there. What stands there already is taken when it is the same, as after a
// move that was cut short, and else left alone: another copy of the cluster may live by it.
func copyWAL(ctx context.Context, from, target string) error {
	if _, err := os.Stat(target); err == nil {
		if exec.CommandContext(ctx, "diff", "-rq", from, target).Run() != nil {
			return fmt.Errorf("%s holds another log of this cluster, which a copy of it may use: choose another directory, or delete it when nobody does", target)
		}
		return nil
	}
	fresh := target + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-a", from, fresh).CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("copy: %w: %s", err, lastLine(out)), os.RemoveAll(fresh))
	}
	if err := errors.Join(syncTree(fresh), os.Rename(fresh, target)); err != nil {
		return err
	}
	return syncDir(filepath.Dir(target))
}

// changeLink lets the cluster use the log at the target, and then removes the one that it had.
func changeLink(link, target, from string) error {
	fresh := link + ".new"
	if err := replaceLink(target, fresh); err != nil {
		return err
	}
	if from == link {
		if err := os.Rename(link, aside(link)); err != nil { // no link can be put over a directory in one step
			return err
		}
	}
	if err := os.Rename(fresh, link); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(link)); err != nil {
		return err
	}
	if from == link {
		return os.RemoveAll(aside(link))
	}
	return os.RemoveAll(from)
}

// ready makes the volume's directory where it is missing, and wants it to be one that PostgreSQL's user can reach.
func ready(volume string, a account) error {
	if err := os.MkdirAll(volume, 0o711); err != nil {
		return err
	}
	if !a.reaches(volume) {
		return fmt.Errorf("PostgreSQL's user (uid %d) can't reach it: let others pass through its folders (chmod o+x)", a.uid)
	}
	return nil
}

// clusterID is the number that initdb gave the cluster.
func clusterID(data string) (string, error) {
	c, err := readControl(data)
	return fmt.Sprint(c.ID), err
}

// wasEnded tells whether the cluster's server came to its regular end, after which nothing of it is left.
func wasEnded(data string) (bool, error) {
	const shutDown = 1 // DB_SHUTDOWNED
	c, err := readControl(data)
	return c.State == shutDown, err
}

// control is the beginning of a cluster's control file (ControlFileData), in the machine's order.
type control struct {
	ID          uint64
	_, _, State uint32 // versions of the file and of the catalogues, DBState
}

func readControl(data string) (c control, err error) {
	f, err := os.Open(filepath.Join(data, "global", "pg_control"))
	if err != nil {
		return c, err
	}
	defer f.Close()
	if err := binary.Read(f, binary.NativeEndian, &c); err != nil {
		return c, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return c, nil
}

// syncTree lets everything under a directory survive a loss of power.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncDir(path)
	})
}
