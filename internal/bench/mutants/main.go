package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

func main() {
	least := flag.Float64("least", 90, "how many mutants of a hundred must be found, in each target")
	only := flag.String("only", "", "the target whose folder ends with this")
	at := flag.String("at", "", "mutants of this place alone, as mark.go:45; nothing is demanded of them")
	atOnce := flag.Int("at-once", runtime.NumCPU(), "how many mutants are tried beside each other")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, *least, *only, *at, *atOnce, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// measure tries every mutant of the targets and refuses when the tests of one find fewer than least per cent.
func measure(ctx context.Context, least float64, only, at string, atOnce int, out io.Writer) (err error) {
	known, err := readKnown(equivalents)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "peikao-mutants-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var all tally
	var faults []error
	for _, t := range targets {
		if !strings.HasSuffix(t.dir, only) {
			continue
		}
		w, err := t.workshop(ctx, dir)
		if err != nil {
			return fmt.Errorf("%s: %w", t.dir, err)
		}
		list, err := w.mutants()
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(m mutant) bool { return !m.stands(at) })
		fmt.Fprintf(out, "%s (%s): %d mutants, of which live:\n", t.name, t.dir, len(list))
		verdicts, err := w.tryAll(ctx, list, atOnce, func(m mutant) { fmt.Fprintf(out, "  %s\n", m.said(known)) })
		if err != nil {
			return err
		}
		n := count(verdicts)
		all = all.add(n)
		fmt.Fprintf(out, "  %s\n", n)
		faults = append(faults, known.disproved(list, verdicts)...)
		if at == "" && n.efficacy() < least {
			faults = append(faults, fmt.Errorf("%s: the tests find %.1f %% of the mutants, fewer than %g %%", t.dir, n.efficacy(), least))
		}
	}
	fmt.Fprintf(out, "together: %s\n", all)
	if only == "" && at == "" {
		faults = append(faults, known.unused()...)
	}
	return errors.Join(faults...)
}
