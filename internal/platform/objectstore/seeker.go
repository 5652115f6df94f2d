package objectstore

import (
	"context"
	"errors"
	"io"
)

// Piece is one object of several that make one file.
type Piece struct {
	Key   string
	Bytes int64
}

// Seeker reads objects one behind the other as one file. It seeks without reading, and reads from the store only what is asked for;
// the caller closes it.
type Seeker struct {
	ctx    context.Context // of the request that reads
	store  Store
	pieces []Piece
	size   int64
	offset int64
	body   io.ReadCloser // nil: nothing is open at offset
	left   int64         // in the piece that is open
}

// NewSeeker makes the pieces one file.
func NewSeeker(ctx context.Context, store Store, pieces ...Piece) *Seeker {
	s := &Seeker{ctx: ctx, store: store, pieces: pieces}
	for _, p := range pieces {
		s.size += p.Bytes
	}
	return s
}

// Read implements io.Reader.
func (s *Seeker) Read(b []byte) (int, error) {
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
		err = io.ErrUnexpectedEOF // the object is shorter than it was said to be
	}
	return n, err
}

// open opens the piece in which the offset lies.
func (s *Seeker) open() error {
	at := s.offset
	for _, p := range s.pieces {
		if at < p.Bytes {
			body, _, err := s.store.Get(s.ctx, p.Key, at, p.Bytes-at)
			s.body, s.left = body, p.Bytes-at
			return err
		}
		at -= p.Bytes
	}
	return io.EOF
}

// Seek implements io.Seeker.
func (s *Seeker) Seek(offset int64, whence int) (int64, error) {
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
func (s *Seeker) Close() error {
	if s.body == nil {
		return nil
	}
	err := s.body.Close()
	s.body = nil
	return err
}
