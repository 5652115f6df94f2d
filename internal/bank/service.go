package bank

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/internal/platform/policy"
)

// Service is the feature.
type Service struct {
	db       *db.DB
	store    store
	policies *policy.Store
	files    objectstore.Store // nil: see KeepFiles
	facts    *poolFacts
	// reporting is nil until OnReports.
	reporting Reporting
}

// New prepares the statements.
func New(ctx context.Context, d *db.DB) (*Service, error) {
	s, err := openStore(ctx, d)
	if err != nil {
		return nil, err
	}
	policies, err := policy.NewStore(ctx, d)
	if err != nil {
		return nil, err
	}
	return &Service{db: d, store: s, policies: policies, facts: newPoolFacts()}, nil
}

// record writes one act into the audit, in the act's transaction.
func record(ctx context.Context, tx *db.Tx, v account.Viewer, act, subject string, body map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{Actor: v.Actor(), Act: act, Subject: subject, Body: body})
}
