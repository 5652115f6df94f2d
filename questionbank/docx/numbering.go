package docx

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/peikao/peikao/questionbank/archive"
	"github.com/peikao/peikao/questionbank/xmlread"
)

const maxLevels = 9

// level is how the paragraphs of a list's level are numbered: format upperLetter and text "%1." give A.
type level struct {
	format, text string
	start        int
}

type levels [maxLevels]level

// with are the levels with those of one list in their place.
func (l *levels) with(own map[int]level) *levels {
	if l == nil || len(own) == 0 {
		return l
	}
	changed := *l
	for i, o := range own {
		changed[i] = o
	}
	return &changed
}

// list is a w:num: the levels of its abstract list, with what it overrides.
type list struct {
	abstract string
	restart  [maxLevels]int // the number to begin with anew; 0: go on
	own      map[int]level  // levels that it writes in another way than the abstract list
}

// paragraphList says that a paragraph is an item of a list.
type paragraphList struct {
	id      string
	level   int
	leveled bool // the level is written, and not the first for want of one
}

// lists numbers a document's paragraphs as Word does. The lists of one abstract list count on together unless one restarts.
type lists struct {
	levels  map[string]*levels
	lists   map[string]list
	styles  map[string]paragraphStyle
	counts  map[string]*[maxLevels]int
	begun   map[string]bool // lists whose restart has been done
	started map[string]*[maxLevels]bool
	links   map[string]string // an abstract list without levels → the name of the style that has them
	linked  map[string]string // the name of that style → its abstract list
	looks   map[string]looks  // of the styles of runs
}

type paragraphStyle struct {
	basedOn string
	list    paragraphList
}

func readNumbering(a *archive.Archive, related []relation) (*lists, error) {
	l := &lists{levels: map[string]*levels{}, lists: map[string]list{}, styles: map[string]paragraphStyle{},
		counts: map[string]*[maxLevels]int{}, begun: map[string]bool{}, started: map[string]*[maxLevels]bool{},
		links: map[string]string{}, linked: map[string]string{}, looks: map[string]looks{}}
	for kind, read := range map[string]func(*xmlread.Scanner, xmlread.Element) error{"numbering": l.readList, "styles": l.readStyle} {
		name := cmp.Or(targetOf(related, kind), "word/"+kind+".xml")
		if !a.Has(name) {
			continue
		}
		d, err := part(a, name)
		if err != nil {
			return nil, err
		}
		if _, err := d.Root(); err != nil {
			return nil, err
		}
		if err := d.Children(func(e xmlread.Element) error { return read(d, e) }); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *lists) readList(d *xmlread.Scanner, e xmlread.Element) error {
	switch e.Name {
	case "abstractNum":
		levels := new(levels)
		for i := range levels {
			levels[i] = level{start: 1}
		}
		id := e.Attr("abstractNumId")
		l.levels[id] = levels
		return d.Children(func(e xmlread.Element) error {
			switch e.Name {
			case "numStyleLink":
				l.links[id] = e.Attr("val")
			case "styleLink":
				l.linked[e.Attr("val")] = id
			}
			n, err := strconv.Atoi(e.Attr("ilvl"))
			if e.Name != "lvl" || err != nil || n < 0 || n >= maxLevels {
				return d.Skip()
			}
			return readLevel(d, &levels[n])
		})
	case "num":
		n := list{}
		err := d.Children(func(e xmlread.Element) error {
			if e.Name == "abstractNumId" {
				n.abstract = e.Attr("val")
			}
			at, err := strconv.Atoi(e.Attr("ilvl"))
			if e.Name != "lvlOverride" || err != nil || at < 0 || at >= maxLevels {
				return d.Skip()
			}
			return d.Children(func(e xmlread.Element) error {
				switch e.Name {
				case "startOverride":
					n.restart[at], _ = strconv.Atoi(e.Attr("val"))
				case "lvl":
					own := level{start: 1}
					err := readLevel(d, &own)
					if n.own == nil {
						n.own = map[int]level{}
					}
					n.own[at] = own
					return err
				}
				return d.Skip()
			})
		})
		l.lists[e.Attr("numId")] = n
		return err
	}
	return d.Skip()
}

func readLevel(d *xmlread.Scanner, into *level) error {
	return d.Children(func(e xmlread.Element) error {
		switch e.Name {
		case "start":
			into.start, _ = strconv.Atoi(e.Attr("val"))
		case "numFmt":
			into.format = e.Attr("val")
		case "lvlText":
			into.text = e.Attr("val")
		}
		return d.Skip()
	})
}

func (l *lists) readStyle(d *xmlread.Scanner, e xmlread.Element) error {
	if e.Name != "style" || e.Attr("type") != "paragraph" && e.Attr("type") != "character" {
		return d.Skip()
	}
	if e.Attr("type") == "character" {
		return d.Children(func(in xmlread.Element) error {
			if in.Name != "rPr" {
				return d.Skip()
			}
			f, err := l.format(d)
			l.looks[e.Attr("styleId")] = f
			return err
		})
	}
	var s paragraphStyle
	err := d.Children(func(e xmlread.Element) error {
		switch e.Name {
		case "basedOn":
			s.basedOn = e.Attr("val")
		case "pPr":
			return d.Children(func(e xmlread.Element) error {
				if e.Name == "numPr" {
					return readNumPr(d, &s.list)
				}
				return d.Skip()
			})
		}
		return d.Skip()
	})
	l.styles[e.Attr("styleId")] = s
	return err
}

func readNumPr(d *xmlread.Scanner, into *paragraphList) error {
	return d.Children(func(e xmlread.Element) error {
		switch e.Name {
		case "ilvl":
			level, err := strconv.Atoi(e.Attr("val"))
			into.level, into.leveled = level, err == nil
		case "numId":
			into.id = e.Attr("val")
		}
		return d.Skip()
	})
}

// styled is the list of a paragraph where its style and those that it is based on say what it leaves out itself.
func (l *lists) styled(p paragraphList, style string) paragraphList {
	for range maxLevels { // a chain of styles is short, and may be a ring in a broken file
		s, ok := l.styles[style]
		if !ok || p.id != "" {
			break
		}
		p.id = s.list.id
		if !p.leveled {
			p.level, p.leveled = s.list.level, s.list.leveled
		}
		style = s.basedOn
	}
	return p
}

// next is the number of the list's next paragraph as Word shows it, with the signs around it; empty for bullets.
func (l *lists) next(p paragraphList) string {
	num, ok := l.lists[p.id]
	if with, ok := l.linked[l.links[num.abstract]]; ok {
		num.abstract = with
	}
	levels := l.levels[num.abstract].with(num.own)
	if !ok || levels == nil || p.level < 0 || p.level >= maxLevels {
		return ""
	}
	counts, started := l.counts[num.abstract], l.started[num.abstract]
	if counts == nil {
		counts, started = new([maxLevels]int), new([maxLevels]bool)
		l.counts[num.abstract], l.started[num.abstract] = counts, started
	}
	if !l.begun[p.id] {
		l.begun[p.id] = true
		for i, n := range num.restart {
			if n > 0 {
				counts[i], started[i] = n-1, true
			}
		}
	}
	if !started[p.level] {
		counts[p.level], started[p.level] = levels[p.level].start-1, true
	}
	counts[p.level]++
	for i := p.level + 1; i < maxLevels; i++ {
		started[i] = false
	}
	if f := levels[p.level].format; f == "bullet" || f == "none" {
		return ""
	}
	text := levels[p.level].text
	for i := 0; i <= p.level; i++ {
		n := counts[i]
		if !started[i] {
			n = levels[i].start
		}
		text = strings.ReplaceAll(text, "%"+strconv.Itoa(i+1), format(levels[i].format, n))
	}
	return text
}

// format writes a number in one of Word's ways; those that no question is numbered by come as digits.
func format(how string, n int) string {
	switch how {
	case "upperLetter", "lowerLetter":
		if n < 1 || n > 26*20 {
			break
		}
		letter := 'A' + rune((n-1)%26)
		if how == "lowerLetter" {
			letter += 'a' - 'A'
		}
		return strings.Repeat(string(letter), (n-1)/26+1)
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "decimalEnclosedParen":
		return "(" + strconv.Itoa(n) + ")"
	case "ideographTraditional":
		if n >= 1 && n <= 10 {
			return string([]rune("甲乙丙丁戊己庚辛壬癸")[n-1])
		}
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if n >= 1 && n <= 20 {
			return string(rune('①' + n - 1))
		}
	case "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand":
		return chinese(n)
	}
	return strconv.Itoa(n)
}

// roman writes 1 to 39 as I to XXXIX.
func roman(n int) string {
	if n < 1 || n > 39 {
		return strconv.Itoa(n)
	}
	return strings.Repeat("X", n/10) + []string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"}[n%10]
}

// chinese writes 1 to 99 as 一 to 九十九.
func chinese(n int) string {
	digits := []rune("〇一二三四五六七八九")
	if n < 1 || n > 99 {
		return strconv.Itoa(n)
	}
	s := ""
	if n >= 20 {
		s = string(digits[n/10])
	}
	if n >= 10 {
		s += "十"
	}
	if n%10 > 0 {
		s += string(digits[n%10])
	}
	return s
}
