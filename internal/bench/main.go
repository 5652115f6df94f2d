package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	small := flag.Bool("quick", false, "a short run on little data, for trying a change")
	journal := flag.Int("journal-rows", 0, "rows of old attempts in the journal, as 10000000; 0 is the workload's own number")
	grow := flag.Int("grow", 0, "by how many rows the journal grows at the end, as 10000000, between two measurements of saves and hand-ins")
	program := flag.String("program", "", "the program under load; built from this module where none is named")
	to := flag.String("to", "bench.json", "where the figures go")
	with := flag.String("with", "", "files of figures that other benchmarks have written, parted by commas, to stand behind these")
	flag.Parse()
	w := exam50()
	if *small {
		w = quick()
	}
	if *journal > 0 {
		w.journalRows = *journal
	}
	w.grow = *grow
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bench(ctx, w, *program, *to, strings.FieldsFunc(*with, func(c rune) bool { return c == ',' })); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, w workload, program, to string, others []string) (err error) {
	dir, err := os.MkdirTemp("", "peikao-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL may run as another user
		return err
	}
	if program == "" {
		fmt.Println("building …")
		if program, err = build(ctx, dir); err != nil {
			return err
		}
	}
	fmt.Printf("seeding %d people, %d old attempts, %d journal rows …\n", w.people, w.oldExams*w.people, w.journalRows)
	data := dir + "/data"
	seeded, err := prepare(ctx, data, w)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	s, err := startServer(ctx, program, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	r, err := newRun(ctx, w, s, seeded, dir, os.Stdout)
	if err != nil {
		return err
	}
	return errors.Join(r.all(), r.finish(to, others))
}
