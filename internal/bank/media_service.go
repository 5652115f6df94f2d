package bank

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

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
	object := objectName(kind.ending, data)
	if err := s.files.Put(ctx, mediaPrefix+object, bytes.NewReader(data), int64(len(data)), kind.content); err != nil {
		return err
	}
	return s.changeFiles(ctx, v, id, base, func(q *questionbank.Question) error {
		if len(q.Media) >= questionbank.MaxMedia {
			return errs.InvalidFields(errs.NewField("file", "error.bank.media_many", "max", questionbank.MaxMedia))
		}
		q.Media = append(slices.Clone(q.Media), questionbank.Media{Kind: kind.kind, Object: object, Alt: alt})
		return nil
	})
}

// RemoveMedia takes the n-th file, from 0, from under a question's stem, as an edit. Errors as of AddMedia; NotFound for no such file.
func (s *Service) RemoveMedia(ctx context.Context, v account.Viewer, id QuestionID, base Base, n int) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.changeFiles(ctx, v, id, base, func(q *questionbank.Question) error {
		if n < 0 || n >= len(q.Media) {
			return errs.New(errs.NotFound, "error.not_found")
		}
		q.Media = slices.Delete(slices.Clone(q.Media), n, n+1)
		return nil
	})
}

// changeFiles is an edit of a question's files alone.
func (s *Service) changeFiles(ctx context.Context, v account.Viewer, id QuestionID, base Base, change func(q *questionbank.Question) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		was, err := s.store.lock(ctx, tx, id)
		if err != nil {
			return err
		}
		d := Draft{Question: was.Editable().Question(), TopicIDs: was.Editable().Topics()}
		if err := change(&d.Question); err != nil {
			return err
		}
		return s.edit(ctx, tx, v, was, base, d)
	})
}

// OpenMedia is a file that questions name, for those who write or read the bank.
func (s *Service) OpenMedia(ctx context.Context, v account.Viewer, object string) (data []byte, contentType string, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, "", err
	}
	return s.Media(ctx, object)
}

// Media reads a file that a question names, for its paper. Errors: NotFound where there is none of that name, and for one that
// no page shows.
func (s *Service) Media(ctx context.Context, object string) (data []byte, contentType string, err error) {
	if s.files == nil || !questionbank.IsObject(object) {
		return nil, "", errs.New(errs.NotFound, "error.not_found")
	}
	if data, err = s.readFileOf(ctx, questionbank.Media{Object: object}); err != nil {
		return nil, "", err
	}
	kind, err := mediaTypeOf(data)
	if err != nil {
		return nil, "", errs.New(errs.NotFound, "error.not_found").With(err)
	}
	return data, kind.content, nil
}
