package courseware

import (
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// ObjectState is where a file stands; see the diagram in doc.go.
type ObjectState string

const (
	Uploading ObjectState = "uploading"
	Pending   ObjectState = "pending"
	Checked   ObjectState = "checked"
	Refused   ObjectState = "refused"
	Dropped   ObjectState = "dropped"
)

// WordKey is the key of the state's name in the words.
func (s ObjectState) WordKey() string { return "courseware.object." + string(s) }

// Object is a file. ContentType, SHA256 and the rest are facts once it is checked.
type Object struct {
	ID          ObjectID          `db:"id"`
	Key         string            `db:"key"`
	Name        string            `db:"name"`
	SizeBytes   int64             `db:"size_bytes"`
	PartBytes   int64             `db:"part_bytes"`
	State       ObjectState       `db:"state"`
	Reason      string            `db:"reason"` // key of the words, when refused
	MultipartID string            `db:"multipart_id"`
	ContentType string            `db:"content_type"`
	SHA256      []byte            `db:"sha256"`
	DurationMS  int64             `db:"duration_ms"` // 0 = not a thing with a duration, or not measured
	PageCount   int               `db:"page_count"`
	UploadedBy  *account.PersonID `db:"uploaded_by"`
	BegunAt     time.Time         `db:"begun_at"`
}

// Parts is the number of parts of the upload.
func (o Object) Parts() int { return int((o.SizeBytes + o.PartBytes - 1) / o.PartBytes) }

// Kind is how a unit is shown, which follows from its file.
type Kind string

const (
	KindVideo Kind = "video"
	KindAudio Kind = "audio"
	KindPages Kind = "pages" // a PDF as page images
	KindImage Kind = "image"
	KindFile  Kind = "file" // to be downloaded: a PDF that could not be rendered
)

// WordKey is the key of the kind's name in the words.
func (k Kind) WordKey() string { return "courseware.kind." + string(k) }

// KindOf is how a file of this type is shown; "" while the type is not known.
func KindOf(contentType string, pages int) Kind {
	family, _, _ := strings.Cut(contentType, "/")
	switch {
	case contentType == "":
		return ""
	case family == "video":
		return KindVideo
	case family == "audio":
		return KindAudio
	case family == "image":
		return KindImage
	case pages > 0:
		return KindPages
	}
	return KindFile
}

// Limits are the largest files by family, in bytes (setting "courseware.limits").
type Limits struct {
	VideoBytes int64 `json:"video_bytes"`
	AudioBytes int64 `json:"audio_bytes"`
	PDFBytes   int64 `json:"pdf_bytes"`
	ImageBytes int64 `json:"image_bytes"`
}

// DefaultLimits hold until an administrator sets others.
var DefaultLimits = Limits{VideoBytes: 2 << 30, AudioBytes: 500 << 20, PDFBytes: 200 << 20, ImageBytes: 20 << 20}

func (l Limits) of(contentType string) int64 {
	family, _, _ := strings.Cut(contentType, "/")
	switch family {
	case "video":
		return l.VideoBytes
	case "audio":
		return l.AudioBytes
	case "image":
		return l.ImageBytes
	}
	return l.PDFBytes
}

// Largest is the largest of the limits.
func (l Limits) Largest() int64 {
	return max(l.VideoBytes, l.AudioBytes, l.PDFBytes, l.ImageBytes)
}

const (
	leastPartBytes = 8 << 20
	aimedParts     = 1000
	mebibyte       = 1 << 20
)

// partBytes keeps the number of parts near a thousand, in whole MiB.
func partBytes(size int64) int64 {
	part := (size + aimedParts - 1) / aimedParts
	return max(leastPartBytes, (part+mebibyte-1)/mebibyte*mebibyte)
}

// checkDeclared looks at what a browser says of a file before a byte of it travels. The content decides later.
func checkDeclared(name string, size int64, l Limits) (cleaned string, err error) {
	name = cleanName(name)
	if name == "" || len([]rune(name)) > 200 {
		return "", errs.InvalidFields(errs.NewField("name", "error.courseware.file_name"))
	}
	ext := extension(name)
	if key := namedRefusal[ext]; key != "" {
		return "", errs.InvalidFields(errs.NewField("name", key))
	}
	types := typesOf[ext]
	if len(types) == 0 {
		return "", errs.InvalidFields(errs.NewField("name", "error.courseware.file_type"))
	}
	if size <= 0 {
		return "", errs.InvalidFields(errs.NewField("size", "error.courseware.file_empty"))
	}
	var limit int64
	for _, t := range types {
		limit = max(limit, l.of(t))
	}
	if size > limit {
		return "", errs.New(errs.TooLarge, "error.too_large", "limit", fmt.Sprintf("%d MiB", limit>>20))
	}
	return name, nil
}

// cleanName keeps the last part of a path and drops what no file name needs.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name))
	if name == "." || name == "/" {
		return ""
	}
	return name
}

func extension(name string) string { return strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")) }
