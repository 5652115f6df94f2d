package exam

import (
	"context"
	"testing"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
)

// premises are a database whose statements are prepared, which costs more than most tests of this package do in it. Nothing of a test stays
// in them but the shape of the tables: each begins with none but the migrations' rows, with the first numbers and at the first moment.
type premises struct {
	d     *db.DB
	clock *clock.Fake
	store store
	line  saveLine
	used  int
}

// mostUses bounds how many tests follow each other in the same premises: nobody vacuums them, and deleted rows are still read over.
const mostUses = 25

// vacant are the premises that a test has left. The tests of this package run one after the other.
var vacant []*premises

func premisesFor(t testing.TB) *premises {
	t.Helper()
	p := (*premises)(nil)
	if n := len(vacant); n > 0 {
		p, vacant = vacant[n-1], vacant[:n-1]
		p.empty(t)
	} else {
		p = newPremises(t)
	}
	p.used++
	return p
}

func newPremises(t testing.TB) *premises {
	t.Helper()
	ctx := context.Background()
	d, fake := dbtest.NewFake(outliving{t})
	// The questions of this bank are in memory; bank_test.go goes through the stored one.
	for _, constraint := range []string{"paper_slot DROP CONSTRAINT paper_slot", "invigilation DROP CONSTRAINT invigilation", "mark_task DROP CONSTRAINT mark_task"} {
		_, err := d.SQL().Exec("ALTER TABLE " + constraint + "_version_id_fkey")
		must(t, err)
	}
	st, err := openStore(ctx, d)
	must(t, err)
	line, err := openLine(ctx, d)
	must(t, err)
	return &premises{d: d, clock: fake, store: st, line: staying{line}}
}

// outliving is a test whose database is not dropped with its end; the server that has it ends with the program.
type outliving struct{ testing.TB }

func (outliving) Cleanup(func()) {}

// staying is a line that a committer's end does not end.
type staying struct{ *pinnedLine }

func (staying) Close() error { return nil }

// empty deletes every row but the migrations', also those that triggers defend.
func (p *premises) empty(t testing.TB) {
	t.Helper()
	p.clock.Set(dbtest.Start)
	_, err := p.d.SQL().Exec(`DO $$
		DECLARE target regclass;
		BEGIN
			SET LOCAL session_replication_role = replica;
			FOR target IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
			        AND relname NOT IN ('goose_db_version', 'river_migration', 'knowledge_point') LOOP
				EXECUTE format('DELETE FROM %s', target);
			END LOOP;
			PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
			    WHERE last_value IS NOT NULL AND sequencename NOT IN ('goose_db_version_id_seq', 'knowledge_point_id_seq');
		END$$`)
	must(t, err)
}

func (p *premises) leave() {
	if p.used < mostUses {
		vacant = append(vacant, p)
	} else {
		p.close()
	}
}

func (p *premises) close() {
	_ = p.line.(staying).pinnedLine.Close()
	_ = p.d.Close()
}
