package app

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/tlsx"
	"github.com/peikao/peikao/internal/platform/uptime"
)

const (
	tickInterval   = time.Second
	clockInterval  = 10 * time.Second
	sealInterval   = 5 * time.Second
	likenInterval  = 5 * time.Second
	remindInterval = time.Minute
	learnInterval  = 5 * time.Minute
	tidyInterval   = time.Hour
	headInterval   = time.Hour
)

func randomSuffix() string { return rand.Text()[:8] }

// Run serves on l and works until ctx ends.
func (a *App) Run(ctx context.Context, l net.Listener) error {
	l, err := a.secure(l)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.Work(ctx) })
	group.Go(func() error { return httpx.Serve(ctx, l, a.echo) })
	return group.Wait()
}

// secure puts TLS around the listener where this process is to speak it.
func (a *App) secure(l net.Listener) (net.Listener, error) {
	switch {
	case a.Config.ACMEDomain != "":
		return tls.NewListener(l, tlsx.FromACME(a.Config.ACMEDomain, filepath.Join(a.Config.Data, "acme"))), nil
	case a.Config.TLSCert != "":
		c, err := tlsx.FromFiles(a.Config.TLSCert, a.Config.TLSKey)
		if err != nil {
			return nil, err
		}
		return tls.NewListener(l, c), nil
	}
	return l, nil
}

// Work runs what goes on beside the requests until ctx ends: the ticks, the queue, the seals, the heart-beat. Several
// processes may work at once. A failure is logged and tried again; it stops nothing.
func (a *App) Work(ctx context.Context) error {
	if !a.startQueue(ctx) {
		return nil
	}
	group := new(errgroup.Group)
	for _, w := range []struct {
		name  string
		every time.Duration
		do    func(context.Context) error
	}{
		{"tick", tickInterval, a.beatAndTick()},
		{"clock", clockInterval, a.FollowClock},
		{"seal", sealInterval, a.seal},
		{"audit head", headInterval, func(ctx context.Context) error { return a.Audit.KeepHead(ctx, a.Files) }},
		{"remind", remindInterval, a.Remind},
		{"signals", exam.SignalEvery, a.Exams.PollSignals},
		{"seen", exam.SeenEvery, a.Exams.KeepSeen},
		{"tidy", tidyInterval, func(ctx context.Context) error {
			return errors.Join(a.Accounts.Tidy(ctx, a.DB.Now()), a.Bank.Tidy(ctx), a.Exams.Tidy(ctx))
		}},
		{"likeness", likenInterval, func(ctx context.Context) error {
			_, err := a.Bank.Liken(ctx)
			return err
		}},
		{"draws", learnInterval, a.Bank.LearnPool},
		{"nightly backup", backupCheckInterval, a.keeper.nightly},
		{"archive", archiveInterval, a.keeper.follow},
		{"base of the archive", baseCheckInterval, a.keeper.base},
		{"restore drill", drillCheckInterval, a.keeper.drill},
		{"nightly recount", recountCheckInterval, a.Recount},
		{"disk", diskInterval, a.lookAtDisks},
	} {
		group.Go(func() error {
			a.repeat(ctx, w.name, w.every, w.do)
			return nil
		})
	}
	group.Go(func() error {
		a.Accounts.Watch(ctx, a.Log)
		return nil
	})
	group.Go(func() error { return a.DB.Watch(ctx, a.databaseTurned) })
	<-ctx.Done()
	err := group.Wait()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, a.Jobs.Stop(stopping))
	if failed := a.keeper.follow(stopping); failed != nil { // what was done until now may be restored elsewhere
		a.Log.Error("background work failed", "work", "archive", "error", failed)
	}
	return err
}

// startQueue starts the queue and reports whether it runs. It wants the database at its start only, and a line that is cut just then must not
// end a process that serves already: it is tried again like all other work.
func (a *App) startQueue(ctx context.Context) (runs bool) {
	for {
		err := a.Jobs.Start(ctx)
		if err == nil || ctx.Err() != nil {
			return err == nil
		}
		a.Log.Error("background work failed", "work", "queue", "error", err)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(tickInterval):
		}
	}
}

// databaseTurned tells the log that the database has stopped to answer, or answers again.
func (a *App) databaseTurned(silent bool) {
	if silent {
		a.Log.Error("alarm: the database does not answer; requests are told to come again")
		return
	}
	a.Log.Warn("the database answers again")
}

// repeat does something at once and then at every interval.
func (a *App) repeat(ctx context.Context, name string, every time.Duration, do func(context.Context) error) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if err := unharmed(ctx, do); err != nil && ctx.Err() == nil {
			a.Log.Error("background work failed", "work", name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// unharmed does something and makes a failure of its panic: a mistake in what goes on beside the requests must not end the process,
// and with it everybody's exam, each time it is started again.
func unharmed(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do(ctx)
}

// beatAndTick says that this process lives, and then lets what is due happen: in this order, because time lost to an outage
// must be given back before anybody is handed in (decision 18).
func (a *App) beatAndTick() func(context.Context) error {
	var last time.Time
	return func(ctx context.Context) error {
		if now := a.DB.Now(); now.Sub(last) >= uptime.Interval {
			silence, err := a.uptime.Beat(ctx)
			if err != nil {
				return err
			}
			if silence > 0 {
				a.Log.Warn("no server was alive", "for", silence)
			}
			last = now
		}
		return a.Tick(ctx)
	}
}

// Tick lets happen what the clock has made due. It may be called by any process at any time.
func (a *App) Tick(ctx context.Context) error { return a.Exams.Due(ctx, a.DB.Now()) }

// Remind tells people what they should begin soon. It may be called by any process at any time: nobody is told twice.
func (a *App) Remind(ctx context.Context) error { return a.hooks.remind(ctx, a.DB) }

func (a *App) seal(ctx context.Context) error {
	_, err := a.Audit.SealPending(ctx)
	return err
}
