package exam

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/errs"
)

// tab is one client of an attempt: its lease and what it would send next.
type tab struct {
	name  string
	lease string
	seq   int64
}

// Threats 5 and 7 on the real database: three tabs save, repeat, take over and hand in in any order. At every moment the
// attempt holds, slot by slot, the last change that was acknowledged to whoever held the lease; a tab without the lease
// changes nothing; the first hand-in is the only one. In an exam that is gone through one way nothing outside the present section is
// taken from anybody, a section is left once and by the holder alone, and neither a take-over nor a repetition moves it (threat 40).
func TestThreeTabsOfOneAttempt(t *testing.T) {
	c := newClinic(t, 150)
	free, oneWay := c.published(150, nil), c.oneWay(150, nil)
	person := 0
	rapid.Check(t, func(rt *rapid.T) {
		if person++; person > 150 {
			rt.Skip("enough people have sat")
		}
		exam, section := free, 0
		if rapid.Bool().Draw(rt, "one way") {
			exam, section = oneWay, 1
		}
		m := &tabsModel{section: section, c: c, person: person, current: map[int]string{}, tabs: []*tab{{name: "a"}, {name: "b"}, {name: "c"}}}
		sheet, _, err := c.Start(c.ctx, examinee(person), exam, Arrival{Client: "a"})
		if err != nil {
			rt.Fatal(err)
		}
		m.id, m.tabs[0].lease, m.holder = sheet.AttemptID, sheet.Lease, m.tabs[0]
		rt.Repeat(map[string]func(*rapid.T){
			"save": m.save, "save again": m.repeat, "take over": m.takeOver, "leave the section": m.leave, "hand in": m.handIn, "": m.check,
		})
	})
}

type tabsModel struct {
	c         *clinic
	person    int
	id        AttemptID
	tabs      []*tab
	holder    *tab
	section   int            // at which the attempt stands; 0: it may go to and fro
	current   map[int]string // slot → response, as acknowledged
	last      *Change        // acknowledged to the holder
	submitted *Receipt
}

func (m *tabsModel) tab(rt *rapid.T) *tab { return rapid.SampledFrom(m.tabs).Draw(rt, "tab") }

func (m *tabsModel) send(rt *rapid.T, by *tab, change Change) SaveStatus {
	reply, err := m.c.Save(m.c.ctx, examinee(m.person), m.id, by.lease, []Change{change}, m.c.clock.Now())
	if err != nil {
		rt.Fatal(err)
	}
	return reply.Only()
}

func (m *tabsModel) save(rt *rapid.T) {
	by := m.tab(rt)
	if by.lease == "" {
		rt.Skip("never held the lease")
	}
	by.seq++
	option := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(rt, "option")
	change := choose(rapid.IntRange(1, 10).Draw(rt, "slot"), by.seq, option)
	got := m.send(rt, by, change)
	at := m.sectionOf(change.Slot)
	switch {
	case at != m.section:
		if got != outside(at, m.section) {
			rt.Fatalf("a save of section %d in section %d was answered %s", at, m.section, got)
		}
	case m.submitted != nil && got == Closed, m.submitted == nil && by != m.holder && got == LostLease:
	case m.submitted == nil && by == m.holder && got == Saved:
		m.current[change.Slot], m.last = fmt.Sprintf(`{"choice":%q}`, option), &change
	default:
		rt.Fatalf("a save of %s was answered %s", by.name, got)
	}
}

func (m *tabsModel) repeat(rt *rapid.T) {
	if m.last == nil {
		rt.Skip("nothing to repeat")
	}
	if got := m.send(rt, m.holder, *m.last); got != Saved {
		rt.Fatalf("a repetition was answered %s", got)
	}
}

func (m *tabsModel) sectionOf(slot int) int {
	switch {
	case m.section == 0:
		return 0
	case slot <= 4:
		return 1
	case slot <= 7:
		return 2
	}
	return 3
}

// leave asks for any section, also one that was left: that is a repetition.
func (m *tabsModel) leave(rt *rapid.T) {
	if m.section == 0 {
		rt.Skip("no sections")
	}
	by, section := m.tab(rt), rapid.IntRange(1, 3).Draw(rt, "section")
	sheet, err := m.c.LeaveSection(m.c.ctx, examinee(m.person), m.id, section, by.lease, by.name, m.c.clock.Now())
	switch {
	case m.submitted != nil && errs.Is(err, errs.Gone):
	case m.submitted == nil && (by != m.holder || section > m.section || section == 3) && errs.Is(err, errs.Conflict):
	case m.submitted == nil && by == m.holder && section <= m.section && err == nil:
		m.section = max(m.section, section+1)
		if sheet.Section != m.section {
			rt.Fatalf("in section %d after leaving %d, want %d", sheet.Section, section, m.section)
		}
	default:
		rt.Fatalf("%s left section %d of %d: %v", by.name, section, m.section, err)
	}
}

func (m *tabsModel) takeOver(rt *rapid.T) {
	by := m.tab(rt)
	sheet, err := m.c.TakeOver(m.c.ctx, examinee(m.person), m.id, Arrival{Client: by.name})
	if m.submitted != nil {
		if !errs.Is(err, errs.Gone) {
			rt.Fatalf("took over what was handed in: %v", err)
		}
		return
	}
	if err != nil {
		rt.Fatal(err)
	}
	by.lease, by.seq, m.holder, m.last = sheet.Lease, 0, by, nil
}

func (m *tabsModel) handIn(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "seldom") > 0 {
		rt.Skip("not yet")
	}
	by := m.tab(rt)
	receipt, err := m.c.Submit(m.c.ctx, examinee(m.person), m.id, by.lease, m.c.clock.Now())
	switch {
	case m.submitted != nil && err == nil && receipt == *m.submitted:
	case m.submitted == nil && by == m.holder && err == nil:
		m.submitted = &receipt
	case m.submitted == nil && by != m.holder && errs.Is(err, errs.Conflict):
	default:
		rt.Fatalf("%s handed in: %+v %v", by.name, receipt, err)
	}
}

func (m *tabsModel) check(rt *rapid.T) {
	sheet, err := m.c.Attempt(m.c.ctx, examinee(m.person), m.id, m.holder.name)
	if err != nil {
		rt.Fatal(err)
	}
	if len(sheet.Responses) != len(m.current) || (sheet.Lease != "") != (m.submitted == nil) {
		rt.Fatalf("%d responses, want %d; lease %q", len(sheet.Responses), len(m.current), sheet.Lease)
	}
	if sheet.Section != m.section {
		rt.Fatalf("in section %d, want %d", sheet.Section, m.section)
	}
	for _, slot := range sheet.Slots {
		if m.sectionOf(slot.Slot) != m.section {
			rt.Fatalf("slot %d is shown in section %d", slot.Slot, m.section)
		}
	}
	for _, r := range sheet.Responses {
		if string(r.Response) != m.current[r.Slot] {
			rt.Fatalf("slot %d holds %s, want %s", r.Slot, r.Response, m.current[r.Slot])
		}
	}
}
