// Package gateway runs the S3 server of package embedded inside this process: versitygw, over a folder of files.
//
// It stands apart, because that library is bigger than this program. Who uses an object store does not import it; the
// commands hand it down (app.OpenGround), and tests run it as a child instead (embedded/s3child).
package gateway

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// Serve is an embedded.ServeS3. One process can run one of them.
//
// The storage backend works relative to the working directory and changes it:
// make every path absolute before, and don't change it while the server runs.
// Serve goes back when it ends.
//
// Objects are complete or absent after the program was killed; a loss of power
// may lose the last ones, which is why their checksums stand in the database.
func Serve(ctx context.Context, s embedded.S3Serving) (err error) {
	backTo, err := os.Getwd()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Chdir(backTo)) }()
	backend, err := newBackend(s.Dir, s.Logger)
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(ctx, backend, &embedgw.Config{
		RootUserAccess: s.AccessKey,
		RootUserSecret: s.SecretKey,
		// Given, because choosing one by itself prints to stdout.
		IAMService: auth.NewIAMServiceSingle(auth.Account{
			Access: s.AccessKey, Secret: s.SecretKey, Role: auth.RoleAdmin,
		}),
		Ports:             []string{s.Socket},
		SocketPerm:        "0600",
		MaxConnections:    512,
		MaxRequests:       256,
		MultipartMaxParts: 10_000,
		KeepAlive:         true,
		Quiet:             true,
	})
}

// newBackend keeps objects as files of this user alone; their headers in
// extended attributes, or beside them where the file system has none.
func newBackend(dir string, logger *slog.Logger) (*posix.Posix, error) {
	objects := filepath.Join(dir, "objects")
	if err := os.MkdirAll(objects, 0o700); err != nil {
		return nil, err
	}
	options := posix.PosixOpts{CopyObjectThreshold: 5 << 30, Concurrency: 64, ValidateBucketNames: true}
	options.SetNewDirPerm(0o700)
	options.SetNewFilePerm(0o600)
	var headers meta.MetadataStorer = meta.XattrMeta{}
	if err := (meta.XattrMeta{}).Test(objects); err != nil {
		beside := filepath.Join(dir, "meta")
		logger.Info("object headers are kept in files", "dir", beside, "reason", err)
		if err := os.MkdirAll(beside, 0o700); err != nil {
			return nil, err
		}
		if headers, err = meta.NewSideCar(beside); err != nil {
			return nil, err
		}
	}
	return posix.New(objects, headers, options)
}
