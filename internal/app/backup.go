package app

import (
	"context"

	"github.com/peikao/peikao/internal/backup"
	"github.com/peikao/peikao/internal/platform/audit"
)

// Backup writes everything under dir and returns the new folder. What waits to be sealed is sealed first, so that the head in
// the manifest covers every act in the dump.
func (g *Ground) Backup(ctx context.Context, dir string) (string, error) {
	chain, err := audit.NewChain(ctx, g.DB)
	if err != nil {
		return "", err
	}
	for {
		n, err := chain.SealPending(ctx)
		if err != nil {
			return "", err
		}
		if n == 0 {
			break
		}
	}
	head, err := chain.Head(ctx)
	if err != nil {
		return "", err
	}
	return backup.Write(ctx, backup.Source{DSN: g.DSN, Files: g.Files, AuditHead: head.String()}, dir, g.DB.Now())
}
