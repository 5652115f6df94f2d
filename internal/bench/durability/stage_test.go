package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/platform/embedded"
)

const (
	// examsOfTests are as many as the tests of one stage sit in the long form.
	examsOfTests = 9
	limitOfTests = time.Hour
)

// workshop is where the program and the clinic of all tests are made.
var workshop = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "peikao-durability-"); err != nil {
		return dir, err
	}
	return dir, errors.Join(embedded.RemoveAtEnd(dir), os.Chmod(dir, 0o711)) // as a stage's
})

var programOfTests = sync.OnceValues(func() (string, error) {
	dir, err := workshop()
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "peikao")
	return program, build(context.Background(), ".", program)
})

// clinicOfTests is filled once: each stage stands on a copy of its cluster.
var clinicOfTests = sync.OnceValues(func() (out seeded, err error) {
	dir, err := workshop()
	if err != nil {
		return out, err
	}
	p := &postgres{data: dir}
	if err := p.start(context.Background()); err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	return seed(context.Background(), dir, p.current().DSN(embedded.Database), peopleOfTests(), examsOfTests, limitOfTests, func(a *app.App) {
		if !inEarnest() {
			a.Accounts.HashLightly()
		}
	})
})

// copyClinic puts a copy of the clinic's cluster into the directory of a stage's data.
func copyClinic(ctx context.Context, data string) error {
	from, err := workshop()
	if err != nil {
		return err
	}
	if _, err := clinicOfTests(); err != nil {
		return err
	}
	return embedded.CopyCluster(ctx, from, data)
}

// peopleOfTests sit the exams; one more asks beside them.
func peopleOfTests() int { return max(short().examinees, soakPlan().examinees) + 1 }

// inEarnest is when the bar is measured. Else hundreds of log-ins would compute hashes of passwords for most of the time.
func inEarnest() bool { return *longForm || *soakFor > 0 }

// nothingFirst leaves the directory of a stage's data as it is.
func nothingFirst(string) (prepared, error) { return prepared{}, nil }

// newTestStage raises a stage on a copy of the tests' clinic; first comes before the copy.
func newTestStage(t *testing.T, first prepare) *stage {
	t.Helper()
	s, err := raise(t.Context(), setting{
		people:  peopleOfTests(),
		program: func(context.Context, string) (string, error) { return programOfTests() },
		prepare: func(data string) (prepared, error) {
			done, err := first(data)
			if err != nil {
				return done, err
			}
			return done, copyClinic(t.Context(), data)
		},
		fill: func(context.Context, string, string) (seeded, error) { return clinicOfTests() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
