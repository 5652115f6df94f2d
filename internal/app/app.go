package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/platform/uptime"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/report"
)

// Options are what differs between a clinic, the demo and a test.
type Options struct {
	Demo   []DemoAccount // shown on the log-in page; nil outside the demo
	Random io.Reader     // of papers and layouts; nil is the system's, the demo's is seeded
}

// DemoAccount is somebody whom a visitor of the demo may be.
type DemoAccount struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Name     string `json:"name"`
}

// App is the whole program over its ground.
type App struct {
	*Ground
	Policies    *policy.Store
	Audit       *audit.Chain
	Accounts    *account.Service
	Bank        *bank.Service
	Exams       *exam.Service
	Courseware  *courseware.Service
	Remediation *remediation.Service
	Appraisal   *appraisal.Service
	Ledger      *ledger.Service
	Notify      *notify.Service
	Reports     *report.Service
	Jobs        *jobs.River

	options Options
	since   time.Time  // this process works
	disk    *diskWatch // of the data directory
	logDisk *diskWatch // of the write-ahead log
	keeper  *keeper    // of the backups
	// disagreements are those of the newest recount that this process made.
	disagreements atomic.Int64
	hooks         *hooks
	uptime        *uptime.Recorder
	record        *audit.Reader
	echo          *echo.Echo
	table         []httpx.Route
}

// New builds every feature and wires them. Nothing runs yet: see Run, Work and Tick.
func New(ctx context.Context, g *Ground, o Options) (*App, error) {
	a := &App{Ground: g, options: o, since: g.DB.Now(), disk: newDiskWatch(g, o), logDisk: newLogWatch(g, o), keeper: newKeeper(g, o)}
	for _, build := range []func(context.Context) error{
		a.buildGround, a.buildFeatures, a.buildCases, a.ensurePolicies,
	} {
		if err := build(ctx); err != nil {
			return nil, fmt.Errorf("start: %w", err)
		}
	}
	a.wire()
	a.echo = a.routes()
	return a, nil
}

func (a *App) buildGround(ctx context.Context) (err error) {
	var problems [4]error
	a.Policies, problems[0] = policy.NewStore(ctx, a.DB)
	a.Audit, problems[1] = audit.NewChain(ctx, a.DB)
	a.uptime, problems[2] = uptime.New(ctx, a.DB, processName())
	a.record, problems[3] = audit.NewReader(ctx, a.DB)
	return errors.Join(problems[:]...)
}

// processName tells this process from every other one, also from an earlier one with the same number.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), randomSuffix())
}

func (a *App) buildFeatures(ctx context.Context) (err error) {
	if a.Accounts, err = account.New(ctx, a.DB, a.Config.Timezone); err != nil {
		return err
	}
	if a.Bank, err = bank.New(ctx, a.DB); err != nil {
		return err
	}
	a.Bank.KeepFiles(a.Files)
	if a.Notify, err = notify.NewService(ctx, a.DB); err != nil {
		return err
	}
	if a.Reports, err = report.New(ctx, a.DB); err != nil {
		return err
	}
	if a.Exams, err = exam.New(ctx, exam.Deps{
		DB: a.DB, Questions: exam.Stored(a.Bank), People: a.Accounts, Policies: a.Policies, Random: a.options.Random, Zone: a.Config.Timezone,
	}); err != nil {
		return err
	}
	a.Exams.KeepMediaIn(a.Files, a.Bank)
	workers := jobs.NewWorkers()
	if a.Jobs, err = jobs.New(a.DB, workers, jobs.Options{Logger: a.Log}); err != nil {
		return err
	}
	if a.Courseware, err = courseware.NewService(ctx, a.DB, a.Accounts, a.Files, a.Jobs, a.Config.Timezone); err != nil {
		return err
	}
	a.Courseware.RegisterJobs(workers)
	return nil
}

func (a *App) buildCases(ctx context.Context) (err error) {
	a.hooks = &hooks{exams: a.Exams, courses: a.Courseware, inbox: a.Notify, people: a.Accounts, policies: a.Policies, zone: a.Config.Timezone}
	if a.Remediation, err = remediation.NewService(ctx, a.DB, a.Policies, a.Exams, a.Courseware, a.hooks, a.Config.Timezone); err != nil {
		return err
	}
	if a.Appraisal, err = appraisal.New(ctx, a.DB, a.hooks); err != nil {
		return err
	}
	if a.Ledger, err = ledger.New(ctx, a.DB, a.Policies, a.Config.Timezone); err != nil {
		return err
	}
	a.hooks.cases, a.hooks.appraisal, a.hooks.ledger = a.Remediation, a.Appraisal, a.Ledger
	return nil
}

// wire connects the features' news (doc.go).
func (a *App) wire() {
	a.Exams.OnRelease(a.hooks)
	a.Exams.OnCorrection(a.hooks)
	a.Exams.OnForesight(a.hooks)
	a.Exams.OnPayForesight(a.hooks)
	a.Exams.OnProposal(a.hooks)
	a.Exams.OnInvited(a.hooks)
	a.Exams.OnGranted(a.hooks)
	a.Exams.OnClosesMoved(a.Remediation)
	a.Exams.OnCalledOff(a.hooks)
	a.Exams.OnRemoved(a.hooks)
	a.Exams.OnHandIn(a.Remediation)
	a.Bank.OnReports(a.hooks)
	a.Courseware.OnCompletion(a.hooks)
	a.Courseware.OnDueChange(a.hooks)
	a.Appraisal.OnConfirm(a.hooks)
}

// ensurePolicies adds the default of each policy that has no version yet, so that a new clinic can begin.
func (a *App) ensurePolicies(ctx context.Context) error {
	if err := a.Exams.EnsurePolicies(ctx); err != nil {
		return err
	}
	if err := a.Bank.EnsurePolicies(ctx); err != nil {
		return err
	}
	if err := a.Ledger.EnsurePolicy(ctx); err != nil {
		return err
	}
	return a.Remediation.EnsurePolicy(ctx)
}

// Handler serves the pages and the API.
func (a *App) Handler() http.Handler { return a.echo }

// Close ends what the features hold, then the ground stays the caller's to close.
func (a *App) Close(context.Context) error { return a.Exams.Close() }
