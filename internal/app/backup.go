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
	if err := sealAll(ctx, chain); err != nil {
		return "", err
	}
	head, err := chain.Head(ctx)
	if err != nil {
		return "", err
	}
	if err := chain.KeepHead(ctx, g.Files); err != nil {
		return "", err
	}
	now := g.DB.Now()
	to, err := backup.Recipients(g.Config.Data, g.Config.BackupKeys, now)
	if err != nil {
		return "", err
	}
	return backup.Write(ctx, backup.Source{DB: g.DB, DSN: g.DSN, Files: g.Files, To: to, AuditHead: head.String(), Log: g.Log}, dir, now)
}

// VerifyAudit recomputes the record of acts and compares it with the heads that were kept elsewhere: one that the caller has,
// nil for none, and unless told otherwise the one in the object store.
func (g *Ground) VerifyAudit(ctx context.Context, given *audit.Seal, withStoreHead bool) (audit.Summary, *audit.Finding, error) {
	chain, err := audit.NewChain(ctx, g.DB)
	if err != nil {
		return audit.Summary{}, nil, err
	}
	var stored *audit.Seal
	if withStoreHead {
		if stored, err = audit.KeptHead(ctx, g.Files); err != nil {
			return audit.Summary{}, nil, err
		}
	}
	sum, finding, err := chain.Verify(ctx, given)
	if finding == nil && err == nil && stored != nil {
		finding, err = chain.Lacks(ctx, *stored)
	}
	return sum, finding, err
}

// SealAlone seals what waits when no server runs that would: a command's acts, and those of a server that was killed. Else
// they would look as if somebody had taken them out of the sealer's reach.
func (g *Ground) SealAlone(ctx context.Context) error {
	if !g.ours {
		return nil
	}
	chain, err := audit.NewChain(ctx, g.DB)
	if err != nil {
		return err
	}
	return sealAll(ctx, chain)
}

func sealAll(ctx context.Context, chain *audit.Chain) error {
	for {
		if n, err := chain.SealPending(ctx); err != nil || n == 0 {
			return err
		}
	}
}
