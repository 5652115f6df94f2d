package migrations_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/peikao/peikao/internal/platform/dbtest"
)

// Threat 31: a release is taken back with its schema. Every migration undone and done again leaves the tables, columns, rules, indexes
// and triggers that were there before.
func TestTheSchemaGoesBackAndForth(t *testing.T) {
	d := dbtest.New(t)
	p, err := goose.NewProvider(goose.DialectPostgres, d.SQL(), os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	schema := func() (out []string) {
		t.Helper()
		rows, err := d.SQL().QueryContext(t.Context(), `
			SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
			FROM information_schema.columns WHERE table_schema = 'public'
			UNION ALL SELECT 'rule ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
			UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
			UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(line, "goose_db_version") && !strings.Contains(line, "river_") { // the tables of the migrations and of the queue
				out = append(out, line)
			}
		}
		slices.Sort(out)
		return out
	}
	before := schema()
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := schema(); len(left) > 0 {
		t.Errorf("undone, these are left: %q", left)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := schema()
	for _, line := range before {
		if !slices.Contains(after, line) {
			t.Errorf("not there again: %s", line)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d things before, %d after", len(before), len(after))
	}
}
