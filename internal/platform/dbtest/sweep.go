package dbtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// sweep removes what is left where even the shell was killed.
func sweep() {
	dropOldMasters()
	for _, parent := range []string{embedded.Memory, os.TempDir()} {
		left, _ := filepath.Glob(filepath.Join(parent, dirPrefix+"*"))
		for _, dir := range left {
			pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), dirPrefix))
			if err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
				_ = os.RemoveAll(dir)
			}
		}
	}
}
