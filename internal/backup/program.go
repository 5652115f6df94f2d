package backup

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// postgresProgram runs one of PostgreSQL's programs on a database; what it says about a failure is in the error.
func postgresProgram(ctx context.Context, dsn string, in io.Reader, out io.Writer, name string, args ...string) error {
	path, err := embedded.Program(name)
	if err != nil {
		return err
	}
	shown, password := withoutPassword(dsn)
	var problems bytes.Buffer
	cmd := exec.CommandContext(ctx, path, append(args, "--dbname="+shown)...)
	if password != "" {
		cmd.Env = append(os.Environ(), "PGPASSWORD="+password)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &problems
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(problems.Bytes()))
	}
	return nil
}

var (
	passwordWord = regexp.MustCompile(`(?:^|\s)password\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)`)
	escaped      = regexp.MustCompile(`\\(.)`)
)

// withoutPassword parts a connection string, an URL or words, from its password: everybody on the machine reads a program's arguments.
func withoutPassword(dsn string) (shown, password string) {
	if u, err := url.Parse(dsn); err == nil && u.Host+u.Path != "" && strings.HasPrefix(u.Scheme, "postgres") {
		if u.User != nil {
			password, _ = u.User.Password()
			u.User = url.User(u.User.Username())
		}
		if q := u.Query(); q.Has("password") {
			password = q.Get("password")
			q.Del("password")
			u.RawQuery = q.Encode()
		}
		return u.String(), password
	}
	found := passwordWord.FindStringSubmatch(dsn)
	if found == nil {
		return dsn, ""
	}
	word := strings.TrimSuffix(strings.TrimPrefix(found[1], "'"), "'")
	return strings.TrimSpace(strings.Replace(dsn, found[0], "", 1)), escaped.ReplaceAllString(word, "$1")
}
