package demo

import (
	"fmt"
	"os"

	"github.com/signintech/gopdf"
)

// chineseFonts are where Debian's fonts-lxgw-wenkai lies; plainFonts hold Latin letters alone.
var (
	chineseFonts = []string{"/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"}
	plainFonts   = []string{
		"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
		"/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
		"/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf",
	}
)

// font is a file to draw text with; path "" when the machine has none.
type font struct {
	path    string
	chinese bool
}

func findFont() font {
	for _, p := range chineseFonts {
		if _, err := os.Stat(p); err == nil {
			return font{p, true}
		}
	}
	for _, p := range plainFonts {
		if _, err := os.Stat(p); err == nil {
			return font{p, false}
		}
	}
	return font{}
}

// The page in points, 16:9.
const (
	pageWidth, pageHeight = 960, 540
	margin                = 64
	fontName              = "text"
)

// slidesOf draws a lesson as a PDF: a title page and a page for each slide.
func slidesOf(l lesson, f font) ([]byte, error) {
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	if err := pdf.AddTTFFont(fontName, f.path); err != nil {
		return nil, err
	}
	d := drawing{pdf: pdf}
	d.titlePage(l, f.chinese)
	for i, s := range l.slides {
		title, lines := s.english, s.plain
		if f.chinese {
			title, lines = s.title, s.lines
		}
		d.page(title, lines, fmt.Sprintf("%d / %d", i+1, len(l.slides)))
	}
	if d.err != nil {
		return nil, d.err
	}
	return pdf.GetBytesPdfReturnErr()
}

// drawing keeps the first error, so that a page reads as what is on it.
type drawing struct {
	pdf *gopdf.GoPdf
	err error
}

func (d *drawing) titlePage(l lesson, chinese bool) {
	d.pdf.AddPage()
	d.pdf.SetFillColor(32, 107, 196)
	d.pdf.RectFromUpperLeftWithStyle(0, 0, pageWidth, pageHeight, "F")
	d.pdf.SetTextColor(255, 255, 255)
	if chinese {
		d.text(margin, 200, 44, l.title)
		d.text(margin, 275, 22, l.english)
		d.text(margin, pageHeight-80, 20, "悦容医疗美容（演示） 内部培训资料")
		return
	}
	d.text(margin, 220, 30, l.english)
	d.text(margin, pageHeight-80, 18, "Demo clinic: internal training")
}

func (d *drawing) page(title string, lines []string, number string) {
	d.pdf.AddPage()
	d.pdf.SetFillColor(32, 107, 196)
	d.pdf.RectFromUpperLeftWithStyle(0, 0, 14, pageHeight, "F")
	d.pdf.SetTextColor(24, 36, 51)
	d.text(margin, 56, 36, title)
	y := 150.0
	for _, line := range lines {
		d.pdf.SetFillColor(32, 107, 196)
		d.pdf.RectFromUpperLeftWithStyle(margin, y+9, 9, 9, "F")
		d.text(margin+28, y, 26, line)
		y += 78
	}
	d.pdf.SetTextColor(120, 130, 140)
	d.text(pageWidth-margin-50, pageHeight-48, 16, number)
}

func (d *drawing) text(x, y, size float64, s string) {
	if d.err != nil {
		return
	}
	if d.err = d.pdf.SetFont(fontName, "", size); d.err != nil {
		return
	}
	d.pdf.SetXY(x, y)
	d.err = d.pdf.Cell(nil, s)
}
