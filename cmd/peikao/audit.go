package main

import (
	"encoding/json"
	"fmt"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/platform/audit"
)

type auditVerifyCommand struct {
	Head        string `help:"A head that was kept elsewhere: NUMBER:HEX, as this command prints it." placeholder:"NUMBER:HEX"`
	NoStoreHead bool   `help:"Do not compare with the newest head in the object store: after an older backup was restored, or when the store does not answer."`
	JSON        bool   `name:"json" help:"Answer as JSON."`
}

func (c auditVerifyCommand) Run(e *environment) error {
	var offsite *audit.Seal
	if c.Head != "" {
		s, err := audit.ParseHead(c.Head)
		if err != nil {
			return fmt.Errorf("--head: %w", err)
		}
		offsite = &s
	}
	return e.ground(func(g *app.Ground) error {
		sum, finding, err := g.VerifyAudit(e, offsite, !c.NoStoreHead)
		if err != nil {
			return err
		}
		return c.report(e, sum, finding)
	})
}

func (c auditVerifyCommand) report(e *environment, sum audit.Summary, finding *audit.Finding) error {
	head := sum.Head.String()
	answer := map[string]any{"ok": finding == nil, "events": sum.Events, "seals": sum.Seals, "head": head}
	if finding != nil {
		answer["finding"] = finding.String()
	}
	if c.JSON {
		if err := json.NewEncoder(e.out).Encode(answer); err != nil {
			return err
		}
	} else if finding == nil {
		fmt.Fprintf(e.out, "ok: %d events in %d seals, head %s\n", sum.Events, sum.Seals, head)
	} else {
		fmt.Fprintf(e.out, "first row that does not fit: %s\n", finding)
	}
	if finding != nil {
		return errReported
	}
	return nil
}
