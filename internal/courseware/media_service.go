package courseware

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware/convert"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

// downloadTTL is how long the address of a download lives (threat 48).
const downloadTTL = 5 * time.Minute

// Media is a file that the viewer may read now: it seeks without reading, and reads from the store only what is asked for.
// The caller closes it.
type Media struct {
	io.ReadSeekCloser
	Name        string
	ContentType string // by content
	ETag        string // strong, quoted; from the sha256
	SizeBytes   int64
}

// OpenMedia opens a checked file, or one page image of it (page from 1; 0 = the file itself). Every call asks anew whether
// the viewer may: authors of the course that shows it, and who learns that course. NotFound otherwise.
func (s *Service) OpenMedia(ctx context.Context, v account.Viewer, id ObjectID, page int) (Media, error) {
	o, err := s.checked(ctx, v, id)
	if err != nil {
		return Media{}, err
	}
	m := Media{Name: o.Name, ContentType: o.ContentType, SizeBytes: o.SizeBytes, ETag: fmt.Sprintf(`"%s"`, hex.EncodeToString(o.SHA256))}
	key := o.Key
	if page > 0 {
		var p struct {
			Key       string `db:"key"`
			SizeBytes int64  `db:"size_bytes"`
		}
		if err := s.store.Get(ctx, s.db, &p, "object_page", int64(id), page); err != nil {
			return Media{}, err
		}
		key, m.SizeBytes, m.ContentType = p.Key, p.SizeBytes, convert.PageType
		m.ETag = fmt.Sprintf(`"%s-%d"`, hex.EncodeToString(o.SHA256[:16]), page)
	}
	m.ReadSeekCloser = objectstore.NewSeeker(ctx, s.files, objectstore.Piece{Key: key, Bytes: m.SizeBytes})
	return m, nil
}

func (s *Service) checked(ctx context.Context, v account.Viewer, id ObjectID) (Object, error) {
	if err := v.Require(account.CoursewareStudy); err != nil {
		return Object{}, err
	}
	o, err := s.store.readable(ctx, s.db, v, id)
	if err == nil && o.State != Checked {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return o, err
}

// DownloadURL is an address under which the browser saves the file; it lives five minutes. That the file left the system is
// recorded.
func (s *Service) DownloadURL(ctx context.Context, v account.Viewer, id ObjectID) (string, error) {
	o, err := s.checked(ctx, v, id)
	if err != nil {
		return "", err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v.Actor(), "object.download", objectSubject(id), nil)
	})
	if err != nil {
		return "", err
	}
	return s.files.PresignGet(ctx, o.Key, downloadTTL, o.Name)
}
