package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/embedded"
)

// Restored is what a way back to a moment has brought.
type Restored struct {
	Objects   int
	AuditHead string
}

// RestoreMoment brings the archive under dir into the empty data directory of cfg: the database as it was at the moment of the
// journey, and every object. Nothing is written before everything was decrypted to its end; a failure leaves no database.
func RestoreMoment(ctx context.Context, cfg config.Config, log *slog.Logger, serve embedded.ServeS3, j backup.Journey, dir string, keys backup.Keys) (r Restored, err error) {
	if !cfg.EmbeddedDatabase() {
		return r, errors.New("外部数据库由其管理员恢复 (an external database is its operator's to restore): leave DATABASE_URL out")
	}
	if _, err := backup.CheckObjects(ctx, dir, keys); err != nil {
		return r, err
	}
	if err := j.Go(ctx, keys, embedded.PostgresOptions{Dir: cfg.Data, Logger: log}); err != nil {
		return r, err
	}
	defer func() {
		if err != nil { // files that were put already are what they would be the next time too
			err = errors.Join(err, embedded.RemovePostgres(cfg.Data))
		}
	}()
	g := &Ground{Config: cfg, Log: log, serveS3: serve, passing: true}
	if err = g.open(ctx); err == nil {
		err = g.fill(ctx, dir, keys, &r)
	}
	return r, errors.Join(err, g.Close(context.WithoutCancel(ctx)))
}

func (g *Ground) fill(ctx context.Context, dir string, keys backup.Keys, r *Restored) (err error) {
	if r.Objects, err = backup.PutObjects(ctx, dir, keys, g.Files); err != nil {
		return err
	}
	chain, err := audit.NewChain(ctx, g.DB)
	if err != nil {
		return fmt.Errorf("the record of acts: %w", err)
	}
	head, err := chain.Head(ctx)
	r.AuditHead = head.String()
	return err
}
