package exam

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/words"
)

// Promise 5: the deadline rule is said in full, with the times of the organisation's zone, and nothing is left unfilled.
func TestRuleWords(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	last := at(30)
	w := Window{OpensAt: at(0), ClosesAt: at(120), LastStartAt: &last, LimitSeconds: 3600, GraceSeconds: 60}
	for _, l := range words.Langs {
		plain, extra := RuleWords(l, zone, w, 1), RuleWords(l, zone, Window{OpensAt: at(0), ClosesAt: at(120), ExtraSeconds: 900}, 3)
		text := strings.Join(plain, " ")
		for _, want := range []string{"2026-09-28 09:00", "2026-09-28 09:30", "2026-09-28 11:00", "60"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not said in %s", l, want, text)
			}
		}
		if way := WayWords(l, true); len(way) != 1 || way[0] == "exam.rule.one_way" || WayWords(l, false) != nil {
			t.Errorf("%s: %v", l, way)
		}
		if all := text + strings.Join(extra, ""); strings.ContainsAny(all, "{}") || len(plain) != 4 || len(extra) != 6 {
			t.Errorf("%s: %d and %d sentences: %s", l, len(plain), len(extra), all)
		}
	}
}

// The end of a day is 24:00 of that day in every sentence, not the midnight of the day after.
func TestRulesEndAt24(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	closes := time.Date(2026, 12, 14, 0, 0, 0, 0, zone)
	said := append(RuleWords(words.ZH, zone, Window{OpensAt: closes.Add(-72 * time.Hour), ClosesAt: closes, LimitSeconds: 3600}, 1), AbsenceWords(words.ZH, zone, Quarterly, DefaultAbsence(), closes)...)
	text := strings.Join(said, "\n")
	if strings.Contains(text, "2026-12-14") || strings.Count(text, "2026-12-13 24:00") != 3 {
		t.Error(text)
	}
}

// rule:C34 rule:C35 rule:C36 quarterly, yearly and special exams begin a round, a mock does not and may be sat again.
func TestKindsOfExams(t *testing.T) {
	c := newClinic(t, 1)
	for kind, round := range map[Kind]int{Quarterly: 1, Yearly: 1, Special: 1, Mock: 0} {
		exam := c.published(1, func(s *Settings) {
			s.Kind = kind
			if kind == Mock {
				s.AttemptsAllowed = 2
			}
		})
		if n := c.count(`SELECT count(*) FROM exam e JOIN round r ON r.id = e.round_id AND r.exam_id = e.id WHERE e.id = $1`, int64(exam)); n != round {
			t.Errorf("%s: %d rounds", kind, n)
		}
		c.submit(c.begin(exam, 1), 1)
		if _, created, err := c.Start(c.ctx, examinee(1), exam, Arrival{Client: "tab"}); created != (kind == Mock) || (err == nil) != created {
			t.Errorf("%s again: %v %v", kind, created, err)
		}
	}
	if _, err := c.CreateExam(c.ctx, c.staff, Settings{Kind: Retake}, 0); err == nil {
		t.Error("a retake without a round")
	}
}
