package courseware

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/courseware/convert"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// CheckObject is the job that checks a file that arrived.
type CheckObject struct {
	ObjectID ObjectID `json:"object_id"`
}

// Kind implements jobs.Args.
func (CheckObject) Kind() string { return "courseware.check_object" }

// TidyUploads is the job that gives up what nobody went on with.
type TidyUploads struct{}

// Kind implements jobs.Args.
func (TidyUploads) Kind() string { return "courseware.tidy_uploads" }

// finding is what a look at the bytes showed: refused for a reason, or facts.
type finding struct {
	reason      string // key of the words; "" = as declared
	contentType string
	sha256      []byte
	durationMS  int64
	pages       []drawnPage
}

type drawnPage struct {
	convert.Page
	key string
}

// Check reads a file that arrived, from its first byte to its last, and settles what it is. A file that is not what it was
// said to be is refused and its bytes are deleted. It bears running twice, and does nothing to a file that is settled.
func (s *Service) Check(ctx context.Context, id ObjectID) error {
	var o Object
	if err := s.store.Get(ctx, s.db, &o, "object", int64(id)); err != nil {
		return err
	}
	switch o.State {
	case Refused:
		return s.files.Delete(ctx, o.Key)
	case Pending:
	default:
		return nil
	}
	dir, err := os.MkdirTemp("", "peikao-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f, err := s.look(ctx, o, dir)
	if err != nil {
		return err
	}
	if f.reason != "" {
		return s.refuse(ctx, o, f.reason)
	}
	return s.accept(ctx, o, f)
}

// look reads the file once: it counts, hashes, and keeps a copy for the programs that measure and draw.
func (s *Service) look(ctx context.Context, o Object, dir string) (finding, error) {
	r, info, err := s.files.Get(ctx, o.Key, 0, -1)
	if errs.Is(err, errs.NotFound) {
		return finding{reason: "error.courseware.refused_missing"}, nil
	}
	if err != nil {
		return finding{}, err
	}
	defer r.Close()
	if info.Size != o.SizeBytes {
		return finding{reason: "error.courseware.refused_size"}, nil
	}
	path := filepath.Join(dir, "file")
	f, err := copyOut(r, path, o.SizeBytes)
	if err != nil {
		return finding{}, err
	}
	if !slices.Contains(typesOf[extension(o.Name)], f.contentType) {
		return finding{reason: "error.courseware.refused_type"}, nil
	}
	limits, err := s.store.limits(ctx, s.db)
	if err != nil {
		return finding{}, err
	}
	if o.SizeBytes > limits.of(f.contentType) {
		return finding{reason: "error.courseware.refused_large"}, nil
	}
	return s.measure(ctx, o, f, path, dir)
}

// copyOut writes the file to disk and tells type and sha256.
func copyOut(r io.Reader, path string, size int64) (finding, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return finding{}, err
	}
	head, hash := &beginning{}, sha256.New()
	n, err := io.Copy(io.MultiWriter(file, hash, head), io.LimitReader(r, size+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return finding{}, err
	}
	if n != size {
		return finding{}, fmt.Errorf("object of %d bytes gave %d", size, n)
	}
	return finding{contentType: Sniff(head.bytes), sha256: hash.Sum(nil)}, nil
}

// beginning keeps the first bytes that are written to it.
type beginning struct{ bytes []byte }

func (s *beginning) Write(b []byte) (int, error) {
	if room := sniffBytes - len(s.bytes); room > 0 {
		s.bytes = append(s.bytes, b[:min(room, len(b))]...)
	}
	return len(b), nil
}

// measure adds the duration or the page images. A machine without the programs, or a file that they cannot read, leaves
// them out: then the author types the minutes, and the PDF is offered as a download.
func (s *Service) measure(ctx context.Context, o Object, f finding, path, dir string) (finding, error) {
	switch KindOf(f.contentType, 0) {
	case KindVideo, KindAudio:
		if ms, err := convert.DurationMS(ctx, path); err == nil {
			f.durationMS = ms
		}
	case KindFile:
		drawn, err := convert.Pages(ctx, path, dir)
		if err != nil {
			break
		}
		if f.pages, err = s.storePages(ctx, o, drawn); err != nil {
			return f, err
		}
	}
	return f, ctx.Err()
}

// storePages keeps the page images under keys that follow from the file's own, so that a second run replaces them.
func (s *Service) storePages(ctx context.Context, o Object, drawn []convert.Page) ([]drawnPage, error) {
	pages := make([]drawnPage, len(drawn))
	for i, p := range drawn {
		pages[i] = drawnPage{Page: p, key: "page/" + strings.TrimPrefix(o.Key, "object/") + "/" + strconv.Itoa(p.Number) + ".jpg"}
		if err := s.putFile(ctx, pages[i].key, p.Path, p.SizeBytes); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

func (s *Service) putFile(ctx context.Context, key, path string, size int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return s.files.Put(ctx, key, f, size, convert.PageType)
}

// accept makes the facts stand. When another run was quicker, its facts are the same.
func (s *Service) accept(ctx context.Context, o Object, f finding) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		n, err := s.store.Exec(ctx, tx, "object_accept", int64(o.ID), f.contentType, f.sha256, f.durationMS, len(f.pages), tx.Now())
		if err != nil || n == 0 {
			return err
		}
		for _, p := range f.pages {
			if err := s.store.One(ctx, tx, "object_page_insert", int64(o.ID), p.Number, p.key, p.SizeBytes, p.Width, p.Height); err != nil {
				return err
			}
		}
		return record(ctx, tx, systemActor, "upload.accept", objectSubject(o.ID), map[string]any{
			"content_type": f.contentType, "sha256": fmt.Sprintf("%x", f.sha256), "duration_ms": f.durationMS, "pages": len(f.pages),
		})
	})
}

// refuse keeps the reason and then deletes the bytes; if that fails, the next run deletes them. What another run has settled
// in the meantime stays as it is.
func (s *Service) refuse(ctx context.Context, o Object, reason string) error {
	var refused int64
	err := s.db.InTx(ctx, func(tx *db.Tx) (err error) {
		refused, err = s.store.Exec(ctx, tx, "object_refuse", int64(o.ID), reason, tx.Now())
		if err != nil || refused == 0 {
			return err
		}
		return record(ctx, tx, systemActor, "upload.refuse", objectSubject(o.ID), map[string]any{"reason": reason})
	})
	if err != nil || refused == 0 {
		return err
	}
	return s.files.Delete(ctx, o.Key)
}
