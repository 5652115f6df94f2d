package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/demo"
	"github.com/peikao/peikao/internal/platform/embedded"
)

type serveCommand struct {
	WithDemoData bool `help:"Serve although the database holds the demo clinic, whose passwords anybody who reads the log knows."`
}

func (c serveCommand) Run(e *environment) error {
	return e.listening(func(g *app.Ground) error {
		isDemo, err := demo.Is(e, g.DB)
		if err != nil {
			return err
		}
		if isDemo && !c.WithDemoData {
			return errors.New("this database holds the demo clinic: use another data directory, or --with-demo-data knowingly")
		}
		a, err := app.New(e, g, app.Options{})
		if err != nil {
			return err
		}
		return e.serve(a, func(url string) { e.log.Info("serving", "address", url) })
	})
}

type workerCommand struct{}

func (workerCommand) Run(e *environment) error {
	return e.server(func(g *app.Ground) error {
		a, err := app.New(e, g, app.Options{})
		if err != nil {
			return err
		}
		return errors.Join(a.Work(e), a.Close(context.WithoutCancel(e)))
	})
}

type demoCommand struct {
	JSON      bool `name:"json" help:"Print one JSON line when ready."`
	ResetOnly bool `help:"Throw the demo clinic's data away and end."`
}

func (c demoCommand) Run(e *environment) error {
	if c.ResetOnly {
		return resetDemo(e)
	}
	return e.listening(func(g *app.Ground) error {
		accounts, err := demo.Ensure(e, g, e.log)
		if err != nil {
			return err
		}
		a, err := app.New(e, g, app.Options{Demo: accounts})
		if err != nil {
			return err
		}
		return e.serve(a, func(url string) { c.announce(e, url, accounts) })
	})
}

// announce says where the demo is and who can log in.
func (c demoCommand) announce(e *environment, url string, accounts []app.DemoAccount) {
	if c.JSON {
		if err := json.NewEncoder(e.out).Encode(map[string]any{"url": url, "accounts": accounts}); err != nil {
			e.log.Error("announce", "error", err)
		}
		return
	}
	fmt.Fprintf(e.out, "\n  培考演示机构已就绪：%s\n\n", url)
	for _, a := range accounts {
		fmt.Fprintf(e.out, "  %-14s %-14s %s %s\n", a.Login, a.Password, a.Role, a.Name)
	}
	fmt.Fprintln(e.out, "\n  Ctrl-C 停止；数据保留在", e.config.Data)
}

// listening is server for the commands that serve. An address that is taken is told before anything is made: filling the demo in takes a
// minute.
func (e *environment) listening(work func(*app.Ground) error) error {
	if err := e.config.Validate(); err != nil {
		return wrongConfig{err}
	}
	l, err := net.Listen("tcp", e.config.Listen)
	if err != nil {
		return fmt.Errorf("%w: stop what listens there, or choose another address with LISTEN", err)
	}
	if err := l.Close(); err != nil {
		return err
	}
	return e.server(work)
}

// serve listens, says that it is ready and runs until the program is told to stop.
func (e *environment) serve(a *app.App, ready func(url string)) error {
	l, err := net.Listen("tcp", e.config.Listen)
	if err != nil {
		return errors.Join(err, a.Close(context.WithoutCancel(e)))
	}
	e.config.Listen = l.Addr().String()
	url := app.PublicURL(e.config)
	if err := a.Announce(url); err != nil {
		return errors.Join(err, l.Close(), a.Close(context.WithoutCancel(e)))
	}
	ready(url)
	return errors.Join(a.Run(e, l), a.Close(context.WithoutCancel(e)))
}

// resetDemo removes the data directory, and only one that holds the demo.
func resetDemo(e *environment) error {
	var isDemo bool
	err := e.ground(func(g *app.Ground) (err error) {
		isDemo, err = demo.Is(e, g.DB)
		return err
	})
	if err != nil {
		return err
	}
	if !isDemo {
		return fmt.Errorf("%s does not hold the demo clinic: nothing was removed", e.config.Data)
	}
	// The cluster may stand elsewhere, where the database's own user can reach it.
	if err := embedded.Remove(e.config.Data); err != nil {
		return err
	}
	return os.RemoveAll(e.config.Data)
}
