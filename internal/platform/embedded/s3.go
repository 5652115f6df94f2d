package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	// S3Host is the host that every request to the embedded server is signed
	// for. It is never resolved: requests travel over the socket, and the
	// public handler puts it in the place of whatever name the browser used.
	// So a presigned path works under every name of the machine.
	S3Host = "s3.embedded.invalid"

	s3Socket = "s3.sock"

	// heirPatience is how long a request waits while the server passes from
	// one process to the next, which looks each joinPause.
	heirPatience = 10 * time.Second
)

// S3 is an S3 server on a unix socket: run for this process, or by another one
// and only used here (AttachS3), until that one ends where this one is its heir.
type S3 struct {
	keys      keyPair
	socketDir string
	transport *http.Transport

	lock    *lock // nil when attached
	cancel  context.CancelFunc
	done    chan struct{} // closed when the server has ended; nil when attached
	err     error         // why; read after done
	stop    sync.Once
	stopErr error

	heir func() *S3 // ends the waiting; what was inherited, nil for nothing
}

// ServeS3 runs an S3 server until ctx ends, and returns when it has ended. It
// is given and not called by name, so that who only uses the server is not
// compiled with it: gateway.Serve runs it inside this process, s3child.Serve
// in another.
type ServeS3 func(ctx context.Context, s S3Serving) error

// S3Serving is what a server serves, and to whom.
type S3Serving struct {
	Dir                  string // its own folder
	Socket               string // it listens there; the folder exists, the socket doesn't
	AccessKey, SecretKey string
	Logger               *slog.Logger `json:"-"`
}

// S3Options says where the server keeps its objects (Dir/s3), and what runs it.
type S3Options struct {
	Dir     string
	Serve   ServeS3 // not needed to join the server of another process
	Logger  *slog.Logger
	Passing bool // a command runs it, and ends soon: others wait instead of joining
	Heir    bool // who joined the server of another process runs it as soon as that one ends, in whatever way
}

func (o S3Options) complete() (S3Options, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(o.Dir)
	o.Dir = dir
	return o, err
}

// OpenS3 runs the server of o.Dir, or joins that of another process.
func OpenS3(ctx context.Context, o S3Options) (s *S3, err error) {
	if o, err = o.complete(); err != nil {
		return nil, err
	}
	s, ours, err := startOrJoin(ctx, o.Logger,
		func() (*S3, error) { return StartS3(ctx, o) },
		func() (*S3, error) { return AttachS3(o.Dir) })
	if err == nil && !ours && o.Heir {
		s.inherit(o)
	}
	return s, err
}

// inherit waits for the end of the process that runs the server, and runs it
// then. Requests find it by the lock's record, whoever runs it.
func (s *S3) inherit(o S3Options) {
	once := s.transport.DialContext
	s.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		for deadline := time.Now().Add(heirPatience); ; {
			conn, err := once(ctx, network, address)
			if err == nil || time.Now().After(deadline) || pause(ctx, joinPause) != nil {
				return conn, err
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	taken := make(chan *S3, 1)
	go func() { taken <- takeOver(ctx, o) }()
	s.heir = func() *S3 { cancel(); return <-taken }
}

// takeOver is nil when ctx ended before.
func takeOver(ctx context.Context, o S3Options) *S3 {
	said := ""
	for {
		s, err := StartS3(ctx, o)
		if err == nil {
			o.Logger.Info("this process runs the object storage from now on: the one that did has ended")
			return s
		}
		if why := err.Error(); !errors.Is(err, ErrRunning) && ctx.Err() == nil && why != said {
			o.Logger.Error("the object storage cannot be taken over, and is tried again", "error", err)
			said = why
		}
		if pause(ctx, joinPause) != nil {
			return nil
		}
	}
}

// JoinS3 joins the server of another process, and waits while that is starting
// it: its database is there first.
func JoinS3(ctx context.Context, o S3Options) (s *S3, err error) {
	if o, err = o.complete(); err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	s, _, err = startOrJoin(waiting, o.Logger,
		func() (*S3, error) { return nil, ErrRunning },
		func() (*S3, error) { return AttachS3(o.Dir) })
	return s, err
}

// StartS3 runs the server until Stop.
func StartS3(ctx context.Context, o S3Options) (s *S3, err error) {
	if o, err = o.complete(); err != nil {
		return nil, err
	}
	if o.Serve == nil {
		return nil, errors.New("no S3 server was given to start")
	}
	if err := os.MkdirAll(o.Dir, 0o711); err != nil {
		return nil, err
	}
	held, err := takeLock(s3Lock(o.Dir))
	if err != nil {
		return nil, err
	}
	s = &S3{lock: held}
	if err := s.start(ctx, o); err != nil {
		return nil, errors.Join(err, s.shut())
	}
	return s, nil
}

func s3Lock(dir string) string { return filepath.Join(dir, "s3.lock") }

func (s *S3) start(ctx context.Context, o S3Options) (err error) {
	dir := o.Dir
	if err := s.lock.clearLeftovers(); err != nil {
		return err
	}
	if s.keys, err = loadKeys(keysPath(dir), true); err != nil {
		return err
	}
	here := account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}
	if s.socketDir, err = socketDir(filepath.Join(dir, "s3", "run"), s3Socket, here); err != nil {
		return err
	}
	s.transport = socketTransport(func() (string, error) { return s.socketDir, nil })
	s.serve(o.Serve, S3Serving{
		Dir: filepath.Join(dir, "s3"), Socket: filepath.Join(s.socketDir, s3Socket),
		AccessKey: s.keys.Access, SecretKey: s.keys.Secret, Logger: o.Logger,
	})
	if err := s.awaitReady(ctx); err != nil {
		return err
	}
	return s.lock.write(lockRecord{PID: os.Getpid(), SocketDir: s.socketDir, Passing: o.Passing})
}

func (s *S3) serve(server ServeS3, what S3Serving) {
	_ = os.Remove(what.Socket) // of a killed process; the lock is ours
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.done = cancel, make(chan struct{})
	go func() {
		defer close(s.done)
		s.err = server(ctx, what)
	}()
}

// awaitReady waits for an answer, not for a connection: the socket is bound
// before the server has taken it over, and a server stopped in between would
// leave it behind.
func (s *S3) awaitReady(ctx context.Context) error {
	for {
		if s.answers(ctx) {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("S3 server did not start: %w", s.err)
		default:
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return fmt.Errorf("S3 server not ready: %w", err)
		}
	}
}

// answers says whether the server answers a request, however it answers it.
func (s *S3) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, "http://"+S3Host+"/", nil)
	if err != nil {
		return false
	}
	answer, err := s.transport.RoundTrip(request)
	if err != nil {
		return false
	}
	return answer.Body.Close() == nil
}

// AttachS3 uses the server that another process runs for dir, or returns
// ErrNotRunning or ErrPassing.
func AttachS3(dir string) (*S3, error) {
	record, err := joinable(s3Lock(dir))
	if err != nil {
		return nil, err
	}
	keys, err := loadKeys(keysPath(dir), false)
	if err != nil {
		return nil, err
	}
	return &S3{keys: keys, socketDir: record.SocketDir, transport: socketTransport(func() (string, error) {
		record, err := readLock(s3Lock(dir))
		return record.SocketDir, err
	})}, nil
}

// Endpoint is the server's address for a client that uses Transport.
func (s *S3) Endpoint() string { return S3Host }

// AccessKey and SecretKey are the pair that was generated for this directory.
func (s *S3) AccessKey() string { return s.keys.Access }

// SecretKey belongs to AccessKey. Never log it.
func (s *S3) SecretKey() string { return s.keys.Secret }

// Transport leads every request to the server's socket, whatever its host.
func (s *S3) Transport() http.RoundTripper { return s.transport }

// Done is closed when the server has ended, by Stop or by itself; it is nil
// for a server of another process.
func (s *S3) Done() <-chan struct{} { return s.done }

// Stop lets running requests finish (some seconds) and ends the server, also
// one that was inherited. It does nothing to a server of another process.
func (s *S3) Stop(ctx context.Context) error {
	if s.heir != nil {
		s.stop.Do(func() {
			if inherited := s.heir(); inherited != nil {
				s.stopErr = inherited.Stop(ctx)
			}
		})
		return s.stopErr
	}
	if s.lock == nil {
		return nil
	}
	s.stop.Do(func() {
		s.cancel()
		select {
		case <-s.done:
			s.stopErr = errors.Join(s.err, s.shut())
		case <-ctx.Done():
			s.stopErr = fmt.Errorf("S3 server is still busy: %w", ctx.Err())
		}
	})
	return s.stopErr
}

// shut undoes what the start did outside the server itself.
func (s *S3) shut() error {
	var errs []error
	if s.cancel != nil {
		s.cancel()
		<-s.done
	}
	if isTemporary(s.socketDir) {
		errs = append(errs, os.RemoveAll(s.socketDir))
	}
	return errors.Join(append(errs, s.lock.release())...)
}

// socketTransport asks for the socket's folder at each connection: whoever
// runs the server next has another one.
func socketTransport(dir func() (string, error)) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			at, err := dir()
			if err != nil {
				return nil, err
			}
			return (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", filepath.Join(at, s3Socket))
		},
		// The server answers a refused upload without reading its body, and
		// would take the rest for the connection's next request: with reuse,
		// one person could be sent the answer to another's. A new connection
		// to a socket costs next to nothing.
		DisableKeepAlives:  true,
		DisableCompression: true, // objects travel as they are
	}
}
