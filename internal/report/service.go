package report

import (
	"context"
	"fmt"

	"github.com/peikao/peikao/internal/platform/db"
)

// Service reads.
type Service struct {
	db    *db.DB
	store store
}

// New prepares the statements.
func New(ctx context.Context, d *db.DB) (*Service, error) {
	st, err := openStore(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return &Service{db: d, store: st}, nil
}
