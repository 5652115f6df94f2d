package courseware_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// png is as much of a picture as its type needs, filled up to size bytes.
func png(size int) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{7}, size-8)...)
}

// tone is a real audio file of about so many seconds.
func tone(t *testing.T, seconds string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tone.m4a")
	c := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration="+seconds, "-c:a", "aac", path)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v %s", err, out)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// slidesPDF is a real PDF with two empty pages.
const slidesPDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]>>endobj
4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]>>endobj
trailer<</Size 5/Root 1 0 R>>
`

// put sends the parts of a file as a browser does and returns their ETags.
func (w *school) put(v account.Viewer, o courseware.Object, content []byte) []string {
	w.Helper()
	var numbers []int
	for n := range o.Parts() {
		numbers = append(numbers, n+1)
	}
	urls, err := w.s.PartURLs(ctx, v, o.ID, numbers)
	w.no(err)
	tags := make([]string, len(urls))
	for i, u := range urls {
		from := int64(u.Part-1) * o.PartBytes
		part := content[from:min(from+o.PartBytes, int64(len(content)))]
		r, err := http.NewRequestWithContext(ctx, http.MethodPut, w.base+u.URL, bytes.NewReader(part))
		w.no(err)
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		w.no(err)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			w.Fatalf("part %d: %d", u.Part, answer.StatusCode)
		}
		tags[i] = answer.Header.Get("ETag")
	}
	return tags
}

// file is a checked file of the viewer.
func (w *school) file(v account.Viewer, name string, content []byte) courseware.ObjectID {
	w.Helper()
	o, err := w.s.Put(ctx, v, name, bytes.NewReader(content), int64(len(content)))
	w.no(err)
	if o.State != courseware.Checked {
		w.Fatalf("%s is %s: %s", name, o.State, o.Reason)
	}
	return o.ID
}

// rule:C21
func TestUploadInParts(t *testing.T) {
	w := newSchool(t)
	content := png(8<<20 + 100) // two parts
	o, err := w.s.BeginUpload(ctx, w.trainer, "对比图.png", int64(len(content)))
	w.no(err)
	if o.Parts() != 2 || o.State != courseware.Uploading {
		t.Fatalf("%+v", o)
	}
	tags := w.put(w.trainer, o, content)
	if _, err := w.s.CompleteUpload(ctx, w.trainer, o.ID, tags[:1]); !errs.Is(err, errs.Invalid) {
		t.Error("a part is missing:", err)
	}
	for range 2 { // the answer to the first may have been lost
		if o, err = w.s.CompleteUpload(ctx, w.trainer, o.ID, tags); err != nil || o.State != courseware.Checked {
			t.Fatal(o.State, o.Reason, err)
		}
	}
	if o.ContentType != "image/png" || len(o.SHA256) != 32 || len(w.queue.args) != 1 {
		t.Errorf("%+v, %d jobs", o, len(w.queue.args))
	}
	w.no(w.s.Check(ctx, o.ID)) // the job that comes after
	if acts := w.acts("object"); !slices.Equal(acts, []string{"upload.begin", "upload.complete", "upload.accept"}) {
		t.Error(acts)
	}
	if _, err := w.s.PartURLs(ctx, w.trainer, o.ID, []int{1}); !errs.Is(err, errs.Conflict) {
		t.Error("addresses after the end:", err)
	}
	if err := w.s.AbortUpload(ctx, w.trainer, o.ID); !errs.Is(err, errs.Conflict) {
		t.Error("abort after the end:", err)
	}
}

func TestUploadsBelongToOnePerson(t *testing.T) {
	w := newSchool(t)
	o, err := w.s.BeginUpload(ctx, w.eastTrainer, "a.png", 10)
	w.no(err)
	for name, v := range map[string]account.Viewer{"another trainer": w.westTrainer, "the trainer above": w.trainer} {
		if _, err := w.s.PartURLs(ctx, v, o.ID, []int{1}); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := w.s.CompleteUpload(ctx, v, o.ID, []string{"x"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.s.BeginUpload(ctx, w.anna, "a.png", 10); !errs.Is(err, errs.Forbidden) {
		t.Error("a consultant:", err)
	}
	for _, parts := range [][]int{nil, {0}, {2}} {
		if _, err := w.s.PartURLs(ctx, w.eastTrainer, o.ID, parts); !errs.Is(err, errs.Invalid) {
			t.Errorf("parts %v: %v", parts, err)
		}
	}
}

// What is not what it was said to be is refused and its bytes are gone (threat 47).
func TestRefusedFiles(t *testing.T) {
	w := newSchool(t)
	for name, c := range map[string]struct {
		file     string
		declared int
		content  string
		reason   string
	}{
		"a page as a picture":        {"a.png", 30, "<html><script>1</script></html", "error.courseware.refused_type"},
		"a program as a video":       {"a.mp4", 20, "MZ\x90\x00................", "error.courseware.refused_type"},
		"a picture as another":       {"a.jpg", 20, string(png(20)), "error.courseware.refused_type"},
		"a PDF as a video":           {"a.mp4", 20, "%PDF-1.4 ...........", "error.courseware.refused_type"},
		"fewer bytes than announced": {"a.png", 100, string(png(20)), "error.courseware.refused_size"},
	} {
		o, err := w.s.BeginUpload(ctx, w.trainer, c.file, int64(c.declared))
		w.no(err)
		o, err = w.s.CompleteUpload(ctx, w.trainer, o.ID, w.put(w.trainer, o, []byte(c.content)))
		if err != nil || o.State != courseware.Refused || o.Reason != c.reason {
			t.Errorf("%s: %s %s %v", name, o.State, o.Reason, err)
		}
		if _, err := w.files.Stat(ctx, o.Key); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: bytes are still there: %v", name, err)
		}
		w.no(w.s.Check(ctx, o.ID))
	}
}

func TestAbortedAndForgottenUploads(t *testing.T) {
	w := newSchool(t)
	aborted, err := w.s.BeginUpload(ctx, w.trainer, "a.png", 10)
	w.no(err)
	w.no(w.s.AbortUpload(ctx, w.trainer, aborted.ID))
	w.no(w.s.AbortUpload(ctx, w.trainer, aborted.ID))
	forgotten, err := w.s.BeginUpload(ctx, w.trainer, "b.png", 10)
	w.no(err)
	w.clock.Advance(24*time.Hour - time.Second)
	w.no(w.s.Tidy(ctx))
	if o, err := w.s.Upload(ctx, w.trainer, forgotten.ID); err != nil || o.State != courseware.Uploading {
		t.Error("given up too early:", o.State, err)
	}
	w.clock.Advance(2 * time.Second)
	w.no(w.s.Tidy(ctx))
	for _, id := range []courseware.ObjectID{aborted.ID, forgotten.ID} {
		if _, err := w.s.CompleteUpload(ctx, w.trainer, id, []string{"x"}); !errs.Is(err, errs.Gone) {
			t.Error("completed what was given up:", err)
		}
	}
}

func TestNobodyBeginsUploadsWithoutEnd(t *testing.T) {
	w := newSchool(t)
	for range 50 {
		_, err := w.s.BeginUpload(ctx, w.trainer, "a.png", 10)
		w.no(err)
	}
	if _, err := w.s.BeginUpload(ctx, w.trainer, "a.png", 10); !errs.Is(err, errs.TooMany) {
		t.Fatal(err)
	}
	if _, err := w.s.BeginUpload(ctx, w.eastTrainer, "a.png", 10); err != nil {
		t.Fatal("another person's:", err)
	}
}

func TestLimitsAreASetting(t *testing.T) {
	w := newSchool(t)
	w.no(w.db.InTx(ctx, func(tx *db.Tx) error {
		return w.q.One(ctx, tx, "limit", db.JSONOf(map[string]int64{"image_bytes": 9}), tx.Now())
	}))
	if _, err := w.s.BeginUpload(ctx, w.trainer, "a.png", 10); !errs.Is(err, errs.TooLarge) {
		t.Error(err)
	}
	if _, err := w.s.BeginUpload(ctx, w.trainer, "a.mp4", 10); err != nil {
		t.Error(err)
	}
}

func TestPDFBecomesPages(t *testing.T) {
	w := newSchool(t)
	id := w.file(w.trainer, "讲义.pdf", []byte(slidesPDF))
	o, err := w.s.Upload(ctx, w.trainer, id)
	w.no(err)
	if o.PageCount != 2 || o.ContentType != "application/pdf" {
		t.Fatalf("%+v", o)
	}
	for page := 1; page <= 2; page++ {
		m, err := w.s.OpenMedia(ctx, w.trainer, id, page)
		w.no(err)
		content, err := io.ReadAll(m)
		w.no(errors.Join(err, m.Close()))
		if m.ContentType != "image/jpeg" || int64(len(content)) != m.SizeBytes || courseware.Sniff(content) != "image/jpeg" {
			t.Errorf("page %d: %s, %d bytes of %d", page, m.ContentType, len(content), m.SizeBytes)
		}
	}
	if _, err := w.s.OpenMedia(ctx, w.trainer, id, 3); !errs.Is(err, errs.NotFound) {
		t.Error("page 3:", err)
	}
}

// A machine without pdftoppm offers the file; one without ffprobe asks for the minutes.
func TestWithoutThePrograms(t *testing.T) {
	w := newSchool(t)
	audio := tone(t, "3")
	t.Setenv("PATH", t.TempDir())
	o, err := w.s.Upload(ctx, w.trainer, w.file(w.trainer, "讲义.pdf", []byte(slidesPDF)))
	if err != nil || o.PageCount != 0 || courseware.KindOf(o.ContentType, o.PageCount) != courseware.KindFile {
		t.Errorf("%+v %v", o, err)
	}
	if o, err := w.s.Upload(ctx, w.trainer, w.file(w.trainer, "录音.m4a", audio)); err != nil || o.DurationMS != 0 {
		t.Errorf("%+v %v", o, err)
	}
}

func TestMediaSeeksAndReads(t *testing.T) {
	w := newSchool(t)
	content := png(100_000)
	copy(content[50_000:], "middle")
	m, err := w.s.OpenMedia(ctx, w.trainer, w.file(w.trainer, "a.png", content), 0)
	w.no(err)
	defer m.Close()
	if end, err := m.Seek(0, io.SeekEnd); err != nil || end != 100_000 {
		t.Fatal(end, err)
	}
	if n, err := m.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Fatal(n, err)
	}
	if _, err := m.Seek(50_000, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 6)
	if _, err := io.ReadFull(m, part); err != nil || string(part) != "middle" {
		t.Fatal(string(part), err)
	}
	if at, err := m.Seek(-6, io.SeekCurrent); err != nil || at != 50_000 {
		t.Fatal(at, err)
	}
	if _, err := m.Seek(-1, io.SeekStart); err == nil {
		t.Fatal("sought before the start")
	}
	if !strings.HasPrefix(m.ETag, `"`) || m.ContentType != "image/png" {
		t.Fatalf("%+v", m)
	}
}
