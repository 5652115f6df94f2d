package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// postgresSocket is the file that the server makes in its socket directory.
	postgresSocket = ".s.PGSQL.5432"

	superuser = "postgres"

	defaultMaxConnections = 120

	defaultKeptLog = 512

	leastPriority = 19

	// startPatience is how long a start is retried. After kill -9 of the
	// postmaster its orphans hold the shared memory for up to 5 s.
	startPatience = 30 * time.Second
)

// Postgres is a PostgreSQL server on a unix socket: started by this process,
// or started by another one and only used here (AttachPostgres).
type Postgres struct {
	socketDir string
	data      string
	options   PostgresOptions
	account   account
	settings  [][2]string // beside the ones of every server
	record    lockRecord  // what the lock's holder tells

	lock    *lock    // nil when attached
	walLock *lock    // of a log outside the cluster; nil for one inside
	process *process // nil when attached
	stop    sync.Once
	stopErr error
}

// PostgresOptions says where and how the server runs.
type PostgresOptions struct {
	Dir            string // data directory; the cluster is under Dir/pg
	WAL            string // directory on a volume of its own for the write-ahead log; "" leaves the log where it is
	MaxConnections int    // 0 means 120
	Logger         *slog.Logger
	Passing        bool // a command runs it, and ends soon: others wait instead of joining

	// KeptLog bounds the log that waits for a slow or full archive, in MiB; 0 means 512. Past it the archive has a gap, and
	// the work goes on.
	KeptLog int

	// Environment is what the server's process finds beside PATH, language and zone, for tests that tamper with its clock.
	Environment []string
	// Nice lets every other program go before it.
	Nice bool
	// Ephemeral is for tests: data may be lost, so commits don't wait for the
	// disk and Stop doesn't write a last checkpoint.
	Ephemeral bool
	// Fsync keeps an ephemeral server durable, for tests of durability. A
	// server that is not ephemeral is always durable.
	Fsync bool
}

// StartPostgres starts the server of o.Dir and returns when it takes
// connections. An empty directory gets a new cluster; after a crash the server
// recovers first. Errors: ErrRunning, ErrNoServer, ErrMajor.
func StartPostgres(ctx context.Context, o PostgresOptions) (pg *Postgres, err error) {
	o, err = o.complete()
	if err != nil {
		return nil, err
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	home, err := settle(o.Dir, owner, o.Ephemeral)
	if err != nil {
		return nil, err
	}
	held, err := takeLock(postgresLock(o.Dir))
	if err != nil {
		return nil, err
	}
	pg = &Postgres{data: filepath.Join(home, "data"), options: o, account: owner, lock: held}
	if err := pg.start(ctx, home); err != nil {
		return nil, errors.Join(err, pg.clean())
	}
	return pg, nil
}

// OpenPostgres starts the server of o.Dir, or joins that of another process
// (decision 33), which then is not ours to stop.
func OpenPostgres(ctx context.Context, o PostgresOptions) (pg *Postgres, ours bool, err error) {
	if o, err = o.complete(); err != nil {
		return nil, false, err
	}
	return startOrJoin(ctx, o.Logger,
		func() (*Postgres, error) { return StartPostgres(ctx, o) },
		func() (*Postgres, error) { return AttachPostgres(o.Dir) })
}

func postgresLock(dir string) string { return filepath.Join(dir, "pg.lock") }

func (o PostgresOptions) complete() (PostgresOptions, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxConnections == 0 {
		o.MaxConnections = defaultMaxConnections
	}
	if o.KeptLog == 0 {
		o.KeptLog = defaultKeptLog
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return o, err
	}
	o.Dir = dir
	if o.WAL != "" {
		o.WAL, err = filepath.Abs(o.WAL)
	}
	return o, err
}

func (pg *Postgres) start(ctx context.Context, home string) error {
	server, fresh, err := pg.installed()
	if err != nil {
		return err
	}
	if fresh {
		if err := initCluster(ctx, server, pg.account, pg.data, pg.options.Ephemeral); err != nil {
			return err
		}
	}
	if err := pg.lock.clearLeftovers(); err != nil {
		return err
	}
	if pg.socketDir, err = socketDir(filepath.Join(home, "run"), postgresSocket, pg.account); err != nil {
		return err
	}
	if err := pg.startPatiently(ctx, server); err != nil {
		return err
	}
	pg.record = lockRecord{PID: os.Getpid(), SocketDir: pg.socketDir, Passing: pg.options.Passing}
	return pg.lock.write(pg.record)
}

// installed is the installation that fits the cluster; fresh when there is none yet.
func (pg *Postgres) installed() (server installation, fresh bool, err error) {
	major, err := clusterMajor(pg.data)
	if err != nil {
		return installation{}, false, err
	}
	server, err = choose(installations("/usr/lib/postgresql"), major, pg.data)
	return server, major == 0, err
}

// startPatiently retries while remains of a killed server stand in the way.
func (pg *Postgres) startPatiently(ctx context.Context, server installation) error {
	deadline := time.Now().Add(startPatience)
	evicting, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	if err := evict(evicting, pg.data); err != nil {
		return err
	}
	if err := pg.settleWAL(ctx, server, deadline); err != nil {
		return err
	}
	return pg.run(ctx, server, deadline)
}

func (pg *Postgres) run(ctx context.Context, server installation, deadline time.Time) error {
	for {
		p, err := spawn(server.program("postgres"), pg.arguments(server.major), pg.options.Environment, pg.account, pg.options.Logger)
		if err != nil {
			return err
		}
		if pg.options.Nice {
			if err := syscall.Setpriority(syscall.PRIO_PROCESS, p.pid, leastPriority); err != nil { // its children inherit it
				return errors.Join(err, p.end(ctx, syscall.SIGQUIT))
			}
		}
		if err = p.awaitReady(ctx, pg.data); err == nil {
			pg.process = p
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(err, p.end(ctx, syscall.SIGQUIT))
		}
		if !isPassing(err.Error()) || time.Now().After(deadline) {
			return err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// isPassing knows the messages of a start that is worth trying again.
func isPassing(message string) bool {
	return strings.Contains(message, "pre-existing shared memory block") ||
		strings.Contains(message, "lock file \"")
}

// arguments are all settings; the cluster's own file stays as initdb made it,
// so that an upgrade of this program can change them.
func (pg *Postgres) arguments(major int) []string {
	settings := [][2]string{
		{"listen_addresses", ""},
		{"port", "5432"}, // names the socket file only
		{"unix_socket_directories", pg.socketDir},
		{"unix_socket_permissions", "0700"},
		{"max_connections", strconv.Itoa(pg.options.MaxConnections)},
		{"shared_buffers", "64MB"},
		{"timezone", "UTC"},
		{"log_timezone", "UTC"},
		{"lc_messages", "C"}, // errors are told apart by code, but logs are searched
		{"logging_collector", "off"},
		// Statements are many and short: to start workers or a compiler for one takes longer than it and keeps others waiting.
		{"max_parallel_workers_per_gather", "0"},
		{"jit", "off"},
		{"fsync", "on"},
		{"synchronous_commit", "on"},
		{"full_page_writes", "on"},
	}
	if pg.options.Ephemeral && !pg.options.Fsync {
		settings = append(settings, [][2]string{
			{"fsync", "off"}, {"synchronous_commit", "off"}, {"full_page_writes", "off"},
			{"autovacuum", "off"},
		}...)
	}
	if major >= 13 {
		settings = append(settings, [2]string{"max_slot_wal_keep_size", strconv.Itoa(pg.options.KeptLog) + "MB"})
	}
	arguments := []string{"-D", pg.data}
	for _, s := range append(settings, pg.settings...) {
		arguments = append(arguments, "-c", s[0]+"="+s[1])
	}
	return arguments
}

// AttachPostgres uses the server that another process runs for dir, or returns
// ErrNotRunning (also while that server is still starting or already stopping)
// or ErrPassing.
func AttachPostgres(dir string) (*Postgres, error) {
	record, err := joinable(postgresLock(dir))
	if err != nil {
		return nil, err
	}
	return &Postgres{socketDir: record.SocketDir, record: record}, nil
}

// Announce lets others know where the pages of the process that runs the
// server are. It does nothing to a server of another process.
func (pg *Postgres) Announce(address string) error {
	if pg.lock == nil {
		return nil
	}
	pg.record.Address = address
	return pg.lock.write(pg.record)
}

// Holder names the process that runs the server, with its address when it has
// announced one.
func (pg *Postgres) Holder() string {
	if pg.record.Address == "" {
		return fmt.Sprintf("process %d", pg.record.PID)
	}
	return fmt.Sprintf("process %d, at %s", pg.record.PID, pg.record.Address)
}

// DSN is the connection string of one database, for lib/pq.
func (pg *Postgres) DSN(database string) string {
	return fmt.Sprintf("host=%s port=5432 user=%s dbname=%s sslmode=disable",
		quoteDSN(pg.socketDir), superuser, quoteDSN(database))
}

func quoteDSN(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// Done is closed when the server has ended, by Stop or by itself. A process
// that only attached never learns it: the channel is nil.
func (pg *Postgres) Done() <-chan struct{} {
	if pg.process == nil {
		return nil
	}
	return pg.process.done
}

// Stop ends the server: open transactions are rolled back and a last
// checkpoint is written. It does nothing to a server of another process.
func (pg *Postgres) Stop(ctx context.Context) error {
	if pg.process == nil {
		return nil
	}
	pg.stop.Do(func() {
		signal := syscall.SIGINT // "fast"
		if pg.options.Ephemeral {
			signal = syscall.SIGQUIT // "immediate"
		}
		pg.stopErr = errors.Join(pg.process.end(ctx, signal), pg.clean())
	})
	return pg.stopErr
}

// clean removes what only a running server needs, and lets go of the lock.
func (pg *Postgres) clean() error {
	var errs []error
	if isTemporary(pg.socketDir) {
		errs = append(errs, os.RemoveAll(pg.socketDir))
	}
	if home := filepath.Dir(pg.data); pg.options.Ephemeral && isTemporary(home) {
		errs = append(errs, os.RemoveAll(home))
	}
	if pg.walLock != nil {
		errs = append(errs, pg.walLock.release())
	}
	return errors.Join(append(errs, pg.lock.release())...)
}
