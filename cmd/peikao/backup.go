package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/gateway"
)

type backupCommand struct {
	To string `help:"Folder of the backups (BACKUP_DIR; DATA/backup)." placeholder:"DIR"`
}

func (c backupCommand) Run(e *environment) error {
	dir := e.config.BackupDir
	if c.To != "" {
		var err error
		if dir, err = filepath.Abs(c.To); err != nil {
			return err
		}
	}
	return e.ground(func(g *app.Ground) error {
		if dir == e.config.BackupDir { // also one that was exchanged
			if err := backup.Prepare(e.config.Data, dir); err != nil {
				return err
			}
		}
		folder, err := g.Backup(e, dir)
		if err != nil {
			return err
		}
		fmt.Fprintln(e.out, folder)
		if err := app.KeyKept(e.config); err != nil {
			e.log.Warn(err.Error())
		}
		return nil
	})
}

type backupKeyCommand struct {
	Save   string `help:"Write a copy of the private key to this file, which must not exist, instead of printing it." placeholder:"FILE"`
	Remove bool   `help:"With --save: take the key off this machine. Its monthly drill then compares checksums only."`
}

// Run needs no database: the key matters most when there is none.
func (c backupKeyCommand) Run(e *environment) error {
	if c.Remove && c.Save == "" {
		return errors.New("--remove 须与 --save 一起用 (--remove needs --save)")
	}
	if c.Save != "" {
		path, err := filepath.Abs(c.Save)
		if err != nil {
			return err
		}
		for _, dir := range []string{e.config.BackupDir, e.config.Data} {
			if strings.HasPrefix(path, dir+string(filepath.Separator)) {
				return errors.New("密钥不能和备份或数据放在一起 (the key must stand neither among the backups nor beside the data)")
			}
		}
		key, err := backup.Key(e.config.Data, time.Now())
		if err != nil {
			return keyProblem(err)
		}
		if err := backup.KeepKey(e.config.Data, path, c.Remove, time.Now()); err != nil {
			return keyProblem(err)
		}
		fmt.Fprintf(e.out, "%s\n# public key: %s\n", path, key.Recipient())
		return nil
	}
	key, err := backup.Key(e.config.Data, time.Now())
	if err != nil {
		return keyProblem(err)
	}
	fmt.Fprintf(e.out, "# public key: %s\n%s\n", key.Recipient(), key)
	fmt.Fprintln(e.errOut, "没有这把密钥，谁也打不开备份。请抄写或存到别处，与备份分开保管；存好后用 --save 文件 写一份，系统便不再提醒。")
	return nil
}

func keyProblem(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("密钥已不在这台机器上 (the key was taken off this machine): %w", err)
	}
	return err
}

type backupDrillCommand struct {
	Identity string `help:"File of the private key (DATA/backup.key)." placeholder:"FILE"`
}

func (c backupDrillCommand) Run(e *environment) error {
	keys, err := identities(c.Identity, backup.KeyFile(e.config.Data))
	if err != nil {
		return err
	}
	return e.ground(func(g *app.Ground) error {
		d, err := g.Drill(e, e.config.BackupDir, keys)
		if err != nil {
			return err
		}
		if d.KeyGone {
			fmt.Fprintf(e.out, "checksums ok, not restored without the key: %s\n", d.Folder)
			return nil
		}
		fmt.Fprintf(e.out, "ok: %s with %d rows in %d tables, %d objects; archive up to %s; %.1f s\n",
			d.Folder, d.Rows, d.Tables, d.Objects, d.Moment.Format(time.RFC3339), d.Took)
		return nil
	})
}

// identities reads the named file, or else those of the others that are there; nil when none is.
func identities(named string, others ...string) (keys backup.Keys, err error) {
	if named != "" {
		return backup.Identities(named)
	}
	for _, path := range others {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		found, err := backup.Identities(path)
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

type restoreCommand struct {
	Folder   string `arg:"" help:"Folder of one backup, as the backup command prints it; with --until the folder of all backups." type:"existingdir"`
	Check    bool   `help:"Only check: nothing is written."`
	Until    string `help:"Bring the embedded database to this moment, such as 2026-11-30T10:15:00+08:00, or to the latest one with 'latest'." placeholder:"TIME"`
	Identity string `help:"File of the private key (the backups' neighbour backup.key, DATA/backup.key)." placeholder:"FILE"`
}

func (c restoreCommand) Run(e *environment) error {
	folder, err := filepath.Abs(c.Folder)
	if err != nil {
		return err
	}
	dir := folder
	if c.Until == "" {
		dir = filepath.Dir(folder)
	}
	keys, err := identities(c.Identity, backup.KeyFile(e.config.Data), backup.KeyFile(filepath.Dir(dir)))
	switch {
	case err != nil:
		return err
	case c.Until != "":
		err = c.moment(e, dir, keys)
	case c.Check:
		return c.check(e, folder, keys)
	default:
		err = c.night(e, folder, keys)
	}
	if err == nil && !c.Check {
		err = backup.GoOnUnder(e.config.Data, keys)
	}
	return err
}

func (c restoreCommand) check(e *environment, folder string, keys backup.Keys) error {
	if keys == nil && backup.IsSealed(folder) {
		files, err := backup.CheckSums(e, folder)
		if err == nil {
			fmt.Fprintf(e.out, "ok: %d files; without the key nothing was opened\n", files)
		}
		return err
	}
	m, err := backup.Check(e, folder, keys)
	if err == nil {
		fmt.Fprintf(e.out, "ok: %d objects, audit head %s\n", len(m.Objects), m.AuditHead)
	}
	return err
}

func (c restoreCommand) night(e *environment, folder string, keys backup.Keys) error {
	if _, err := backup.ReadManifest(e, folder, keys); err != nil { // before a new database is made
		return err
	}
	g, err := app.OpenEmptyGround(e, e.config, e.log, gateway.Serve)
	if err != nil {
		return err
	}
	m, err := backup.Restore(e, folder, keys, backup.Target{DSN: g.DSN, Files: g.Files})
	if err := errors.Join(err, g.Close(context.WithoutCancel(e))); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "restored the backup of %s with %d objects\ncheck the record of acts: peikao audit verify --head %s\n",
		m.CreatedAt.Format("2006-01-02 15:04 MST"), len(m.Objects), m.AuditHead)
	return nil
}

func (c restoreCommand) moment(e *environment, dir string, keys backup.Keys) error {
	var until time.Time
	if c.Until != "latest" {
		var err error
		if until, err = time.Parse(time.RFC3339Nano, c.Until); err != nil {
			return fmt.Errorf("--until: 时刻要写成 2026-11-30T10:15:00+08:00，或 latest (not a moment): %q", c.Until)
		}
	}
	j, err := backup.Plan(dir, until)
	if err != nil {
		return err
	}
	if c.Check {
		objects, err := backup.CheckObjects(e, dir, keys)
		if err = errors.Join(err, j.Check(e, keys)); err == nil {
			fmt.Fprintf(e.out, "ok: from the base of %s up to %s, %d objects\n", j.Base.Format(time.RFC3339), j.Ends.Format(time.RFC3339), objects)
		}
		return err
	}
	begin := time.Now()
	r, err := app.RestoreMoment(e, e.config, e.log, gateway.Serve, j, dir, keys)
	if err != nil {
		return err
	}
	if until.IsZero() {
		until = j.Ends
	}
	fmt.Fprintf(e.out, "restored the clinic of %s with %d objects in %.1f s\ncheck the record of acts: peikao audit verify --head %s\n",
		until.Format(time.RFC3339), r.Objects, time.Since(begin).Seconds(), r.AuditHead)
	return nil
}
