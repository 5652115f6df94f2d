package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/backup"
)

type backupCommand struct {
	To string `help:"Folder of the backups; DATA/backup without it." placeholder:"DIR"`
}

func (c backupCommand) Run(e *environment) error {
	dir := c.To
	if dir == "" {
		dir = filepath.Join(e.config.Data, "backup")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	return e.ground(func(g *app.Ground) error {
		folder, err := g.Backup(e, dir)
		if err != nil {
			return err
		}
		fmt.Fprintln(e.out, folder)
		return nil
	})
}

type restoreCommand struct {
	Folder string `arg:"" help:"Folder of one backup, as the backup command prints it." type:"existingdir"`
	Check  bool   `help:"Only recompute the checksums."`
}

func (c restoreCommand) Run(e *environment) error {
	folder, err := filepath.Abs(c.Folder)
	if err != nil {
		return err
	}
	if c.Check {
		m, err := backup.Check(folder)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "ok: %d objects, audit head %s\n", len(m.Objects), m.AuditHead)
		return nil
	}
	g, err := app.OpenEmptyGround(e, e.config, e.log)
	if err != nil {
		return err
	}
	m, err := backup.Restore(e, folder, backup.Source{DSN: g.DSN, Files: g.Files})
	if err := errors.Join(err, g.Close(context.WithoutCancel(e))); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "restored the backup of %s with %d objects\ncheck the record of acts: peikao audit verify --head %s\n",
		m.CreatedAt.Format("2006-01-02 15:04 MST"), len(m.Objects), m.AuditHead)
	return nil
}
