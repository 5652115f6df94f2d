package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/peikao/peikao/internal/platform/embedded"
)

// ErrNoMoment means that the archive does not lead to the wanted moment.
var ErrNoMoment = errors.New("备份到不了这个时刻 (the archive does not reach this moment)")

// Journey is a base and the log that leads from it to a moment.
type Journey struct {
	Until time.Time // zero for as far as the archive leads
	Base  time.Time // when the base was made
	Ends  time.Time // everything until then is in the archive

	base   base
	chunks []chunk
}

// Plan finds the way to a moment in the archive under dir: from the newest base before it, as far as the log has no gap.
// Errors: ErrNoMoment.
func Plan(dir string, until time.Time) (j Journey, err error) {
	folders, err := listLines(dir)
	if err != nil {
		return j, err
	}
	var oldest time.Time
	var newest error // why the newest base does not lead there
	for _, folder := range folders {
		bases, err := listBases(folder)
		if err != nil {
			return j, err
		}
		for _, b := range bases {
			oldest = b.made
			if !until.IsZero() && b.made.After(until) {
				continue
			}
			j, err := planFrom(folder, b, until)
			if err == nil || !errors.Is(err, ErrNoMoment) {
				return j, err
			}
			newest = cmp.Or(newest, err)
		}
	}
	if oldest.IsZero() {
		return j, fmt.Errorf("%w: %s 里没有数据库的完整副本 (no base)", ErrNoMoment, dir)
	}
	if newest != nil {
		return j, newest
	}
	return j, fmt.Errorf("%w: 最早到 (the earliest is) %s", ErrNoMoment, oldest.Format(time.RFC3339))
}

func planFrom(folder string, b base, until time.Time) (Journey, error) {
	j := Journey{Until: until, Base: b.made, base: b}
	chunks, err := listChunks(folder)
	if err != nil {
		return j, err
	}
	at := segmentOf(b.from) * segmentSize
	for _, c := range chunks {
		if c.timeline != b.timeline || c.to <= at {
			continue
		}
		if c.from > at {
			break // a gap
		}
		at, j.Ends = c.to, c.written
		j.chunks = append(j.chunks, c)
	}
	if j.Ends.Before(b.made) {
		j.Ends = b.made // the base itself leads there
	}
	switch {
	case at < b.to:
		return j, fmt.Errorf("%w: %s 之后的日志不全 (the log after this base has a gap)", ErrNoMoment, b.made.Format(time.RFC3339))
	case until.After(j.Ends):
		return j, fmt.Errorf("%w: 最晚到 (the latest is) %s", ErrNoMoment, j.Ends.Format(time.RFC3339Nano))
	}
	return j, nil
}

// Check decrypts everything on the way to its end.
func (j Journey) Check(ctx context.Context, keys Keys) error {
	if err := unpacked(ctx, j.base.path, keys, func(r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	}); err != nil {
		return err
	}
	for _, c := range j.chunks {
		if err := c.unpack(ctx, keys, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

// Go makes the cluster of a data directory that has none. It checks first; a failure leaves no cluster.
func (j Journey) Go(ctx context.Context, keys Keys, o embedded.PostgresOptions) error {
	if err := j.Check(ctx, keys); err != nil {
		return err
	}
	return unpacked(ctx, j.base.path, keys, func(r io.Reader) error {
		return embedded.RestorePostgres(ctx, o, embedded.Recovery{
			Base: r, Until: j.Until, Log: func(dir *os.Root) error { return j.writeLog(ctx, dir, keys) },
		})
	})
}

// writeLog writes the segments as PostgreSQL wants to find them.
func (j Journey) writeLog(ctx context.Context, dir *os.Root, keys Keys) error {
	for _, segment := range j.segments() {
		if err := segment.write(ctx, dir, keys); err != nil {
			return err
		}
	}
	return nil
}

// segmentParts are the files that make up one segment.
type segmentParts struct {
	name  string
	parts []chunk
}

func (j Journey) segments() (found []segmentParts) {
	for _, c := range j.chunks {
		name := segmentName(c.timeline, segmentOf(c.from))
		if len(found) == 0 || found[len(found)-1].name != name {
			found = append(found, segmentParts{name: name})
		}
		last := &found[len(found)-1]
		last.parts = append(last.parts, c)
	}
	return found
}

func (s segmentParts) write(ctx context.Context, dir *os.Root, keys Keys) (err error) {
	f, err := dir.OpenFile(s.name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(segmentSize); err != nil { // what the log has not reached is zero
		return err
	}
	for _, c := range s.parts {
		if err := c.unpack(ctx, keys, io.NewOffsetWriter(f, int64(c.from%segmentSize))); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes exactly the bytes that the name promises.
func (c chunk) unpack(ctx context.Context, keys Keys, w io.Writer) error {
	return unpacked(ctx, c.path, keys, func(r io.Reader) error {
		n, err := io.Copy(w, io.LimitReader(r, segmentSize))
		if err == nil && uint64(n) != c.to-c.from {
			err = fmt.Errorf("%w: %s: %d bytes", ErrDamaged, c.path, n)
		}
		return err
	})
}

// unpacked decrypts and decompresses a file; what follows what do has read is read too, which proves the file whole.
func unpacked(ctx context.Context, path string, keys Keys, do func(io.Reader) error) error {
	sealed, err := openSealed(ctx, path, keys)
	if err != nil {
		return err
	}
	defer sealed.Close()
	z, err := zstd.NewReader(sealed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return err
	}
	defer z.Close()
	if err := do(z); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, sealed)
	return err
}
