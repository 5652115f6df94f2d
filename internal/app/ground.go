package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/migrations"
)

// maxSkew is how far the machine's clock may be from the database's for a process to start at all (decision 3).
const maxSkew = 2 * time.Second

// alarmSkew is how far a running process may find itself from the database's clock before somebody must look (threat 12).
const alarmSkew = 500 * time.Millisecond

// Ground is what every command stands on: the database, the object storage and one clock.
type Ground struct {
	Config config.Config
	Log    *slog.Logger
	Clock  clock.Clock
	DSN    string // how PostgreSQL's own programs reach the database
	DB     *db.DB
	Files  objectstore.Store

	serveS3  embedded.ServeS3
	postgres *embedded.Postgres
	s3       *embedded.S3
	ours     bool // this process started the embedded servers and stops them
	passing  bool // a command stands on it, and ends soon
}

// ErrServed means that another server runs the embedded database of this data directory: whoever joined it would lose the database when
// that one stops.
var ErrServed = errors.New("another server is using this data directory")

// OpenGround starts the embedded servers, or connects to external ones, and brings the schema up to date. serve is what runs
// the embedded object storage; c is nil for the database's own time. Errors: ErrServed.
func OpenGround(ctx context.Context, cfg config.Config, log *slog.Logger, serve embedded.ServeS3, c clock.Clock) (*Ground, error) {
	return migrated(ctx, &Ground{Config: cfg, Log: log, serveS3: serve, Clock: c})
}

// OpenPassingGround is OpenGround for a command that ends soon. It joins the servers of a process that stays (decision 33); whoever starts
// meanwhile waits for its end, instead of joining servers that are gone then.
func OpenPassingGround(ctx context.Context, cfg config.Config, log *slog.Logger, serve embedded.ServeS3) (*Ground, error) {
	return migrated(ctx, &Ground{Config: cfg, Log: log, serveS3: serve, passing: true})
}

func migrated(ctx context.Context, g *Ground) (*Ground, error) {
	err := g.open(ctx)
	if err == nil {
		err = migrations.Up(ctx, g.DB.SQL())
	}
	if err == nil {
		err = jobs.Migrate(ctx, g.DB.SQL())
	}
	if err != nil {
		return nil, errors.Join(err, g.Close(context.WithoutCancel(ctx)))
	}
	return g, nil
}

// OpenEmptyGround is the ground into which a backup is restored: it refuses a database that holds tables.
func OpenEmptyGround(ctx context.Context, cfg config.Config, log *slog.Logger, serve embedded.ServeS3) (*Ground, error) {
	g := &Ground{Config: cfg, Log: log, serveS3: serve, passing: true}
	err := g.open(ctx)
	if err == nil {
		var tables int
		err = g.DB.SQL().QueryRowContext(ctx, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables)
		if err == nil && tables > 0 {
			err = errors.New("the database is not empty: restore into another data directory or database")
		}
	}
	if err != nil {
		return nil, errors.Join(err, g.Close(context.WithoutCancel(ctx)))
	}
	return g, nil
}

// open leaves what it has opened also when it fails, so that the caller can close it.
func (g *Ground) open(ctx context.Context) (err error) {
	if g.Clock == nil {
		g.Clock = clock.NewSystem()
	}
	if g.DSN, err = g.database(ctx); err != nil {
		return err
	}
	if g.DB, err = db.Open(ctx, g.DSN, g.Clock); err != nil {
		return err
	}
	if err := g.StartClock(ctx); err != nil {
		return err
	}
	return g.openFiles(ctx)
}

func (g *Ground) database(ctx context.Context) (dsn string, err error) {
	if !g.Config.EmbeddedDatabase() {
		return g.Config.DatabaseURL.Reveal(), nil
	}
	g.postgres, g.ours, err = embedded.OpenPostgres(ctx, embedded.PostgresOptions{Dir: g.Config.Data, WAL: g.Config.WALDir, Logger: g.Log, Passing: g.passing})
	if err != nil {
		return "", err
	}
	if !g.ours && !g.passing {
		return "", fmt.Errorf("%w: %s. Use that one, stop it first, or choose another directory with DATA; several servers at once need an external database (DATABASE_URL)",
			ErrServed, g.postgres.Holder())
	}
	return g.postgres.DSN(embedded.Database), nil
}

// Announce lets who else wants to serve this data directory know where this process does.
func (g *Ground) Announce(address string) error {
	if g.postgres == nil {
		return nil
	}
	return g.postgres.Announce(address)
}

// StartClock sets the process's clock by the database's; it refuses a machine whose clock is far off.
func (g *Ground) StartClock(ctx context.Context) error {
	ahead, err := g.followClock(ctx, maxSkew)
	if err == nil && ahead.Abs() > maxSkew {
		side := "behind"
		if ahead < 0 {
			side = "ahead of"
		}
		err = fmt.Errorf("this machine's clock is %s %s the database's: set it right first (at most %s)", ahead.Abs().Round(time.Millisecond), side, maxSkew)
	}
	return err
}

// FollowClock follows the database's clock, which is the one clock of all processes (decision 3). A step of more than alarmSkew
// raises the alarm: somebody set a clock, or the machine slept. It is followed all the same, or this process would judge
// deadlines by another time than the next one.
func (g *Ground) FollowClock(ctx context.Context) error {
	ahead, err := g.followClock(ctx, math.MaxInt64)
	if err == nil && ahead.Abs() > alarmSkew {
		g.Log.Error("alarm: the clock stepped", "by", ahead)
	}
	return err
}

// followClock moves the process's clock by at most so much and returns how far the database's was ahead of it. A clock that
// is moved by hand follows nothing.
func (g *Ground) followClock(ctx context.Context, most time.Duration) (ahead time.Duration, err error) {
	system, ok := g.Clock.(*clock.System)
	if !ok {
		return 0, nil
	}
	sent := system.Now()
	now, err := g.DB.DatabaseNow(ctx)
	if err != nil {
		return 0, err
	}
	return system.Follow(sent, now, system.Now(), most), nil
}

func (g *Ground) openFiles(ctx context.Context) error {
	c := objectstore.Config{
		Endpoint: g.Config.S3.Endpoint, UseTLS: g.Config.S3.UseTLS, Region: g.Config.S3.Region, Bucket: g.Config.S3.Bucket,
		AccessKey: g.Config.S3.AccessKey.Reveal(), SecretKey: g.Config.S3.SecretKey.Reveal(), PublicEndpoint: g.Config.S3.PublicEndpoint,
	}
	if g.Config.EmbeddedS3() {
		if err := g.embeddedS3(ctx); err != nil {
			return err
		}
		c.Endpoint, c.UseTLS, c.SameOrigin = g.s3.Endpoint(), false, true
		c.AccessKey, c.SecretKey, c.Transport = g.s3.AccessKey(), g.s3.SecretKey(), g.s3.Transport()
	}
	files, err := objectstore.New(c)
	if err != nil {
		return err
	}
	g.Files = files
	if err := files.EnsureBucket(ctx); err != nil {
		if g.Config.EmbeddedS3() {
			return err
		}
		// Exams run without the object store; what needs it says so when it is used.
		g.Log.Warn("the object store does not answer", "error", err)
	}
	return nil
}

func (g *Ground) embeddedS3(ctx context.Context) (err error) {
	o := embedded.S3Options{Dir: g.Config.Data, Serve: g.serveS3, Logger: g.Log, Passing: g.passing, Heir: !g.passing}
	if !g.ours && g.Config.EmbeddedDatabase() {
		g.s3, err = embedded.JoinS3(ctx, o)
	} else {
		g.s3, err = embedded.OpenS3(ctx, o)
	}
	return err
}

// Close ends the connections and, when this process started them, the embedded servers.
func (g *Ground) Close(ctx context.Context) error {
	var failures []error
	if g.DB != nil {
		failures = append(failures, g.DB.Close())
	}
	if g.s3 != nil {
		failures = append(failures, g.s3.Stop(ctx))
	}
	if g.postgres != nil {
		failures = append(failures, g.postgres.Stop(ctx))
	}
	return errors.Join(failures...)
}
