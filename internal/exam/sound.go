package exam

import (
	"context"
	"encoding/hex"
	"errors"
	"io"

	"github.com/peikao/peikao/internal/platform/objectstore"
)

// Sound is one take of a recording: it seeks without reading, and reads from the object storage only what is asked for. The caller
// closes it.
type Sound struct {
	ContentType string
	ETag        string // strong, quoted

	ctx    context.Context // of the request that reads
	files  objectstore.Store
	pieces []piece
	size   int64
	offset int64
	body   io.ReadCloser // nil: nothing is open at offset
	left   int64         // in the piece that is open
}

// piece is one object of several that make one file.
type piece struct {
	object string
	bytes  int64
}

func (s *Service) sound(ctx context.Context, id AttemptID, t Take) *Sound {
	out := &Sound{ContentType: t.ContentType, ctx: ctx, files: s.files}
	for _, p := range t.parts {
		sum := hex.EncodeToString(p.SHA256)
		out.pieces = append(out.pieces, piece{objectOf(id, p.Recording, p.Part, sum), p.Bytes})
		out.size += p.Bytes
	}
	last := t.parts[len(t.parts)-1]
	out.ETag = `"` + last.Recording + "-" + hex.EncodeToString(last.SHA256[:8]) + `"`
	return out
}

// Read implements io.Reader.
func (s *Sound) Read(b []byte) (int, error) {
	if s.offset >= s.size {
		return 0, io.EOF
	}
	if s.body == nil {
		if err := s.open(); err != nil {
			return 0, err
		}
	}
	n, err := s.body.Read(b[:min(int64(len(b)), s.left)])
	s.offset, s.left = s.offset+int64(n), s.left-int64(n)
	if s.left == 0 {
		return n, s.Close()
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // the object is shorter than what was kept of it
	}
	return n, err
}

// open opens the piece in which the offset lies.
func (s *Sound) open() error {
	at := s.offset
	for _, p := range s.pieces {
		if at < p.bytes {
			body, _, err := s.files.Get(s.ctx, p.object, at, p.bytes-at)
			s.body, s.left = body, p.bytes-at
			return err
		}
		at -= p.bytes
	}
	return io.EOF
}

// Seek implements io.Seeker.
func (s *Sound) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.offset
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start")
	}
	if offset == s.offset {
		return offset, nil
	}
	s.offset = offset
	return offset, s.Close()
}

// Close implements io.Closer.
func (s *Sound) Close() error {
	if s.body == nil {
		return nil
	}
	err := s.body.Close()
	s.body = nil
	return err
}
