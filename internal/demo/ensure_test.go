package demo_test

import (
	"context"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/demo"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/report"
)

// firstStart is the moment of the first start in these tests: a Saturday noon in Shanghai.
var firstStart = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)

// ground opens a database and an object store whose clock stands at the first start. dsn "" starts embedded servers.
func ground(t *testing.T, dsn string) (*app.Ground, *clock.Fake) {
	t.Helper()
	data := t.TempDir()
	cfg, err := config.Load(func(name string) string { return map[string]string{"DATABASE_URL": dsn, "DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	fake := clock.NewFake(firstStart)
	g, err := app.OpenGround(t.Context(), cfg, slog.New(slog.DiscardHandler), s3child.Serve, fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close(context.Background()) })
	return g, fake
}

func ensure(t *testing.T, g *app.Ground) []app.DemoAccount {
	t.Helper()
	accounts, err := demo.Ensure(t.Context(), g, g.Log)
	if err != nil {
		t.Fatal(err)
	}
	return accounts
}

// count is one number from the database.
func count(t *testing.T, g *app.Ground, query string) (n int) {
	t.Helper()
	if err := g.DB.SQL().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// tally is how many rows each text has.
func tally(t *testing.T, g *app.Ground, query string) map[string]int {
	t.Helper()
	rows, err := g.DB.SQL().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		out[name] = n
	}
	return out
}

// random is what no two makings have in common, by table and column: salts, object keys, and the audit, whose hashes rest on
// salts. nil leaves the table out.
var random = map[string][]string{
	"account": {"password_hash"}, "object": {"key", "multipart_id"}, "object_page": {"key"},
	"audit_event": nil, "audit_leaf": nil, "audit_personal": nil, "audit_seal": nil, "goose_db_version": nil,
}

// dump is every row of every table as text, in order, without what is random.
func dump(t *testing.T, g *app.Ground) map[string]string {
	t.Helper()
	conn, err := g.DB.SQL().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	out := map[string]string{}
	for table := range tally(t, g, "SELECT tablename, 0 FROM pg_tables WHERE schemaname = 'public'") {
		columns, partly := random[table]
		if strings.HasPrefix(table, "river_") || partly && columns == nil {
			continue
		}
		query := `SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (SELECT (to_jsonb(t) - string_to_array($1, ','))::text AS line FROM ` + table + ` t) x`
		if _, err := conn.ExecContext(t.Context(), "SET TIME ZONE 'UTC'"); err != nil {
			t.Fatal(err)
		}
		var text string
		if err := conn.QueryRowContext(t.Context(), query, strings.Join(columns, ",")).Scan(&text); err != nil {
			t.Fatal(err)
		}
		out[table] = text
	}
	return out
}

// made is the dump of the clinic that TestClinic made, for TestInterruptedMaking to compare with.
var made map[string]string

func TestClinic(t *testing.T) {
	g, fake := ground(t, dbtest.DSN(t))
	accounts := ensure(t, g)
	made = dump(t, g)

	t.Run("people", func(t *testing.T) {
		if n := count(t, g, "SELECT count(*) FROM person_place"); n != 40 {
			t.Errorf("%d people", n)
		}
		if len(accounts) != 14 || accounts[0].Login != "zixun1" || accounts[0].Role == "" || accounts[0].Name == "" || len(accounts[0].Password) < 14 {
			t.Errorf("%+v", accounts)
		}
	})
	t.Run("organisation", func(t *testing.T) { // rule:E06 rule:C02
		leads := tally(t, g, `SELECT dept.name || ' ' || part.name || ' ' || team.name,
				(SELECT count(*) FROM role_grant r WHERE r.unit_id = team.id AND r.role = 'lead' AND r.to_at IS NULL)
			FROM org_unit team JOIN org_unit part ON part.id = team.parent_id JOIN org_unit dept ON dept.id = part.parent_id
			WHERE team.kind = 'group' AND dept.kind = 'department'`)
		if want := map[string]int{"企划部 网络咨询部 妇科组": 1, "企划部 网络咨询部 整形组": 1}; !maps.Equal(leads, want) {
			t.Errorf("groups with their leads: %v, want %v", leads, want)
		}
		if n := count(t, g, "SELECT count(*) FROM org_unit WHERE kind = 'branch'"); n != 3 {
			t.Errorf("%d branches, want the main one and two more", n)
		}
		kinds := tally(t, g, "SELECT o.kind, count(*) FROM person_place p JOIN post o ON o.id = p.post_id GROUP BY 1")
		for _, kind := range []string{"online", "phone", "operations"} {
			if kinds[kind] == 0 {
				t.Errorf("nobody of the kind %s: %v", kind, kinds)
			}
		}
	})
	t.Run("questions", func(t *testing.T) {
		if n := count(t, g, "SELECT count(*) FROM question_version WHERE state = 'published'"); n < 150 {
			t.Errorf("%d published", n)
		}
		if n := count(t, g, "SELECT count(*) FROM question_version WHERE state = 'published' AND body->'source'->>'status' = '待核'"); n != 0 {
			t.Errorf("%d published although 待核", n)
		}
	})
	t.Run("courses", func(t *testing.T) {
		for kind, want := range map[string]int{"video/webm": 5, "application/pdf": 5, "image/png": 1} {
			if n := count(t, g, "SELECT count(*) FROM object WHERE state = 'checked' AND content_type = '"+kind+"'"); n != want {
				t.Errorf("%s: %d, want %d (are ffmpeg and fonts-lxgw-wenkai installed?)", kind, n, want)
			}
		}
		if n := count(t, g, "SELECT count(*) FROM object_page"); n != 20 {
			t.Errorf("%d pages drawn", n)
		}
	})
	t.Run("cases", func(t *testing.T) { // rule:C51 rule:C52 rule:C55 rule:C57
		got := tally(t, g, "SELECT state || ' ' || outcome || ' ' || cause, count(*) FROM remediation_case GROUP BY 1")
		want := map[string]int{
			"retake_due  failed": 2, "retake_due  absent": 1, "retake_marking  failed": 1, "retraining_due  failed": 1, "retraining  failed": 1,
			"reexam_due  failed": 1, "decision_due  failed": 1,
			"closed passed_retake failed": 5, "closed passed_retake absent": 1, "closed passed_retraining failed": 3,
		}
		if !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if n := count(t, g, "SELECT count(*) FROM remediation_case WHERE state = 'retake_due' AND retake_closes_at < '2026-11-23Z'"); n != 0 {
			t.Errorf("%d retakes are over already", n)
		}
		if n := count(t, g, "SELECT count(*) FROM case_course WHERE completed_at IS NOT NULL AND case_id IN (SELECT id FROM remediation_case WHERE state = 'retraining')"); n != 1 {
			t.Errorf("%d courses of the running retraining are done", n)
		}
	})
	t.Run("bands", func(t *testing.T) { // rule:C34 rule:C43
		got := tally(t, g, "SELECT r.band, count(*) FROM result r JOIN exam e ON e.id = r.exam_id WHERE e.kind = 'quarterly' GROUP BY 1")
		if want := map[string]int{"excellent": 5, "good": 12, "pass": 4, "fail": 7}; !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
	t.Run("recount", func(t *testing.T) { recount(t, g) })
	t.Run("points and pay", func(t *testing.T) { // rule:C33 rule:C47
		got := tally(t, g, "SELECT l.outcome, count(*) FROM ledger_entry l JOIN round r ON r.id = l.round_id JOIN exam e ON e.id = r.exam_id WHERE e.kind = 'quarterly' AND l.reverses IS NULL GROUP BY 1")
		if want := map[string]int{"excellent": 5, "good": 12, "pass": 4, "passed_retake": 4, "passed_retraining": 3}; !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if n := count(t, g, `SELECT count(*) FROM ledger_entry l JOIN policy_version p ON p.id = l.policy_version_id JOIN round r ON r.id = l.round_id JOIN exam e ON e.id = r.exam_id
			WHERE p.version <> 2 OR l.points <> (p.body->'kinds'->e.kind->l.outcome->>'points')::bigint OR l.fen <> (p.body->'kinds'->e.kind->l.outcome->>'fen')::bigint`); n != 0 {
			t.Errorf("%d entries say something else than the policy", n)
		}
		if n := count(t, g, `SELECT count(*) FROM ledger_entry l JOIN remediation_case c ON c.round_id = l.round_id AND c.person_id = l.person_id WHERE c.state <> 'closed'`); n != 0 {
			t.Errorf("%d entries of rounds that are not settled", n)
		}
		reports, err := report.New(t.Context(), g.DB)
		if err != nil {
			t.Fatal(err)
		}
		found, err := reports.Recount(t.Context(), nil) // threat 35
		if stored := count(t, g, "SELECT count(*) FROM ledger_entry"); err != nil || found.Disagreements != 0 || found.Entries != int64(stored) {
			t.Errorf("of %d entries %+v agree: %v", stored, found, err)
		}
	})
	t.Run("appraisal", func(t *testing.T) {
		got := tally(t, g, "SELECT c.state || ' ' || s.state, count(*) FROM sheet s JOIN cycle c ON c.id = s.cycle_id GROUP BY 1")
		if got["open collecting"] != 24 || got["scored confirmed"] < 8 || got["scored scored"] < 4 || got["scored confirmed"]+got["scored scored"] != 24 {
			t.Error(got)
		}
		if n := count(t, g, `SELECT count(*) FROM sheet s WHERE s.state IN ('confirmed', 'final')
			AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.person_id = s.person_id AND n.subject = 'cycle:' || s.cycle_id || ':confirmed')`); n != 0 {
			t.Errorf("%d people do not know that their sheet is confirmed", n)
		}
	})
	t.Run("participation", func(t *testing.T) { recountParticipation(t, g) })
	t.Run("open exam", func(t *testing.T) { openExam(t, g, fake, accounts[0]) })
}

// recount checks the stored results by SQL alone: the sum of the marks, the percentage, the band by the table that the result
// names, and, where a question has one right choice, the mark itself from the journal and the key.
func recount(t *testing.T, g *app.Ground) { // rule:C43 rule:N01
	for what, query := range map[string]string{
		"sum of marks": `SELECT count(*) FROM result r WHERE cause = 'hand_in' AND score_hundredths <>
			(SELECT sum(round((m->>'mark')::numeric * 100)) FROM jsonb_array_elements(r.marks) m)`,
		"percent": `SELECT count(*) FROM result WHERE percent_hundredths <> trunc(score_hundredths * 10000::numeric / total_hundredths)`,
		"band": `SELECT count(*) FROM result r JOIN policy_version p ON p.id = r.bands_version_id WHERE r.band <>
			(SELECT e->>'band' FROM jsonb_array_elements(p.body->'edges') e
			 WHERE r.score_hundredths * 100::numeric >= (e->>'from')::numeric * r.total_hundredths ORDER BY (e->>'from')::numeric DESC LIMIT 1)`,
		"passed": `SELECT count(*) FROM result WHERE passed <> (score_hundredths * 100 >= 60 * total_hundredths)`,
		"choices": `SELECT count(*) FROM result r CROSS JOIN jsonb_array_elements(r.marks) m JOIN question_version v ON v.id = (m->>'version_id')::bigint
			LEFT JOIN LATERAL (SELECT response FROM journal j WHERE j.attempt_id = r.attempt_id AND j.slot = (m->>'slot')::integer
			                   ORDER BY epoch DESC, client_seq DESC LIMIT 1) j ON true
			WHERE v.body->>'type' IN ('single', 'true_false')
			  AND ((m->>'mark')::numeric > 0) <> coalesce(j.response->>'choice' = v.body->'key'->>0, false)`,
	} {
		if n := count(t, g, query); n != 0 {
			t.Errorf("%s: %d results differ", what, n)
		}
	}
	if n := count(t, g, "SELECT count(*) FROM result WHERE cause = 'hand_in'"); n < 80 {
		t.Errorf("only %d results to recount", n)
	}
}

// openExam finds the past sealed, signs in as a visitor does, sees the exam, and comes back weeks later to another one.
func openExam(t *testing.T, g *app.Ground, fake *clock.Fake, visitor app.DemoAccount) {
	const open = "SELECT count(*) FROM exam WHERE state = 'published' AND release = 'at_hand_in' AND kind = 'special' AND opens_at <= '%' AND closes_at > '%'"
	at := func() string { return strings.ReplaceAll(open, "%", fake.Now().Format(time.RFC3339)) }
	if n := count(t, g, at()); n != 1 {
		t.Fatalf("%d exams are open at the first start", n)
	}
	a, err := app.New(t.Context(), g, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close(t.Context())
	if sum, finding, err := a.Audit.Verify(t.Context(), nil); err != nil || finding != nil || sum.Events < 1000 {
		t.Error(sum, finding, err)
	}
	in, err := a.Accounts.SignIn(t.Context(), account.SignIn{Login: visitor.Login, Password: visitor.Password, Kind: account.WebSession, Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	viewer, session, err := a.Accounts.Authenticate(t.Context(), in.Token.Reveal())
	if err != nil || session.MustChange {
		t.Fatal(session, err)
	}
	mine, err := a.Exams.MyExams(t.Context(), viewer)
	if err != nil || len(mine) == 0 || mine[0].State != "open" {
		t.Fatal(mine, err)
	}
	if again := ensure(t, g); again[0] != visitor || count(t, g, at()) != 1 {
		t.Error("the second start changed something")
	}
	fake.Advance(15 * 24 * time.Hour)
	if n := count(t, g, at()); n != 0 {
		t.Errorf("%d exams are open after a fortnight", n)
	}
	ensure(t, g)
	if n := count(t, g, at()); n != 1 {
		t.Errorf("%d exams are open at the later start", n)
	}
}

// A making that ends half-way is begun again, and comes to the same rows as one that was not interrupted.
func TestInterruptedMaking(t *testing.T) {
	g, _ := ground(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			var n int
			if g.DB.SQL().QueryRowContext(ctx, "SELECT count(*) FROM result").Scan(&n) == nil && n > 0 {
				cancel()
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	if _, err := demo.Ensure(ctx, g, g.Log); err == nil {
		t.Fatal("the making was not interrupted")
	}
	if is, err := demo.Is(t.Context(), g.DB); !is || err != nil {
		t.Fatal("a half made demo is not known for one", err)
	}
	ensure(t, g)
	if made == nil {
		t.Fatal("TestClinic made nothing to compare with: the two run together")
	}
	again := dump(t, g)
	for table, rows := range made {
		if again[table] != rows {
			t.Errorf("%s differs: %s", table, firstDifference(rows, again[table]))
		}
	}
	if len(made) != len(again) || len(made["journal"]) < 1000 {
		t.Errorf("%d and %d tables", len(made), len(again))
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i][:min(len(x[i]), 600)] + "\n" + y[i][:min(len(y[i]), 600)]
		}
	}
	return "number of rows"
}

func TestSomebodysClinicIsRefused(t *testing.T) {
	g, _ := ground(t, dbtest.DSN(t))
	a, err := app.New(t.Context(), g, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close(t.Context())
	if _, err := a.Accounts.CreateUnit(t.Context(), account.System(), 0, account.Company, "某某医疗美容", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Ensure(t.Context(), g, g.Log); err == nil || !strings.Contains(err.Error(), "not the demo clinic") {
		t.Error(err)
	}
	if is, err := demo.Is(t.Context(), g.DB); is || err != nil {
		t.Error(is, err)
	}
}

func TestLostSecretIsSaid(t *testing.T) {
	g, _ := ground(t, dbtest.DSN(t))
	_, err := g.DB.SQL().ExecContext(t.Context(), `INSERT INTO setting (key, value, updated_at) VALUES ('demo', '{"state": "ready"}', '2026-01-01Z')`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Ensure(t.Context(), g, g.Log); err == nil || !strings.Contains(err.Error(), "demo.secret") {
		t.Error(err)
	}
}

// recountParticipation counts by SQL alone what was due in the period of each sheet that is not closed, on the day of the last
// collection, and compares it with the newest fact of the sheet: a course that was given after the cycle opened counts too, one
// that may still be finished in time does not.
func recountParticipation(t *testing.T, g *app.Ground) { // rule:A24
	const wrong = `
		SELECT count(*) FROM sheet s JOIN cycle c ON c.id = s.cycle_id
		CROSS JOIN LATERAL (
			SELECT count(*) AS assigned, count(e.completed_at) AS completed
			FROM enrolment e WHERE e.person_id = s.person_id AND e.reason <> 'self' AND e.state <> 'withdrawn'
			  AND coalesce(e.due_on, (e.assigned_at AT TIME ZONE 'Asia/Shanghai')::date) BETWEEN c.from_on AND c.to_on
			  AND (e.completed_at IS NOT NULL OR coalesce(e.due_on, c.to_on) < '2026-11-22')) due
		LEFT JOIN LATERAL (
			SELECT f.n, coalesce((f.detail->>'completed')::bigint, 0) AS completed
			FROM fact f WHERE f.cycle_id = s.cycle_id AND f.person_id = s.person_id AND f.source_kind = 'courses'
			ORDER BY f.version DESC LIMIT 1) newest ON true
		WHERE c.state <> 'closed' AND (due.assigned, due.completed) IS DISTINCT FROM (coalesce(newest.n, 0), coalesce(newest.completed, 0))`
	if n := count(t, g, wrong); n != 0 {
		t.Errorf("%d sheets count other courses than were due", n)
	}
	if n := count(t, g, "SELECT count(*) FROM fact f JOIN cycle c ON c.id = f.cycle_id WHERE c.state = 'open' AND f.source_kind = 'courses'"); n == 0 {
		t.Error("no sheet of the present cycle has a course")
	}
}
