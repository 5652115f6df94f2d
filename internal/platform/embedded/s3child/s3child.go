// Package s3child runs the embedded S3 server as a child process, for tests and for the programs that measure: they talk
// to the real server, and need not compile and link it (for races least of all). Its program is built once for all of
// them and kept in the user's cache, under a name made of what it is built from.
package s3child

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// Serve is an embedded.ServeS3. The working directory of its first call lies inside the module.
//
// The server ends when its input does, so also when this process was killed. The parent-death signal is for one that
// hangs; it belongs to the thread that started the child, which is therefore kept until its end.
func Serve(ctx context.Context, s embedded.S3Serving) error {
	path, err := program()
	if err != nil {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var said bytes.Buffer
	cmd := exec.Command(path)
	cmd.Stderr = &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL} // Ctrl-C reaches the parent first
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	_, err = in.Write(text)
	defer context.AfterFunc(ctx, func() { _ = in.Close() })()
	if ended := cmd.Wait(); ended != nil {
		return fmt.Errorf("S3 server: %w: %s", errors.Join(err, ended), bytes.TrimSpace(said.Bytes()))
	}
	return err
}
