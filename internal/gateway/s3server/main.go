// S3server is the server of package gateway as a program of its own, for tests: embedded/s3child builds and starts it.
// It reads what it serves from its standard input, and serves until that ends: its parent closes it, or is gone.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/peikao/peikao/internal/gateway"
	"github.com/peikao/peikao/internal/platform/embedded"
)

func main() {
	if err := serve(os.Stdin, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(in io.Reader, log io.Writer) error {
	var s embedded.S3Serving
	if err := json.NewDecoder(in).Decode(&s); err != nil {
		return fmt.Errorf("what to serve: %w", err)
	}
	s.Logger = slog.New(slog.NewTextHandler(log, nil))
	ctx, end := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, in)
		end()
	}()
	return gateway.Serve(ctx, s)
}
