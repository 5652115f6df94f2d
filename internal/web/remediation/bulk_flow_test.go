package remediation

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/exam"
	cases "github.com/peikao/peikao/internal/remediation"
)

// newBulk is a site in which 小溪 waits for a retraining and 何静 for the retake.
func newBulk(t *testing.T) (w *site, retake exam.ExamID) {
	t.Helper()
	w = newSite(t)
	original := w.original()
	w.course()
	w.absent(exam.Quarterly, original, "xi")
	w.absent(exam.Quarterly, original, "jing")
	retake = w.sitting(exam.Retake, w.round, time.Time{}, time.Time{})
	w.absent(exam.Retake, retake, "xi")
	return w, retake
}

func (w *site) count(what string) (n int) {
	w.Helper()
	w.sql(&n, what)
	return n
}

// rule:C55: several people ticked on the board, the preview, and a report of one that was done and one that was refused.
func TestAssignSeveral(t *testing.T) {
	w, _ := newBulk(t)
	w.want(w.get(hrOne, "/cases?tick=all"), 200, `value="1" checked`)
	w.want(w.get(consultant, "/cases/bulk/assign?case=1"), 403, "")
	w.want(w.get(hrOne, "/cases/bulk/assign?back=state%3Dretraining_due"), 303, "/cases?state=retraining_due")
	rec := w.get(hrOne, "/cases/bulk/assign?case=1&case=2&case=99&back=unit%3D1%26tick%3Dall")
	w.want(rec, 200, "可以处理 1 人")
	for _, text := range []string{"不能处理 1 人", "另有 1 个个案不在您的管理范围内", "只有“待安排复训”的人可以安排复训", `href="/cases?unit=1"`, "广告法与话术红线"} {
		w.want(rec, 200, text)
	}
	w.want(w.post(hrOne, "/cases/bulk/assign", "case", "1", "case", "2"), 422, "选择 1 到 20 门")
	w.want(w.post(hrOne, "/cases/bulk/assign", "case", "1", "courses", "1", "due_on", "2001-01-01"), 422, "不能早于今天")
	rec = w.post(hrOne, "/cases/bulk/assign", "case", "1", "case", "2", "courses", "1")
	w.want(rec, 200, "将给以下 1 人安排 1 门复训课程")
	if strings.Contains(rec.Body.String(), "还没有") || w.count(`SELECT count(*) FROM case_course`) != 0 {
		t.Error("the preview changed something")
	}
	rec = w.post(hrOne, "/cases/bulk/assign", "case", "1", "case", "2", "courses", "1", "step", "confirm")
	w.want(rec, 200, "成功 1 人，没有处理 1 人")
	w.want(rec, 200, "只有“待安排复训”的人可以安排复训")
	if n := w.count(`SELECT count(*) FROM remediation_case WHERE state = 'retraining' AND id = 1 OR state = 'retake_due' AND id = 2`); n != 2 {
		t.Errorf("%d cases are as they should be", n)
	}
	w.want(w.post(hrOne, "/cases/bulk/assign", "case", "1", "courses", "1", "step", "confirm"), 200, "成功 0 人，没有处理 1 人")
	if n := w.count(`SELECT count(*) FROM case_course`); n != 1 {
		t.Errorf("%d courses after asking twice", n)
	}
}

// rule:C55: where all goes well the board says so; the own case is refused even to HR.
func TestAssignSeveralOwnCase(t *testing.T) {
	w, retake := newBulk(t)
	w.absent(exam.Retake, retake, "jing")
	w.want(w.get(hrTwo, "/cases/bulk/assign?case=1&case=2"), 200, "不能处理 1 人")
	w.want(w.post(hrOne, "/cases/bulk/assign", "case", "1", "case", "2", "courses", "1", "step", "confirm", "back", "q=x"), 303, "/cases?q=x")
	w.want(w.get(hrOne, "/cases/bulk/assign?case=1&case=2"), 200, "都不能这样处理")
}

// rule:C49 rule:N06: one proposal each; another person decides.
func TestProposeForSeveral(t *testing.T) {
	w, _ := newBulk(t)
	w.want(w.post(hrOne, "/cases/1/assign", "courses", "1"), 303, "/cases/1")
	w.sql(new(int64), `UPDATE remediation_case SET state = 'decision_due', reexam_result_id = retake_result_id WHERE id = 1 RETURNING id`)
	w.want(w.get(hrOne, "/cases/bulk/propose?case=1&case=2"), 200, "可以处理 1 人")
	w.want(w.post(hrOne, "/cases/bulk/propose", "case", "1", "case", "2", "kind", "promote"), 422, "写明理由")
	w.want(w.post(hrOne, "/cases/bulk/propose", "case", "1", "case", "2", "kind", "decided_transfer", "reason", "两次未通过"), 200, "提出“调岗”")
	w.want(w.post(hrOne, "/cases/bulk/propose", "case", "1", "kind", "decided_transfer", "reason", "两次未通过", "step", "confirm"), 303, "/cases")
	w.want(w.get(hrTwo, "/cases/bulk/propose?case=1"), 200, "等待确认")
	w.want(w.post(hrOne, "/cases/1/decide", "answer", "approve"), 403, "另一位")
	w.want(w.post(hrTwo, "/cases/1/decide", "answer", "approve"), 303, "/cases/1")
}

// rule:C52: the calendar puts the retake on its last day, keeps to its month, and leads on; what is at risk stands above it.
func TestCalendarOfCases(t *testing.T) {
	w, _ := newBulk(t)
	var closes time.Time
	w.sql(&closes, `SELECT retake_closes_at FROM remediation_case WHERE id = 2`)
	month := closes.UTC().Format(monthForm)
	rec := w.get(hrOne, "/cases?view=calendar&month="+month)
	w.want(rec, 200, "补考截止")
	w.want(rec, 200, `datetime="`+closes.UTC().Format(time.DateOnly))
	w.want(w.get(hrOne, "/cases?view=calendar&month=2031-01"), 200, "这几周没有到期的个案")
	w.want(w.get(hrOne, "/cases?view=calendar&month=rubbish"), 200, "month-today")
	w.want(w.get(hrOne, "/cases?due="+closes.UTC().Format(time.DateOnly)), 200, "何静")
	w.want(w.get(hrOne, "/cases?risk=1"), 200, "这里没有个案")
	w.clock.Advance(closes.Sub(w.clock.Now()) - cases.RiskAhead)
	w.want(w.get(hrOne, "/cases?view=calendar&month=2031-01"), 200, "两天内到期或已逾期：1 人")
	w.want(w.get(hrOne, "/cases?risk=1"), 200, "何静")
	w.want(w.get(hrOne, "/cases?unit=1&page=9"), 303, "page=1&unit=1")
	w.want(w.get(hrOne, "/cases?unit=1"), 200, "共 2 条")
	w.want(w.send(consultant, http.MethodGet, "/cases?view=calendar"), 200, "我的补考复训")
}

// What a page costs does not grow with its rows: with the log-in and the bell it stays within eight statements.
func TestStatementsOfTheBoard(t *testing.T) {
	w, _ := newBulk(t)
	for path, most := range map[string]int64{"/cases": 3, "/cases?view=calendar": 4, "/cases/bulk/assign?case=1&case=2": 2, "/cases/bulk/propose?case=1&case=2": 2} {
		before := w.d.Statements()
		w.want(w.get(hrOne, path), 200, "")
		if n := w.d.Statements() - before; n > most {
			t.Errorf("%s: %d statements, want at most %d", path, n, most)
		}
	}
}
