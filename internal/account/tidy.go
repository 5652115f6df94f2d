package account

import (
	"context"
	"time"
)

// retention of what log-in leaves behind; the migration names the reasons.
var retention = []struct {
	statement string
	keep      time.Duration
}{
	{"tidy_sessions", 30 * 24 * time.Hour},
	{"tidy_links", 30 * 24 * time.Hour},
	{"tidy_devices", 180 * 24 * time.Hour},
	{"tidy_attempts", 180 * 24 * time.Hour},
	{"tidy_imports", 24 * time.Hour},
	{"tidy_revocations", 24 * time.Hour},
}

// Tidy deletes what is past its retention, a bounded number of rows at a time;
// the nightly work calls it.
func (s *Service) Tidy(ctx context.Context, now time.Time) error {
	for _, r := range retention {
		if _, err := s.store.Exec(ctx, s.db, r.statement, now.Add(-r.keep)); err != nil {
			return err
		}
	}
	return nil
}
