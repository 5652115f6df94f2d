package objectstore

import (
	"context"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/platform/errs"
)

const (
	// MaxGetTTL is the longest life of an address for reading.
	MaxGetTTL = 5 * time.Minute
	// MaxPutTTL is the longest life of an address for writing.
	MaxPutTTL = 10 * time.Minute
	// MaxParts is the greatest number of parts of a multipart upload.
	MaxParts = 10_000
	// MinPartBytes is the least size of a part that isn't the last.
	MinPartBytes = 5 << 20

	maxKeyBytes = 512
)

// Store keeps objects. Errors carry a kind: NotFound (no such object or
// upload), BadRequest (bad key, range or part), Unavailable (the store does not
// answer or refuses to work; try again).
type Store interface {
	// Put writes one object of exactly size bytes, in the place of an earlier one.
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	// Get reads length bytes from offset; a negative length means to the end,
	// and a range that goes past the end is cut there. Info.Size is the size of
	// the whole object. The caller closes the reader.
	Get(ctx context.Context, key string, offset, length int64) (io.ReadCloser, Info, error)
	// Stat tells about an object without reading it.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes an object; one that isn't there is no error.
	Delete(ctx context.Context, key string) error

	// PresignGet makes an address for reading, for at most MaxGetTTL. With a
	// downloadName the browser saves the file under it, else it may show it.
	PresignGet(ctx context.Context, key string, ttl time.Duration, downloadName string) (string, error)
	// PresignPut makes an address for one PUT, for at most MaxPutTTL.
	PresignPut(ctx context.Context, key string, ttl time.Duration) (string, error)
	// PresignPost makes a form for one small file: the store itself refuses
	// more than maxBytes or another content type. At most MaxPutTTL.
	PresignPost(ctx context.Context, key, contentType string, maxBytes int64, ttl time.Duration) (Form, error)

	// StartMultipart begins an upload in parts; nothing is visible before
	// CompleteMultipart.
	StartMultipart(ctx context.Context, key, contentType string) (uploadID string, err error)
	// PresignPart makes an address for the PUT of part 1…MaxParts, for at most MaxPutTTL.
	PresignPart(ctx context.Context, key, uploadID string, part int, ttl time.Duration) (string, error)
	// CompleteMultipart joins the parts, which stand in order of their number.
	CompleteMultipart(ctx context.Context, key, uploadID string, parts []Part) error
	// AbortMultipart drops an upload and its parts; one that isn't there is no error.
	AbortMultipart(ctx context.Context, key, uploadID string) error

	// List calls fn for every object whose key begins with prefix, in order of
	// the keys, until fn returns an error, which it passes on. ContentType is
	// not filled.
	List(ctx context.Context, prefix string, fn func(Info) error) error
}

// Info describes an object.
type Info struct {
	Key         string
	Size        int64 // bytes
	ContentType string
	ETag        string // of the store; not a checksum to rely on
	ModifiedAt  time.Time
}

// Part is one uploaded part: its number from 1, and the ETag that the store
// answered its PUT with.
type Part struct {
	Number int
	ETag   string
}

// Form is what a browser posts as multipart/form-data: the fields first, then
// the file in a field named "file".
type Form struct {
	URL    string
	Fields map[string]string
}

// checkKey refuses keys that a store on a file system could misread. Keys are
// made by the program, so a wrong one is a fault, but a costly one.
//
// One key must not be a folder of another ("a" beside "a/b"): such a store
// can't keep both.
func checkKey(key string) error {
	if key == "" || len(key) > maxKeyBytes || !utf8.ValidString(key) || strings.ContainsFunc(key, unfit) {
		return badKey(key)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return badKey(key)
		}
	}
	return nil
}

func unfit(r rune) bool { return r == '\\' || !unicode.IsPrint(r) }

func badKey(key string) error {
	if len(key) > maxKeyBytes {
		key = key[:maxKeyBytes]
	}
	return badRequest("object key " + key)
}

func checkTTL(ttl, longest time.Duration) error {
	if ttl < time.Second || ttl > longest {
		return badRequest("address valid for " + ttl.String() + ", at most " + longest.String())
	}
	return nil
}

func badRequest(detail string) error {
	return errs.New(errs.BadRequest, "error.bad_request", "detail", detail)
}
