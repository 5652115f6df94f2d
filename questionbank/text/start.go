package text

import "strconv"

// startsQuestion decides whether a numbered line begins a question or stands in a list inside one.
func (r *reader) startsQuestion(i int) bool {
	l := r.lines[i]
	next := l.number == r.last+1
	switch {
	case l.bare:
		return l.strong && (next || l.number == 1) && (r.cur == nil || r.cur.complete() || r.cur.has(fieldOptions))
	case r.cur == nil:
		// A group's stem or a note above the questions may be numbered too.
		return l.strong || l.hint || r.section != nil || next && r.last > 0 || r.group.has(l.number) || r.nextStrong(i) == l.number+1
	case r.cur.open == fieldStem && !r.cur.complete() && !r.cur.has(fieldOptions):
		if next {
			return !r.inList(fieldStem, l.number)
		}
		return l.strong && (l.number != 1 || r.cur.number > 1) || l.hint && l.number > r.last && !r.inList(fieldStem, l.number)
	case r.cur.open == fieldOptions:
		return next || l.number == 1 || l.strong
	case l.strong:
		return true
	case !next:
		return false
	}
	// Not an option nor an answer follows: the next question that has some tells whether this number is taken.
	if n := r.nextStrong(i); n > 0 {
		if n == l.number {
			return false
		}
		if n == l.number+1 {
			return true
		}
	}
	return !r.inList(r.cur.open, l.number)
}

// nextStrong is the number of the next line that surely begins a question, 0 for none before the next heading.
func (r *reader) nextStrong(i int) int {
	for j := i + 1; j < len(r.lines) && j <= i+maxBlockLines; j++ {
		switch l := &r.lines[j]; {
		case l.kind == sectionLine || l.kind == keysLine || l.kind == chapterLine:
			return 0
		case l.kind == numbered && l.strong:
			return l.number
		}
	}
	return 0
}

// inList reports whether the field's last numbered line so far, of the last maxBlockLines, is the item before the number.
func (r *reader) inList(f field, number int) bool {
	pieces := r.cur.parts[f].pieces
	for n := len(pieces) - 1; n >= max(0, len(pieces)-maxBlockLines); n-- {
		if m := numberMark.FindStringSubmatch(pieces[n]); m != nil {
			return m[1]+m[2]+m[3] == strconv.Itoa(number-1)
		}
	}
	return false
}

// startsUnnumbered: a line without a number begins a question where options or an answer follow. In a numbered text that happens
// when a number was forgotten; then both must follow, and the question before must be through.
func (r *reader) startsUnnumbered(i int) bool {
	if r.cur != nil && !r.cur.complete() {
		return false
	}
	if r.cur != nil && !r.gap && !(i+1 < len(r.lines) && r.lines[i+1].kind == option && r.lines[i+1].letter == 'a') {
		return false
	}
	options, answer := r.ahead(i)
	switch {
	case r.counted:
		return options && answer
	case len(r.lines[i].segments) > 1:
		return true // 题干 答案：对
	}
	return options || answer || r.section != nil && r.cur == nil
}

// ahead reports what follows a stem before the next number, heading, or stem.
func (r *reader) ahead(i int) (options, answer bool) {
	gaps := 0
	for j := i; j < len(r.lines) && j <= i+maxBlockLines; j++ {
		l := &r.lines[j]
		for _, s := range l.segments {
			answer = answer || s.field == fieldAnswer
		}
		switch {
		case answer:
			return options, true
		case l.kind == numbered || l.kind == sectionLine || l.kind == chapterLine || l.kind == keysLine || l.kind == groupLine:
			return options, false
		case l.kind == option || l.inline:
			options = true
		case l.kind == empty:
			gaps++
		case l.kind == plain && j > i && gaps > 0:
			return options, false
		}
	}
	return options, answer
}

// startsLabelled: 题干：… begins a question, and so does 题型：… when the question before is through.
func (r *reader) startsLabelled(l line) bool {
	switch l.segments[0].field {
	case fieldStem:
		return r.cur == nil || r.cur.has(fieldStem)
	case fieldType:
		return r.cur == nil || r.cur.complete()
	}
	return false
}
