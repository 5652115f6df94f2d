package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/questionbank"
)

const (
	saveEvery   = 6   // answers between two saves of a sitting
	secondLooks = 0.1 // of the answers are changed before the hand-in
)

// sitting is somebody sitting an exam: started, saved a few answers at a time, handed in.
type sitting struct {
	c         *clinic
	m         *member
	sheet     exam.Sheet
	random    *rand.Rand
	responses []questionbank.Response
	saved     int64 // the number of the last change
}

// sit begins a person's attempt and plans its saves and hand-in, so that many people sit at once. What it earns lies in want.
func (c *clinic) sit(ctx context.Context, m *member, id exam.ExamID, want span) error {
	sheet, _, err := c.Exams.Start(ctx, m.viewer, id, exam.Arrival{Client: "demo-" + m.No})
	if err != nil {
		return fmt.Errorf("%s sits exam %s: %w", m.Name, id, err)
	}
	s := &sitting{c: c, m: m, sheet: sheet, random: c.random(fmt.Sprintf("%s sits %d", m.No, id))}
	questions := make([]asked, len(sheet.Slots))
	for i, slot := range sheet.Slots {
		q, ok := c.known[string(bank.Fingerprint(questionbank.Question{Stem: slot.Stem, Options: slot.Options(), Rows: slot.Rows, Stimulus: slot.Stimulus}))]
		if !ok {
			return fmt.Errorf("a question that the bank did not ship with: %s", slot.Stem)
		}
		questions[i] = asked{q, slot.Points}
	}
	var ok bool
	if s.responses, ok = answer(s.random, questions, m.Ability, want); !ok {
		return fmt.Errorf("%s: no sheet of exam %s earns %s to %s", m.Name, id, want.low, want.high)
	}
	s.planSaves(questions)
	return nil
}

// planSaves spreads the saves over the time that the person takes: half to nine tenths of the limit.
func (s *sitting) planSaves(questions []asked) {
	begun := s.sheet.StartedAt
	limit := s.sheet.DeadlineAt.Sub(begun)
	takes := limit/2 + time.Duration(s.random.Int64N(int64(limit*2/5)))
	n := len(s.sheet.Slots)
	var doubted []int
	for from := 0; from < n; from += saveEvery {
		slots := make([]int, 0, saveEvery)
		first := map[int]questionbank.Response{}
		for i := from; i < min(from+saveEvery, n); i++ {
			slots = append(slots, i)
			if s.responses[i].Answered() && s.random.Float64() < secondLooks {
				first[i] = wrong(s.random, questions[i].question)
				doubted = append(doubted, i)
			}
		}
		s.c.at(begun.Add(takes*time.Duration(from+saveEvery)/time.Duration(n+2*saveEvery)), func(ctx context.Context) error { return s.save(ctx, slots, first) })
	}
	if len(doubted) > 0 {
		s.c.at(begun.Add(takes-time.Minute), func(ctx context.Context) error { return s.save(ctx, doubted, nil) })
	}
	s.c.at(begun.Add(takes), s.handIn)
}

// save sends the answers to some of the slots; instead holds those that are to be changed later.
func (s *sitting) save(ctx context.Context, slots []int, instead map[int]questionbank.Response) error {
	var changes []exam.Change
	for _, i := range slots {
		r, changed := instead[i]
		if !changed {
			r = s.responses[i]
		}
		if !r.Answered() {
			continue
		}
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		s.saved++
		changes = append(changes, exam.Change{Slot: s.sheet.Slots[i].Slot, ClientSeq: s.saved, Response: body})
	}
	if len(changes) == 0 {
		return nil
	}
	reply, err := s.c.Exams.Save(ctx, s.m.viewer, s.sheet.AttemptID, s.sheet.Lease, changes, s.c.clock.Now())
	if err == nil && reply.Only() != exam.Saved {
		err = fmt.Errorf("%s saved answers of attempt %s: %+v", s.m.Name, s.sheet.AttemptID, reply.Results)
	}
	return err
}

func (s *sitting) handIn(ctx context.Context) error {
	_, err := s.c.Exams.Submit(ctx, s.m.viewer, s.sheet.AttemptID, s.sheet.Lease, s.c.clock.Now())
	return err
}

// sitNext lets a person sit the retake or re-exam that is open for them.
func (c *clinic) sitNext(ctx context.Context, m *member, kind exam.Kind, want span) error {
	mine, err := c.Exams.MyExams(ctx, m.viewer)
	if err != nil {
		return err
	}
	for _, e := range mine {
		if e.Kind == kind && e.State == exam.MyOpen {
			return c.sit(ctx, m, e.ID, want)
		}
	}
	return fmt.Errorf("%s has no open %s", m.Name, kind)
}

// releaseNext releases what is marked of the newest retake or re-exam of a person, for everybody in it.
func (c *clinic) releaseNext(ctx context.Context, m *member, kind exam.Kind) error {
	mine, err := c.Exams.MyExams(ctx, m.viewer)
	if err != nil {
		return err
	}
	for _, e := range mine {
		if e.Kind == kind {
			_, err := c.Exams.Release(ctx, c.as("hr1"), e.ID)
			return err
		}
	}
	return errors.New(m.Name + " has no " + string(kind))
}
