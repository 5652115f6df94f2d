package main

import (
	"fmt"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
)

type adminCommand struct {
	Login        string `arg:"" help:"Log-in name of the administrator; a new one is made when it is unknown."`
	Organisation string `help:"Name of the clinic, for the first administrator of an empty database." default:"本机构"`
}

func (c adminCommand) Run(e *environment) error {
	return e.ground(func(g *app.Ground) error {
		accounts, err := account.New(e, g.DB, g.Config.Timezone)
		if err != nil {
			return err
		}
		token, err := accounts.FirstAdmin(e, operator(), c.Login, c.Organisation)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "%s/link/%s\n", app.PublicURL(g.Config), token.Reveal())
		return nil
	})
}

type migrateCommand struct{}

// Run has nothing left to do: opening the ground brings the schema up to date.
func (migrateCommand) Run(e *environment) error {
	return e.ground(func(*app.Ground) error {
		e.log.Info("the schema is up to date")
		return nil
	})
}
