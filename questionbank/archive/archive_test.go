package archive

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank/formattest"
)

// pack makes a zip file of names and contents.
func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, files[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRead(t *testing.T) {
	a, err := Open(pack(t, "一/", "", "一/甲.xml", "<a/>", "__MACOSX/x", "1", "空", ""))
	if err != nil || strings.Join(a.Names(), "|") != "一/甲.xml|空" || !a.Has("一/甲.XML") || a.Has("二") {
		t.Fatalf("got %v, %v", a, err)
	}
	if data, err := a.Read("一/甲.xml"); err != nil || string(data) != "<a/>" {
		t.Fatalf("got %q, %v", data, err)
	}
	if _, err := a.Read("二"); code(err) != "zip_absent" {
		t.Fatalf("got %v", err)
	}
}

func code(err error) string {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func link(t *testing.T) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: "a"}
	h.SetMode(0o777 | fs.ModeSymlink)
	f, _ := w.CreateHeader(h)
	_, _ = io.WriteString(f, "/etc/passwd")
	_ = w.Close()
	return out.Bytes()
}

func many(t *testing.T) []byte {
	var files []string
	for i := range MaxFiles + 1 {
		files = append(files, fmt.Sprint(i), "x")
	}
	return pack(t, files...)
}

// lying makes an archive whose file says it is n bytes long and unpacks to more.
func lying(t *testing.T, n uint64, real int) []byte {
	var packed, out bytes.Buffer
	d, _ := flate.NewWriter(&packed, flate.BestCompression)
	_, _ = d.Write(bytes.Repeat([]byte("x"), real))
	_ = d.Close()
	w := zip.NewWriter(&out)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: n, CompressedSize64: uint64(packed.Len())})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write(packed.Bytes())
	_ = w.Close()
	return out.Bytes()
}

// Archives that mean harm are refused within 2 s and 256 MiB.
func TestRefused(t *testing.T) {
	for name, bad := range map[string]struct {
		data []byte
		code string
	}{
		"no zip":               {[]byte("PK\x03\x04"), "zip_broken"},
		"out of the archive":   {pack(t, "../x", "1"), "zip_path"},
		"absolute":             {pack(t, "/etc/x", "1"), "zip_path"},
		"drive":                {pack(t, "C:/x", "1"), "zip_path"},
		"backslash":            {pack(t, `..\x`, "1"), "zip_path"},
		"round about":          {pack(t, "a/../b", "1"), "zip_path"},
		"nameless":             {pack(t, "", "1"), "zip_path"},
		"a zero":               {pack(t, "a\x00b", "1"), "zip_path"},
		"a line break":         {pack(t, "a\nb", "1"), "zip_path"},
		"link":                 {link(t), "zip_link"},
		"twice":                {pack(t, "a", "1", "A", "2"), "zip_twice"},
		"too many":             {many(t), "zip_many"},
		"bomb":                 {pack(t, "a", strings.Repeat("x", 40<<20)), "zip_ratio"},
		"says it is enormous":  {lying(t, 1<<40, 10), "zip_large"},
		"overflow of the sum":  {lying(t, 1<<63, 10), "zip_large"},
		"lies about its size":  {lying(t, 1000, 30<<20), "zip_broken"},
		"shorter than it says": {lying(t, 1000, 10), "zip_broken"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			formattest.CheckBounded(t, func() {
				var a *Archive
				a, err = Open(bad.data)
				for i := 0; err == nil && i < len(a.Names()); i++ {
					_, err = a.Read(a.Names()[i])
				}
			})
			if code(err) != bad.code {
				t.Fatalf("got %v", err)
			}
		})
	}
}
