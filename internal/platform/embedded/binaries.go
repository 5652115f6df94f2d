package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// ErrNoServer means that no PostgreSQL server programs were found.
var ErrNoServer = errors.New("no PostgreSQL server found (looked in /usr/lib/postgresql/*/bin and PATH): " +
	"install it with `apt-get install postgresql`, or set DATABASE_URL to a running server")

// ErrMajor means that the data were made by a PostgreSQL that is not installed.
var ErrMajor = errors.New("data directory belongs to another PostgreSQL major version")

// installation is one directory of server programs and its major version.
type installation struct {
	bin   string
	major int
}

func (i installation) program(name string) string { return filepath.Join(i.bin, name) }

// installations lists the servers found under root (one folder per major, as
// Debian lays them out) and on PATH, newest first.
func installations(root string) []installation {
	var found []installation
	dirs, _ := filepath.Glob(filepath.Join(root, "*", "bin")) // fails only on a bad pattern
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, dir := range dirs {
		if major, err := majorOf(dir); err == nil {
			found = append(found, installation{bin: dir, major: major})
		}
	}
	sort.SliceStable(found, func(a, b int) bool { return found[a].major > found[b].major })
	return found
}

// majorOf asks a server for its version; a folder without initdb doesn't count.
func majorOf(bin string) (int, error) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return 0, err
	}
	out, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return 0, err
	}
	return parseMajor(string(out))
}

// parseMajor reads "postgres (PostgreSQL) 15.14 (Debian …)" or "16beta1".
func parseMajor(version string) (int, error) {
	for _, word := range strings.Fields(version) {
		digits := word[:len(word)-len(strings.TrimLeft(word, "0123456789"))]
		if digits != "" {
			return strconv.Atoi(digits)
		}
	}
	return 0, fmt.Errorf("no version number in %q", version)
}

// choose takes the installation that fits the data: the newest for a new
// cluster (dataMajor 0), the same major for an existing one.
func choose(found []installation, dataMajor int, data string) (installation, error) {
	if len(found) == 0 {
		return installation{}, ErrNoServer
	}
	if dataMajor == 0 {
		return found[0], nil
	}
	for _, i := range found {
		if i.major == dataMajor {
			return i, nil
		}
	}
	return installation{}, fmt.Errorf("%w: %s was made by PostgreSQL %d, installed is %d. "+
		"Either install the old server with `apt-get install postgresql-%d`, "+
		"or upgrade the data as their owner: make an empty cluster NEW with `%s -D NEW -U %s -E UTF8 --locale=C.UTF-8`, then "+
		"`%s -b /usr/lib/postgresql/%d/bin -B %s -d %s -D NEW -U %s` and put NEW in the place of the old one",
		ErrMajor, data, dataMajor, found[0].major, dataMajor,
		found[0].program("initdb"), superuser,
		found[0].program("pg_upgrade"), dataMajor, found[0].bin, data, superuser)
}

// clusterMajor is the major version written beside the data by initdb, or 0
// when there is no cluster yet.
func clusterMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return parseMajor(string(text))
}

// Program is the path of one of PostgreSQL's programs, such as pg_dump, of the newest installation that has it; else ErrNoServer.
func Program(name string) (string, error) {
	for _, i := range installations("/usr/lib/postgresql") {
		if _, err := os.Stat(i.program(name)); err == nil {
			return i.program(name), nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", fmt.Errorf("%s: %w", name, ErrNoServer)
}
