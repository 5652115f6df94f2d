// Peikao trains, examines and appraises a clinic's consultants. This is its one program: the server, and the commands beside it.
// The answer of a command goes to stdout, everything else to stderr; the exit code is 0 only when the command did its work.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"os/user"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/gateway"
)

type commands struct {
	Listen      string `help:"Address to serve on (LISTEN; ${listen})." placeholder:"HOST:PORT"`
	Data        string `help:"Data directory (DATA; ${data})." placeholder:"DIR"`
	DatabaseURL string `name:"database-url" help:"External PostgreSQL (DATABASE_URL); without it one is run in the data directory." placeholder:"URL"`
	LogLevel    string `help:"debug, info, warn or error (LOG_LEVEL)." placeholder:"LEVEL"`

	Demo    demoCommand    `cmd:"" help:"Serve the demo clinic: made at the first start, kept after it."`
	Serve   serveCommand   `cmd:"" help:"Serve a clinic."`
	Worker  workerCommand  `cmd:"" help:"Run background work without serving pages."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date."`
	People  struct {
		Admin adminCommand `cmd:"" help:"Print a one-time link for the first administrator."`
	} `cmd:"" help:"People."`
	Bank struct {
		Import  bankImportCommand  `cmd:"" help:"Import questions from files into the question bank."`
		Export  bankExportCommand  `cmd:"" help:"Write the bank's questions in another form, first what that form cannot hold."`
		Convert bankConvertCommand `cmd:"" help:"Write a file's questions in another form, first what that form cannot hold; needs no database."`
		Lint    bankLintCommand    `cmd:"" help:"Look for weaknesses in files of questions; needs no database."`
	} `cmd:"" help:"Question bank."`
	Exam struct {
		Verify   examVerifyCommand   `cmd:"" help:"Compute every result, and the points and pay that it brought, a second time and name the first that is not what it rests on."`
		Freeze   examFreezeCommand   `cmd:"" help:"Pause every running exam and hold every start back, also beside a running server; all of the time is given back."`
		Unfreeze examUnfreezeCommand `cmd:"" help:"Let all exams go on that were paused by freeze."`
	} `cmd:"" help:"Exams."`
	Audit struct {
		Verify auditVerifyCommand `cmd:"" help:"Recompute the sealed record of acts and name the first row that does not fit."`
	} `cmd:"" help:"The record of acts."`
	Backup struct {
		Write backupCommand      `cmd:"" default:"withargs" help:"Write database and objects into a folder, encrypted and with checksums."`
		Key   backupKeyCommand   `cmd:"" help:"Print or save the private key, without which nobody opens the backups."`
		Drill backupDrillCommand `cmd:"" help:"Restore the newest backup beside the clinic's database, compare, and remove it again."`
	} `cmd:"" help:"Backups."`
	Restore restoreCommand `cmd:"" help:"Bring a backup into an empty data directory or database."`
	TLS     struct {
		Init tlsInitCommand `cmd:"" help:"Make the clinic's own certificate authority and a certificate for this machine."`
	} `cmd:"" name:"tls" help:"Certificates."`
	Doctor doctorCommand `cmd:"" help:"Check the machine, the database and the object storage."`
}

// environment is what a command is given.
type environment struct {
	context.Context
	config config.Config
	log    *slog.Logger
	out    io.Writer // the answer
	errOut io.Writer // what is to be known beside it
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
}

// errReported ends a command whose findings have already been printed with exit code 1.
var errReported = errors.New("reported")

func run(args []string, out, errOut io.Writer, getenv func(string) string) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("peikao"), kong.Writers(out, errOut),
		kong.Description("培考: trains, examines and appraises a clinic's consultants."),
		kong.Vars{"listen": config.DefaultListen, "data": config.DefaultData}, kong.UsageOnError())
	if err != nil {
		panic(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errOut, "peikao:", err)
		return 2
	}
	cfg, err := config.Load(config.Over(c.flags(), getenv))
	if err != nil {
		fmt.Fprintln(errOut, "peikao:", withFlags(err.Error()))
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &environment{Context: ctx, config: cfg, log: newLog(cfg, errOut), out: out, errOut: errOut}
	switch err := parsed.Run(e); {
	case err == nil:
		return 0
	case errors.Is(err, errReported):
		return 1
	case errors.As(err, new(wrongConfig)):
		fmt.Fprintln(errOut, "peikao:", withFlags(err.Error()))
		return 2
	default:
		fmt.Fprintln(errOut, "peikao:", sentence(err, func(field string) string { return asTyped(parsed, field) }))
		return 1
	}
}

// variables are those that have a flag too.
var variables = []string{"LISTEN", "DATA", "DATABASE_URL", "LOG_LEVEL"}

func (c commands) flags() map[string]string {
	given := map[string]string{}
	for i, value := range []string{c.Listen, c.Data, c.DatabaseURL, c.LogLevel} {
		if value != "" {
			given[variables[i]] = value
		}
	}
	return given
}

func newLog(cfg config.Config, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// ground opens database and object storage for a command; with the server running it uses the server's. Without one the
// command seals what it finds and what it leaves.
func (e *environment) ground(work func(*app.Ground) error) error {
	g, err := app.OpenPassingGround(e, e.config, e.log, gateway.Serve)
	return e.over(g, err, work)
}

// over works on a ground that could be opened, and closes it.
func (e *environment) over(g *app.Ground, err error, work func(*app.Ground) error) error {
	if err != nil {
		return err
	}
	closing := context.WithoutCancel(e)
	if err = g.SealAlone(e); err == nil {
		err = errors.Join(work(g), g.SealAlone(closing))
	}
	return errors.Join(err, g.Close(closing))
}

// wrongConfig is a configuration that does not fit together; it ends the program like a wrong flag.
type wrongConfig struct{ error }

// server is ground for the commands that go on running, if their configuration allows it.
func (e *environment) server(work func(*app.Ground) error) error {
	if err := e.config.Validate(); err != nil {
		return wrongConfig{err}
	}
	g, err := app.OpenGround(e, e.config, e.log, gateway.Serve, nil)
	return e.over(g, err, work)
}

// operator is who types a command, as the record of acts names them (decision 33).
func operator() account.Viewer {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return account.Operator(name)
}
