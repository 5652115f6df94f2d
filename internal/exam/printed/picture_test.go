package printed

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// halves is red on the left and, where it is not transparent, blue on the right.
func halves(width, height int) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			switch {
			case x < width/2:
				out.SetNRGBA(x, y, color.NRGBA{0xff, 0, 0, 0xff})
			case y < height/2:
				out.SetNRGBA(x, y, color.NRGBA{0, 0, 0xff, 0xff})
			}
		}
	}
	return out
}

func encoded(t *testing.T, as string, in image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	err := map[string]func() error{
		"png":  func() error { return png.Encode(&out, in) },
		"jpeg": func() error { return jpeg.Encode(&out, in, nil) },
		"gif":  func() error { return gif.Encode(&out, in, nil) },
	}[as]()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// heldAs is the JPEG of a camera that was held so.
func heldAs(jpeg []byte, orientation byte) []byte {
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00"
	return []byte(string(jpeg[:2]) + "\xff\xe1\x00" + string(byte(len(exif)+2)) + exif + string(jpeg[2:]))
}

// corners says what stands at the left above, right above, left below and right below.
func corners(t *testing.T, p Picture) string {
	t.Helper()
	read, err := jpeg.Decode(bytes.NewReader(p.jpeg))
	if err != nil || read.Bounds() != image.Rect(0, 0, p.width, p.height) {
		t.Fatal(err, p.width, p.height)
	}
	name := func(x, y int) string {
		r, g, b, _ := read.At(x, y).RGBA()
		switch {
		case r > 0xe000 && g > 0xe000 && b > 0xe000:
			return "w"
		case r > b:
			return "r"
		}
		return "b"
	}
	right, below := p.width-3, p.height-3
	return name(2, 2) + name(right, 2) + name(2, below) + name(right, below)
}

func TestPictureOf(t *testing.T) {
	for name, c := range map[string]struct {
		data          []byte
		width, height int
		corners       string
	}{
		"png, transparent is white": {encoded(t, "png", halves(60, 40)), 60, 40, "rbrw"},
		"gif":                       {encoded(t, "gif", onWhite(halves(60, 40))), 60, 40, "rbrw"},
		"jpeg":                      {encoded(t, "jpeg", halves(64, 48)), 64, 48, "rbrb"},
		"larger than a page shows":  {encoded(t, "png", halves(3300, 1200)), 1100, 400, "rbrw"},
		"no higher than a line":     {encoded(t, "png", halves(5000, 2)), 1250, 1, "rbrb"},
		"a camera held as it is":    {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 1), 64, 48, "rbrw"},
		"mirrored":                  {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 2), 64, 48, "brwr"},
		"upside down":               {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 3), 64, 48, "wrbr"},
		"upside down and mirrored":  {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 4), 64, 48, "rwrb"},
		"over the falling diagonal": {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 5), 48, 64, "rrbw"},
		"a quarter to the right":    {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 6), 48, 64, "rrwb"},
		"over the rising diagonal":  {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 7), 48, 64, "wbrr"},
		"a quarter to the left":     {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 8), 48, 64, "bwrr"},
		"held as nobody holds it":   {heldAs(encoded(t, "jpeg", onWhite(halves(64, 48))), 9), 64, 48, "rbrw"},
	} {
		p, ok := PictureOf(c.data)
		if !ok {
			t.Errorf("%s: not read", name)
		} else if p.width != c.width || p.height != c.height {
			t.Errorf("%s: %d × %d, want %d × %d", name, p.width, p.height, c.width, c.height)
		} else if c.height > 2 && corners(t, p) != c.corners {
			t.Errorf("%s: %s, want %s", name, corners(t, p), c.corners)
		}
	}
	held := heldAs(encoded(t, "jpeg", halves(64, 48)), 6)
	for n := range 60 { // an Exif that ends too soon says nothing
		if got := orientation(held[:n]); got != 1 && got != 6 {
			t.Errorf("%d bytes: %d", n, got)
		}
	}
	huge := encoded(t, "png", image.NewPaletted(image.Rect(0, 0, 6000, 5000), color.Palette{color.White}))
	for name, data := range map[string][]byte{"nothing": nil, "a text": []byte("x"), "cut off": encoded(t, "png", halves(60, 40))[:80], "too large to be read": huge} {
		if _, ok := PictureOf(data); ok {
			t.Errorf("%s: read", name)
		}
	}
}

func TestPicturesFitTheirFrame(t *testing.T) {
	for _, c := range []struct{ width, height, w, h float64 }{
		{150, 75, 72, 36}, {1500, 300, 480, 96}, {1500, 3000, 130, 260}, {15, 15, 7.2, 7.2},
	} {
		if w, h := (Picture{width: int(c.width), height: int(c.height)}).within(480, 260); w < c.w-.01 || w > c.w+.01 || h < c.h-.01 || h > c.h+.01 {
			t.Errorf("%v × %v stands as %v × %v, want %v × %v", c.width, c.height, w, h, c.w, c.h)
		}
	}
}

// rule:C37 a paper is printed with the pictures of its questions: in the material, the stem and the options, as another program finds them,
// and text stands clear of them.
func TestPicturesArePrinted(t *testing.T) {
	picture, ok := PictureOf(encoded(t, "png", halves(600, 400)))
	if !ok {
		t.Fatal("not read")
	}
	p := canned(8)
	p.Content[1].Material = Passage{"材料：面诊照片", []Picture{picture}}
	p.Content[2].Stem.Pictures = []Picture{picture, picture}
	p.Content[4].Options[1].Pictures = []Picture{picture}
	pdf, err := PDF(p, Exam, wenkai(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdfimages", "-list", path).Output()
	if err != nil || strings.Count(string(out), " image ") != 4 || strings.Count(string(out), " 600 ") != 4 {
		t.Errorf("%v\n%s", err, out)
	}
	if text := strings.Join(textOf(t, pdf), ""); !strings.Contains(text, "材料：面诊照片") {
		t.Error(text)
	}
	s, err := newSheet(wenkai(t))
	if err != nil {
		t.Fatal(err)
	}
	s.questions(p)
	for n, page := range s.pages {
		for _, m := range page {
			if m.picture == nil {
				continue
			}
			if m.y < top || m.y+m.h > bottom || m.x+m.w > right {
				t.Errorf("page %d: a picture beyond the margin at %v", n+1, m.y)
			}
			for _, other := range page {
				if other.text != "" && other.y+other.size > m.y && other.y < m.y+m.h {
					t.Errorf("page %d: %q stands in a picture", n+1, other.text)
				}
			}
		}
	}
}
