package exam

import (
	"context"
	"encoding/hex"

	"github.com/peikao/peikao/internal/platform/objectstore"
)

// Sound is one take of a recording; the caller closes it.
type Sound struct {
	*objectstore.Seeker
	ContentType string
	ETag        string // strong, quoted
}

func (s *Service) sound(ctx context.Context, id AttemptID, t Take) *Sound {
	pieces := make([]objectstore.Piece, len(t.parts))
	for i, p := range t.parts {
		pieces[i] = objectstore.Piece{Key: objectOf(id, p.Recording, p.Part, hex.EncodeToString(p.SHA256)), Bytes: p.Bytes}
	}
	last := t.parts[len(t.parts)-1]
	return &Sound{
		Seeker: objectstore.NewSeeker(ctx, s.files, pieces...), ContentType: t.ContentType,
		ETag: `"` + last.Recording + "-" + hex.EncodeToString(last.SHA256[:8]) + `"`,
	}
}
