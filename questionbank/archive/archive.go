// Package archive reads zip files that come from outside, within bounds: no path that leaves the archive, no link, no
// name twice, no more than MaxFiles files, MaxUnpacked bytes in all, and none packed tighter than MaxRatio to one.
package archive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/peikao/peikao/questionbank"
)

// Limits of one archive. MaxFile is that of a file which is read into memory.
const (
	MaxFiles    = 2_000
	MaxUnpacked = 500 << 20
	MaxFile     = 64 << 20
	MaxRatio    = 100
	ratioFrom   = 1 << 20 // small files may be packed tighter: a file of blanks harms nobody
)

// Archive is a zip file whose list of files has been found in order; its files are unpacked when they are read.
type Archive struct {
	files map[string]*zip.File
	names []string
	read  int64 // bytes unpacked so far
}

// Error says why an archive is refused, in words for a trainer.
type Error struct {
	File    string // inside the archive; empty: the archive as a whole
	Code    string // zip_broken, zip_path, zip_link, zip_twice, zip_many, zip_large, zip_ratio, zip_absent
	Message string
}

func (e *Error) Error() string { return strings.TrimSpace(e.File + " " + e.Code + ": " + e.Message) }

// Is reports whether the data begins as a zip file does.
func Is(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06"))
}

// Open reads the list of files and refuses the archive, with an *Error, for any of them that is not in order. What the
// list says of sizes is checked again when a file is read.
func Open(data []byte) (*Archive, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && r == nil {
		return nil, &Error{"", "zip_broken", "不是有效的 zip 文件"}
	}
	a := &Archive{files: map[string]*zip.File{}}
	var unpacked uint64
	for _, f := range r.File {
		name, err := cleanName(f)
		if err != nil {
			return nil, err
		}
		if f.FileInfo().IsDir() || ignored(name) {
			continue
		}
		folded := strings.ToLower(name)
		switch {
		case a.files[folded] != nil:
			return nil, &Error{name, "zip_twice", "压缩包里有两个同名文件"}
		case len(a.names) == MaxFiles:
			return nil, &Error{"", "zip_many", fmt.Sprintf("压缩包里的文件多于 %d 个", MaxFiles)}
		}
		if unpacked += f.UncompressedSize64; unpacked > MaxUnpacked || f.UncompressedSize64 > MaxUnpacked {
			return nil, &Error{name, "zip_large", "压缩包解开后超过 500 MB"}
		}
		if f.UncompressedSize64 > ratioFrom && f.UncompressedSize64 > MaxRatio*max(f.CompressedSize64, 1) {
			return nil, &Error{name, "zip_ratio", "压缩比超过 100:1，出于安全不读取"}
		}
		a.files[folded], a.names = f, append(a.names, name)
	}
	return a, nil
}

// cleanName is the file's path with slashes; names of old Chinese programs are GB18030.
func cleanName(f *zip.File) (string, error) {
	name := f.Name
	if f.NonUTF8 && !utf8.ValidString(name) {
		if text, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = text
		}
	}
	local := strings.TrimSuffix(name, "/")
	switch {
	case name != questionbank.Printable(name) || strings.ContainsAny(name, "\\:\n\t") || !filepath.IsLocal(local) || path.Clean(local) != local:
		return "", &Error{questionbank.Printable(name), "zip_path", "压缩包里有不安全的路径"}
	case f.Mode()&fs.ModeType != 0 && !f.FileInfo().IsDir():
		return "", &Error{name, "zip_link", "压缩包里有链接或特殊文件"}
	}
	return local, nil
}

// ignored are the files that operating systems add on their own.
func ignored(name string) bool {
	base := path.Base(name)
	return base == ".DS_Store" || base == "Thumbs.db" || strings.HasPrefix(name, "__MACOSX/")
}

// Names are the paths of the files in the archive's order.
func (a *Archive) Names() []string { return slices.Clone(a.names) }

// Has reports whether the archive holds the file; upper and lower case are the same.
func (a *Archive) Has(name string) bool { return a.files[strings.ToLower(name)] != nil }

// Read unpacks one file. It stops, with an *Error, where the file is longer than it claimed or than MaxFile.
func (a *Archive) Read(name string) ([]byte, error) {
	f := a.files[strings.ToLower(name)]
	if f == nil {
		return nil, &Error{name, "zip_absent", "压缩包里没有这个文件"}
	}
	if f.UncompressedSize64 > MaxFile {
		return nil, &Error{name, "zip_large", "压缩包里的一个文件超过 64 MB"}
	}
	if a.read += int64(f.UncompressedSize64); a.read > MaxUnpacked {
		return nil, &Error{name, "zip_large", "压缩包解开后超过 500 MB"}
	}
	r, err := f.Open()
	if err != nil {
		return nil, &Error{name, "zip_broken", "压缩包里的这个文件打不开"}
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, int64(f.UncompressedSize64)+1))
	if err != nil || uint64(len(data)) != f.UncompressedSize64 {
		return nil, &Error{name, "zip_broken", "压缩包里的这个文件已损坏"}
	}
	return data, nil
}
