package bank

import (
	"context"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/policy"
)

// Statements are the named statements, for the tests of their plans.
func Statements() (map[string]string, error) {
	return db.Parse(queriesSQL + statisticsSQL + rivalsSQL + poolSQL + reportsSQL + tagsSQL + ordered(listSQL))
}

// Learnt is how many published versions the process knows.
func (s *Service) Learnt() int { return len(s.facts.versions) }

// Anew is a Service that has nothing in memory yet, over the statements that this one has prepared.
func (s *Service) Anew(ctx context.Context) (*Service, error) {
	policies, err := policy.NewStore(ctx, s.db)
	return &Service{db: s.db, store: s.store, policies: policies, facts: newPoolFacts()}, err
}
