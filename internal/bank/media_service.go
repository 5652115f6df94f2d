package bank

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/questionbank"
)

// AddMedia puts a picture, recording or film into a question, as an edit: what was published stays as it was. One in a stimulus goes to all
// questions that share it. alt says what it shows or says, for who cannot see or hear it. Errors: Invalid for another kind of file, one
// that is too large, missing words and a place that takes none; Conflict when somebody changed the question since base was read;
// Unavailable while the object storage is away.
func (s *Service) AddMedia(ctx context.Context, v account.Viewer, id QuestionID, base Base, at MediaPlace, data []byte, alt string) error {
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
		return putFile(q, at, questionbank.Media{Kind: kind.kind, Object: object, Alt: alt})
	})
}

// RemoveMedia takes the n-th of PlacedMedia, from 0, out of a question, as an edit. Errors as of AddMedia; NotFound for no such file.
func (s *Service) RemoveMedia(ctx context.Context, v account.Viewer, id QuestionID, base Base, n int) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.changeFiles(ctx, v, id, base, func(q *questionbank.Question) error { return takeFile(q, n) })
}

// changeFiles is an edit of a question's files alone.
func (s *Service) changeFiles(ctx context.Context, v account.Viewer, id QuestionID, base Base, change func(q *questionbank.Question) error) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		was, err := s.store.lock(ctx, tx, id)
		if err != nil {
			return err
		}
		before := was.Editable().Question()
		d := Draft{Question: before, TopicIDs: was.Editable().Topics()}
		if err := change(&d.Question); err != nil {
			return err
		}
		if err := s.edit(ctx, tx, v, was, base, d); err != nil || before.Stimulus.Equal(d.Question.Stimulus) {
			return err
		}
		return s.shareStimulus(ctx, tx, v, id, d.Question.Stimulus)
	})
}

// shareStimulus gives the other questions of a stimulus the same one, each as an edit: one stimulus is equal in all.
func (s *Service) shareStimulus(ctx context.Context, tx *db.Tx, v account.Viewer, but QuestionID, stimulus *questionbank.Stimulus) error {
	var others []QuestionID
	if err := s.store.q.Select(ctx, tx, &others, "questions_of_stimulus", stimulus.ID, but); err != nil {
		return err
	}
	for _, id := range others {
		was, err := s.store.lock(ctx, tx, id)
		if err != nil {
			return err
		}
		from := was.Editable()
		d := Draft{Question: from.Question(), TopicIDs: from.Topics()}
		if from.State == StateRetired || d.Question.Stimulus == nil || d.Question.Stimulus.ID != stimulus.ID || d.Question.Stimulus.Equal(stimulus) {
			continue
		}
		d.Question.Stimulus = stimulus
		if err := s.edit(ctx, tx, v, was, Base{from.Number, from.Revision}, d); err != nil {
			return err
		}
	}
	return nil
}

// OpenMedia is a file that questions name, for those who write or read the bank. The caller closes it.
func (s *Service) OpenMedia(ctx context.Context, v account.Viewer, object string) (body io.ReadSeekCloser, contentType string, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, "", err
	}
	return s.OpenFile(ctx, object)
}

// OpenFile is a file that a question names: it seeks, and reads from the storage only what is asked for. Errors as of Media.
func (s *Service) OpenFile(ctx context.Context, object string) (body io.ReadSeekCloser, contentType string, err error) {
	if s.files == nil || !questionbank.IsObject(object) {
		return nil, "", errs.New(errs.NotFound, "error.not_found")
	}
	info, err := s.files.Stat(ctx, mediaPrefix+object)
	if err != nil {
		return nil, "", err
	}
	if !slices.ContainsFunc(mediaTypes, func(t mediaType) bool { return t.content == info.ContentType }) {
		return nil, "", errs.New(errs.NotFound, "error.not_found")
	}
	return objectstore.NewSeeker(ctx, s.files, objectstore.Piece{Key: mediaPrefix + object, Bytes: info.Size}), info.ContentType, nil
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
