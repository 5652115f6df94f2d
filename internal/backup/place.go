package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrAway means that the folder of the backups, which was used before, does not hold them: its disk is not mounted, and what
// is written there now would fill another one.
var ErrAway = errors.New("备份盘不在：文件夹里没有以前的备份。请接上备份盘；若换了新盘，运行一次 peikao backup " +
	"(the disk of the backups is away; after it was exchanged, run `peikao backup` once)")

const placeName = "backup.place" // in the data directory: where backups were written last

// Present checks that the folder of the backups is there, if the data directory remembers to have used it.
func Present(data, dir string) error {
	text, err := os.ReadFile(filepath.Join(data, placeName))
	if errors.Is(err, fs.ErrNotExist) || err == nil && strings.TrimSpace(string(text)) != dir {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, noteName)); err != nil {
		return fmt.Errorf("%s: %w", dir, ErrAway)
	}
	return nil
}

// Prepare makes the folder of the backups ready and remembers it.
func Prepare(data, dir string) error {
	if err := makeDir(dir); err != nil {
		return err
	}
	if err := writeNote(dir); err != nil {
		return err
	}
	path := filepath.Join(data, placeName)
	if text, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(text)) == dir {
		return nil
	}
	return WriteText(path, dir+"\n")
}
