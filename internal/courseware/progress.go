package courseware

import (
	"slices"
	"time"
)

// What the server believes. A beat comes every 10 s; the rest is room for a slow line.
const (
	// BeatCap is the longest stretch between two beats that counts.
	BeatCap = 15 * time.Second
	// lagRoom is how far a player may be ahead of the server's clock because a beat was delayed; what was not credited now
	// is credited with the next beat.
	lagRoom = 3 * time.Second
	// PageDwell is how long a page must be on screen to be read.
	PageDwell = 3 * time.Second
	// FileDwell is how long a file that is only downloaded must have been open.
	FileDwell = 10 * time.Second

	minRate, maxRate = 25, 200 // hundredths of normal speed
	maxSpans         = 400     // stretches kept of one unit; jumping about more often earns nothing
	coveredPercent   = 95      // of a video or audio that make it finished
)

// Beat is what a player tells: where it is, and whether somebody can be watching.
type Beat struct {
	PositionMS     int64 `json:"position_ms"`
	Page           int   `json:"page"` // from 1; 0 = not paged
	RateHundredths int   `json:"rate"` // 100 = normal speed
	Playing        bool  `json:"playing"`
	Visible        bool  `json:"visible"`
}

func (b Beat) active() bool { return b.Playing && b.Visible }

// Measure is what there is to learn in a unit's version: a duration, or pages with the time that each must be on screen.
type Measure struct {
	DurationMS int64
	Pages      int
	DwellMS    int64
}

// Span is a stretch of a video or audio in ms: from included, to excluded.
type Span struct {
	FromMS int64 `json:"f"`
	ToMS   int64 `json:"t"`
}

// Progress is what was credited of one version of a unit, and the last beat, with which the next one is compared. The zero
// value is an untouched unit.
type Progress struct {
	Spans      []Span    `json:"spans,omitempty"`   // sorted, apart from each other
	PageMS     []int64   `json:"page_ms,omitempty"` // by page, at most the dwell each
	CreditedMS int64     `json:"credited_ms"`
	Last       Beat      `json:"last"`
	LastAt     time.Time `json:"last_at"` // zero = no beat yet
	Done       bool      `json:"done"`
}

// Advance is the progress after a beat at a moment of the server's clock, and the ms that the beat was credited with. Time
// counts from the last beat here, or from since when another unit of the same person was playing later than that; at most
// BeatCap of it, and only when the last beat said that the unit was playing and in sight. Never more than time × rate, and
// only what is new.
func (p Progress) Advance(m Measure, b Beat, at, since time.Time) (Progress, int64) {
	b = b.within(m)
	before := p.CreditedMS
	if p.Last.active() && !p.LastAt.IsZero() {
		elapsed := plausible(p.LastAt, since, at)
		if m.Pages > 0 {
			p.PageMS = creditPage(p.PageMS, m, p.Last.Page, elapsed)
		} else {
			p.Spans, b = creditSpan(p.Spans, p.Last, b, elapsed)
		}
	}
	p.CreditedMS = max(before, p.learnt())
	p.Last, p.LastAt = b, at
	p.Done = p.Done || p.complete(m)
	return p, p.CreditedMS - before
}

// within bounds a claim to what the unit has.
func (b Beat) within(m Measure) Beat {
	b.PositionMS = min(max(b.PositionMS, 0), m.DurationMS)
	b.Page = min(max(b.Page, min(1, m.Pages)), m.Pages)
	b.RateHundredths = min(max(b.RateHundredths, minRate), maxRate)
	return b
}

// plausible is the time that may be credited, in ms.
func plausible(last, since, at time.Time) int64 {
	if since.After(last) {
		last = since
	}
	return min(max(at.Sub(last), 0), BeatCap).Milliseconds()
}

// creditPage adds the time to the page that was on screen.
func creditPage(pages []int64, m Measure, page int, elapsed int64) []int64 {
	out := make([]int64, m.Pages)
	copy(out, pages)
	if page >= 1 && page <= m.Pages {
		out[page-1] = min(out[page-1]+elapsed, m.DwellMS)
	}
	return out
}

// creditSpan credits from the last position onwards, as far as time and rate allow. A player that is a little ahead because
// of the line is taken to stand where the credit ends.
func creditSpan(spans []Span, last, now Beat, elapsed int64) ([]Span, Beat) {
	allowed := elapsed * int64(max(last.RateHundredths, now.RateHundredths)) / 100
	to := min(now.PositionMS, last.PositionMS+allowed)
	if to <= last.PositionMS {
		return spans, now
	}
	if now.PositionMS-to <= lagRoom.Milliseconds() {
		now.PositionMS = to
	}
	return union(spans, Span{last.PositionMS, to}), now
}

// union adds a stretch; touching stretches become one.
func union(spans []Span, add Span) []Span {
	out := make([]Span, 0, len(spans)+1)
	for _, s := range spans {
		if s.ToMS < add.FromMS || s.FromMS > add.ToMS {
			out = append(out, s)
			continue
		}
		add = Span{min(s.FromMS, add.FromMS), max(s.ToMS, add.ToMS)}
	}
	if len(out) >= maxSpans {
		return spans
	}
	at, _ := slices.BinarySearchFunc(out, add, func(a, b Span) int { return int(a.FromMS - b.FromMS) })
	return slices.Insert(out, at, add)
}

func (p Progress) learnt() int64 {
	var sum int64
	for _, s := range p.Spans {
		sum += s.ToMS - s.FromMS
	}
	for _, ms := range p.PageMS {
		sum += ms
	}
	return sum
}

// complete: 95 % of the duration, or every page for its time.
func (p Progress) complete(m Measure) bool {
	if m.Pages > 0 {
		return p.pagesRead(m) == m.Pages
	}
	return m.DurationMS > 0 && p.learnt()*100 >= m.DurationMS*coveredPercent
}

func (p Progress) pagesRead(m Measure) int {
	n := 0
	for _, ms := range p.PageMS {
		if ms >= m.DwellMS {
			n++
		}
	}
	return n
}

// Percent is what was credited, rounded down; 100 says finished and nothing else does.
func (p Progress) Percent(m Measure) int {
	switch {
	case p.Done:
		return 100
	case m.Pages > 0:
		return min(p.pagesRead(m)*100/m.Pages, 99)
	case m.DurationMS > 0:
		return int(min(p.learnt()*100/m.DurationMS, 99))
	}
	return 0
}
