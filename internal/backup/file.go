package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
)

var (
	// ErrDamaged means that a file of the backup is not what was written.
	ErrDamaged = errors.New("备份已损坏 (the backup is damaged)")
	// ErrWrongKey means that a backup was encrypted for other keys than the given ones.
	ErrWrongKey = errors.New("这把密钥打不开此备份，请换成备份时所用的那一把 (wrong key: the backup was encrypted for another one)")
	// ErrNoKey means that a backup is encrypted and no key was given.
	ErrNoKey = errors.New("备份是加密的，请用 --identity 指明密钥文件 (the backup is encrypted: name the key's file with --identity)")
)

// File is a file's size in bytes and checksum, as it stands on the disk.
type File struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const partPrefix = ".part-"

// writeWhole writes a file under another name, flushes it and renames it: it appears only when every byte is on the disk.
func writeWhole(path string, fill func(io.Writer) error) (sum File, err error) {
	dir := filepath.Dir(path)
	if err := makeDir(dir); err != nil {
		return sum, err
	}
	f, err := os.CreateTemp(dir, partPrefix)
	if err != nil {
		return sum, err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	h := sha256.New()
	counted := &counter{w: io.MultiWriter(f, h)}
	buffered := bufio.NewWriterSize(counted, 1<<16)
	if err := errors.Join(fill(buffered), buffered.Flush()); err != nil {
		return sum, err
	}
	if err := f.Sync(); err != nil {
		return sum, err
	}
	if err := f.Close(); err != nil {
		return sum, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return sum, err
	}
	return File{Size: counted.n, SHA256: hex.EncodeToString(h.Sum(nil))}, syncDir(dir)
}

// WriteText writes a small file as a whole or not at all.
func WriteText(path, text string) error {
	_, err := writeWhole(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	return err
}

// partAge is how old what is being written may be: a process that was killed has left what is older.
const partAge = 24 * time.Hour

// removeParts removes from folders, which a pattern names, what was begun and not written to since the given moment.
func removeParts(folders string, since time.Time) error {
	parts, err := filepath.Glob(filepath.Join(folders, partPrefix+"*"))
	for _, path := range parts {
		info, failed := os.Stat(path)
		if failed == nil && info.ModTime().Before(since) {
			failed = os.Remove(path)
		}
		if !errors.Is(failed, fs.ErrNotExist) { // it was completed meanwhile
			err = errors.Join(err, failed)
		}
	}
	return err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// makeDir makes a folder, and those above it, that survive a loss of power.
func makeDir(dir string) error {
	if isDir(dir) {
		return nil
	}
	above := filepath.Dir(dir)
	if err := makeDir(above); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(above)
}

// syncDir makes what was renamed in dir survive a loss of power.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// writeSealed writes a file that only the owners of the keys can read.
func writeSealed(path string, to []age.Recipient, fill func(io.Writer) error) (File, error) {
	return writeWhole(path, func(w io.Writer) error {
		sealed, err := age.Encrypt(w, to...)
		if err != nil {
			return err
		}
		return errors.Join(fill(sealed), sealed.Close())
	})
}

// interruptible ends with its context: what is read may be the videos of years, and a server that is told to stop has seconds.
type interruptible struct {
	ctx context.Context
	io.Reader
}

func (r interruptible) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}

// damaged says that a file cannot be read to its end, unless nobody wants it read any more.
func damaged(ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
}

// sealedReader reads what writeSealed wrote. Every fault is ErrDamaged or ErrWrongKey, or ctx's; that the end was not cut off is known
// once io.EOF was read.
type sealedReader struct {
	io.Reader
	ctx  context.Context
	file *os.File
}

func openSealed(ctx context.Context, path string, keys Keys) (*sealedReader, error) {
	if len(keys) == 0 {
		return nil, ErrNoKey
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r, err := age.Decrypt(bufio.NewReaderSize(interruptible{ctx, f}, 1<<16), keys...)
	if err != nil {
		f.Close()
		if errors.As(err, new(*age.NoIdentityMatchError)) {
			return nil, fmt.Errorf("%s: %w", path, ErrWrongKey)
		}
		return nil, damaged(ctx, path, err)
	}
	return &sealedReader{r, ctx, f}, nil
}

func (s *sealedReader) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = damaged(s.ctx, s.file.Name(), err)
	}
	return n, err
}

func (s *sealedReader) Close() error { return s.file.Close() }

func sumOf(ctx context.Context, path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, interruptible{ctx, f})
	return File{Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

func same(ctx context.Context, path string, want File) error {
	got, err := sumOf(ctx, path)
	if err != nil {
		return damaged(ctx, path, err)
	}
	if got != want {
		return fmt.Errorf("%w: %s has another checksum", ErrDamaged, path)
	}
	return nil
}
