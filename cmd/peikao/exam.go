package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/report"
)

type examVerifyCommand struct {
	JSON bool `name:"json" help:"Answer as JSON."`
}

func (c examVerifyCommand) Run(e *environment) error {
	return e.ground(func(g *app.Ground) error {
		reports, err := report.New(e, g.DB)
		if err != nil {
			return err
		}
		found, err := reports.Recount(e, nil)
		if err != nil {
			return err
		}
		return c.report(e, found)
	})
}

func (c examVerifyCommand) report(e *environment, found report.Recount) error {
	switch {
	case c.JSON:
		if err := json.NewEncoder(e.out).Encode(found); err != nil {
			return err
		}
	case found.Disagreements == 0:
		fmt.Fprintf(e.out, "ok: %d results, the rounds of %d appraisal sheets and %d entries of points and pay agree\n", found.Results, found.Sheets, found.Entries)
	default:
		fmt.Fprintf(e.out, "%d of %d results, the rounds of %d sheets and %d entries of points and pay disagree, the first: %s\n", found.Disagreements, found.Results, found.Sheets, found.Entries, found.First[0])
	}
	if found.Disagreements > 0 {
		return errReported
	}
	return nil
}

type examFreezeCommand struct {
	Reason string `required:"" help:"Why; it stands in the log of every exam that is paused."`
}

// freezeAnswer is the freeze that lasts, and what this command changed.
type freezeAnswer struct {
	Frozen   bool         `json:"frozen"`
	Freeze   *exam.Freeze `json:"freeze,omitempty"` // that lasts, or has just ended
	Exams    int          `json:"exams"`            // paused, or going on again, by this command
	Attempts int          `json:"attempts"`
	HeldBack int          `json:"held_back"` // people whose window ends later because they could not start
}

// Run pauses all exams beside a running server, whose pages hear of it as of every pause.
func (c examFreezeCommand) Run(e *environment) error {
	return e.exams(func(s *exam.Service) (freezeAnswer, error) {
		f, t, err := s.FreezeAll(e, operator(), c.Reason)
		return freezeAnswer{true, &f, t.Exams, t.Attempts, t.HeldBack}, err
	})
}

type examUnfreezeCommand struct{}

func (examUnfreezeCommand) Run(e *environment) error {
	return e.exams(func(s *exam.Service) (freezeAnswer, error) {
		f, t, err := s.UnfreezeAll(e, operator())
		return freezeAnswer{false, f, t.Exams, t.Attempts, t.HeldBack}, err
	})
}

// exams does something with the exams and answers what came of it.
func (e *environment) exams(do func(*exam.Service) (freezeAnswer, error)) error {
	return e.ground(func(g *app.Ground) error {
		s, err := exam.New(e, exam.Deps{DB: g.DB, Zone: g.Config.Timezone})
		if err != nil {
			return err
		}
		answer, err := do(s)
		if err = errors.Join(err, s.Close()); err != nil {
			return err
		}
		return json.NewEncoder(e.out).Encode(answer)
	})
}
