package app

import (
	"context"
	"path/filepath"
	"time"

	"github.com/peikao/peikao/internal/backup"
)

const (
	backupCheckInterval = 10 * time.Minute
	backupHour          = 3 // in the organisation's zone
	backupsKept         = 14
)

// nightlyBackup backs the embedded database up once a night, by default and without being asked (decision 32). An external
// database is its operator's to back up. A machine that was off at night catches up when it is on again.
func (a *App) nightlyBackup() func(context.Context) error {
	dir := filepath.Join(a.Config.Data, "backup")
	return func(ctx context.Context) error {
		if !a.Config.EmbeddedDatabase() || len(a.options.Demo) > 0 || !a.ours {
			return nil
		}
		due := lastNight(a.DB.Now(), backupHour, a.Config.Timezone)
		folders, err := backup.List(dir)
		if err != nil {
			return err
		}
		if len(folders) > 0 && !backup.MadeAt(folders[0]).Before(due) {
			return nil
		}
		folder, err := a.Backup(ctx, dir)
		if err != nil {
			return err
		}
		a.Log.Info("backup written", "folder", folder)
		return backup.Prune(dir, backupsKept)
	}
}

// lastNight is the latest moment at or before now at which it was that hour in the zone.
func lastNight(now time.Time, hour int, zone *time.Location) time.Time {
	local := now.In(zone)
	due := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, zone)
	if due.After(now) {
		due = due.AddDate(0, 0, -1)
	}
	return due
}
