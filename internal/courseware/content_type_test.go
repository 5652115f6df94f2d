package courseware

import (
	"errors"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/errs"
)

// The content decides, whatever the name says (threat 47).
func TestSniff(t *testing.T) {
	for name, c := range map[string]struct{ head, want string }{
		"mp4":                 {"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"},
		"mov":                 {"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", "video/quicktime"},
		"m4a":                 {"\x00\x00\x00\x20ftypM4A \x00", "audio/mp4"},
		"heic is no video":    {"\x00\x00\x00\x20ftypheic\x00", ""},
		"webm":                {"\x1a\x45\xdf\xa3\x01\x00\x42\x82\x84webm", "video/webm"},
		"matroska":            {"\x1a\x45\xdf\xa3\x01\x00\x42\x82\x88matroska", ""},
		"mp3 with a tag":      {"ID3\x04\x00", "audio/mpeg"},
		"mp3 without":         {"\xff\xfb\x90\x64", "audio/mpeg"},
		"aac is no mp3":       {"\xff\xf1\x50\x80", ""},
		"UTF-16 is no mp3":    {"\xff\xfe<\x00h\x00", ""},
		"wav":                 {"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"},
		"webp":                {"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"},
		"avi":                 {"RIFF\x24\x00\x00\x00AVI LIST", ""},
		"ogg":                 {"OggS\x00", "audio/ogg"},
		"pdf":                 {"%PDF-1.7\n", "application/pdf"},
		"png":                 {"\x89PNG\r\n\x1a\n", "image/png"},
		"jpeg":                {"\xff\xd8\xff\xe0", "image/jpeg"},
		"gif":                 {"GIF89a", "image/gif"},
		"gif and script":      {"GIF89a/*<script>*/=1", "image/gif"}, // served as a picture, with nosniff
		"html":                {"<!doctype html>", ""},
		"html, then a pdf":    {"<html>%PDF-1.7", ""},
		"svg with a script":   {"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", ""},
		"zip":                 {"PK\x03\x04", ""},
		"program":             {"MZ\x90\x00", ""},
		"cut short":           {"\x00\x00\x00\x20ftyp", ""},
		"nothing":             {"", ""},
		"an unknown iso file": {"\x00\x00\x00\x20ftypxxxx", ""},
	} {
		if got := Sniff([]byte(c.head)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCheckDeclared(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		size int64
		want string // the cleaned name, or the key of the error
	}{
		"video":           {"肉毒素.mp4", 2 << 30, "肉毒素.mp4"},
		"too large":       {"a.mp4", 2<<30 + 1, "error.too_large"},
		"image too large": {"a.png", 20<<20 + 1, "error.too_large"},
		"path":            {`C:\temp\讲义.PDF`, 1, "讲义.PDF"},
		"unix path":       {"../../etc/讲义.pdf", 1, "讲义.pdf"},
		"line break":      {"讲\n义.pdf", 1, "讲义.pdf"},
		"slides":          {"讲义.pptx", 1, "error.courseware.slides_as_pdf"},
		"document":        {"讲义.docx", 1, "error.courseware.document_as_pdf"},
		"svg":             {"a.svg", 1, "error.courseware.svg"},
		"program":         {"a.mp4.exe", 1, "error.courseware.file_type"},
		"no extension":    {"video", 1, "error.courseware.file_type"},
		"no name":         {"  ", 1, "error.courseware.file_name"},
		"long name":       {strings.Repeat("长", 197) + ".pdf", 1, "error.courseware.file_name"},
		"empty":           {"a.pdf", 0, "error.courseware.file_empty"},
	} {
		got, err := checkDeclared(c.file, c.size, DefaultLimits)
		var e *errs.Error
		if errors.As(err, &e) {
			got = e.Key
			if len(e.Fields) > 0 {
				got = e.Fields[0].Key
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestEveryAcceptedExtensionHasATypeAndNoOther(t *testing.T) {
	accepted := strings.Split(Accept, ",")
	if len(accepted) != len(typesOf) {
		t.Errorf("%d offered, %d known", len(accepted), len(typesOf))
	}
	for _, ext := range accepted {
		if len(typesOf[strings.TrimPrefix(ext, ".")]) == 0 {
			t.Errorf("%s has no type", ext)
		}
	}
}

func TestPartBytes(t *testing.T) {
	for size, want := range map[int64]int64{1: 8 << 20, 8 << 20: 8 << 20, 2 << 30: 8 << 20, 20 << 30: 21 << 20} {
		part := partBytes(size)
		if part != want || (size+part-1)/part > 10_000 {
			t.Errorf("%d bytes: parts of %d, want %d", size, part, want)
		}
	}
}
