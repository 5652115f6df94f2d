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
var workshop string

func TestMain(m *testing.M) { os.Exit(runInWorkshop(m)) }

func runInWorkshop(m *testing.M) int {
	dir, err := os.MkdirTemp("", "peikao-durability-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { // as a stage's
		panic(err)
	}
	workshop = dir
	return m.Run()
}

var programOfTests = sync.OnceValues(func() (string, error) {
	program := filepath.Join(workshop, "peikao")
	return program, build(context.Background(), ".", program)
})

// clinicOfTests is filled once: each stage stands on a copy of its cluster.
var clinicOfTests = sync.OnceValues(func() (out seeded, err error) {
	ctx := context.Background()
	p := &postgres{data: workshop}
	if err := p.start(ctx); err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	return seed(ctx, workshop, p.current().DSN(embedded.Database), peopleOfTests(), examsOfTests, limitOfTests, func(a *app.App) {
		if !inEarnest() {
			a.Accounts.HashLightly()
		}
	})
})

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
			if err == nil {
				_, err = clinicOfTests()
			}
			if err == nil {
				err = embedded.CopyCluster(t.Context(), workshop, data)
			}
			return done, err
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
