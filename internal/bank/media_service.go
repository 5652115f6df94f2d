package bank

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/questionbank"
)

// KeepMediaIn says where pictures and recordings are kept; app calls it before serving begins.
func (s *Service) KeepMediaIn(files objectstore.Store) { s.files = files }

// storedMedia is a file as the database knows it.
type storedMedia struct {
	ID          MediaID                `db:"id"`
	Key         string                 `db:"object_key"`
	Kind        questionbank.MediaKind `db:"kind"`
	ContentType string                 `db:"content_type"`
	Bytes       int64                  `db:"bytes"`
}

// AddMedia puts a picture or recording under a question's stem, as an edit: what was published stays as it was. alt says what it
// shows or says, for who cannot see or hear it. Errors: Invalid for another kind of file, one that is too large and missing
// words; Conflict when somebody changed the question since base was read; Unavailable while the object storage is away.
func (s *Service) AddMedia(ctx context.Context, v account.Viewer, id QuestionID, base Base, data []byte, alt string) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	alt = strings.TrimSpace(alt)
	if n := utf8.RuneCountInString(alt); n == 0 || n > maxAlt {
		return errs.InvalidFields(errs.NewField("alt", "error.bank.media_alt", "max", maxAlt))
	}
	kind, err := mediaTypeOf(data)
	if err != nil {
		return err
	}
	key, sum := "question-media/"+strings.ToLower(rand.Text()), sha256.Sum256(data)
	if err := s.files.Put(ctx, key, bytes.NewReader(data), int64(len(data)), kind.content); err != nil {
		return err
	}
	err = s.changeFiles(ctx, v, id, base, func(tx *db.Tx, q *questionbank.Question) error {
		if len(q.Media) >= questionbank.MaxMedia {
			return errs.InvalidFields(errs.NewField("file", "error.bank.media_many", "max", questionbank.MaxMedia))
		}
		var media MediaID
		if err := s.store.q.Get(ctx, tx, &media, "media_insert", key, string(kind.kind), kind.content, len(data), sum[:], v.Actor(), tx.Now()); err != nil {
			return err
		}
		q.Media = append(slices.Clone(q.Media), questionbank.Media{Kind: kind.kind, Object: strconv.FormatInt(int64(media), 10), Alt: alt})
		return nil
	})
	if err != nil {
		_ = s.files.Delete(context.WithoutCancel(ctx), key) // best effort: nothing refers to it
	}
	return err
}

// RemoveMedia takes the n-th file, from 0, from under a question's stem, as an edit. Errors as of AddMedia; NotFound for no such file.
func (s *Service) RemoveMedia(ctx context.Context, v account.Viewer, id QuestionID, base Base, n int) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.changeFiles(ctx, v, id, base, func(_ *db.Tx, q *questionbank.Question) error {
		if n < 0 || n >= len(q.Media) {
			return errs.New(errs.NotFound, "error.not_found")
		}
		q.Media = slices.Delete(slices.Clone(q.Media), n, n+1)
		return nil
	})
}

// changeFiles is an edit of a question's files alone.
func (s *Service) changeFiles(ctx context.Context, v account.Viewer, id QuestionID, base Base, change func(tx *db.Tx, q *questionbank.Question) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		was, err := s.store.lock(ctx, tx, id)
		if err != nil {
			return err
		}
		d := Draft{Question: was.Editable().Question(), TopicIDs: was.Editable().Topics()}
		if err := change(tx, &d.Question); err != nil {
			return err
		}
		return s.edit(ctx, tx, v, was, base, d)
	})
}

// OpenMedia is a file for those who write or read the bank; the caller closes it.
func (s *Service) OpenMedia(ctx context.Context, v account.Viewer, id MediaID) (body io.ReadCloser, contentType string, size int64, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, "", 0, err
	}
	return s.openMedia(ctx, s.db, id)
}

func (s *Service) openMedia(ctx context.Context, x db.Q, id MediaID) (io.ReadCloser, string, int64, error) {
	var m storedMedia
	if err := s.store.q.Get(ctx, x, &m, "media", int64(id)); err != nil {
		return nil, "", 0, err
	}
	body, _, err := s.files.Get(ctx, m.Key, 0, -1)
	return body, m.ContentType, m.Bytes, err
}

// Media reads a file that a question names, for its paper. Errors: NotFound where there is none of that name.
func (s *Service) Media(ctx context.Context, x db.Q, object string) (data []byte, contentType string, err error) {
	id, err := strconv.ParseInt(object, 10, 64)
	if err != nil {
		return nil, "", errs.New(errs.NotFound, "error.not_found").With(err)
	}
	body, contentType, _, err := s.openMedia(ctx, x, MediaID(id))
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	data, err = io.ReadAll(io.LimitReader(body, MaxMediaBytes))
	return data, contentType, err
}
