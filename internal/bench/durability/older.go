package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/migrations"
)

// fillTest is put beside the older tree's seed, which is no command of its own.
//
//go:embed testdata/fill.go.txt
var fillTest []byte

// older is a state of the repository's past, checked out and built.
type older struct {
	ref, dir, program string
	newest            int // of its migrations
}

// checkOut writes an older state into dir, with its assets made from the present tree's node_modules, and builds its program.
func checkOut(ctx context.Context, root, ref string, newest int, dir string) (older, error) {
	o := older{ref: ref, dir: dir, program: filepath.Join(dir, "bin", "peikao"), newest: newest}
	archive := filepath.Join(dir, "tree.tar")
	modules := filepath.Join("static", "node_modules")
	if err := errors.Join(
		command(ctx, root, nil, "git", "archive", "-o", archive, ref),
		command(ctx, dir, nil, "tar", "-xf", archive),
		os.Symlink(filepath.Join(root, modules), filepath.Join(dir, modules)),
		os.WriteFile(filepath.Join(dir, "internal", "bench", "durability", "fill_test.go"), fillTest, 0o644),
	); err != nil {
		return o, err
	}
	if err := command(ctx, dir, nil, "go", "run", "./static/build"); err != nil {
		return o, err
	}
	return o, build(ctx, dir, o.program)
}

// fill fills a clinic by the older tree's services, which leaves the schema as that tree has it.
func (o older) fill(ctx context.Context, data, dsn string, people int) (seeded, error) {
	to := filepath.Join(o.dir, "exams")
	err := command(ctx, o.dir, []string{"FILL_DATA=" + data, "FILL_DSN=" + dsn, "FILL_TO=" + to, "FILL_PEOPLE=" + strconv.Itoa(people)},
		"go", "test", "-vet=off", "-count=1", "-run", "^TestFill$", "./internal/bench/durability")
	if err != nil {
		return seeded{}, err
	}
	text, err := os.ReadFile(to)
	if err == nil && len(text) == 0 {
		err = fmt.Errorf("%s has no exam to sit", o.ref)
	}
	return seeded{exams: strings.Fields(string(text))}, err
}

// git is what git says in the repository's root.
func git(ctx context.Context, root string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	var failure bytes.Buffer
	cmd.Dir, cmd.Stderr = root, &failure
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("git %s: %w: %s", args[0], err, failure.Bytes())
	}
	return strings.TrimSpace(string(out)), err
}

func migrationsAt(ctx context.Context, root, ref string) (names []string, err error) {
	out, err := git(ctx, root, "ls-tree", "--name-only", ref, "migrations/")
	for _, path := range strings.Fields(out) {
		if strings.HasSuffix(path, ".sql") {
			names = append(names, filepath.Base(path))
		}
	}
	return names, err
}

// before finds what an upgrade starts from where nobody says it: the latest release, and as long as there is none, the newest state
// on the way to the present one that lacks a migration.
func before(ctx context.Context, root string, present []string) (ref string, err error) {
	if tag, err := git(ctx, root, "describe", "--tags", "--abbrev=0", "HEAD^"); err == nil {
		return tag, nil
	}
	log, err := git(ctx, root, "log", "--first-parent", "-m", "--diff-filter=A", "--format=%H^", "--", "migrations/*.sql")
	if err != nil {
		return "", err
	}
	for _, ref := range strings.Fields(log) {
		names, err := migrationsAt(ctx, root, ref)
		if err == nil && leadsTo(names, present) {
			return git(ctx, root, "rev-parse", "--short", ref)
		}
	}
	return "", errors.New("the history holds no state before a migration: fetch all of it, or say BEFORE=…")
}

func presentMigrations() (names []string, err error) {
	files, err := migrations.Files()
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names, err
}

// leadsTo reports whether a schema with the migrations of then is brought to those of now by newer ones alone. Branches that were
// merged late brought some of a lower number, which no database with the higher one takes.
func leadsTo(then, now []string) bool {
	applied, newest, missing := map[string]bool{}, newestOf(then), 0
	for _, name := range then {
		applied[name] = true
	}
	for _, name := range now {
		if applied[name] {
			continue
		}
		missing++
		if numberOf(name) < newest {
			return false
		}
	}
	return missing > 0 && len(then) > 0
}

func numberOf(name string) int {
	digits, _, _ := strings.Cut(name, "_")
	n, _ := strconv.Atoi(digits) // 0, which no migration has
	return n
}

func newestOf(names []string) (newest int) {
	for _, name := range names {
		newest = max(newest, numberOf(name))
	}
	return newest
}

// schemaOf is the number of the newest migration that the database holds.
func (s *stage) schemaOf(ctx context.Context) (number int, err error) {
	d, err := s.database(ctx)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	err = d.SQL().QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&number)
	return number, err
}

// backsUpFor reads from all tables for a while, as pg_dump does.
func (s *stage) backsUpFor(ctx context.Context, lasting time.Duration) error {
	d, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	tx, err := d.SQL().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	var tables string
	err = tx.QueryRowContext(ctx, `SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables)
	if err == nil {
		_, err = tx.ExecContext(ctx, "LOCK TABLE "+tables+" IN ACCESS SHARE MODE")
	}
	if err == nil {
		rest(ctx, lasting)
	}
	return errors.Join(err, tx.Rollback())
}
