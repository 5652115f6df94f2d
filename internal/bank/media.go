package bank

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

const (
	// mediaPrefix is where the bank's files stand in the object store; a question names one without it.
	mediaPrefix = "bank/"
	// maxExportedFiles bounds the files of one export, in bytes, so that an import takes the package again (questionbank.MaxFileBytes).
	maxExportedFiles = 28 << 20
)

// mediaFix says which files a page shows.
var mediaFix = fmt.Sprintf("换成 JPEG、PNG、GIF、WebP、MP3、M4A、WAV（%d MB 以内），或 MP4、WebM（%d MB 以内）", MaxMediaBytes>>20, MaxVideoBytes>>20)

// KeepFiles says where the pictures, sounds and videos of imported questions are kept. Without it they do not come in, and
// each is named.
func (s *Service) KeepFiles(files objectstore.Store) { s.files = files }

// keepMedia puts the files that came with questions into the store, each under a name that its content decides, so that
// the same file is kept once. What an import that is not applied leaves behind is known by nobody and harms nobody.
func (s *Service) keepMedia(ctx context.Context, d formats.Decoded) (formats.Decoded, error) {
	if s.files == nil {
		return d.WithoutFiles(), nil
	}
	named := map[string]string{} // in the file → in the store
	for i := range d.Items {
		it := &d.Items[i]
		for _, m := range it.Question.MediaAll() {
			data, came := d.Files[m.Object]
			if _, done := named[m.Object]; done || !came {
				continue
			}
			if !isOfKind(m.Kind, data) {
				d.Problems = append(d.Problems, questionbank.Problem{Place: it.Place, Item: it.Number, Field: questionbank.FieldMedia, Severity: questionbank.Warning,
					Code: "media_kind", Message: "“" + m.Alt + "”的内容不是它的名称所说的种类，没有导入"})
				continue
			}
			is, err := mediaTypeOf(data)
			if err != nil {
				d.Problems = append(d.Problems, questionbank.Problem{Place: it.Place, Item: it.Number, Field: questionbank.FieldMedia, Severity: questionbank.Warning,
					Code: "media_unshown", Message: "“" + m.Alt + "”没有导入：考试页面放不了这种文件，或它太大", Fix: mediaFix})
				continue
			}
			object := objectName(m.Object, data)
			if err := s.files.Put(ctx, mediaPrefix+object, bytes.NewReader(data), int64(len(data)), is.content); err != nil {
				return d, err
			}
			named[m.Object] = object
		}
		it.Question = renamed(it.Question, named, d.Files)
	}
	return d, nil
}

// objectName is the name of a file by its content.
func objectName(name string, data []byte) string {
	sum := sha256.Sum256(data)
	return "media/" + hex.EncodeToString(sum[:12]) + strings.ToLower(path.Ext(name))
}

// isOfKind looks at the content, for a name proves nothing: a picture must be one; what plays must not be a page.
func isOfKind(kind questionbank.MediaKind, data []byte) bool {
	is := http.DetectContentType(data)
	if kind == questionbank.Image {
		return strings.HasPrefix(is, "image/") && !strings.Contains(is, "svg")
	}
	return !strings.HasPrefix(is, "text/") && !strings.HasPrefix(is, "image/") && is != "application/pdf"
}

// renamed gives the question's files their names in the store and drops those that came and were not kept. Names of files
// that did not come stay: the store may have them.
func renamed(q questionbank.Question, named map[string]string, came map[string][]byte) questionbank.Question {
	rename := func(all []questionbank.Media) (out []questionbank.Media) {
		for _, m := range all {
			if object, kept := named[m.Object]; kept {
				m.Object = object
			} else if _, dropped := came[m.Object]; dropped {
				continue
			}
			out = append(out, m)
		}
		return out
	}
	q.Media, q.ExplanationMedia, q.Options = rename(q.Media), rename(q.ExplanationMedia), slices.Clone(q.Options)
	for i, o := range q.Options {
		if o.Media == (questionbank.Media{}) {
			continue
		}
		q.Options[i].Media = questionbank.Media{}
		if kept := rename([]questionbank.Media{o.Media}); len(kept) == 1 {
			q.Options[i].Media = kept[0]
		} else if o.Text == "" {
			q.Options[i].Text = "（" + o.Media.Alt + "）"
		}
	}
	if q.Stimulus != nil {
		stimulus := *q.Stimulus
		stimulus.Media = rename(stimulus.Media)
		q.Stimulus = &stimulus
	}
	return q
}

// filesOf reads the files that the questions show. One that the store does not have is left out: the package says so when
// it is read. TooLarge for more than maxExportedFiles.
func (s *Service) filesOf(ctx context.Context, questions []questionbank.Question) (map[string][]byte, error) {
	files := map[string][]byte{}
	if s.files == nil {
		return files, nil
	}
	size := 0
	for _, q := range questions {
		for _, m := range q.MediaAll() {
			if files[m.Object] != nil {
				continue
			}
			data, err := s.readFileOf(ctx, m)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if size += len(data); size > maxExportedFiles {
				return nil, errs.New(errs.TooLarge, "error.bank.export_files", "limit", "28 MB")
			}
			files[m.Object] = data
		}
	}
	return files, nil
}

func (s *Service) readFileOf(ctx context.Context, m questionbank.Media) ([]byte, error) {
	r, _, err := s.files.Get(ctx, mediaPrefix+m.Object, 0, maxExportedFiles)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
