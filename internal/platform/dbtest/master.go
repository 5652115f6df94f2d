package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/migrations"
)

const (
	masterPrefix = "peikao-testmaster-"
	// masterLife is how long a master that no test run has asked for is kept.
	masterLife = 24 * time.Hour
)

// fromMaster puts a migrated cluster into dir. Making one takes seconds, and a run of all tests starts some thirty servers: the
// first of them makes the master of this schema, all copy it.
func fromMaster(ctx context.Context, dir string) error {
	master, err := masterDir()
	if err != nil {
		return err
	}
	lock, err := os.OpenFile(master+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() // lets go of the lock too
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if _, err := os.Stat(master); err != nil {
		if err := makeMaster(ctx, master); err != nil {
			return fmt.Errorf("master cluster: %w", err)
		}
	}
	now := time.Now()
	if err := os.Chtimes(master, now, now); err != nil {
		return err
	}
	return embedded.CopyCluster(ctx, master, dir)
}

// masterDir names the master by all that makes its schema: the migrations and the version of the queue.
func masterDir() (string, error) {
	sum := sha256.New()
	files, err := migrations.Files()
	if err != nil {
		return "", err
	}
	for _, f := range files {
		fmt.Fprintf(sum, "%s\n%s\n", f.Name, f.Text)
	}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "", errors.New("a test program without build information")
	}
	for _, m := range build.Deps {
		if strings.HasPrefix(m.Path, "github.com/riverqueue/") {
			fmt.Fprintf(sum, "%s %s\n", m.Path, m.Version)
		}
	}
	name := fmt.Sprintf("%s%d-%s", masterPrefix, os.Getuid(), hex.EncodeToString(sum.Sum(nil)[:8]))
	return filepath.Join(os.TempDir(), name), nil
}

// makeMaster makes the cluster beside its place and moves it there when it is whole and its server has ended.
func makeMaster(ctx context.Context, master string) error {
	fresh := master + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.MkdirAll(fresh, 0o755); err != nil {
		return err
	}
	pg, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: fresh})
	if err != nil {
		return err
	}
	if err := errors.Join(makeTemplate(ctx, pg), pg.Stop(ctx)); err != nil {
		return err
	}
	if info, err := os.Lstat(filepath.Join(fresh, "pg")); err != nil || !info.IsDir() {
		return fmt.Errorf("the server's user cannot reach %s: set TMPDIR to a folder that everybody may pass", os.TempDir())
	}
	return os.Rename(fresh, master)
}

func makeTemplate(ctx context.Context, pg *embedded.Postgres) error {
	if err := run(pg, "CREATE DATABASE "+template); err != nil {
		return err
	}
	d, err := sql.Open("postgres", pg.DSN(template))
	if err != nil {
		return err
	}
	defer d.Close()
	return errors.Join(migrations.Up(ctx, d), jobs.Migrate(ctx, d))
}

// dropOldMasters removes those of schemas that nobody tests any more.
func dropOldMasters() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), masterPrefix+"*"))
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > masterLife {
			_ = os.RemoveAll(path)
		}
	}
}
