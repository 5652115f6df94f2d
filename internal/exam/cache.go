package exam

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/questionbank"
)

// What never changes is read once: a frozen paper, and the shapes and owner of an attempt. A save then costs no reading.
const (
	maxPapers = 64
	maxSheets = 8192
)

// frozen is a paper with its questions, and what is made of them once for all of its attempts.
type frozen struct {
	slots     []PaperSlot
	questions map[VersionID]Question
	made      map[VersionID]questionbank.Question // bare, made when the paper is read
	plan      plan
	media     []string                    // the files that it shows, by the names that its questions give them
	sealed    atomic.Pointer[sealedMedia] // once they are prepared
	shown     atomic.Pointer[shownWith]
}

// shownWith is a paper as attempts show it, with the files that were prepared when it was made.
type shownWith struct {
	sealed   *sealedMedia
	whole    *ShownPaper
	sections []*ShownPaper // each for itself, for attempts that are gone through one way
	at       map[int]int   // where a slot of the paper is among its questions
}

// part is what a sheet shows: the whole paper, or one section of it, and how many questions stand before that.
func (w *shownWith) part(section int) (part *ShownPaper, before int) {
	if section == 0 {
		return w.whole, 0
	}
	for _, s := range w.sections[:section-1] {
		before += len(s.Questions)
	}
	return w.sections[section-1], before
}

// slots shows the paper, or the part with so many questions before it, in an attempt's layout.
func (w *shownWith) slots(places []Place, before int) []SheetSlot {
	out := make([]SheetSlot, len(places))
	for i, place := range places {
		n := w.at[place.PaperSlot]
		out[i] = SheetSlot{Slot: place.Slot, Question: n - before, OptionIDs: place.OptionIDs, ShownQuestion: w.whole.Questions[n]}
	}
	return out
}

func (f *frozen) bare() map[VersionID]questionbank.Question {
	if f.made != nil {
		return f.made
	}
	out := make(map[VersionID]questionbank.Question, len(f.questions))
	for id, q := range f.questions {
		out[id] = q.Question
	}
	return out
}

// show is what attempts show of the paper; sealed is what is prepared of its files.
func (f *frozen) show(sealed *sealedMedia) *shownWith {
	if known := f.shown.Load(); known != nil && known.sealed == sealed {
		return known
	}
	made := &shownWith{sealed: sealed, whole: &ShownPaper{}, at: make(map[int]int, len(f.slots))}
	for i, slot := range f.slots {
		q := f.questions[slot.VersionID].Question
		shown := &ShownQuestion{Section: slot.Section, Type: q.Type, Points: slot.Points, Stem: q.Stem, Blanks: f.plan.shapes[slot.VersionID].Gaps,
			Rows: q.Rows, Stimulus: q.Stimulus, Markdown: q.Markdown, AllOptions: byID(q.Options)}
		if q.Type == questionbank.Labelling {
			shown.Pieces = questionbank.Pieces(q.Stem)
		}
		if q.Type == questionbank.Spoken {
			shown.Seconds = q.LongestSeconds()
		}
		sealed.show(shown, q)
		made.whole.Questions, made.at[slot.Slot] = append(made.whole.Questions, shown), i
	}
	for _, section := range f.plan.sectionsOf() {
		made.sections = append(made.sections, &ShownPaper{Questions: made.whole.Questions[section.First-1 : section.Last]})
	}
	f.shown.Store(made)
	return made
}

func byID(options []questionbank.Option) []questionbank.Option {
	return slices.SortedFunc(slices.Values(options), func(a, b questionbank.Option) int { return strings.Compare(a.ID, b.ID) })
}

type papers struct {
	mu   sync.Mutex
	byID map[PaperID]*frozen
}

// paper is a frozen paper from memory or the database.
func (s *Service) paper(ctx context.Context, x db.Q, id PaperID) (*frozen, error) {
	s.papers.mu.Lock()
	p := s.papers.byID[id]
	s.papers.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p = &frozen{}
	if err := s.store.Select(ctx, x, &p.slots, "paper_slots", int64(id)); err != nil {
		return nil, err
	}
	if len(p.slots) == 0 {
		return nil, errNotFound()
	}
	ids := make([]VersionID, len(p.slots))
	for i, slot := range p.slots {
		ids[i] = slot.VersionID
	}
	var err error
	if p.questions, err = s.questions.Versions(ctx, x, ids); err != nil {
		return nil, err
	}
	p.made, p.media = p.bare(), mediaObjects(p)
	p.plan = planOf(p.slots, p.made)
	s.papers.keep(id, p)
	return p, nil
}

func (c *papers) keep(id PaperID, p *frozen) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID = map[PaperID]*frozen{}
	}
	for other := range c.byID {
		if len(c.byID) < maxPapers {
			break
		}
		delete(c.byID, other) // any: it is read again when it is needed
	}
	c.byID[id] = p
}

// sheet is what saves and the hand-in must know of an attempt: whose it is, its layout, and what a response to each slot may
// look like. None of it ever changes.
type sheet struct {
	person account.PersonID
	places []Place
	shapes []*questionbank.Shape // of slot 1, 2 …
	spoken map[int]int           // how long the answer may be, in seconds, of slots that are spoken to

	sections []SheetSection // nil where it may go to and fro
}

// shape is what a response to the slot may look like; false for a slot that the paper does not have.
func (k *sheet) shape(slot int) (questionbank.Shape, bool) {
	if slot < 1 || slot > len(k.shapes) {
		return questionbank.Shape{}, false
	}
	return *k.shapes[slot-1], true
}

type sheets struct {
	mu   sync.Mutex
	byID map[AttemptID]*sheet
}

func (s *Service) sheet(ctx context.Context, v account.Viewer, id AttemptID) (*sheet, error) {
	s.sheets.mu.Lock()
	known := s.sheets.byID[id]
	s.sheets.mu.Unlock()
	if known == nil {
		a, err := s.store.ownAttempt(ctx, s.db, v, id)
		if err != nil {
			return nil, err
		}
		p, err := s.paper(ctx, s.db, a.PaperID)
		if err != nil {
			return nil, err
		}
		known = s.sheets.keep(a, p)
	}
	if known.person != v.PersonID {
		return nil, errNotFound()
	}
	return known, nil
}

// layouts are the places of attempts, from memory or the database.
func (s *Service) layouts(ctx context.Context, x db.Q, ids []AttemptID) (map[AttemptID][]Place, error) {
	known := make(map[AttemptID][]Place, len(ids))
	var unknown []int64
	s.sheets.mu.Lock()
	for _, id := range ids {
		if sheet := s.sheets.byID[id]; sheet != nil {
			known[id] = sheet.places
		} else {
			unknown = append(unknown, int64(id))
		}
	}
	s.sheets.mu.Unlock()
	if len(unknown) == 0 {
		return known, nil
	}
	read, err := s.store.layouts(ctx, x, unknown)
	maps.Copy(known, read)
	return known, err
}

func (c *sheets) keep(a attemptRow, p *frozen) *sheet {
	known := &sheet{person: a.PersonID, places: a.Places.V, shapes: make([]*questionbank.Shape, len(a.Places.V)), sections: p.plan.oneWay(a.Section)}
	for _, place := range a.Places.V {
		known.shapes[place.Slot-1] = p.plan.shapes[place.VersionID]
		q := p.questions[place.VersionID].Question
		if q.Type != questionbank.Spoken {
			continue
		}
		if known.spoken == nil {
			known.spoken = map[int]int{}
		}
		known.spoken[place.Slot] = q.LongestSeconds()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID = map[AttemptID]*sheet{}
	}
	for other := range c.byID {
		if len(c.byID) < maxSheets {
			break
		}
		delete(c.byID, other)
	}
	c.byID[a.ID] = known
	return known
}
