package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/diskspace"
	"github.com/peikao/peikao/internal/platform/embedded"
)

const (
	drillCheckInterval = 10 * time.Minute
	drillEvery         = 30 * 24 * time.Hour
	drillHour          = 5 // after the backup and the base of the night
	drillWindow        = 2 * time.Hour
	drillPatience      = 7 * 24 * time.Hour // after it a machine that is off at night drills by day

	drillName       = "drill" // under the data directory
	drillReport     = "drill.json"
	drillConnection = 20
	drillSpare      = 2 << 30 // bytes
)

// Drill is what a restore drill found.
type Drill struct {
	At      time.Time `json:"at"`
	Took    float64   `json:"took_seconds"`
	Folder  string    `json:"folder"` // the nightly backup that was restored
	Tables  int       `json:"tables"`
	Rows    int64     `json:"rows"`    // counted in the restored database, in each table as many as were backed up
	Objects int       `json:"objects"` // decrypted to their end
	Moment  time.Time `json:"moment"`  // to which the archive led; zero where none is kept
	KeyGone bool      `json:"key_gone,omitempty"`
	Problem string    `json:"problem,omitempty"`
}

// drillDue tells whether a drill is to be held now. last is the one before.
func drillDue(last, now time.Time, zone *time.Location) bool {
	over := now.Sub(last) - drillEvery
	atNight := now.Sub(lastTimeAt(drillHour, now, zone)) < drillWindow
	return over >= 0 && atNight || over >= drillPatience
}

// drill restores the newest backup beside the clinic's database once a month, compares and tells.
func (k *keeper) drill(ctx context.Context) error {
	if !k.on {
		return nil
	}
	last, err := k.lastDrill()
	if err != nil {
		return err
	}
	if last.At.IsZero() {
		folders, err := backup.List(k.Config.BackupDir)
		if err != nil || len(folders) == 0 {
			return err
		}
		last.At = backup.MadeAt(folders[len(folders)-1]).Add(-drillEvery)
	}
	if !drillDue(last.At, k.DB.Now(), k.Config.Timezone) {
		return nil
	}
	keys, err := k.drillKeys(ctx)
	if err != nil {
		return err
	}
	d, err := k.Drill(ctx, k.Config.BackupDir, keys)
	switch {
	case ctx.Err() != nil:
		return nil // the server stops: another time
	case err != nil:
		k.Log.Error("alarm: the restore drill failed: what was backed up may not come back", "folder", d.Folder, "error", err)
	case d.KeyGone:
		k.Log.Warn("restore drill: the checksums are right; without the key nothing was restored: run `peikao backup drill --identity FILE`", "folder", d.Folder)
	default:
		k.Log.Info("restore drill: everything came back", "folder", d.Folder, "tables", d.Tables, "rows", d.Rows, "objects", d.Objects, "took_seconds", d.Took)
	}
	return nil
}

// drillKeys are the data directory's own, nil where it has none or its backups are encrypted to those that are configured.
func (k *keeper) drillKeys(ctx context.Context) (backup.Keys, error) {
	keys, err := backup.Identities(backup.KeyFile(k.Config.Data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || k.Config.BackupKeys == "" {
		return keys, err
	}
	folders, err := backup.List(k.Config.BackupDir)
	if err != nil || len(folders) == 0 {
		return nil, err
	}
	if _, err := backup.ReadManifest(ctx, folders[0], keys); errors.Is(err, backup.ErrWrongKey) {
		return nil, nil
	}
	return keys, nil
}

// Drill restores the newest backup under dir, and the archive as far as it leads, into clusters of their own, which are
// removed again: tables must have the rows that were backed up, the record of acts must fit together and be the clinic's.
// Without keys only checksums are compared. What was found is kept for lastDrill.
func (g *Ground) Drill(ctx context.Context, dir string, keys backup.Keys) (d Drill, err error) {
	d.At = g.DB.Now()
	err = g.runDrill(ctx, dir, keys, &d)
	if ctx.Err() != nil {
		return d, errors.Join(err, ctx.Err())
	}
	if err != nil {
		d.Problem = err.Error()
	}
	d.Took = g.DB.Now().Sub(d.At).Seconds()
	text, failed := json.MarshalIndent(d, "", "  ")
	if failed == nil {
		failed = backup.WriteText(filepath.Join(g.Config.Data, drillReport), string(text))
	}
	return d, errors.Join(err, failed)
}

func (g *Ground) runDrill(ctx context.Context, dir string, keys backup.Keys, d *Drill) (err error) {
	folders, err := backup.List(dir)
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		return fmt.Errorf("%s 里没有备份 (no backup)", dir)
	}
	d.Folder = folders[0]
	if keys == nil && backup.IsSealed(d.Folder) {
		d.KeyGone = true
		_, err := backup.CheckSums(ctx, d.Folder)
		return err
	}
	if err := g.roomForDrill(ctx); err != nil {
		return err
	}
	scratch := filepath.Join(g.Config.Data, drillName)
	if err := clearDrill(scratch); err != nil { // of a process that was killed
		return err
	}
	defer func() { err = errors.Join(err, clearDrill(scratch)) }()
	if err := os.Mkdir(scratch, 0o711); err != nil {
		return err
	}
	if err := g.drillNight(ctx, filepath.Join(scratch, "night"), keys, d); err != nil {
		return fmt.Errorf("backup of the night: %w", err)
	}
	if d.Objects, err = backup.CheckObjects(ctx, dir, keys); err != nil {
		return err
	}
	if g.Config.BackupDays > 0 && g.Config.EmbeddedDatabase() {
		if err := g.drillMoment(ctx, dir, filepath.Join(scratch, "moment"), keys, d); err != nil {
			return fmt.Errorf("archive: %w", err)
		}
	}
	return nil
}

// roomForDrill wants the disk to hold both copies of the database, one after the other, and their logs, and then some.
func (g *Ground) roomForDrill(ctx context.Context) error {
	space, err := diskspace.Of(g.Config.Data)
	if err != nil {
		return err
	}
	var size uint64
	if err := g.DB.SQL().QueryRowContext(ctx, "SELECT pg_database_size(current_database())").Scan(&size); err != nil {
		return err
	}
	if wanted := 3*size + drillSpare; space.Free < wanted {
		return fmt.Errorf("磁盘空间不够演练恢复 (no room for a drill): %d MiB free, %d MiB wanted", space.Free>>20, wanted>>20)
	}
	return nil
}

func clearDrill(scratch string) error {
	var errs []error
	for _, name := range []string{"night", "moment"} {
		errs = append(errs, embedded.Remove(filepath.Join(scratch, name))) // which may stand elsewhere
	}
	if err := errors.Join(errs...); err != nil { // another drill may be under way there
		return err
	}
	return os.RemoveAll(scratch)
}

func (g *Ground) drillServer(dir string) embedded.PostgresOptions {
	return embedded.PostgresOptions{Dir: dir, MaxConnections: drillConnection, Nice: true, Logger: g.Log}
}

func (g *Ground) drillNight(ctx context.Context, dir string, keys backup.Keys, d *Drill) (err error) {
	pg, err := embedded.StartPostgres(ctx, g.drillServer(dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pg.Stop(context.WithoutCancel(ctx))) }()
	m, err := backup.RestoreDatabase(ctx, d.Folder, keys, pg.DSN(embedded.Database))
	if err != nil {
		return err
	}
	head, err := audit.ParseHead(m.AuditHead)
	if err != nil {
		return err
	}
	return g.examine(ctx, pg.DSN(embedded.Database), func(restored *db.DB, chain *audit.Chain) error {
		rows, err := restored.Rows(ctx)
		if err != nil {
			return err
		}
		if m.Rows != nil {
			if err := sameRows(rows, m.Rows); err != nil {
				return err
			}
		}
		d.Tables = len(rows)
		for _, n := range rows {
			d.Rows += n
		}
		return verified(ctx, chain, &head)
	})
}

// sameRows names the first table that has not as many rows as were backed up.
func sameRows(got, want map[string]int64) error {
	for _, table := range slices.Sorted(maps.Keys(want)) {
		n, there := got[table]
		if !there || n != want[table] {
			return fmt.Errorf("table %s has %d rows, %d were backed up", table, n, want[table])
		}
	}
	return nil
}

// drillMoment goes as far as the archive leads: the newest seal there must be one of the clinic's.
func (g *Ground) drillMoment(ctx context.Context, dir, scratch string, keys backup.Keys, d *Drill) (err error) {
	j, err := backup.Plan(dir, time.Time{})
	if err != nil {
		return err
	}
	if err := j.Go(ctx, keys, g.drillServer(scratch)); err != nil {
		return err
	}
	pg, err := embedded.StartPostgres(ctx, g.drillServer(scratch))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pg.Stop(context.WithoutCancel(ctx))) }()
	var name string
	if err := g.DB.SQL().QueryRowContext(ctx, "SELECT current_database()").Scan(&name); err != nil {
		return err
	}
	return g.examine(ctx, pg.DSN(name), func(_ *db.DB, chain *audit.Chain) error {
		head, err := chain.Head(ctx)
		if err != nil {
			return err
		}
		ours, err := audit.NewChain(ctx, g.DB)
		if err != nil {
			return err
		}
		if finding, err := ours.Lacks(ctx, head); finding != nil || err != nil {
			return found(finding, err)
		}
		d.Moment = j.Ends
		return verified(ctx, chain, nil)
	})
}

func (g *Ground) examine(ctx context.Context, dsn string, look func(*db.DB, *audit.Chain) error) error {
	restored, err := db.Open(ctx, dsn, g.Clock)
	if err != nil {
		return err
	}
	chain, err := audit.NewChain(ctx, restored)
	if err == nil {
		err = look(restored, chain)
	}
	return errors.Join(err, restored.Close())
}

// verified seals what waited when the copy was taken, since nobody did so in the copy, and verifies the chain.
func verified(ctx context.Context, chain *audit.Chain, head *audit.Seal) error {
	if err := sealAll(ctx, chain); err != nil {
		return err
	}
	_, finding, err := chain.Verify(ctx, head)
	return found(finding, err)
}

// found is what a look at the record of acts has brought, as an error.
func found(finding *audit.Finding, err error) error {
	if finding != nil {
		err = errors.Join(err, fmt.Errorf("the record of acts: %s", finding))
	}
	return err
}

// lastDrill is the zero value before the first.
func (k *keeper) lastDrill() (d Drill, err error) {
	text, err := os.ReadFile(filepath.Join(k.Config.Data, drillReport))
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(text, &d)
}

// drillFailed, drillAge and age are figures of the metrics; what cannot be read is 0 there and told by the log.
func (k *keeper) drillFailed() float64 {
	if d, err := k.lastDrill(); err == nil && d.Problem != "" {
		return 1
	}
	return 0
}

func (k *keeper) drillAge() float64 {
	d, err := k.lastDrill()
	if err != nil || d.At.IsZero() {
		return 0
	}
	return k.DB.Now().Sub(d.At).Seconds()
}

func (k *keeper) age() float64 {
	folders, err := backup.List(k.Config.BackupDir)
	if err != nil || !k.on || len(folders) == 0 {
		return 0
	}
	return k.DB.Now().Sub(backup.MadeAt(folders[0])).Seconds()
}
