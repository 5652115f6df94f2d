package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

// objectHead is the first line inside an object's copy.
type objectHead struct {
	Key         string `json:"key"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"` // of what follows, bytes
}

// maxHeadBytes bounds the line: a key has at most 1,024 bytes in S3.
const maxHeadBytes = 8 << 10

// objectName is where an object's copy stands under the folder of the objects. A key is random, so its hash tells nothing.
func objectName(key string) string {
	sum := sha256.Sum256([]byte(key))
	name := hex.EncodeToString(sum[:])
	return name[:2] + "/" + name + sealedSuffix
}

// Mirror copies the objects of a store that have no copy yet.
type Mirror struct {
	Files objectstore.Store
	Dir   string // of all backups
	To    []age.Recipient

	copied map[string]bool // keys that are known to have a copy
}

// Copy fetches what is new; each, when given, is told every object of the store and where its copy stands.
func (m *Mirror) Copy(ctx context.Context, each func(i objectstore.Info, path string) error) error {
	if m.copied == nil {
		m.copied = map[string]bool{}
	}
	return m.Files.List(ctx, "", func(i objectstore.Info) error {
		if strings.HasPrefix(i.Key, audit.KeptPrefix) {
			return nil // they witness for the database and must not go back in time with it
		}
		path := filepath.Join(m.Dir, objectsName, filepath.FromSlash(objectName(i.Key)))
		if !m.copied[i.Key] {
			if err := m.fetch(ctx, i.Key, path); err != nil {
				return fmt.Errorf("object %s: %w", i.Key, err)
			}
			m.copied[i.Key] = true
		}
		if each == nil {
			return nil
		}
		return each(i, path)
	})
}

func (m *Mirror) fetch(ctx context.Context, key, path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, err := m.write(ctx, key, path)
	return err
}

// write makes an object's copy.
func (m *Mirror) write(ctx context.Context, key, path string) (File, error) {
	r, i, err := m.Files.Get(ctx, key, 0, -1)
	if err != nil {
		return File{}, err
	}
	defer r.Close()
	head, err := json.Marshal(objectHead{key, i.ContentType, i.Size})
	if err != nil {
		return File{}, err
	}
	return writeSealed(path, m.To, func(w io.Writer) error {
		if _, err := w.Write(append(head, '\n')); err != nil {
			return err
		}
		n, err := io.Copy(w, r)
		if err == nil && n != i.Size {
			err = fmt.Errorf("%d bytes of %d", n, i.Size)
		}
		return err
	})
}

// openObject opens a copy behind its head.
func openObject(ctx context.Context, path string, keys Keys) (objectHead, io.Reader, io.Closer, error) {
	var head objectHead
	sealed, err := openSealed(ctx, path, keys)
	if err != nil {
		return head, nil, nil, err
	}
	r := bufio.NewReaderSize(sealed, maxHeadBytes)
	line, err := r.ReadSlice('\n')
	if err == nil {
		err = json.Unmarshal(line, &head)
	}
	if err != nil {
		sealed.Close()
		return head, nil, nil, damaged(ctx, path, err)
	}
	return head, r, sealed, nil
}

// CheckObjects decrypts every copy to its end and counts them.
func CheckObjects(ctx context.Context, dir string, keys Keys) (n int, err error) {
	err = eachCopy(dir, func(path string) error {
		head, r, c, err := openObject(ctx, path, keys)
		if err != nil {
			return err
		}
		defer c.Close()
		size, err := io.Copy(io.Discard, r)
		if err == nil && size != head.Size {
			err = fmt.Errorf("%w: %s: %d bytes of %d", ErrDamaged, path, size, head.Size)
		}
		n++
		return err
	})
	return n, err
}

// PutObjects brings every copy into the store and counts them.
func PutObjects(ctx context.Context, dir string, keys Keys, into objectstore.Store) (n int, err error) {
	err = eachCopy(dir, func(path string) error {
		n++
		return putObject(ctx, path, keys, into)
	})
	return n, err
}

func putObject(ctx context.Context, path string, keys Keys, into objectstore.Store) error {
	head, r, c, err := openObject(ctx, path, keys)
	if err != nil {
		return err
	}
	defer c.Close()
	return into.Put(ctx, head.Key, r, head.Size, head.ContentType)
}

// eachCopy finds the encrypted copies; those in clear belong to old backups, which list theirs.
func eachCopy(dir string, do func(path string) error) error {
	err := filepath.WalkDir(filepath.Join(dir, objectsName), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isCopy(path) {
			return err
		}
		return do(path)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func isCopy(path string) bool {
	name, found := strings.CutSuffix(filepath.Base(path), sealedSuffix)
	b, err := hex.DecodeString(name)
	return found && err == nil && len(b) == sha256.Size
}
