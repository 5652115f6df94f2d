package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// upgrade is the drill of threats 30 and 31: in the middle of an exam a newer program is started beside the older one, whose
// schema it brings up to date; the older one is asked to end; then the release is taken back, and the older program ends the exam
// on the newer schema.
type upgrade struct {
	*stage
	from    older
	present string // the program of this tree
	newest  int    // of its migrations
	front   *balancer
	newer   *server
	again   *server // the older program after the release was taken back
	say     func(format string, args ...any)
}

// upgradePlan is what the drill looks like: nothing else breaks.
func upgradePlan() plan {
	p := long()
	p.examinees, p.serverKills, p.postgresKills, p.resets = 100, 0, 0, 0
	p.lasting, p.think, p.limit, p.hurry = 80*time.Second, 300*time.Millisecond, time.Hour, true
	return p
}

// readByBackup is how long a backup reads the tables that the newer program changes.
const readByBackup = 5 * time.Second

// longestGap is how long nobody's answer may be acknowledged while programs are replaced.
const longestGap = 3 * time.Second

func upgradeFrom(ctx context.Context, ref string, p plan, out io.Writer) (err error) {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	u := &upgrade{say: say}
	work, err := os.MkdirTemp("", "peikao-upgrade-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := os.Chmod(work, 0o711); err != nil { // as the stage's
		return err
	}
	if err := u.build(ctx, ref, work); err != nil {
		return err
	}
	u.stage, err = raise(ctx, setting{
		people:  p.examinees,
		program: func(context.Context, string) (string, error) { return u.from.program, nil },
		fill: func(ctx context.Context, data, dsn string) (seeded, error) {
			return u.from.fill(ctx, data, dsn, p.examinees)
		},
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer func() {
		stop()
		err = errors.Join(err, u.newer.close(), u.again.close(), u.stage.close())
	}()
	if err := u.make(); err != nil {
		return err
	}
	return u.run(ctx, p, out)
}

// build makes both programs; "" is the state that before finds.
func (u *upgrade) build(ctx context.Context, ref, work string) error {
	root, err := git(ctx, ".", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	names, err := presentMigrations()
	if err != nil {
		return err
	}
	if ref == "" {
		if ref, err = before(ctx, root, names); err != nil {
			return err
		}
	}
	then, err := migrationsAt(ctx, root, ref)
	if err != nil {
		return err
	}
	if len(then) != len(names) && !leadsTo(then, names) {
		return fmt.Errorf("%s has migration %d and lacks others of a lower number: no database goes from there to here", ref, newestOf(then))
	}
	u.newest, u.present = newestOf(names), filepath.Join(work, "present")
	past := filepath.Join(work, "past")
	if err := os.Mkdir(past, 0o711); err != nil {
		return err
	}
	u.say("building %s and the present program …", ref)
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return build(groupCtx, root, u.present) })
	group.Go(func() (err error) {
		u.from, err = checkOut(groupCtx, root, ref, newestOf(then), past)
		return err
	})
	return group.Wait()
}

// make gives the newer program, and the older one that comes back, a place of their own.
func (u *upgrade) make() error {
	beside := filepath.Join(u.dir, "newer")
	u.newer = &server{program: u.present, data: beside, dsn: u.server.dsn}
	u.again = &server{program: u.from.program, data: u.server.data, dsn: u.server.dsn}
	return os.Mkdir(beside, 0o711)
}

func (u *upgrade) run(ctx context.Context, p plan, out io.Writer) error {
	if schema, err := u.schemaOf(ctx); err != nil || schema != u.from.newest {
		return errors.Join(fmt.Errorf("filled by %s, the schema is at %d and not at its %d", u.from.ref, schema, u.from.newest), err)
	}
	u.front = newBalancer(u.server.address)
	entrance := httptest.NewServer(u.front)
	defer entrance.Close()
	p.base = entrance.URL
	serving := ctx // of what goes on serving when everybody has handed in
	for i, step := range []fault{
		{what: "the newer program may not migrate, and says who must", do: u.mayNot},
		{what: "the newer program migrates beside the older", do: func(context.Context) error { return u.beside(serving) }},
		{what: "the older program has ended", do: func(ctx context.Context) error { return u.leave(ctx, u.server) }},
		{what: "the release is taken back: the older program serves again", do: func(context.Context) error { return u.join(serving, u.again) }},
		{what: "the newer program has ended", do: func(ctx context.Context) error { return u.leave(ctx, u.newer) }},
		{what: "the older program shows its pages", do: u.pages},
	} {
		step.at = time.Duration(i+1) * p.lasting / 8
		p.special = append(p.special, step)
	}
	u.say("%d examinees for %s; schema %d, then %d:", p.examinees, p.lasting, u.from.newest, u.newest)
	v, t, err := u.examine(ctx, p, u.exams[0], false, u.say)
	if v == nil {
		return errors.Join(err, u.lastWords())
	}
	for _, node := range []*server{u.newer, u.again} {
		for _, end := range node.unordered() {
			v.foreseen.see(false, "%s", end)
		}
	}
	t.print(out)
	u.say("%d requests were cut short by a program that ended, and came again", u.front.gone.Load())
	v.print(out)
	if t.longest > longestGap {
		err = fmt.Errorf("nobody's answer was acknowledged for %s", t.longest)
	}
	return errors.Join(err, v.err(), u.lastWords())
}

// mayNot starts the newer program on the older schema as somebody who may not change it.
func (u *upgrade) mayNot(ctx context.Context) error {
	if u.from.newest == u.newest {
		u.say("          (%s has the present schema: nothing to migrate)", u.from.ref)
		return nil
	}
	d, err := u.database(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	const limited = "reads_and_writes"
	_, err = d.SQL().ExecContext(ctx, `CREATE ROLE `+limited+` LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO `+limited+`;
		GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO `+limited)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, drainsWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, u.present, "serve", "--listen", "127.0.0.1:0", "--data", u.newer.data)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + u.newer.data, "DATABASE_URL=" + strings.Replace(u.server.dsn, "postgres@", limited+"@", 1)}
	said, err := cmd.CombinedOutput()
	if err == nil || ctx.Err() != nil || !bytes.Contains(said, []byte("run `peikao migrate` as the owner")) {
		return fmt.Errorf("the newer program said: %s (%w)", said, errors.Join(err, ctx.Err()))
	}
	if schema, err := u.schemaOf(context.WithoutCancel(ctx)); err != nil || schema != u.from.newest {
		return errors.Join(fmt.Errorf("it left the schema at %d", schema), err)
	}
	return nil
}

// beside starts the newer program while a backup is made.
func (u *upgrade) beside(ctx context.Context) error {
	reading := make(chan error, 1)
	go func() { reading <- u.backsUpFor(ctx, readByBackup) }()
	if err := errors.Join(u.join(ctx, u.newer), <-reading); err != nil {
		return err
	}
	schema, err := u.schemaOf(ctx)
	if err == nil && schema != u.newest {
		err = fmt.Errorf("the newer program serves on schema %d and not on its %d", schema, u.newest)
	}
	return err
}

// join starts a node and sends it people.
func (u *upgrade) join(ctx context.Context, node *server) error {
	if err := node.keep(ctx); err != nil {
		return err
	}
	u.front.add(node.address)
	return nil
}

// leave asks a node to end.
func (u *upgrade) leave(ctx context.Context, node *server) error {
	took, err := node.retire(ctx)
	if err != nil {
		return err
	}
	u.front.drop(node.address)
	u.say("          drained in %s", took.Round(time.Millisecond))
	if took > drainsWithin {
		return fmt.Errorf("a program that was asked to end took %s", took)
	}
	return nil
}

// pages asks the older program on the newer schema for what a trainer works with.
func (u *upgrade) pages(ctx context.Context) error {
	t := &tally{}
	e := newExaminee(0, 0, "http://"+u.again.address, u.exams[0], 0, false, t)
	e.ledger.login = trainerLogin
	if !e.logIn(ctx) {
		return fmt.Errorf("the trainer is not let in: %v", t.surprises)
	}
	e.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	exam := "/exams/" + u.exams[0]
	var failures []error
	for _, path := range []string{
		"/", "/notices", "/exams", exam, "/papers", "/bank", "/bank/review", "/bank/topics", "/courseware", "/cases", "/learn", "/me",
		"/api/v1/me", "/api/v1/bank/questions",
	} {
		status, text, err := e.once(ctx, http.MethodGet, path, "", nil)
		if err != nil || status != http.StatusOK {
			failures = append(failures, fmt.Errorf("%s: %d %.200s (%v)", path, status, text, err))
		}
	}
	return errors.Join(failures...)
}

// lastWords are what the servers' logs call errors, but for requests that failed: who sent them has judged those, and the first of a
// node is said only to tell why.
func (u *upgrade) lastWords() error {
	var failures []error
	for _, node := range []*server{u.newer, u.again} {
		text, err := os.ReadFile(filepath.Join(node.data, "server.log"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			failures = append(failures, err)
		}
		told := false
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "status=500") && !strings.Contains(line, "context canceled") && !told {
				u.say("%s", strings.TrimSpace(line))
				told = true
			}
			if strings.Contains(line, "level=ERROR") && !strings.Contains(line, `msg="request failed"`) {
				failures = append(failures, errors.New(strings.TrimSpace(line)))
			}
		}
	}
	return errors.Join(failures...)
}
