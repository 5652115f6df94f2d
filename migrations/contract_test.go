package migrations

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unreleased is the last migration that no released program can meet half-way: until the first release nobody runs an older one.
const unreleased = 280

// tablesInUse is how many tables that the older program uses a file may take (see brief).
const tablesInUse = 4

// A statement of a migration is applied while the older program still serves (threat 30). It is one of these when that program may
// fail on it; contract says in the file why it does not.
var (
	contract = regexp.MustCompile(`(?m)^\s*-- contract: \S`)
	comments = regexp.MustCompile(`(?m)--.*$`)
	created  = regexp.MustCompile(`(?i)\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	altered  = regexp.MustCompile(`(?i)\bALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+) (.*)`)
	dropped  = regexp.MustCompile(`(?i)\bDROP CONSTRAINT (?:IF EXISTS )?(\w+)`)
	unique   = regexp.MustCompile(`(?i)\bCREATE UNIQUE INDEX\b.* ON (?:ONLY )?(\w+)`)
	absent   = regexp.MustCompile(`(?i)\b(DROP (TABLE|VIEW|TYPE|FUNCTION|SCHEMA|SEQUENCE|INDEX)|RENAME)\b`)
	changed  = regexp.MustCompile(`(?i)^(DROP (COLUMN )?(IF EXISTS )?\w+|ALTER (COLUMN )?\w+ ((SET DATA )?TYPE|SET NOT NULL|DROP DEFAULT))\b`)
	added    = regexp.MustCompile(`(?i)^ADD (COLUMN )?(IF NOT EXISTS )?\w+ `)
	required = regexp.MustCompile(`(?i)\b(NOT NULL|PRIMARY KEY)\b`)
	filled   = regexp.MustCompile(`(?i)\b(DEFAULT|GENERATED|serial|bigserial)\b`)
	taken    = regexp.MustCompile(`(?i)\b(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?|REFERENCES |UPDATE |INSERT INTO |DELETE FROM |(?:INDEX|TRIGGER)\b[^;]*? ON (?:ONLY )?)(\w+)`)
	rule     = regexp.MustCompile(`(?i)^ADD (?:CONSTRAINT (\w+) )?(?:CHECK|UNIQUE|FOREIGN KEY|PRIMARY KEY|EXCLUDE)\b`)
)

// breaks are the parts of a migration that the program before it may fail on; none where the file says why they are safe.
func breaks(text string) (out []string) {
	if contract.MatchString(text) {
		return nil
	}
	up := upwards(text)
	own, loosened := names(up, created), names(up, dropped)
	for statement := range strings.SplitSeq(up, ";") {
		if absent.MatchString(statement) {
			out = append(out, statement)
		}
		if at := unique.FindStringSubmatch(statement); at != nil && !slices.Contains(own, at[1]) {
			out = append(out, statement)
		}
		at := altered.FindStringSubmatch(statement)
		if at == nil || slices.Contains(own, at[1]) {
			continue
		}
		for _, action := range actions(at[2]) {
			stricter := rule.FindStringSubmatch(action)
			switch {
			case stricter != nil && !slices.Contains(loosened, stricter[1]),
				stricter == nil && added.MatchString(action) && required.MatchString(bare(action)) && !filled.MatchString(bare(action)),
				changed.MatchString(action) && !dropped.MatchString(action):
				out = append(out, at[1]+": "+action)
			}
		}
	}
	return out
}

// upwards is what a migration does, on one line and without comments.
func upwards(text string) string {
	up, _, _ := strings.Cut(text, "-- +goose Down")
	return strings.Join(strings.Fields(comments.ReplaceAllString(up, "")), " ")
}

// names are what a pattern finds.
func names(text string, pattern *regexp.Regexp) (out []string) {
	for _, found := range pattern.FindAllStringSubmatch(text, -1) {
		out = append(out, found[1])
	}
	return out
}

// takes are the tables that were there before a migration and that it locks.
func takes(text string) []string {
	up := upwards(text)
	own := names(up, created)
	tables := slices.DeleteFunc(names(up, taken), func(table string) bool { return slices.Contains(own, table) })
	slices.Sort(tables)
	return slices.Compact(tables)
}

// actions are the parts of an ALTER TABLE between commas that stand in no bracket.
func actions(list string) (out []string) {
	depth, from := 0, 0
	for i, c := range list {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out, from = append(out, strings.TrimSpace(list[from:i])), i+1
		}
	}
	return append(out, strings.TrimSpace(list[from:]))
}

// bare is an action without what stands in brackets: a CHECK speaks of NOT NULL too.
func bare(action string) string {
	var out strings.Builder
	depth := 0
	for _, c := range action {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0:
			out.WriteRune(c)
		}
	}
	return out.String()
}

// Threat 30: the older program serves while the new one migrates, and after it where a release is taken back.
func TestMigrationsLetTheOlderProgramServe(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		var number int
		if _, err := fmt.Sscanf(f.Name, "%d_", &number); err != nil {
			t.Fatal(f.Name, err)
		}
		if number <= unreleased {
			continue
		}
		for _, part := range breaks(f.Text) {
			t.Errorf("%s: the program before it may fail on %q: take two releases (expand, then contract), or say in the file why it is safe (-- contract: …)", f.Name, part)
		}
		if tables := takes(f.Text); len(tables) > tablesInUse {
			t.Errorf("%s keeps the older program waiting for %d tables %q, more than %d: make it two files", f.Name, len(tables), tables, tablesInUse)
		}
	}
}

func TestTablesThatAMigrationTakes(t *testing.T) {
	for text, want := range map[string][]string{
		"ALTER TABLE b ADD c text; ALTER TABLE ONLY a ADD d text, ADD e bigint REFERENCES z (id); ALTER TABLE b ADD f text;": {"a", "b", "z"},
		"CREATE TABLE a (id bigint, b bigint REFERENCES b (id)); CREATE INDEX a_b ON a (b); ALTER TABLE a ADD c text;":       {"b"},
		"CREATE INDEX a_b ON a (b); CREATE TRIGGER t BEFORE UPDATE ON c FOR EACH ROW EXECUTE FUNCTION f();":                  {"a", "c"},
		"UPDATE a SET b = 1; INSERT INTO c SELECT 1; DELETE FROM d;\n-- +goose Down\nALTER TABLE e DROP f;":                  {"a", "c", "d"},
		"-- ALTER TABLE a ADD b text;\nSELECT 1;": nil,
	} {
		if got := takes("-- +goose Up\n" + text); !slices.Equal(got, want) {
			t.Errorf("%s takes %q, want %q", text, got, want)
		}
	}
}

func TestWhatBreaksTheOlderProgram(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"CREATE TABLE a (id bigint PRIMARY KEY, b text NOT NULL); CREATE UNIQUE INDEX a_b ON a (b); ALTER TABLE a ADD CONSTRAINT a_b CHECK (b <> '');", 0},
		{"ALTER TABLE a ADD COLUMN b text, ADD c integer CHECK (c IS NOT NULL OR b <> '');", 0},
		{"ALTER TABLE a ADD COLUMN b smallint NOT NULL DEFAULT 1 CHECK (b IN (1, 2)), ADD COLUMN c bigint NOT NULL GENERATED ALWAYS AS IDENTITY;", 0},
		{"ALTER TABLE a DROP CONSTRAINT a_kind; ALTER TABLE a ADD CONSTRAINT a_kind CHECK (kind IN ('x', 'y'));", 0},
		{"CREATE INDEX a_b ON a (b); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT 1 $$; ALTER TABLE a ALTER COLUMN b DROP NOT NULL, ALTER c SET DEFAULT 2;", 0},
		{"-- DROP TABLE a;\nSELECT 1;\n-- +goose Down\nDROP TABLE a;", 0},
		{"DROP TABLE a;", 1},
		{"drop index a_b;", 1},
		{"ALTER TABLE a DROP COLUMN b, DROP c;", 2},
		{"ALTER TABLE a RENAME COLUMN b TO c;", 1},
		{"ALTER TABLE a\n    RENAME TO c;", 1},
		{"ALTER TABLE a ADD COLUMN b text NOT NULL;", 1},
		{"ALTER TABLE a ADD COLUMN b text, ADD COLUMN c text NOT NULL CHECK (c <> '' AND length(c) < 5);", 1},
		{"ALTER TABLE a ADD COLUMN b text NOT NULL DEFAULT ''; ALTER TABLE a ALTER COLUMN b DROP DEFAULT;", 1},
		{"ALTER TABLE a ALTER COLUMN b TYPE json USING b::json;", 1},
		{"ALTER TABLE a ALTER b SET DATA TYPE bigint, ALTER COLUMN c SET NOT NULL;", 2},
		{"DO $$ BEGIN ALTER TABLE a ALTER COLUMN b TYPE json; END $$;", 1},
		{"ALTER TABLE a ADD CONSTRAINT a_b CHECK (b <> '');", 1},
		{"ALTER TABLE a ADD CHECK (b <> ''), ADD UNIQUE (b);", 2},
		{"CREATE UNIQUE INDEX a_b ON a (b);", 1},
		{"-- contract: no program has used a since release 3.\nDROP TABLE a;", 0},
		{"-- contract:\nDROP TABLE a;", 1},
	} {
		if got := breaks("-- +goose Up\n" + c.text); len(got) != c.want {
			t.Errorf("%s\n%q, want %d", c.text, got, c.want)
		}
	}
}
