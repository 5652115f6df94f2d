package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// sources are the names of the files in which mutants are planted.
func (t target) sources() ([]string, error) {
	if t.files != nil {
		return t.files, nil
	}
	all, err := filepath.Glob(filepath.Join(t.dir, "*.go"))
	var out []string
	for _, f := range all {
		if !strings.HasSuffix(f, "_test.go") {
			out = append(out, filepath.Base(f))
		}
	}
	return out, err
}

// workshop compiles the tests of a target over changed files, which the compiler alone sees: the tree stays as it is.
type workshop struct {
	target
	tmp     string
	text    map[string][]byte // of the target's files
	replace map[string]string // file → the one that the compiler reads for it; none where it is empty
	args    []string          // of the compiled tests
	limit   time.Duration
}

// workshop runs the tests on the program as it is: they must pass, and tell how long a run may take.
func (t target) workshop(ctx context.Context, tmp string) (*workshop, error) {
	w := &workshop{target: t, tmp: tmp, text: map[string][]byte{}, replace: map[string]string{}, args: []string{"-test.failfast", "-test.run", t.run}, limit: time.Minute}
	files, err := t.sources()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		file := filepath.Join(t.dir, f)
		if w.text[file], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	drawn, err := t.usesRapid()
	if err != nil {
		return nil, err
	}
	if drawn { // the same draws each time; what is found need be neither made smaller nor kept
		w.args = append(w.args, "-rapid.seed=1", "-rapid.nofailfile", "-rapid.shrinktime=1ms")
	}
	if t.run != "" {
		if err := w.shake(); err != nil {
			return nil, err
		}
	}
	bin := filepath.Join(tmp, "unchanged")
	if said, err := w.compile(ctx, bin, nil); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said)
	}
	begun := time.Now()
	if err := w.passes(ctx, bin); err != nil {
		return nil, err
	}
	w.limit = 5*time.Since(begun) + 5*time.Second
	return w, nil
}

// passes wants the tests to pass while no mutant lives.
func (w *workshop) passes(ctx context.Context, bin string) error {
	v, said, err := w.start(ctx, bin, 0)
	if err == nil && v != lived {
		return fmt.Errorf("the tests do not pass without a mutant: %s", said)
	}
	return err
}

// mutants are all of the target.
func (w *workshop) mutants() ([]mutant, error) {
	var out []mutant
	for _, file := range slices.Sorted(maps.Keys(w.text)) {
		list, err := mutantsOf(file, w.text[file])
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// shake lets the compiler read no more of the package than the tests that run need.
func (w *workshop) shake() error {
	run, err := regexp.Compile(w.run)
	if err != nil {
		return err
	}
	whole, err := w.sources()
	if err != nil {
		return err
	}
	files, err := shaken(w.dir, whole, run)
	if err != nil {
		return err
	}
	for file, text := range files {
		if err := w.lay(w.replace, file, filepath.Base(file), text); err != nil {
			return err
		}
	}
	return nil
}

// lay keeps a text under a name for the compiler to read in place of the file; of no text, that there is no such file.
func (w *workshop) lay(replace map[string]string, file, name string, text []byte) error {
	whole, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if replace[whole] = ""; text == nil {
		return nil
	}
	replace[whole] = filepath.Join(w.tmp, name)
	return os.WriteFile(replace[whole], text, 0o600)
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

// tryAll tries mutants, so many beside each other, and tells of each that lives.
func (w *workshop) tryAll(ctx context.Context, list []mutant, atOnce int, lives func(mutant)) ([]verdict, error) {
	all, together, err := w.plantAll(ctx, list)
	if err != nil {
		return nil, err
	}
	out := make([]verdict, len(list))
	var telling sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, m := range list {
		g.Go(func() (err error) {
			v, planted := together[i]
			switch {
			case !planted:
				v, err = w.try(ctx, i, m)
			case v != impossible:
				v, _, err = w.start(ctx, all, i+1)
			}
			if out[i] = v; err == nil && v == lived {
				telling.Lock()
				defer telling.Unlock()
				lives(m)
			}
			return err
		})
	}
	return out, g.Wait()
}

// try compiles a mutant by itself and says what became of it.
func (w *workshop) try(ctx context.Context, i int, m mutant) (v verdict, err error) {
	bin, changed := filepath.Join(w.tmp, strconv.Itoa(i)), map[string]string{}
	defer func() {
		for _, f := range []string{bin, bin + ".go", bin + ".json"} {
			if e := os.Remove(f); !errors.Is(e, os.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	if err := w.lay(changed, m.file, strconv.Itoa(i)+".go", m.in(w.text[m.file])); err != nil {
		return 0, err
	}
	if _, err := w.compile(ctx, bin, changed); err != nil {
		return impossible, ctx.Err()
	}
	v, _, err = w.start(ctx, bin, 0)
	return v, err
}

// compile makes a program of the tests, with these files in place of others, and says what the compiler said.
func (w *workshop) compile(ctx context.Context, bin string, changed map[string]string) ([]byte, error) {
	replace := maps.Clone(w.replace)
	maps.Copy(replace, changed)
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(bin+".json", overlay, 0o600); err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-ldflags=-s -w", "-overlay", bin+".json", "-o", bin, "./"+w.dir).CombinedOutput()
}

// start runs compiled tests where go test would, with one of the mutants in them.
func (w *workshop) start(ctx context.Context, bin string, mutant int) (verdict, []byte, error) {
	limited, cancel := context.WithTimeout(ctx, w.limit)
	defer cancel()
	cmd := exec.CommandContext(limited, bin, w.args...)
	cmd.Dir, cmd.Env = w.dir, append(os.Environ(), chosen+"="+strconv.Itoa(mutant))
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
