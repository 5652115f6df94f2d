package main

import (
	"fmt"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/courseware/convert"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/migrations"
)

type doctorCommand struct{}

// Run checks one thing a line and fails when something that is needed does not work.
func (doctorCommand) Run(e *environment) error {
	failed := false
	check := func(name string, err error, needed bool) {
		switch {
		case err == nil:
			fmt.Fprintf(e.out, "ok    %s\n", name)
		case needed:
			failed = true
			fmt.Fprintf(e.out, "FAIL  %s: %v\n", name, err)
		default:
			fmt.Fprintf(e.out, "warn  %s: %v\n", name, err)
		}
	}
	check("configuration", e.config.Validate(), true)
	for _, program := range []string{"pg_dump", "pg_restore", "pg_basebackup"} {
		_, err := embedded.Program(program)
		check(program+" (backup)", err, false)
	}
	for _, p := range convert.Programs {
		check(p.Name+" ("+p.Use+")", convert.Available(p.Name), false)
	}
	check("key of the backups kept elsewhere", app.KeyKept(e.config), false)
	err := e.ground(func(g *app.Ground) error {
		check("schema", migrations.Check(e, g.DB.SQL()), true)
		_, err := g.Files.Stat(e, "doctor/none")
		check("object storage", ignoreAbsent(err), true)
		return nil
	})
	check("database", err, true)
	if failed {
		return errReported
	}
	return nil
}

// ignoreAbsent takes "there is no such object" as the sign of a store that answers.
func ignoreAbsent(err error) error {
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}
