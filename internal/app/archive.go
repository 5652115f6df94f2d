package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/diskspace"
)

const (
	archiveInterval = 20 * time.Second
	// archiveAlarm is what may be lost with the data directory (threat 32).
	archiveAlarm = time.Minute

	baseCheckInterval = time.Minute
	baseHour          = 4 // after the backup of the night

	// backupFull is the share of a disk from which nothing is written for the backups' sake, once less than backupSpare is free too: the rest is
	// the exams', which may be on the same disk.
	backupFull  = 0.95
	backupSpare = 2 << 30 // bytes
)

// keeper writes the backups of the embedded database while it runs: the log ahead and new files every few seconds, a base
// each night.
type keeper struct {
	*Ground
	on      bool
	measure func(dir string) (diskspace.Space, error)

	mu      sync.Mutex
	archive *backup.Archive
	mirror  *backup.Mirror
	began   time.Time
	listing time.Time // of the files, not before
	alarmed bool
}

func newKeeper(g *Ground, o Options) *keeper {
	return &keeper{Ground: g, on: g.Config.EmbeddedDatabase() && len(o.Demo) == 0 && g.ours, measure: diskspace.Of}
}

// follows tells whether the database can be brought to any moment.
func (k *keeper) follows() bool { return k.on && k.Config.BackupDays > 0 }

// open makes what needs the keys, once.
func (k *keeper) open() (*backup.Archive, *backup.Mirror, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.archive != nil {
		return k.archive, k.mirror, nil
	}
	to, err := backup.Recipients(k.Config.Data, k.Config.BackupKeys, k.DB.Now())
	if err != nil {
		return nil, nil, err
	}
	k.began = k.DB.Now()
	k.archive = &backup.Archive{DB: k.DB, DSN: k.DSN, Dir: k.Config.BackupDir, To: to}
	k.mirror = &backup.Mirror{Files: k.Files, Dir: k.Config.BackupDir, To: to}
	return k.archive, k.mirror, nil
}

// ready tells why nothing can be written for the backups now.
func (k *keeper) ready() error {
	if err := backup.Present(k.Config.Data, k.Config.BackupDir); err != nil {
		return err
	}
	if err := backup.Prepare(k.Config.Data, k.Config.BackupDir); err != nil {
		return err
	}
	space, err := k.measure(k.Config.BackupDir)
	if err == nil && tooFull(space) {
		err = fmt.Errorf("备份所在的磁盘已满 (the disk of the backups is full): %s, %d MiB free", k.Config.BackupDir, space.Free>>20)
	}
	return err
}

// tooFull tells whether what is left of a disk is the exams'.
func tooFull(s diskspace.Space) bool { return s.Used() >= backupFull && s.Free < backupSpare }

// follow keeps the archive at most archiveAlarm behind, and says so when it cannot. It never keeps anybody from working.
func (k *keeper) follow(ctx context.Context) error {
	if !k.on {
		return nil
	}
	archive, mirror, err := k.open()
	if err != nil {
		return err
	}
	if !k.follows() {
		return archive.End(ctx)
	}
	err = k.ready()
	if err == nil {
		err = errors.Join(archive.Follow(ctx, k.DB.Now()), k.copyFiles(ctx, mirror))
	}
	if errors.Is(err, backup.ErrBroken) {
		k.Log.Error("alarm: the archive of the database begins anew; moments before it can only be reached in the older part", "error", err)
	}
	k.alarm(err)
	return err
}

// copyFiles copies the files that are new. A listing of very many takes a while, and at most a twentieth of the time is spent on it.
func (k *keeper) copyFiles(ctx context.Context, mirror *backup.Mirror) error {
	begin := k.DB.Now()
	if begin.Before(k.listing) {
		return nil
	}
	err := mirror.Copy(ctx, nil)
	end := k.DB.Now()
	k.listing = end.Add(20 * end.Sub(begin))
	return err
}

// Lag is how much work is not in the archive yet, 0 where none is kept.
func (k *keeper) Lag() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.follows() || k.archive == nil {
		return 0
	}
	since := k.archive.Whole()
	if since.IsZero() {
		since = k.began
	}
	return k.DB.Now().Sub(since)
}

// alarm speaks when the alarm begins and when it ends.
func (k *keeper) alarm(reason error) {
	lag := k.Lag()
	switch late := lag > archiveAlarm; {
	case late && !k.alarmed:
		k.Log.Error("alarm: the archive of the database lags; this much work would be lost with the data directory", "lag", lag.Round(time.Second), "error", reason)
		k.alarmed = true
	case !late && k.alarmed:
		k.Log.Warn("the archive of the database is whole again")
		k.alarmed = false
	}
}

// base copies the whole cluster once a night, and at once where the line of the archive has none.
func (k *keeper) base(ctx context.Context) error {
	if !k.follows() {
		return nil
	}
	archive, _, err := k.open()
	if err != nil {
		return err
	}
	if err := k.ready(); err != nil {
		return err
	}
	if archive.Whole().IsZero() { // it begins the line
		if err := archive.Follow(ctx, k.DB.Now()); err != nil {
			return err
		}
	}
	newest, err := archive.NewestBase()
	if err != nil || !newest.Before(lastTimeAt(baseHour, k.DB.Now(), k.Config.Timezone)) {
		return err
	}
	begin := k.DB.Now()
	if err := archive.Base(ctx, k.DB.Now); err != nil {
		return err
	}
	k.Log.Info("base of the archive written", "took", k.DB.Now().Sub(begin).Round(time.Millisecond))
	return archive.Thin(k.DB.Now().AddDate(0, 0, -k.Config.BackupDays))
}

// KeyKept is an error while the key of the backups stands nowhere but on the machine whose loss the backups are for.
func KeyKept(c config.Config) error {
	if c.BackupKeys != "" || backup.KeyIsKept(c.Data) {
		return nil
	}
	return errors.New("备份的密钥只在这台机器上：请运行 peikao backup key --save 文件，把密钥存到别处，否则机器坏了备份也打不开 " +
		"(the key of the backups is on this machine only: run `peikao backup key --save FILE`)")
}
