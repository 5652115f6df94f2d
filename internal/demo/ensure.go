package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/migrations"
)

// seed is the one of the demo that everybody sees.
const seed = 20260301

// Ensure makes the demo clinic in an empty database, or takes the one that is there, sees to it that an exam is open, and
// returns who can sign in. It refuses a database that holds another organisation.
func Ensure(ctx context.Context, g *app.Ground, log *slog.Logger) (accounts []app.DemoAccount, err error) {
	unlock, err := lock(ctx, g.DB)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	mark, found, err := readMark(ctx, g.DB)
	if err != nil {
		return nil, err
	}
	if found && mark.State == making {
		if err := throwAway(ctx, g, log); err != nil {
			return nil, err
		}
		found = false
	}
	sec, fresh, err := secret(g.Config.Data)
	switch {
	case err != nil:
		return nil, err
	case found && fresh:
		return nil, fmt.Errorf("%s was missing from %s, so nobody knows the demo's passwords: throw the demo away (make demo-reset) or put the file back", secretFile, g.Config.Data)
	case found:
		err = keepExamOpen(ctx, g, mark)
	default:
		err = begin(ctx, g, log, sec)
	}
	if err != nil {
		return nil, err
	}
	return accountsOf(sec), nil
}

// begin makes the clinic. The mark stands before the first row of it, so that a making that is interrupted is known for one.
func begin(ctx context.Context, g *app.Ground, log *slog.Logger, secret []byte) error {
	fresh, err := isEmpty(ctx, g.DB)
	if err != nil {
		return err
	}
	if !fresh {
		return errors.New("this database holds an organisation that is not the demo clinic: use an empty database or another data directory")
	}
	started := g.DB.Now()
	log.Info("making the demo clinic")
	mark := Mark{Seed: seed, Anchor: clockOn(started, g.Config.Timezone, 0, 0, 0).UTC(), State: making}
	if err := writeMark(ctx, g.DB, mark); err != nil {
		return err
	}
	files, err := makeMedia(ctx, log)
	if err != nil {
		return err
	}
	if mark.ExamClosesAt, err = makeClinic(ctx, g, mark, secret, files); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	mark.State = ready
	if err := writeMark(ctx, g.DB, mark); err != nil {
		return err
	}
	log.Info("the demo clinic is made", "took", g.DB.Now().Sub(started).Round(10*time.Millisecond))
	return nil
}

// keepExamOpen publishes another exam when the last one has closed.
func keepExamOpen(ctx context.Context, g *app.Ground, mark Mark) (err error) {
	now := g.DB.Now()
	if now.Before(mark.ExamClosesAt) {
		return nil
	}
	a, err := app.New(ctx, g, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	if mark.ExamClosesAt, err = publishOpenExam(ctx, a, now); err != nil {
		return err
	}
	return writeMark(ctx, g.DB, mark)
}

// throwAway empties what an interrupted making left. It does so in the program's own database alone: in another one there may
// be things of somebody else.
func throwAway(ctx context.Context, g *app.Ground, log *slog.Logger) error {
	if !g.Config.EmbeddedDatabase() {
		return errors.New("the making of the demo clinic was interrupted: give it an empty database")
	}
	log.Warn("the making of the demo clinic was interrupted: beginning again")
	if err := dropEverything(ctx, g.DB); err != nil {
		return err
	}
	if err := errors.Join(migrations.Up(ctx, g.DB.SQL()), jobs.Migrate(ctx, g.DB.SQL())); err != nil {
		return err
	}
	if !g.Config.EmbeddedS3() {
		return nil
	}
	var keys []string
	if err := g.Files.List(ctx, "", func(o objectstore.Info) error { keys = append(keys, o.Key); return nil }); err != nil {
		return err
	}
	for _, key := range keys {
		if err := g.Files.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// accountsOf are those who can sign in, in the order in which a visitor would try them.
func accountsOf(secret []byte) []app.DemoAccount {
	byLogin := map[string]*member{}
	for _, m := range cast() {
		byLogin[m.Login] = m
	}
	var out []app.DemoAccount
	for _, login := range []string{
		"zixun1", "zixun2", "dianhua1", "yunying1", "zuzhang1", "zhuguan1", "peixun1", "yuejuan1", "yuanzhang1", "hr1", "hr2", "jiandu1", "gaoceng1", "admin1",
	} {
		m := byLogin[login]
		out = append(out, app.DemoAccount{Login: login, Password: password(secret, login), Role: m.Title, Name: m.Name})
	}
	return out
}
