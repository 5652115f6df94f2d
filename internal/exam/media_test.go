package exam

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/questionbank"
)

// pictureBank is a memoryBank in which each question shows a picture, its option "b" another, and its explanation a third; all
// questions with the same remainder share them.
type pictureBank struct{ memoryBank }

func (b pictureBank) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	out, err := b.memoryBank.Versions(ctx, x, ids)
	for id, q := range out {
		q.Media = []questionbank.Media{{Kind: questionbank.Image, Object: fmt.Sprint("stem-", id%2), Alt: "红斑"}}
		q.Options[1].Media = questionbank.Media{Kind: questionbank.Audio, Object: "option", Alt: "来电"}
		q.ExplanationMedia = []questionbank.Media{{Kind: questionbank.Image, Object: "explanation", Alt: secretWord}}
		out[id] = q
	}
	return out, err
}

func (pictureBank) Media(_ context.Context, object string) ([]byte, string, error) {
	return []byte("plain bytes of " + object), "image/png", nil
}

func (b pictureBank) OpenFile(ctx context.Context, object string) (io.ReadSeekCloser, string, error) {
	data, contentType, err := b.Media(ctx, object)
	return struct {
		io.ReadSeeker
		io.Closer
	}{bytes.NewReader(data), io.NopCloser(nil)}, contentType, err
}

func newPictureClinic(t *testing.T) (*clinic, ExamID) {
	t.Helper()
	c := newClinic(t, 4)
	server, err := embedded.StartS3(c.ctx, embedded.S3Options{Dir: t.TempDir(), Serve: s3child.Serve})
	must(t, err)
	t.Cleanup(func() { must(t, server.Stop(c.ctx)) })
	files, err := objectstore.New(objectstore.Config{
		Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: "files", AccessKey: server.AccessKey(), SecretKey: server.SecretKey(), SameOrigin: true,
	})
	must(t, err)
	must(t, files.EnsureBucket(c.ctx))
	pictures := pictureBank{newMemoryBank()}
	c.questions = pictures
	c.KeepMediaIn(files, pictures)
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), c.paperOf(6))
	must(t, err)
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	return c, id
}

// A paper that is printed has the pictures of its stems and options, each once, and none of its explanations; for whom the paper is
// closed they are too.
func TestPaperWithPictures(t *testing.T) {
	c, _ := newPictureClinic(t)
	paper := c.paperOf(6)
	var seen []string
	keep := func(object string, data []byte) { seen = append(seen, object+": "+string(data)) }
	p, err := c.PaperWithPictures(c.ctx, c.staff, paper, keep)
	slices.Sort(seen)
	if want := []string{"stem-0: plain bytes of stem-0", "stem-1: plain bytes of stem-1"}; err != nil || len(p.Content) != 6 || !slices.Equal(seen, want) {
		t.Errorf("%v %v", seen, err)
	}
	seen = nil
	if _, err := c.PaperWithPictures(c.ctx, examinee(1), paper, keep); !errs.Is(err, errs.Forbidden) || seen != nil {
		t.Errorf("an examinee: %v %v", seen, err)
	}
}

// Decision 19: before the start a page has sealed blobs under names that say nothing; the key comes with the paper, opens each of
// them, and nobody who is not invited gets either.
func TestMediaAreSealedUntilTheStart(t *testing.T) {
	c, id := newPictureClinic(t)
	if _, err := c.ExamMedia(c.ctx, examinee(1), id); !errs.Is(err, errs.NotFound) {
		t.Errorf("of a draft: %v", err)
	}
	must(t, c.Publish(c.ctx, c.staff, id))
	blobs, err := c.ExamMedia(c.ctx, examinee(1), id)
	// the stems' files, of which a drawn paper has one or two, and an option's, however many questions share them; no explanation
	stems := c.count(`SELECT count(DISTINCT s.version_id % 2) FROM paper_slot s JOIN exam e ON e.paper_id = s.paper_id WHERE e.id = $1`, int64(id))
	if err != nil || len(blobs) != stems+1 {
		t.Fatalf("%+v of %d stems %v", blobs, stems, err)
	}
	if _, err := c.ExamMedia(c.ctx, examinee(3), id); !errs.Is(err, errs.NotFound) {
		t.Errorf("not invited: %v", err)
	}
	loaded := map[string][]byte{}
	for _, b := range blobs {
		body, size, err := c.OpenBlob(c.ctx, examinee(1), b.Name)
		must(t, err)
		data, err := io.ReadAll(body)
		must(t, err)
		must(t, body.Close())
		if len(data) != size || size != b.Bytes || bytes.Contains(data, []byte("plain bytes")) {
			t.Errorf("%s: %d of %d bytes, or not sealed", b.Name, len(data), size)
		}
		loaded[b.Name] = data
	}
	if _, _, err := c.OpenBlob(c.ctx, examinee(1), "nosuchblob"); !errs.Is(err, errs.NotFound) {
		t.Errorf("%v", err)
	}

	sheet := c.begin(id, 1)
	if len(sheet.MediaKey) != mediaKeyBytes {
		t.Fatalf("a key of %d bytes", len(sheet.MediaKey))
	}
	block, err := aes.NewCipher(sheet.MediaKey)
	must(t, err)
	gcm, err := cipher.NewGCM(block)
	must(t, err)
	for _, slot := range sheet.Slots {
		for want, m := range map[string]SheetMedia{"stem-": slot.Media[0], "option": slot.OptionMedia["b"][0]} {
			sealed := loaded[m.Blob]
			plain, err := gcm.Open(nil, sealed[:mediaNonceBytes], sealed[mediaNonceBytes:], nil)
			if err != nil || !bytes.HasPrefix(plain, []byte("plain bytes of "+want)) || m.Alt == secretWord || m.ContentType != "image/png" {
				t.Errorf("%+v: %q %v", m, plain, err)
			}
		}
	}
	again := c.second() // another process reads what the first has prepared
	again.questions = c.questions
	other, err := again.Attempt(c.ctx, examinee(1), sheet.AttemptID, "")
	if err != nil || !bytes.Equal(other.MediaKey, sheet.MediaKey) || other.Slots[0].Media[0] != sheet.Slots[0].Media[0] {
		t.Errorf("%+v %v", other.Slots[0].Media, err)
	}
}

// A paper is sealed once, however many ask for it at the same time.
func TestMediaAreSealedOnce(t *testing.T) {
	c, id := newPictureClinic(t)
	e, err := c.store.exam(c.ctx, c.d, id)
	must(t, err)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := c.prepareMedia(c.ctx, *e.PaperID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := c.count(`SELECT count(*) FROM paper_media`); n != 3 {
		t.Errorf("%d sealed files", n)
	}
}

// A paper without media costs nothing and says nothing.
func TestPaperWithoutMedia(t *testing.T) {
	c := newClinic(t, 1)
	id := c.published(1, nil)
	blobs, err := c.ExamMedia(c.ctx, examinee(1), id)
	sheet := c.begin(id, 1)
	if err != nil || len(blobs) != 0 || sheet.MediaKey != nil || sheet.Slots[0].Media != nil {
		t.Errorf("%+v %v %v", blobs, sheet.MediaKey, err)
	}
}

// filmBank shows a film below each stem and another in each explanation.
type filmBank struct{ pictureBank }

func (b filmBank) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	out, err := b.pictureBank.Versions(ctx, x, ids)
	for id, q := range out {
		q.Media = append(q.Media, questionbank.Media{Kind: questionbank.Video, Object: "media/film.mp4", Alt: "接待过程"})
		q.ExplanationMedia = []questionbank.Media{{Kind: questionbank.Video, Object: "media/secret.mp4", Alt: secretWord}}
		q.Stimulus = &questionbank.Stimulus{ID: "s", Text: "材料", Media: []questionbank.Media{{Kind: questionbank.Image, Object: "media/material.png", Alt: "网页"}}}
		out[id] = q
	}
	return out, err
}

// A film is not sealed and not loaded before the start; who sits plays it, and nothing else of the paper in plain; after the release
// all files of the questions are there for who sees them, those of explanations where keys are shown.
func TestFilmsOfAPaper(t *testing.T) {
	c, _ := newPictureClinic(t)
	films := filmBank{pictureBank{newMemoryBank()}}
	c.questions, c.media = films, films
	s := c.settings()
	s.Release = ReleaseAtHandIn
	id, err := c.CreateExam(c.ctx, c.staff, s, c.paperOf(2))
	must(t, err)
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	blobs, err := c.ExamMedia(c.ctx, examinee(1), id)
	if n := c.count(`SELECT count(*) FROM paper_media WHERE object LIKE '%.mp4'`); err != nil || n != 0 || len(blobs) < 3 {
		t.Fatalf("%d films are sealed, %d blobs, %v", n, len(blobs), err)
	}
	sheet := c.begin(id, 1)
	film := sheet.Slots[0].Media[1]
	if film.File != "film.mp4" || film.Blob != "" || film.Kind != questionbank.Video || sheet.Slots[0].StimulusMedia[0].Blob == "" {
		t.Errorf("%+v", sheet.Slots[0])
	}
	opens := func(v account.Viewer, file string) string {
		body, _, err := c.OpenMedia(c.ctx, v, sheet.AttemptID, file)
		if errs.Is(err, errs.NotFound) {
			return ""
		}
		must(t, err)
		data, err := io.ReadAll(body)
		must(t, err)
		must(t, body.Close())
		return string(data)
	}
	if got := opens(examinee(1), "film.mp4"); got != "plain bytes of media/film.mp4" {
		t.Errorf("the film: %q", got)
	}
	for name, got := range map[string]string{
		"another's attempt": opens(examinee(2), "film.mp4"), "an explanation's": opens(examinee(1), "secret.mp4"), "a picture": opens(examinee(1), "material.png"),
		"none of the paper": opens(examinee(1), "other.mp4"), "the staff": opens(c.staff, "film.mp4"), "a way out": opens(examinee(1), "../film.mp4"),
	} {
		if got != "" {
			t.Errorf("%s while it runs: %q", name, got)
		}
	}
	c.answer(sheet, 1, 2)
	c.submit(sheet, 1)
	if got := opens(examinee(1), "film.mp4"); got != "" {
		t.Errorf("released, while others may still sit: %q", got)
	}
	c.clock.Advance(3 * time.Hour)
	for _, file := range []string{"film.mp4", "secret.mp4", "material.png"} {
		if opens(examinee(1), file) == "" {
			t.Errorf("%s is not there in the review", file)
		}
		if opens(examinee(2), file) != "" {
			t.Errorf("%s is there for another", file)
		}
	}
	c.exec(`UPDATE exam SET review = 'marks' WHERE id = $1`, int64(id))
	if opens(examinee(1), "secret.mp4") != "" || opens(examinee(1), "film.mp4") == "" {
		t.Error("an explanation's file is there although no keys are shown")
	}
}
