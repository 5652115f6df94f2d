package main

import (
	"encoding/json"
	"fmt"

	"github.com/peikao/peikao/internal/app"
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
