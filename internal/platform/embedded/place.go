package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// maxSocketPath is the kernel's limit for a unix socket's path (sun_path less
// its closing zero).
const maxSocketPath = 107

// tempPrefix marks directories that this package made under the temporary
// directory, and may remove.
const tempPrefix = "peikao-"

// account is the operating-system user that the server runs as. PostgreSQL
// refuses to run as root, so root steps down to "postgres" or "nobody".
type account struct {
	uid, gid uint32
	switched bool // differs from this process's user
}

func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, errU := strconv.ParseUint(u.Uid, 10, 32)
			gid, errG := strconv.ParseUint(u.Gid, 10, 32)
			if err := errors.Join(errU, errG); err != nil {
				return account{}, err
			}
			return account{uid: uint32(uid), gid: uint32(gid), switched: true}, nil
		}
	}
	return account{}, errors.New("PostgreSQL doesn't run as root, and there is no user postgres or nobody to run it as")
}

// own makes dir (mode 0700) and gives it to the account.
func (a account) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if !a.switched {
		return nil
	}
	return os.Chown(dir, int(a.uid), int(a.gid))
}

// reaches tells whether the account may pass through every folder of dir.
func (a account) reaches(dir string) bool {
	if !a.switched {
		return true
	}
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || !a.mayPass(info) {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

func (a account) mayPass(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	switch {
	case stat.Uid == a.uid:
		return info.Mode()&0o100 != 0
	case stat.Gid == a.gid:
		return info.Mode()&0o010 != 0
	default:
		return info.Mode()&0o001 != 0
	}
}

// settle finds or makes the home of the cluster, DIR/pg. Where the server's
// user can't reach DIR (a checkout under /root), the home is a fresh folder
// elsewhere and DIR/pg a link to it, so that the same DIR always means the
// same data and a deleted DIR means none.
func settle(dir string, a account, ephemeral bool) (home string, err error) {
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return "", err
	}
	link := filepath.Join(dir, "pg")
	if target, err := filepath.EvalSymlinks(link); err == nil {
		return target, reachable(target, a)
	}
	if a.reaches(dir) {
		return link, a.own(link)
	}
	home, err = elsewhere(a, ephemeral)
	if err != nil {
		return "", err
	}
	if err := errors.Join(a.own(home), reachable(home, a)); err != nil {
		return "", err
	}
	return home, replaceLink(home, link)
}

// durableHomes holds the clusters of data directories that the server's user can't reach.
const durableHomes = "/var/lib/peikao"

// elsewhere makes a new folder outside of DIR.
func elsewhere(a account, ephemeral bool) (string, error) {
	if ephemeral {
		return os.MkdirTemp(openTemp(a), tempPrefix)
	}
	if err := makeOpen(durableHomes); err != nil {
		return "", err
	}
	return os.MkdirTemp(durableHomes, tempPrefix)
}

// makeOpen makes a folder that everybody may pass through, whatever the umask (root's is often 077).
func makeOpen(dir string) error {
	err := os.Mkdir(dir, 0o711)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Chmod(dir, 0o711)
}

// openTemp is the temporary directory, unless root's is its own (TMPDIR=/tmp/user/0).
func openTemp(a account) string {
	if dir := os.TempDir(); a.reaches(dir) {
		return dir
	}
	return "/tmp"
}

// replaceLink also takes the place of a link whose target has gone.
func replaceLink(target, link string) error {
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(target, link)
}

func reachable(home string, a account) error {
	if a.reaches(home) {
		return nil
	}
	return fmt.Errorf("PostgreSQL's user (uid %d) can't reach %s: the folder was moved or its permissions changed", a.uid, home)
}

// socketDir is the wanted folder, or a short temporary one when the path of
// the socket would be longer than the kernel takes.
func socketDir(wanted, name string, a account) (string, error) {
	if len(filepath.Join(wanted, name)) <= maxSocketPath {
		return wanted, a.own(wanted)
	}
	dir, err := os.MkdirTemp("/tmp", tempPrefix)
	if err != nil {
		return "", err
	}
	return dir, a.own(dir)
}

// isTemporary tells whether this package made dir under a temporary directory.
func isTemporary(dir string) bool {
	parent := filepath.Dir(dir)
	return strings.HasPrefix(filepath.Base(dir), tempPrefix) &&
		(parent == "/tmp" || parent == filepath.Clean(os.TempDir()))
}
