package printed

// Part is what of a paper is printed.
type Part int

// The parts: a paper with its answer sheet for the examinees, and the key for the markers alone.
const (
	Exam Part = iota
	Key
)

// PDF draws a part of a paper with the font, a TrueType file.
func PDF(p Paper, part Part, font []byte) ([]byte, error) {
	s, err := newSheet(font)
	if err != nil {
		return nil, err
	}
	if part == Key {
		s.key(p)
	} else {
		s.questions(p)
		s.answers(p)
	}
	return s.finish(p.Number+"  "+p.Title, p.Words.Page)
}

func (s *sheet) questions(p Paper) {
	s.newPage()
	s.centred(titleSize, p.Title)
	s.centred(smallSize, p.Number)
	for _, fact := range p.Facts {
		s.centred(bodySize, fact)
	}
	s.y += 6
	s.fields(p.Fields)
	s.text(left, smallSize, s.wrap(p.Note, smallSize, right-left))
	s.y += 8
	for i, q := range p.Content {
		s.question(q, sectionAt(p, i))
	}
}

// sectionAt is the heading that the question begins, if any.
func sectionAt(p Paper, i int) string {
	if i > 0 && p.Content[i-1].Section == p.Content[i].Section {
		return ""
	}
	return p.Content[i].Section
}

// section writes a heading on the same page as the height of what it heads.
func (s *sheet) section(text string, height float64) {
	if text == "" {
		s.room(height)
		return
	}
	lines := s.wrap(text, headSize, right-left)
	s.room(height + 4 + float64(len(lines))*headSize*leading)
	s.y += 4
	s.text(left, headSize, lines)
}

// The frames into which pictures are fitted, in points.
const (
	indent                               = 22.0
	pictureHeight                        = 260.0
	optionPictureWidth, optionPictHeight = 220.0, 130.0
	pictureGap                           = 4.0
)

func (s *sheet) question(q Question, section string) {
	material := s.block(left, right-left, pictureHeight, q.Material)
	stem := s.block(left+indent, right-left-indent, pictureHeight, Passage{q.Stem.Text + "（" + q.Remark + "）", q.Stem.Pictures})
	height := material.height() + stem.height()
	var options []block
	for _, o := range q.Options {
		b := s.block(left+indent, optionPictureWidth, optionPictHeight, Passage{Pictures: o.Pictures})
		b.lines = s.wrap(o.Letter+". "+o.Text, bodySize, right-left-indent)
		options, height = append(options, b), height+b.height()
	}
	s.section(section, height)
	s.passage(material)
	s.room(bodySize * leading)
	s.put(mark{x: left, y: s.y, size: bodySize, text: numbered(q.Number)})
	s.passage(stem)
	for _, o := range options {
		s.passage(o)
	}
	s.y += 6
}

// block is a passage as it is laid out.
type block struct {
	x        float64
	lines    []string
	pictures []mark
}

// block breaks a passage into lines and fits its pictures into the frame; an empty text has none.
func (s *sheet) block(x, width, height float64, p Passage) block {
	b := block{x: x}
	if p.Text != "" {
		b.lines = s.wrap(p.Text, bodySize, width)
	}
	for _, picture := range p.Pictures {
		w, h := picture.within(width, height)
		b.pictures = append(b.pictures, mark{x: x, w: w, h: h, picture: &picture})
	}
	return b
}

func (b block) height() float64 {
	h := float64(len(b.lines)) * bodySize * leading
	for _, p := range b.pictures {
		h += p.h + pictureGap
	}
	return h
}

func (s *sheet) passage(b block) {
	s.text(b.x, bodySize, b.lines)
	for _, p := range b.pictures {
		s.room(p.h + pictureGap)
		p.y = s.y
		s.put(p)
		s.y += p.h + pictureGap
	}
}

// fields are places to write a name and the like, as many in a row as fit.
func (s *sheet) fields(names []string) {
	const each = (right - left) / 3
	for i, name := range names {
		if i > 0 && i%3 == 0 {
			s.y += bodySize * leading * 1.4
		}
		x := left + float64(i%3)*each
		w := s.width(name, bodySize)
		s.put(mark{x: x, y: s.y, size: bodySize, text: name})
		s.put(mark{x: x + w + 4, y: s.y + bodySize + 2, w: each - w - 16})
	}
	s.y += bodySize * leading * 1.6
}

// answers is the sheet: for each question its place, and a box for the mark; at the end the sum and who checked it.
func (s *sheet) answers(p Paper) {
	s.newPage()
	s.centred(headSize, p.Title+"  "+p.Words.Sheet)
	s.centred(smallSize, p.Number)
	s.y += 6
	s.fields(p.Fields)
	for i, q := range p.Content {
		s.place(p.Words, q, sectionAt(p, i))
	}
	s.room(3 * bodySize * leading)
	s.y += 8
	s.fields([]string{p.Words.Sum, p.Words.Rater, p.Words.Check})
}

func (s *sheet) place(w Words, q Question, section string) {
	const row, boxSide, markWidth = 24.0, 12.0, 96.0
	rows := 1
	if q.Answer == Gaps || q.Answer == Written {
		rows = max(q.Lines, 1)
	}
	s.section(section, min(float64(rows)*row, bottom-top-row))
	s.put(mark{x: right - markWidth, y: s.y, size: smallSize, text: w.Mark + "      / " + q.Points})
	s.put(mark{x: left, y: s.y, size: bodySize, text: numbered(q.Number)})
	switch q.Answer {
	case Boxes, Truth:
		x := left + 32
		for _, letter := range letters(q) {
			s.put(mark{x: x, y: s.y, w: boxSide, h: boxSide, box: true})
			s.put(mark{x: x + boxSide + 3, y: s.y, size: bodySize, text: letter})
			x += 40
		}
		s.y += row
	default:
		for range rows {
			if s.y+row > bottom {
				s.newPage()
			}
			s.put(mark{x: left + 32, y: s.y + bodySize + 3, w: right - left - 32 - markWidth - 12})
			s.y += row
		}
	}
}

func letters(q Question) (out []string) {
	if q.Answer == Truth {
		return []string{"√", "×"}
	}
	for _, o := range q.Options {
		out = append(out, o.Letter)
	}
	return out
}

func (s *sheet) key(p Paper) {
	s.newPage()
	s.centred(headSize, p.Title+"  "+p.Words.Key)
	s.centred(smallSize, p.Number)
	s.y += 8
	for i, q := range p.Content {
		s.section(sectionAt(p, i), bodySize*leading)
		s.text(left, bodySize, s.wrap(numbered(q.Number)+"（"+q.Points+"）"+q.Key, bodySize, right-left))
	}
}
