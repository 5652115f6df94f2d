package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	p := long()
	flag.Uint64Var(&p.seed, "seed", p.seed, "what the run's chances are drawn from")
	flag.IntVar(&p.examinees, "examinees", p.examinees, "how many sit the exam")
	flag.IntVar(&p.serverKills, "server-kills", p.serverKills, "how often the server is killed with -9")
	flag.IntVar(&p.postgresKills, "postgres-kills", p.postgresKills, "how often PostgreSQL is killed with -9")
	flag.IntVar(&p.resets, "resets", p.resets, "how often each line is reset in each direction")
	flag.DurationVar(&p.lasting, "lasting", p.lasting, "in which time all this happens")
	naive := flag.Bool("naive", false, "put a front before the server that acknowledges before it saves; then the run must fail")
	program := flag.String("program", "", "the server; built from this module where none is named")
	upgrade := flag.Bool("upgrade", false, "instead: upgrade an older program in the middle of an exam, and take that back")
	before := flag.String("before", "", "with -upgrade: the older program's commit; without, the latest release or the state before a migration")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *upgrade {
		u := upgradePlan()
		u.seed = p.seed
		err = upgradeFrom(ctx, *before, u, os.Stdout)
	} else {
		err = durability(ctx, p, *program, *naive, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "durability:", err)
		os.Exit(1)
	}
}

func durability(ctx context.Context, p plan, program string, naive bool, out io.Writer) (err error) {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	say("a clinic of %d examinees …", p.examinees)
	s, err := newStage(ctx, program, p.examinees, p.limit)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	say("%d kills of the server, %d of PostgreSQL, %d times resets, in %s, seed %d:", p.serverKills, p.postgresKills, 4*p.resets, p.lasting, p.seed)
	v, t, err := s.examine(ctx, p, s.exams[0], naive, say)
	if v != nil {
		t.print(out)
		v.print(out)
		err = errors.Join(err, v.err())
	}
	return err
}

// examine is a whole run over one exam: the sitting, the sweep, the comparison.
func (s *stage) examine(ctx context.Context, p plan, exam string, naive bool, say func(format string, args ...any)) (*verdict, *tally, error) {
	out, err := s.sit(ctx, p, exam, naive, say)
	if err != nil {
		return nil, nil, err
	}
	say("waiting for the deadline of who never handed in …")
	d, err := s.database(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	f, err := settle(ctx, d, exam, p)
	if err != nil {
		return nil, nil, err
	}
	return compare(out, f), out.tally, nil
}

func (t *tally) print(out io.Writer) {
	fmt.Fprintf(out, "\n%d starts, %d changes typed, %d acknowledged, %d requests in doubt, %d sent again, %d renumbered, %d take-overs, %d reloads, %d hand-ins\n",
		t.starts.Load(), t.typed.Load(), t.acknowledged.Load(), t.doubts.Load(), t.resent.Load(), t.renumbered.Load(), t.takeovers.Load(), t.reloads.Load(), t.handIns.Load())
	fmt.Fprintf(out, "longest time without an acknowledgement: %s\n\n", t.longest.Round(time.Millisecond))
}

func (v *verdict) print(out io.Writer) {
	fmt.Fprintf(out, "%-62s %9s %6s\n", "promise", "checked", "bad")
	for _, l := range v.lines() {
		fmt.Fprintf(out, "%-62s %9d %6d\n", l.promise, l.checked, l.bad)
		if l.bad > 0 {
			fmt.Fprintf(out, "    first: %s\n", l.first)
		}
	}
}
