package exam

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/questionbank"
)

// MediaSource reads a file that a question names; bank.Service is it.
type MediaSource interface {
	Media(ctx context.Context, object string) (data []byte, contentType string, err error)
	// OpenFile opens one that is read in ranges; the caller closes it.
	OpenFile(ctx context.Context, object string) (body io.ReadSeekCloser, contentType string, err error)
}

// KeepMediaIn says where sealed files are kept and where the questions' own come from; app calls it before serving begins.
func (s *Service) KeepMediaIn(files objectstore.Store, from MediaSource) {
	s.files, s.media = files, from
}

// sealedOf is what was prepared for a paper; nil where there is nothing to prepare, or it is not done yet.
func (s *Service) sealedOf(ctx context.Context, x db.Q, id PaperID, p *frozen) (*sealedMedia, error) {
	if len(p.media) == 0 {
		return nil, nil
	}
	if known := p.sealed.Load(); known != nil {
		return known, nil
	}
	var out sealedMedia
	err := s.store.Get(ctx, x, &out.key, "paper_key", int64(id))
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []sealedFile
	if err := s.store.Select(ctx, x, &files, "paper_media", int64(id)); err != nil {
		return nil, err
	}
	out.files = make(map[string]sealedFile, len(files))
	for _, f := range files {
		out.files[f.Object] = f
	}
	p.sealed.Store(&out)
	return &out, nil
}

// prepareMedia seals a paper's files, once; two at once prepare one set. Unavailable while the object storage is away.
func (s *Service) prepareMedia(ctx context.Context, id PaperID) error {
	p, err := s.paper(ctx, s.db, id)
	if err != nil {
		return err
	}
	if ready, err := s.sealedOf(ctx, s.db, id, p); err != nil || ready != nil || len(p.media) == 0 {
		return err
	}
	key := make([]byte, mediaKeyBytes)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	var put []string
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		put = nil
		if err := s.store.One(ctx, tx, "paper_key_insert", int64(id), key, tx.Now()); err != nil {
			return err
		}
		for _, object := range p.media {
			name, err := s.putSealed(ctx, tx, id, object, key)
			if name != "" {
				put = append(put, name)
			}
			if err != nil {
				return err
			}
		}
		return record(ctx, tx, account.System(), "paper.media", "paper:"+id.String(), map[string]any{"files": len(p.media)})
	})
	if err == nil {
		return nil
	}
	for _, name := range put {
		_ = s.files.Delete(context.WithoutCancel(ctx), blobFolder+name) // best effort: nothing refers to it
	}
	if db.Violates(err, "paper_key_pkey") {
		return nil // another one was first
	}
	return err
}

// putSealed seals one file; the name is that of a blob that may stand in the object storage, also when it fails.
func (s *Service) putSealed(ctx context.Context, tx *db.Tx, id PaperID, object string, key []byte) (name string, err error) {
	plain, contentType, err := s.media.Media(ctx, object)
	if errs.Is(err, errs.NotFound) {
		return "", nil // the page says its words instead
	}
	if err != nil {
		return "", err
	}
	blob, err := seal(rand.Reader, key, plain)
	if err != nil {
		return "", err
	}
	name = strings.ToLower(rand.Text())
	if err := s.files.Put(ctx, blobFolder+name, bytes.NewReader(blob), int64(len(blob)), "application/octet-stream"); err != nil {
		return name, err
	}
	return name, s.store.One(ctx, tx, "paper_media_insert", int64(id), object, name, contentType, len(blob))
}

// prepareExam prepares the paper that an exam has.
func (s *Service) prepareExam(ctx context.Context, id ExamID) error {
	e, err := s.store.exam(ctx, s.db, id)
	if err != nil || e.PaperID == nil {
		return err
	}
	return s.prepareMedia(ctx, *e.PaperID)
}

// ExamMedia lists the sealed files of the paper that the viewer will sit, so that the page loads them before the start. Nothing
// in it tells what they show, or to which question they belong. Errors: NotFound for who is not invited.
func (s *Service) ExamMedia(ctx context.Context, v account.Viewer, id ExamID) ([]MediaBlob, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return nil, err
	}
	var paper PaperID
	if err := s.store.Get(ctx, s.db, &paper, "candidate_paper", int64(id), int64(v.PersonID)); err != nil {
		return nil, err
	}
	p, err := s.paper(ctx, s.db, paper)
	if err != nil || len(p.media) == 0 {
		return nil, err
	}
	if err := s.prepareMedia(ctx, paper); err != nil { // the own paper of a retake comes without a publication
		return nil, err
	}
	ready, err := s.sealedOf(ctx, s.db, paper, p)
	if err != nil || ready == nil {
		return nil, err
	}
	out := make([]MediaBlob, 0, len(ready.files))
	for _, f := range ready.files {
		out = append(out, f.MediaBlob)
	}
	slices.SortFunc(out, func(a, b MediaBlob) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// OpenBlob is a sealed file by its random name, which is all that one must know: it opens with the paper's key alone. The caller
// closes it.
func (s *Service) OpenBlob(ctx context.Context, v account.Viewer, name string) (body io.ReadCloser, size int, err error) {
	if err := v.Require(account.ExamSit); err != nil {
		return nil, 0, err
	}
	if err := s.store.Get(ctx, s.db, &size, "paper_blob", name); err != nil {
		return nil, 0, err
	}
	body, _, err = s.files.Get(ctx, blobFolder+name, 0, -1)
	return body, size, err
}

// OpenMedia is a file of an attempt's paper by the end of its name: a film for who sits it, and every file of the questions, those of
// explanations where keys are shown, for who sees them in a released result. The caller closes it. Errors: NotFound for everything else.
func (s *Service) OpenMedia(ctx context.Context, v account.Viewer, id AttemptID, file string) (body io.ReadSeekCloser, contentType string, err error) {
	object := mediaFolder + file
	named := func(m questionbank.Media) bool { return m.Object == object }
	if v.Can(account.ExamSit) {
		a, err := s.store.ownAttempt(ctx, s.db, v, id)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, "", err
		}
		if err == nil && a.State == AttemptOpen {
			p, err := s.paper(ctx, s.db, a.PaperID)
			if err != nil {
				return nil, "", err
			}
			if !p.plays(object) {
				return nil, "", errNotFound()
			}
			return s.media.OpenFile(ctx, object)
		}
	}
	r, err := s.Result(ctx, v, id)
	if err != nil {
		return nil, "", err
	}
	for _, slot := range r.Slots {
		if slices.ContainsFunc(slot.files(), named) {
			return s.media.OpenFile(ctx, object)
		}
	}
	return nil, "", errNotFound()
}

// OpenAnswerMedia is a file of the question whose answer a marker has to mark, by the end of its name; nothing about it tells whose
// answer it is. The caller closes it. Errors: those of Answer, and NotFound for a file that is not the question's.
func (s *Service) OpenAnswerMedia(ctx context.Context, v account.Viewer, id MarkTaskID, file string) (body io.ReadSeekCloser, contentType string, err error) {
	a, err := s.Answer(ctx, v, id)
	if err != nil {
		return nil, "", err
	}
	object := mediaFolder + file
	if !slices.ContainsFunc(a.files(), func(m questionbank.Media) bool { return m.Object == object }) {
		return nil, "", errNotFound()
	}
	return s.media.OpenFile(ctx, object)
}

// PaperWithPictures is Paper, and hands each picture that its questions show to seen, once, by the name that the questions give it. One
// that the storage does not have is left out: the paper says its words instead.
func (s *Service) PaperWithPictures(ctx context.Context, v account.Viewer, id PaperID, seen func(object string, data []byte)) (PaperView, error) {
	p, err := s.Paper(ctx, v, id)
	if err != nil || s.media == nil {
		return p, err
	}
	done := map[string]bool{}
	for _, slot := range p.Content {
		q := slot.Question.Question
		q.ExplanationMedia = nil
		for _, m := range q.MediaAll() {
			if m.Kind != questionbank.Image || done[m.Object] {
				continue
			}
			done[m.Object] = true
			data, _, err := s.media.Media(ctx, m.Object)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return p, err
			}
			seen(m.Object, data)
		}
	}
	return p, nil
}

// plays reports whether the paper shows the film to who sits it.
func (f *frozen) plays(object string) bool {
	for _, q := range f.questions {
		shown := q.Question
		shown.ExplanationMedia = nil
		if slices.ContainsFunc(shown.MediaAll(), func(m questionbank.Media) bool { return m.Kind == questionbank.Video && m.Object == object }) {
			return true
		}
	}
	return false
}
