package app

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/backup"
)

const (
	backupCheckInterval = 10 * time.Minute
	backupHour          = 3 // in the organisation's zone
	backupsKept         = 14
)

// nightly backs the embedded database up once a night, by default and without being asked (decision 32). An external
// database is its operator's to back up. A machine that was off at night catches up when it is on again.
func (k *keeper) nightly(ctx context.Context) error {
	if !k.on {
		return nil
	}
	dir := k.Config.BackupDir
	due := lastTimeAt(backupHour, k.DB.Now(), k.Config.Timezone)
	folders, err := backup.List(dir)
	if err != nil {
		return err
	}
	if len(folders) > 0 && !backup.MadeAt(folders[0]).Before(due) {
		return nil
	}
	if err := k.ready(); err != nil {
		k.Log.Error("alarm: no backup was written", "error", err)
		return err
	}
	folder, err := k.Backup(ctx, dir)
	if err != nil {
		return err
	}
	k.Log.Info("backup written", "folder", folder)
	if err := KeyKept(k.Config); err != nil {
		k.Log.Warn(err.Error())
	}
	return backup.Prune(dir, backupsKept)
}

// lastTimeAt is the latest moment at or before now at which something was due that is done at this hour of every day.
func lastTimeAt(hour int, now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	due := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, zone)
	if due.After(now) {
		due = due.AddDate(0, 0, -1)
	}
	return due
}
