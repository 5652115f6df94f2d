package s3child

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Program is the folder of the server's program in the module, Parts are those of all that it is made of. Asking go
// whether a program is still current takes it longer than most tests take, so the sources are summed here instead.
const Program = "internal/gateway/s3server"

var Parts = []string{Program, "internal/gateway", "internal/platform/embedded"}

// programLife is how long a program that no test has asked for is kept.
const programLife = 24 * time.Hour

// program is built or found once in each process.
var program = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return built(root, filepath.Join(cache, "peikao-tests"))
})

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("the S3 server's program is built from its sources: run this inside of the module")
		}
	}
}

// built is the path of the program of these sources in the cache; of several processes that want it at once, one builds it.
func built(root, cache string) (string, error) {
	name, err := sum(root)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(cache, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close() // lets go of the lock too
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	path := filepath.Join(cache, "s3server-"+name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		dropOld(cache)
		if err := build(root, path); err != nil {
			return "", err
		}
	}
	now := time.Now()
	return path, os.Chtimes(path, now, now)
}

// sum names the program by its sources, the versions of its libraries and the compiler.
func sum(root string) (string, error) {
	module := os.DirFS(root)
	paths := []string{"go.mod", "go.sum"}
	for _, part := range Parts {
		found, err := fs.Glob(module, part+"/*.go")
		if err != nil {
			return "", err
		}
		paths = append(paths, found...)
	}
	all := sha256.New()
	fmt.Fprintln(all, runtime.Version(), runtime.GOARCH)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(module, path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(all, "%s %d\n%s", path, len(text), text)
	}
	return hex.EncodeToString(all.Sum(nil)[:8]), nil
}

// build writes the program beside its place first, so that there is a whole one or none.
func build(root, path string) error {
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", path+".new", "./"+Program)
	cmd.Dir = root
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("S3 server's program: %w: %s", err, said)
	}
	return os.Rename(path+".new", path)
}

// dropOld removes the programs of sources that nobody tests any more.
func dropOld(cache string) {
	left, _ := filepath.Glob(filepath.Join(cache, "s3server-*"))
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > programLife {
			_ = os.Remove(path)
		}
	}
}
