package exam

// SheetSection is a section of an attempt that is gone through one way (分部分单向作答): its heading and its first and last slot.
type SheetSection struct {
	Title       string
	First, Last int
}

// sectionsOf are the sections of all layouts of a paper: its slots are mixed inside their section only.
func (p plan) sectionsOf() []SheetSection {
	out := make([]SheetSection, len(p.sections))
	last := 0
	for i, groups := range p.sections {
		out[i] = SheetSection{Title: groups[0][0].Section, First: last + 1}
		for _, group := range groups {
			last += len(group)
		}
		out[i].Last = last
	}
	return out
}

// oneWay are the sections of an attempt that stands at one of them; nil for one that may go to and fro.
func (p plan) oneWay(present int) []SheetSection {
	if present == 0 {
		return nil
	}
	return p.sectionsOf()
}

// firstSection is where an attempt begins: at none where there is nothing to go on to.
func (p plan) firstSection(oneWay bool) int {
	if !oneWay || len(p.sections) < 2 {
		return 0
	}
	return 1
}

// sectionAt is the number of a slot's section, from 1; 0 without sections.
func sectionAt(sections []SheetSection, slot int) int {
	for i, s := range sections {
		if slot <= s.Last {
			return i + 1
		}
	}
	return 0
}

// placesIn are the places that a sheet shows: all of them, or of an attempt that is gone through one way the present section's alone, also after the
// hand-in: what was not reached is not seen. That costs the start nothing: a section is written and compressed once for all attempts, as the
// paper is. The paper's sealed files are loaded before the start with one key for all of them: a picture of a later section can be opened by
// who takes the page apart, without the question that asks about it.
func placesIn(places []Place, sections []SheetSection, present int) []Place {
	if present == 0 {
		return places
	}
	return places[sections[present-1].First-1 : sections[present-1].Last]
}

// outside is why a change in the section at is not taken by an attempt that stands at present; "" when it is the same one.
func outside(at, present int) SaveStatus {
	switch {
	case at < present:
		return SectionLeft
	case at > present:
		return SectionAhead
	}
	return ""
}
