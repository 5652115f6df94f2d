package lent_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/dbtest/lent"
)

// contents are all rows and the number of who is added next.
func contents(t *testing.T, d *lent.Database[int]) (out string) {
	t.Helper()
	read := func(into any, query string) {
		t.Helper()
		if err := d.DB.SQL().QueryRow(query).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	read(&out, `SELECT string_agg(format('%s: %s', tablename, md5(query_to_xml(format('SELECT * FROM public.%I x ORDER BY x::text', tablename), true, false, '')::text)), E'\n' ORDER BY tablename)
		FROM pg_tables WHERE schemaname = 'public'`)
	var id int
	read(&id, `INSERT INTO person (employee_no, name, pinyin, initials, created_at) VALUES ('P1', '某人', 'mouren', 'mr', now()) RETURNING id`)
	return fmt.Sprint(out, id, d.Clock.Now())
}

// Whoever takes what was left finds it as the first found it: the rows of the migrations as they were, no others, and the same numbers.
func TestWhatIsLeftIsEmpty(t *testing.T) {
	prepared := 0
	shelf := lent.Shelf[int]{Prepare: func(testing.TB, *db.DB) int { prepared++; return prepared }}
	var fresh, name string
	lend := func(do func(t *testing.T, d *lent.Database[int])) {
		t.Helper()
		t.Run("", func(t *testing.T) { do(t, shelf.Take(t)) })
	}
	lend(func(t *testing.T, d *lent.Database[int]) {
		fresh, name = contents(t, d), database(t, d)
		for _, statement := range []string{
			`UPDATE knowledge_point SET name = 'x' WHERE id = 1`,
			`INSERT INTO knowledge_point (parent_id, area, name, position) VALUES (1, 1, 'y', 9)`,
			`INSERT INTO audit_event (at, actor, act, subject, body, row_hash) VALUES (now(), 'a', 'b', 'c', '{}', sha256(''))`, // what is never deleted
		} {
			if _, err := d.DB.SQL().Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		d.Clock.Advance(time.Hour)
	})
	lend(func(t *testing.T, d *lent.Database[int]) {
		if got := contents(t, d); got != fresh || d.Prepared != 1 || database(t, d) != name || !d.Clock.Now().Equal(dbtest.Start) {
			t.Errorf("found %s\nwant %s", got, fresh)
		}
		d.Keep()
	})
	lend(func(t *testing.T, d *lent.Database[int]) {
		if database(t, d) == name || d.Prepared != 2 {
			t.Error("what was kept is lent")
		}
	})
}

func database(t *testing.T, d *lent.Database[int]) (name string) {
	t.Helper()
	if err := d.DB.SQL().QueryRow(`SELECT current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}
