package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/report"
)

// payRecounted is what the recount finds wrong with points and pay.
func payRecounted(t *testing.T, c *apptest.Clinic) (entries int64, found []report.Disagreement) {
	t.Helper()
	all, err := c.Reports.Recount(context.Background(), nil)
	must(t, err)
	for _, d := range all.First {
		if d.What == "pay" {
			found = append(found, d)
		}
	}
	return all.Entries, found
}

// agrees holds when the second computation of points and pay comes to every entry there is, and finds nothing wrong (threat 35).
func agrees(t *testing.T, c *apptest.Clinic) {
	t.Helper()
	var stored int64
	must(t, c.DB.SQL().QueryRow(`SELECT count(*) FROM ledger_entry`).Scan(&stored))
	if entries, found := payRecounted(t, c); entries != stored || len(found) > 0 {
		t.Errorf("of %d entries %d were recounted: %v", stored, entries, found)
	}
}

// Threat 35: the second computation of points and pay agrees with what corrections, retakes and open cases came to, though the policy has
// changed since, and names each fault that is planted.
// rule:C33 rule:C47
func TestARecountFindsWhatIsPaidWrong(t *testing.T) {
	ctx := context.Background()
	c := sat(t, 3)
	rich := ledger.Policy{Kinds: map[ledger.Kind]ledger.Rates{ledger.Quarterly: {ledger.Excellent: {Points: 999}, ledger.Good: {Points: 998}, ledger.Pass: {Points: 997}, ledger.PassedRetake: {Points: 996}}}}
	c.Fake.Advance(time.Minute)
	must(t, c.Ledger.AddPolicy(ctx, c.Viewer("hr2"), rich, time.Time{}))
	c.Fake.Advance(time.Hour)
	same(t, "the ground", stands(t, c), map[string]string{
		"many-0": "21 20000 by 4: excellent", "many-1": "40 40000 by 4: excellent", "many-2": "20 20000 by 3: excellent",
	})
	agrees(t, c)
	for _, table := range []string{"ledger_entry", "remediation_case", "result", "exam", "policy_version"} {
		_, err := c.DB.SQL().Exec("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
		must(t, err)
	}
	of := func(login string) string { return `(SELECT person_id FROM account WHERE login = '` + login + `')` }
	copied := func(seq, person, where string) string {
		return `INSERT INTO ledger_entry (round_id, person_id, seq, booked_on, policy_version_id, outcome, points, fen, result_id, recorded_by, created_at)
			SELECT round_id, ` + person + `, ` + seq + `, booked_on, policy_version_id, outcome, points, fen, result_id, recorded_by, created_at FROM ledger_entry WHERE ` + where
	}
	corrected := `person_id = ` + of("many-2") + ` AND seq `
	openCase := `round_id = (SELECT max(id) FROM round) AND person_id = ` + of("mei-a")
	policyOf := func(version int) string { return fmt.Sprintf(`kind = 'result_pay' AND version = %d`, version) }
	for _, k := range []struct {
		what, alter string
		n           int // people and rounds that are named
		says        string
	}{
		{"an entry is deleted", `DELETE FROM ledger_entry WHERE outcome = 'passed_retake'`, 1, "0 points and 0.00 yuan are booked, 1 and 0.00 are owed for passed_retake; 0 entries stand"},
		{"an amount is changed", `UPDATE ledger_entry SET fen = fen - 1 WHERE ` + corrected + `= 3`, 1, "20 points and 199.99 yuan are booked, 20 and 200.00 are owed for excellent"},
		{"points are changed", `UPDATE ledger_entry SET points = -points WHERE outcome = 'passed_retake'`, 1, "-1 points and 0.00 yuan are booked, 1 and 0.00 are owed"},
		{"a reversal takes too little", `UPDATE ledger_entry SET points = -9 WHERE ` + corrected + `= 2`, 1, "21 points and 200.00 yuan are booked, 20 and 200.00 are owed"},
		{"a second entry", copied("3", "person_id", "outcome = 'passed_retake'"), 1, "2 points and 0.00 yuan are booked, 1 and 0.00 are owed for passed_retake; 2 entries stand"},
		{"an entry for an open case", copied("1", of("mei-a"), "outcome = 'passed_retake'"), 1, "1 points and 0.00 yuan are booked, 0 and 0.00 are owed for what is not settled; 1 entries stand"},
		{"an entry of somebody who sat nothing", copied("1", of("hr"), "outcome = 'passed_retake'"), 1, "0 and 0.00 are owed for what is not settled"},
		{"paid by a later version", `UPDATE ledger_entry SET points = 999, fen = 0, policy_version_id = (SELECT id FROM policy_version WHERE ` + policyOf(3) + `) WHERE ` + corrected + `= 3`, 1,
			"999 points and 0.00 yuan are booked, 20 and 200.00 are owed for excellent; it is booked by version "},
		{"another version is named", `UPDATE ledger_entry SET policy_version_id = (SELECT id FROM policy_version WHERE ` + policyOf(1) + `) WHERE outcome = 'passed_retake'`, 1, "it is booked by version "},
		{"another outcome is named", `UPDATE ledger_entry SET outcome = 'pass' WHERE outcome = 'passed_retake'`, 1, "it is booked for pass, it came to passed_retake"},
		{"a correction took nothing back", `DELETE FROM ledger_entry WHERE ` + corrected + `> 1`, 1, "10 points and 50.00 yuan are booked, 20 and 200.00 are owed for excellent; it is booked for good, it came to excellent"},
		{"a correction did not reverse", `DELETE FROM ledger_entry WHERE ` + corrected + `= 2`, 1, "30 points and 250.00 yuan are booked, 20 and 200.00 are owed for excellent; 2 entries stand"},
		{"a correction booked nothing", `DELETE FROM ledger_entry WHERE ` + corrected + `= 3`, 1, "0 points and 0.00 yuan are booked, 20 and 200.00 are owed for excellent"},
		{"a case is open again", `UPDATE remediation_case SET state = 'retraining_due', outcome = '', closed_at = NULL WHERE outcome = 'passed_retake'`, 1, "1 points and 0.00 yuan are booked, 0 and 0.00 are owed for what is not settled"},
		{"a decision is not booked", `UPDATE remediation_case SET state = 'closed', outcome = 'dismissed', closed_at = moved_at, retake_result_id = first_result_id WHERE ` + openCase, 1,
			"0 points and 0.00 yuan are booked, -10 and -100.00 are owed for failed"},
		{"a pass at the re-exam", `UPDATE exam SET kind = 'reexam' WHERE id = (SELECT max(id) FROM exam WHERE kind = 'retake')`, 1, "0 and 0.00 are owed for passed_retraining"},
		{"a result that is not out", `UPDATE result SET released_at = NULL WHERE person_id = ` + of("many-1") + ` AND exam_id = (SELECT exam_id FROM round ORDER BY id DESC LIMIT 1)`, 1, "0 and 0.00 are owed for what is not settled"},
		{"the version before held", `UPDATE policy_version SET effective_from = '2099-01-01' WHERE ` + policyOf(2), 5, "20 points and 200.00 yuan are booked, 0 and 0.00 are owed for excellent"},
		{"a version made after the booking", `UPDATE policy_version SET effective_from = (SELECT effective_from FROM policy_version WHERE ` + policyOf(2) + `) WHERE ` + policyOf(3), 0, ""},
		{"a version that was known", `UPDATE policy_version l SET effective_from = e.effective_from, created_at = e.created_at FROM policy_version e WHERE l.kind = 'result_pay' AND l.version = 3
			AND e.kind = 'result_pay' AND e.version = 2`, 5, "999 and 0.00 are owed for excellent"},
	} {
		alter(t, c, k.alter)
		if _, found := payRecounted(t, c); len(found) != k.n || !strings.Contains(fmt.Sprint(found), k.says) {
			t.Errorf("%s: %d %v, want %d: %q", k.what, len(found), found, k.n, k.says)
		}
		for _, back := range []string{
			`DELETE FROM ledger_entry`, `INSERT INTO ledger_entry OVERRIDING SYSTEM VALUE SELECT * FROM kept_ledger_entry`,
			`UPDATE remediation_case x SET state = k.state, outcome = k.outcome, closed_at = k.closed_at, retake_result_id = k.retake_result_id FROM kept_remediation_case k WHERE k.id = x.id`,
			`UPDATE result x SET released_at = k.released_at FROM kept_result k WHERE k.id = x.id`, `UPDATE exam x SET kind = k.kind FROM kept_exam k WHERE k.id = x.id`,
			`UPDATE policy_version x SET effective_from = k.effective_from, created_at = k.created_at FROM kept_policy_version k WHERE k.id = x.id`,
		} {
			alter(t, c, back)
		}
	}
	agrees(t, c)

	alter(t, c, `DELETE FROM ledger_entry WHERE outcome = 'passed_retake'`)
	c.Fake.Advance(25 * time.Hour)
	must(t, c.Recount(ctx))
	list, _, err := c.Notify.Inbox(ctx, c.Viewer("hr"), false, page.New(1, 50))
	must(t, err)
	told := 0
	for _, n := range list {
		if n.Key == "notify.recount_pay_differs" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("HR was told %d times", told)
	}
	shows(t, c.Call("hr", "GET", "/notices", "", 200).Text, "1 处成绩、积分或奖金与第二次计算对不上")
	shows(t, c.Call("supervisor", "GET", "/admin/audit", "", 200).Text, "1 处对不上", "1 and 0.00 are owed for passed_retake")
}
