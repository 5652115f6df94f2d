package app

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/peikao/peikao/internal/platform/diskspace"
)

const (
	diskInterval = time.Minute
	// diskAlarm is the share of the disk from which somebody must look (threat 28).
	diskAlarm = 0.8

	reserveSize  = 1 << 30
	reserveSpare = 9 << 30 // what must stay free beside a reserve
)

// diskWatch raises the alarm when the disk of a directory fills, and sets a reserve aside on it that may be deleted then.
type diskWatch struct {
	dir      string
	what     string // stands there
	log      *slog.Logger
	measure  func(dir string) (diskspace.Space, error)
	watches  bool // the embedded database is this process's; the disk of an external one is its operator's to watch
	reserves bool // a demo must not take a gigabyte of somebody's laptop

	used    atomic.Uint64 // bits of a float64
	alarmed bool
}

func newDiskWatch(g *Ground, o Options) *diskWatch {
	return &diskWatch{
		dir: g.Config.Data, what: "data directory", log: g.Log, measure: diskspace.Of,
		watches: g.Config.EmbeddedDatabase() && g.ours, reserves: len(o.Demo) == 0,
	}
}

// newLogWatch watches the volume of the write-ahead log, where it has one of its own: when that is full, PostgreSQL ends.
func newLogWatch(g *Ground, o Options) *diskWatch {
	w := newDiskWatch(g, o)
	w.dir, w.what = "", "write-ahead log"
	if g.ours {
		w.dir = g.postgres.WALVolume()
	}
	w.watches = w.watches && w.dir != ""
	return w
}

func (a *App) lookAtDisks(ctx context.Context) error {
	return errors.Join(a.disk.look(ctx), a.logDisk.look(ctx))
}

// Used is the share of the disk that is taken, 0 to 1; 0 where nobody watches.
func (w *diskWatch) Used() float64 { return math.Float64frombits(w.used.Load()) }

func (w *diskWatch) look(context.Context) error {
	if !w.watches {
		return nil
	}
	space, err := w.measure(w.dir)
	if err != nil {
		return err
	}
	w.used.Store(math.Float64bits(space.Used()))
	w.alarm(space)
	if !w.reserves {
		return nil
	}
	if _, err = diskspace.Reserve(w.reserve(), reserveSize, reserveSpare, space); err != nil {
		w.reserves = false // not every file system can set room aside; that need not be said each minute
	}
	return err
}

// alarm speaks when the alarm begins and when it ends, not each minute in between.
func (w *diskWatch) alarm(s diskspace.Space) {
	full, percent := s.Used() >= diskAlarm, math.Floor(100*s.Used())
	switch {
	case full && !w.alarmed:
		w.log.Error("alarm: the disk of the "+w.what+" fills", "dir", w.dir, "percent", percent, "free_mib", s.Free>>20)
	case !full && w.alarmed:
		w.log.Warn("the disk of the "+w.what+" has room again", "percent", percent)
	}
	w.alarmed = full
}

func (w *diskWatch) reserve() string { return filepath.Join(w.dir, "reserve") }
