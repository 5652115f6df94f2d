package embedded

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrExists means that a data directory has a cluster already.
var ErrExists = errors.New("the data directory is not empty: it has a database; restore into another one")

// Recovery is what a cluster is brought back from.
type Recovery struct {
	Base  io.Reader                // a tar of pg_basebackup
	Log   func(dir *os.Root) error // writes the segments of the log that follow it
	Until time.Time                // what was committed later is left out; zero for all of the log
}

// RestorePostgres makes the cluster of o.Dir, which must have none, from a base and its log, and stops its server again. A
// failure leaves no cluster. Errors: ErrExists, ErrRunning, ErrNoServer, ErrMajor.
func RestorePostgres(ctx context.Context, o PostgresOptions, r Recovery) (err error) {
	o, err = o.complete()
	if err != nil {
		return err
	}
	owner, err := serverAccount()
	if err != nil {
		return err
	}
	home, err := settle(o.Dir, owner, o.Ephemeral)
	if err != nil {
		return err
	}
	held, err := takeLock(postgresLock(o.Dir))
	if err != nil {
		return err
	}
	pg := &Postgres{data: filepath.Join(home, "data"), options: o, account: owner, lock: held}
	if _, err := os.Lstat(pg.data); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(ErrExists, held.release())
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(pg.data))
		}
	}()
	if err := pg.unpack(ctx, r); err != nil {
		return errors.Join(err, held.release())
	}
	return pg.recover(ctx, home, r.Until)
}

// unpack lays the base and its log down as a server that begins a recovery wants to find them.
func (pg *Postgres) unpack(ctx context.Context, r Recovery) error {
	if err := pg.account.own(pg.data); err != nil {
		return err
	}
	root, err := os.OpenRoot(pg.data)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := untar(ctx, root, r.Base); err != nil {
		return err
	}
	log, err := root.OpenRoot("pg_wal")
	if err != nil {
		return err
	}
	defer log.Close()
	if err := r.Log(log); err != nil {
		return err
	}
	if err := root.WriteFile("recovery.signal", nil, 0o600); err != nil {
		return err
	}
	if err := pg.account.ownAll(root); err != nil {
		return err
	}
	return pg.flush(ctx)
}

func untar(ctx context.Context, root *os.Root, r io.Reader) error {
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		name := filepath.Clean(filepath.FromSlash(h.Name))
		switch h.Typeflag {
		case tar.TypeDir:
			err = root.MkdirAll(name, 0o700)
		case tar.TypeReg:
			err = writeFile(root, name, t)
		default:
			err = fmt.Errorf("base: %s is neither a file nor a folder", h.Name)
		}
		if err != nil {
			return err
		}
	}
}

func writeFile(root *os.Root, name string, r io.Reader) error {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// ownAll gives everything under a folder to the account.
func (a account) ownAll(root *os.Root) error {
	if !a.switched {
		return nil
	}
	return fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(path, int(a.uid), int(a.gid))
	})
}

// flush makes all of the cluster survive a loss of power.
func (pg *Postgres) flush(ctx context.Context) error {
	server, _, err := pg.installed()
	if err != nil {
		return err
	}
	out, err := command(ctx, pg.account, server.program("initdb"), "--sync-only", "-D", pg.data).CombinedOutput()
	if err != nil {
		return fmt.Errorf("flush of the cluster: %w: %s", err, lastLine(out))
	}
	return nil
}

// recover lets a server read the log and stops it again.
func (pg *Postgres) recover(ctx context.Context, home string, until time.Time) error {
	settings := [][2]string{
		{"restore_command", "false"}, // all of the log is in its place
		{"hot_standby", "off"},       // ready means that it has arrived
	}
	target := [][2]string{}
	if !until.IsZero() {
		target = [][2]string{
			{"recovery_target_time", until.UTC().Format("2006-01-02 15:04:05.999999-07")}, {"recovery_target_action", "promote"},
		}
	}
	pg.settings = append(settings, target...)
	err := pg.start(ctx, home)
	if err != nil && strings.Contains(err.Error(), "recovery ended before configured recovery target was reached") {
		pg.settings = settings // nothing was committed between the end of the log and the target
		err = pg.start(ctx, home)
	}
	if err != nil {
		return errors.Join(err, pg.clean())
	}
	return pg.Stop(ctx)
}
