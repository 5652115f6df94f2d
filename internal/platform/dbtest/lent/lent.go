// Package lent gives a test a database that an earlier test of the same program has left, with its statements prepared: to make one and to prepare a
// feature's statements in it costs more than most tests do there. Nothing of a test stays but the shape of the tables. Each begins with the
// migrations' rows alone, the first numbers and dbtest.Start; a test that changes more than rows keeps its database to itself.
package lent

import (
	"testing"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
)

// mostUses bounds how many tests follow each other in a database: nobody vacuums it, and deleted rows are still read over.
const mostUses = 25

// Shelf has the databases of a package whose tests run one after the other.
type Shelf[P any] struct {
	// Prepare makes what the tests share beside the database. It is never closed, and must remember no row.
	Prepare func(t testing.TB, d *db.DB) P
	vacant  []*Database[P]
}

// Database is lent until its test ends.
type Database[P any] struct {
	DB       *db.DB
	Clock    *clock.Fake
	Prepared P
	uses     int
	kept     bool
}

// Keep tells that more than rows was changed: no other test gets this database.
func (d *Database[P]) Keep() { d.kept = true }

// Take is an empty database.
func (s *Shelf[P]) Take(t testing.TB) *Database[P] {
	t.Helper()
	n := len(s.vacant)
	if n == 0 {
		return s.New(t)
	}
	d := s.vacant[n-1]
	s.vacant = s.vacant[:n-1]
	d.empty(t)
	s.lend(t, d)
	return d
}

// New is an empty database in which no test has been yet. Plans are tested there: a table that had rows has another size to the planner.
func (s *Shelf[P]) New(t testing.TB) *Database[P] {
	t.Helper()
	d := &Database[P]{}
	d.DB, d.Clock = dbtest.NewFake(outliving{t})
	d.Prepared = s.Prepare(t, d.DB)
	d.exec(t, remember)
	s.lend(t, d)
	return d
}

func (s *Shelf[P]) lend(t testing.TB, d *Database[P]) {
	d.uses++
	t.Cleanup(func() {
		if d.kept || t.Failed() || d.uses == mostUses {
			_ = d.DB.Close()
			return
		}
		s.vacant = append(s.vacant, d)
	})
}

// outliving is a test whose database is not dropped with its end; the server that has it ends with the program.
type outliving struct{ testing.TB }

func (outliving) Cleanup(func()) {}

// remember keeps what the migrations put into the tables.
const remember = `DO $$
	DECLARE filled name;
	        has_rows boolean;
	BEGIN
		CREATE SCHEMA first;
		CREATE TABLE first.numbers AS SELECT format('%I.%I', schemaname, sequencename)::regclass AS sequence, start_value, last_value
			FROM pg_sequences WHERE schemaname = 'public';
		FOR filled IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
			EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', filled) INTO has_rows;
			IF has_rows THEN
				EXECUTE format('CREATE TABLE first.%I AS TABLE public.%I', filled, filled);
			END IF;
		END LOOP;
	END$$`

// restore deletes every row, also what triggers defend, and brings back what was remembered.
const restore = `DO $$
	DECLARE cleared name;
	BEGIN
		SET LOCAL session_replication_role = replica;
		FOR cleared IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
			EXECUTE format('DELETE FROM public.%I', cleared);
		END LOOP;
		FOR cleared IN SELECT tablename FROM pg_tables WHERE schemaname = 'first' AND tablename <> 'numbers' LOOP
			EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE first.%I', cleared, cleared);
		END LOOP;
		PERFORM setval(sequence, coalesce(last_value, start_value), last_value IS NOT NULL) FROM first.numbers;
	END$$`

func (d *Database[P]) empty(t testing.TB) {
	t.Helper()
	d.Clock.Set(dbtest.Start)
	d.exec(t, restore)
}

func (d *Database[P]) exec(t testing.TB, statement string) {
	t.Helper()
	if _, err := d.DB.SQL().Exec(statement); err != nil {
		t.Fatal(err)
	}
}
