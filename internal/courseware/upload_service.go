package courseware

import (
	"context"
	"crypto/rand"
	"io"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

const (
	// partTTL is how long the address of a part lives (threat 48); it is given anew on demand.
	partTTL = 10 * time.Minute
	// maxPartURLs is how many addresses one request gets.
	maxPartURLs = 100
	// maxUploads is how many unfinished uploads one person may have (threat 59).
	maxUploads = 50
	// staleAfter gives up what nobody went on with.
	staleAfter = 24 * time.Hour
	staleBatch = 100
	tidyEvery  = time.Hour
	// checkAtOnceBytes: smaller files are checked before the upload is answered, so that the page need not wait.
	checkAtOnceBytes = 16 << 20
	checkAtOnce      = 20 * time.Second
)

// PartURL is where a browser puts one part of a file.
type PartURL struct {
	Part int
	URL  string
}

// BeginUpload declares a file: its name, and its size in bytes. Nothing may use it before it was checked. Errors: Invalid
// (name, type, empty), TooLarge, TooMany.
func (s *Service) BeginUpload(ctx context.Context, v account.Viewer, name string, size int64) (Object, error) {
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return Object{}, err
	}
	o, err := s.declare(ctx, v, name, size, Uploading)
	if err != nil {
		return Object{}, err
	}
	if o.MultipartID, err = s.files.StartMultipart(ctx, o.Key, typesOf[extension(o.Name)][0]); err != nil {
		return Object{}, err
	}
	if err := s.insertObject(ctx, v, &o, "upload.begin"); err != nil {
		_ = s.files.AbortMultipart(context.WithoutCancel(ctx), o.Key, o.MultipartID) // best effort: nothing refers to it
		return Object{}, err
	}
	return o, nil
}

// declare checks what is said of a file and gives it a key that cannot be guessed.
func (s *Service) declare(ctx context.Context, v account.Viewer, name string, size int64, state ObjectState) (Object, error) {
	limits, err := s.store.limits(ctx, s.db)
	if err != nil {
		return Object{}, err
	}
	if name, err = checkDeclared(name, size, limits); err != nil {
		return Object{}, err
	}
	o := Object{Key: "object/" + strings.ToLower(rand.Text()), Name: name, SizeBytes: size, PartBytes: partBytes(size), State: state}
	if v.PersonID != 0 {
		o.UploadedBy = &v.PersonID
	}
	return o, nil
}

func (s *Service) insertObject(ctx context.Context, v account.Viewer, o *Object, act string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		var unfinished int
		if err := s.store.Get(ctx, tx, &unfinished, "uploads_of", int64(v.PersonID)); err != nil {
			return err
		}
		if unfinished >= maxUploads {
			return errs.New(errs.TooMany, "error.courseware.too_many_uploads", "max", maxUploads)
		}
		o.BegunAt = tx.Now()
		err := s.store.Get(ctx, tx, &o.ID, "object_insert", o.Key, o.Name, o.SizeBytes, o.PartBytes, string(o.State), o.MultipartID, int64(v.PersonID), tx.Now())
		if err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), act, objectSubject(o.ID), map[string]any{"name": o.Name, "size_bytes": o.SizeBytes})
	})
}

// Upload is a file as its uploader sees it; of others NotFound.
func (s *Service) Upload(ctx context.Context, v account.Viewer, id ObjectID) (Object, error) {
	var o Object
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return o, err
	}
	err := s.store.Get(ctx, s.db, &o, "upload", int64(id), v.Internal(), int64(v.PersonID))
	return o, err
}

// uploading is Upload while parts may still come.
func (s *Service) uploading(ctx context.Context, v account.Viewer, id ObjectID) (Object, error) {
	o, err := s.Upload(ctx, v, id)
	switch {
	case err != nil:
		return o, err
	case o.State == Dropped:
		return o, errs.New(errs.Gone, "error.courseware.upload_dropped")
	case o.State != Uploading:
		return o, errs.New(errs.Conflict, "error.courseware.upload_over")
	}
	return o, nil
}

// PartURLs are addresses for parts, by their numbers from 1. Asking again is how a slow line goes on.
func (s *Service) PartURLs(ctx context.Context, v account.Viewer, id ObjectID, parts []int) ([]PartURL, error) {
	o, err := s.uploading(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 || len(parts) > maxPartURLs {
		return nil, errs.InvalidFields(errs.NewField("parts", "error.field.max", "limit", maxPartURLs))
	}
	urls := make([]PartURL, len(parts))
	for i, n := range parts {
		if n < 1 || n > o.Parts() {
			return nil, errs.InvalidFields(errs.NewField("parts", "error.field.max", "limit", o.Parts()))
		}
		url, err := s.files.PresignPart(ctx, o.Key, o.MultipartID, n, partTTL)
		if err != nil {
			return nil, err
		}
		urls[i] = PartURL{Part: n, URL: url}
	}
	return urls, nil
}

// CompleteUpload joins the parts, given by their ETags in order, and has the file checked: small ones at once, else by a
// job. A repeated request answers how the file stands. Errors: Invalid (a part is missing), Gone (given up before).
func (s *Service) CompleteUpload(ctx context.Context, v account.Viewer, id ObjectID, etags []string) (Object, error) {
	o, err := s.Upload(ctx, v, id)
	if err != nil || o.State != Uploading {
		if o.State == Dropped {
			return o, errs.New(errs.Gone, "error.courseware.upload_dropped")
		}
		return o, err
	}
	if len(etags) != o.Parts() {
		return o, errs.InvalidFields(errs.NewField("etags", "error.courseware.parts_missing", "parts", o.Parts()))
	}
	if err := s.join(ctx, o, etags); err != nil {
		return o, err
	}
	if err := s.arrive(ctx, v, o); err != nil {
		return o, err
	}
	s.checkSoon(ctx, o)
	return s.Upload(ctx, v, id)
}

// join completes the upload in the store. When the store no longer knows the upload, an earlier request has completed it
// and was cut off before it could say so.
func (s *Service) join(ctx context.Context, o Object, etags []string) error {
	parts := make([]objectstore.Part, len(etags))
	for i, tag := range etags {
		parts[i] = objectstore.Part{Number: i + 1, ETag: tag}
	}
	err := s.files.CompleteMultipart(ctx, o.Key, o.MultipartID, parts)
	if errs.Is(err, errs.NotFound) {
		_, err = s.files.Stat(ctx, o.Key)
	}
	return err
}

func (s *Service) arrive(ctx context.Context, v account.Viewer, o Object) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		n, err := s.store.Exec(ctx, tx, "object_arrive", int64(o.ID), tx.Now())
		if err != nil || n == 0 { // another request was quicker
			return err
		}
		if err := s.queue.Enqueue(ctx, tx, CheckObject{ObjectID: o.ID}); err != nil {
			return err
		}
		return record(ctx, tx, v.Actor(), "upload.complete", objectSubject(o.ID), nil)
	})
}

// checkSoon checks a small file before the answer. It may fail: the job is there. Drawing the pages of a PDF takes longer
// than anybody waits for an answer.
func (s *Service) checkSoon(ctx context.Context, o Object) {
	if o.SizeBytes > checkAtOnceBytes || extension(o.Name) == "pdf" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, checkAtOnce)
	defer cancel()
	_ = s.Check(ctx, o.ID)
}

// AbortUpload gives an upload up.
func (s *Service) AbortUpload(ctx context.Context, v account.Viewer, id ObjectID) error {
	o, err := s.uploading(ctx, v, id)
	if errs.Is(err, errs.Gone) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.drop(ctx, v.Actor(), o)
}

// drop forgets the upload first: parts that stay behind in the store are tried again by nobody, but nothing refers to them,
// and stores expire them.
func (s *Service) drop(ctx context.Context, actor string, o Object) error {
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		n, err := s.store.Exec(ctx, tx, "object_drop", int64(o.ID), tx.Now())
		if err != nil || n == 0 {
			return err
		}
		return record(ctx, tx, actor, "upload.drop", objectSubject(o.ID), nil)
	})
	if err != nil {
		return err
	}
	return s.files.AbortMultipart(ctx, o.Key, o.MultipartID)
}

// Tidy gives up the uploads that nobody finished within a day.
func (s *Service) Tidy(ctx context.Context) error {
	var stale []Object
	if err := s.store.Select(ctx, s.db, &stale, "uploads_stale", s.db.Now().Add(-staleAfter), staleBatch); err != nil {
		return err
	}
	for _, o := range stale {
		if err := s.drop(ctx, systemActor, o); err != nil {
			return err
		}
	}
	return nil
}

// Put takes a file that the program itself holds, of exactly size bytes, and checks it at once: for the demo and commands.
func (s *Service) Put(ctx context.Context, v account.Viewer, name string, r io.Reader, size int64) (Object, error) {
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return Object{}, err
	}
	o, err := s.declare(ctx, v, name, size, Pending)
	if err != nil {
		return Object{}, err
	}
	if err := s.files.Put(ctx, o.Key, r, size, typesOf[extension(o.Name)][0]); err != nil {
		return Object{}, err
	}
	if err := s.insertObject(ctx, v, &o, "upload.put"); err != nil {
		return Object{}, err
	}
	if err := s.Check(ctx, o.ID); err != nil {
		return Object{}, err
	}
	return s.Upload(ctx, v, o.ID)
}

// Limits are the largest files that may be uploaded.
func (s *Service) Limits(ctx context.Context) (Limits, error) { return s.store.limits(ctx, s.db) }
