package bank

import "github.com/peikao/peikao/internal/platform/db"

// Statements are the named statements, for the tests of their plans.
func Statements() (map[string]string, error) {
	return db.Parse(queriesSQL + statisticsSQL + rivalsSQL + poolSQL + reportsSQL + tagsSQL + ordered(listSQL))
}

// Learnt is how many published versions the process knows.
func (s *Service) Learnt() int { return len(s.facts.versions) }
