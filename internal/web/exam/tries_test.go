package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

// While the clock stands nothing runs out: the list and the exam's page tell what was left when it was stopped, however long ago.
func TestAPausedExamIsNotOver(t *testing.T) {
	deadline, paused := later(-10*time.Minute), later(-30*time.Minute)
	e := exam.MyExam{ID: 3, Title: "季度考核", Kind: exam.Quarterly, State: exam.MyInProgress, DeadlineAt: &deadline, PausedAt: &paused, Window: exam.Window{OpensAt: later(-time.Hour), ClosesAt: later(time.Hour), LimitSeconds: 600}}
	for name, html := range map[string]string{
		"the exam": layouttest.HTML(t, layouttest.Env{}, hallExamPage(e, rules{}, cannedNow)),
		"the list": layouttest.HTML(t, layouttest.Env{}, hallPage(mineByTime{Now: []exam.MyExam{e}}, cannedNow)),
	} {
		if !strings.Contains(html, "考试已暂停，计时已停，还剩 20 分钟") || strings.Contains(html, "已截止") {
			t.Errorf("%s does not tell of the pause", name)
		}
	}
}

// A mock says how often it may be sat and how often still; the button names the next try.
func TestTriesAreTold(t *testing.T) {
	e := exam.MyExam{ID: 3, Title: "广告法模拟考", Kind: exam.Mock, State: exam.MyOpen, Window: exam.Window{OpensAt: later(-time.Hour), ClosesAt: later(time.Hour), LimitSeconds: 600}}
	for _, c := range []struct {
		kind         exam.Kind
		state        exam.MyState
		used         int
		want, absent string
	}{
		{exam.Mock, exam.MyOpen, 0, "可以考 3 次，还剩 3 次", "再考一次"},
		{exam.Mock, exam.MyOpen, 1, "可以考 3 次，还剩 2 次", ">去考试<"},
		{exam.Mock, exam.MyOpen, 2, "再考一次", ">去考试<"},
		{exam.Mock, exam.MyInProgress, 2, "可以考 3 次，这是第 2 次", "再考一次"},
		{exam.Mock, exam.MyReleased, 3, "可以考 3 次，还剩 0 次", "再考一次"},
		{exam.Quarterly, exam.MyOpen, 0, ">去考试<", "还剩 3 次"},
	} {
		e.Kind, e.State, e.Tries = c.kind, c.state, exam.Tries{Allowed: 3, Used: c.used}
		html := layouttest.HTML(t, layouttest.Env{}, hallExamPage(e, rules{}, cannedNow))
		if !strings.Contains(html, c.want) || strings.Contains(html, c.absent) {
			t.Errorf("%+v: without %q or with %q", c, c.want, c.absent)
		}
	}
	r := reviewed(false)
	r.Kind, r.Again = exam.Mock, &e
	for state, again := range map[exam.MyState]bool{exam.MyOpen: true, exam.MyReleased: false} {
		e.Kind, e.State, e.Tries.Used = exam.Mock, state, 1
		html := layouttest.HTML(t, layouttest.Env{}, resultPage(r, nil, reported{}, report.Settled{}))
		if !strings.Contains(html, "可以考 3 次，还剩 2 次") || strings.Contains(html, "再考一次") != again {
			t.Errorf("the result of a mock that is %s", state)
		}
	}
}
