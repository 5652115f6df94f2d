package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// mutants are those of the target's files.
func (t target) mutants() ([]mutant, error) {
	files := t.files
	if files == nil {
		all, err := filepath.Glob(filepath.Join(t.dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, f := range all {
			if !strings.HasSuffix(f, "_test.go") {
				files = append(files, filepath.Base(f))
			}
		}
	}
	var out []mutant
	for _, f := range files {
		file := filepath.Join(t.dir, f)
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		list, err := mutantsOf(file, src)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// workshop compiles the tests of a target over changed files, which the compiler alone sees: the tree stays as it is.
type workshop struct {
	target
	tmp   string
	args  []string // of the compiled tests
	limit time.Duration
}

// workshop runs the tests on the program as it is: they must pass, and tell how long a run may take.
func (t target) workshop(ctx context.Context, tmp string) (*workshop, error) {
	w := &workshop{target: t, tmp: tmp, args: []string{"-test.failfast", "-test.run", t.run}, limit: time.Minute}
	drawn, err := t.usesRapid()
	if err != nil {
		return nil, err
	}
	if drawn { // the same draws each time; what is found need be neither made smaller nor kept
		w.args = append(w.args, "-rapid.seed=1", "-rapid.nofailfile", "-rapid.shrinktime=1ms")
	}
	bin := filepath.Join(tmp, "unchanged.test")
	if said, err := w.compile(ctx, bin); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	begun := time.Now()
	v, said, err := w.run(ctx, bin)
	if err != nil {
		return nil, err
	}
	if v != lived {
		return nil, fmt.Errorf("the tests do not pass as the program is: %s", said)
	}
	w.limit = 5*time.Since(begun) + 5*time.Second
	return w, nil
}

func (t target) usesRapid() (bool, error) {
	tests, err := filepath.Glob(filepath.Join(t.dir, "*_test.go"))
	if err != nil {
		return false, err
	}
	for _, f := range tests {
		if src, err := os.ReadFile(f); err != nil || bytes.Contains(src, []byte(`"pgregory.net/rapid"`)) {
			return err == nil, err
		}
	}
	return false, nil
}

func (w *workshop) tryAll(ctx context.Context, list []mutant, atOnce int) ([]verdict, error) {
	out := make([]verdict, len(list))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, m := range list {
		g.Go(func() (err error) {
			out[i], err = w.try(ctx, strconv.Itoa(i), m)
			return err
		})
	}
	return out, g.Wait()
}

// try plants a mutant and says what became of it.
func (w *workshop) try(ctx context.Context, name string, m mutant) (v verdict, err error) {
	bin, changed, overlay := filepath.Join(w.tmp, name+".test"), filepath.Join(w.tmp, name+".go"), filepath.Join(w.tmp, name+".json")
	defer func() {
		for _, f := range []string{bin, changed, overlay} {
			if e := os.Remove(f); !errors.Is(e, os.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	src, err := os.ReadFile(m.file)
	if err != nil {
		return 0, err
	}
	file, err := filepath.Abs(m.file)
	if err != nil {
		return 0, err
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {file: changed}})
	if err != nil {
		return 0, err
	}
	if err := errors.Join(os.WriteFile(changed, m.in(src), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return 0, err
	}
	if _, err := w.compile(ctx, bin, "-overlay", overlay); err != nil {
		return impossible, ctx.Err()
	}
	v, _, err = w.run(ctx, bin)
	return v, err
}

func (w *workshop) compile(ctx context.Context, bin string, flags ...string) ([]byte, error) {
	args := slices.Concat([]string{"test", "-c", "-vet=off", "-o", bin}, flags, []string{"./" + w.dir})
	return exec.CommandContext(ctx, "go", args...).CombinedOutput()
}

// run runs compiled tests where go test would.
func (w *workshop) run(ctx context.Context, bin string) (verdict, []byte, error) {
	limited, cancel := context.WithTimeout(ctx, w.limit)
	defer cancel()
	cmd := exec.CommandContext(limited, bin, w.args...)
	cmd.Dir = w.dir
	said, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, nil, ctx.Err()
	case limited.Err() != nil:
		return endless, nil, nil
	case errors.As(err, &failed):
		return found, said, nil
	}
	return lived, said, err
}
