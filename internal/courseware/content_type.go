package courseware

import "bytes"

// sniffBytes is how much of a file's beginning tells its type.
const sniffBytes = 4096

// typesOf are the types that a file with this extension may turn out to be. What is not here is not taken (threat 47).
var typesOf = map[string][]string{
	"mp4":  {"video/mp4", "audio/mp4"},
	"m4v":  {"video/mp4"},
	"mov":  {"video/quicktime", "video/mp4"},
	"webm": {"video/webm"},
	"mp3":  {"audio/mpeg"},
	"m4a":  {"audio/mp4", "video/mp4"},
	"wav":  {"audio/wav"},
	"ogg":  {"audio/ogg"},
	"oga":  {"audio/ogg"},
	"pdf":  {"application/pdf"},
	"png":  {"image/png"},
	"jpg":  {"image/jpeg"},
	"jpeg": {"image/jpeg"},
	"webp": {"image/webp"},
	"gif":  {"image/gif"},
}

// Accept is the attribute of a file input that takes what the server takes.
const Accept = ".mp4,.m4v,.mov,.webm,.mp3,.m4a,.wav,.ogg,.oga,.pdf,.png,.jpg,.jpeg,.webp,.gif"

// namedRefusal tells what to do with files that people will try.
var namedRefusal = map[string]string{
	"ppt": "error.courseware.slides_as_pdf", "pptx": "error.courseware.slides_as_pdf", "pps": "error.courseware.slides_as_pdf",
	"ppsx": "error.courseware.slides_as_pdf", "key": "error.courseware.slides_as_pdf", "odp": "error.courseware.slides_as_pdf",
	"doc": "error.courseware.document_as_pdf", "docx": "error.courseware.document_as_pdf",
	"svg": "error.courseware.svg",
}

// signature is a type by the bytes at the start of a file.
type signature struct {
	offset int
	bytes  string
	typ    string
}

var signatures = []signature{
	{0, "%PDF-", "application/pdf"},
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "\xff\xd8\xff", "image/jpeg"},
	{0, "GIF87a", "image/gif"},
	{0, "GIF89a", "image/gif"},
	{0, "OggS", "audio/ogg"},
	{0, "ID3", "audio/mpeg"},
}

// Sniff is the type that a file's beginning shows, "" when it is none that is taken.
func Sniff(head []byte) string {
	for _, s := range signatures {
		if has(head, s.offset, s.bytes) {
			return s.typ
		}
	}
	switch {
	case has(head, 0, "RIFF") && has(head, 8, "WEBP"):
		return "image/webp"
	case has(head, 0, "RIFF") && has(head, 8, "WAVE"):
		return "audio/wav"
	case has(head, 0, "\x1a\x45\xdf\xa3") && bytes.Contains(head[:min(len(head), 64)], []byte("webm")):
		return "video/webm"
	case has(head, 4, "ftyp") && len(head) >= 12:
		return isoType(string(head[8:12]))
	case isMP3Frame(head):
		return "audio/mpeg"
	}
	return ""
}

func has(head []byte, offset int, s string) bool {
	return len(head) >= offset+len(s) && string(head[offset:offset+len(s)]) == s
}

// isoType reads the brand of an ISO media file; pictures and protected files have others.
func isoType(brand string) string {
	switch brand {
	case "qt  ":
		return "video/quicktime"
	case "M4A ", "M4B ":
		return "audio/mp4"
	case "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso8", "iso9", "mp41", "mp42", "avc1", "dash", "M4V ", "M4VH", "M4VP", "MSNV", "f4v ":
		return "video/mp4"
	}
	return ""
}

// isMP3Frame recognises an MP3 without a tag by its first frame: sync, version 1 or 2, layer III, a bit rate and a sampling
// rate that exist.
func isMP3Frame(head []byte) bool {
	return len(head) >= 4 && head[0] == 0xff && (head[1]&0xe6 == 0xe2) && head[1]&0x18 != 0x08 &&
		head[2]&0xf0 != 0xf0 && head[2]&0xf0 != 0 && head[2]&0x0c != 0x0c
}
