package printed

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/signintech/gopdf"
)

// A4 in points.
const (
	pageWidth, pageHeight = 595.0, 842.0
	left, right           = 56.0, pageWidth - 56
	top, bottom           = 64.0, pageHeight - 64
	fontName              = "text"

	bodySize, smallSize, headSize, titleSize = 11.0, 9.0, 13.0, 18.0
	leading                                  = 1.6 // of a line, times its size
)

// mark is something drawn on a page.
type mark struct {
	x, y, size float64
	text       string // drawn when not empty
	w, h       float64
	picture    *Picture // drawn into w × h
	box        bool     // a frame of w × h, else a line of w
}

// sheet lays marks out on pages; it keeps the first error, so that a paper reads as what is on it.
type sheet struct {
	pdf   *gopdf.GoPdf
	pages [][]mark
	y     float64
	err   error
}

func newSheet(font []byte) (*sheet, error) {
	s := &sheet{pdf: &gopdf.GoPdf{}}
	s.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	if err := s.pdf.AddTTFFontData(fontName, font); err != nil {
		return nil, fmt.Errorf("printed: font: %w", err)
	}
	return s, nil
}

func (s *sheet) newPage() {
	s.pages = append(s.pages, nil)
	s.y = top
}

func (s *sheet) put(m mark) {
	at := len(s.pages) - 1
	s.pages[at] = append(s.pages[at], m)
}

// room begins a new page when less than h is left; what is taller than a page begins where it is.
func (s *sheet) room(h float64) {
	if s.y+h > bottom && h < bottom-top {
		s.newPage()
	}
}

// text writes lines at x, on to the next page where they must.
func (s *sheet) text(x, size float64, lines []string) {
	for _, line := range lines {
		if s.y+size*leading > bottom {
			s.newPage()
		}
		s.put(mark{x: x, y: s.y, size: size, text: line})
		s.y += size * leading
	}
}

func (s *sheet) centred(size float64, text string) {
	for _, line := range s.wrap(text, size, right-left) {
		s.put(mark{x: (pageWidth - s.width(line, size)) / 2, y: s.y, size: size, text: line})
		s.y += size * leading
	}
}

// width measures a text.
func (s *sheet) width(text string, size float64) float64 {
	if s.err != nil {
		return 0
	}
	if s.err = s.pdf.SetFont(fontName, "", size); s.err != nil {
		return 0
	}
	w, err := s.pdf.MeasureTextWidth(text)
	s.err = err
	return w
}

// wrap breaks a text into lines of at most so much width: between Chinese characters anywhere but before a closing sign and behind an
// opening one, between other words at spaces; a word longer than a line is cut.
func (s *sheet) wrap(text string, size, width float64) (lines []string) {
	for _, paragraph := range strings.Split(text, "\n") {
		line, room := "", width
		for _, piece := range pieces(paragraph) {
			w := s.width(piece, size)
			if w > room && line != "" && !closing(piece) {
				full, opens := cutOpening(line)
				lines, line, room = append(lines, full), "", width
				piece = opens + strings.TrimLeft(piece, " ")
				w = s.width(piece, size)
			}
			for w > width { // longer than a line: cut
				runes := []rune(piece)
				n := max(1, int(float64(len(runes))*width/w))
				lines = append(lines, string(runes[:n]))
				piece = string(runes[n:])
				w = s.width(piece, size)
			}
			line, room = line+piece, room-w
		}
		lines = append(lines, line)
	}
	return lines
}

// pieces are what is not broken: a Chinese character, or a run of others up to a space.
func pieces(text string) (out []string) {
	word := ""
	end := func() {
		if word != "" {
			out, word = append(out, word), ""
		}
	}
	for _, r := range text {
		switch {
		case r > unicode.MaxLatin1:
			end()
			out = append(out, string(r))
		case r == ' ':
			end()
			word = " "
		case unicode.IsControl(r):
		default:
			word += string(r)
		}
	}
	end()
	return out
}

// closing tells whether a sign must not begin a line; it may stand a little beyond the margin.
func closing(piece string) bool {
	return strings.ContainsAny(piece, "，。；：、！？）》」』”’…％")
}

// cutOpening takes signs that must not end a line off it; a line of nothing else stays.
func cutOpening(line string) (full, opens string) {
	full = strings.TrimRight(line, "（《「『“‘")
	if full == "" {
		return line, ""
	}
	return full, line[len(full):]
}

// finish draws all pages, each with its number.
func (s *sheet) finish(head, number string) ([]byte, error) {
	for i, marks := range s.pages {
		s.pdf.AddPage()
		page := fmt.Sprintf(number, i+1, len(s.pages))
		s.draw(mark{x: left, y: 32, size: smallSize, text: head})
		s.draw(mark{x: right - s.width(page, smallSize), y: pageHeight - 44, size: smallSize, text: page})
		s.draw(mark{x: left, y: pageHeight - 44, size: smallSize, text: head})
		for _, m := range marks {
			s.draw(m)
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	return s.pdf.GetBytesPdfReturnErr()
}

func (s *sheet) draw(m mark) {
	if s.err != nil {
		return
	}
	switch {
	case m.text != "":
		if s.err = s.pdf.SetFont(fontName, "", m.size); s.err == nil {
			s.pdf.SetXY(m.x, m.y)
			s.err = s.pdf.Cell(nil, m.text)
		}
	case m.picture != nil:
		holder, err := gopdf.ImageHolderByBytes(m.picture.jpeg)
		if s.err = err; err == nil {
			s.err = s.pdf.ImageByHolder(holder, m.x, m.y, &gopdf.Rect{W: m.w, H: m.h})
		}
	case m.box:
		s.pdf.SetLineWidth(0.7)
		s.pdf.RectFromUpperLeftWithStyle(m.x, m.y, m.w, m.h, "D")
	default:
		s.pdf.SetLineWidth(0.5)
		s.pdf.Line(m.x, m.y, m.x+m.w, m.y)
	}
}
