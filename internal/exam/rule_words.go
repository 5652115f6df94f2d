package exam

import (
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/words"
)

// RuleWords says the deadline rule of a window in sentences, the same to the trainer before publishing and to the examinee
// before starting (promise 5). Times are written in the organisation's zone.
func RuleWords(l words.Lang, zone *time.Location, w Window, attempts int) []string {
	at := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04") }
	end := func(t time.Time) string { return clock.Deadline(t.In(zone)) }
	lastStart := w.ClosesAt
	if w.LastStartAt != nil {
		lastStart = *w.LastStartAt
	}
	out := []string{
		words.T(l, "exam.rule.window", "opens", at(w.OpensAt), "last_start", end(lastStart)),
		words.T(l, "exam.rule.limit", "minutes", w.LimitSeconds/60, "closes", end(w.ClosesAt)),
		words.T(l, "exam.rule.grace", "seconds", w.GraceSeconds),
		words.T(l, "exam.rule.hand_in"),
	}
	if w.ExtraSeconds > 0 {
		out = append(out, words.T(l, "exam.rule.extra", "minutes", w.ExtraSeconds/60))
	}
	if attempts > 1 {
		out = append(out, words.T(l, "exam.rule.attempts", "count", attempts))
	}
	return out
}

// WayWords says in which order the questions are answered, where that is ruled.
func WayWords(l words.Lang, oneWay bool) []string {
	if !oneWay {
		return nil
	}
	return []string{words.T(l, "exam.rule.one_way")}
}

// AbsenceWords says what follows for somebody who does not sit an exam (N05): by the rule that the exam was published with, and
// for a retake or re-exam always a fail. closesAt is the end of the person's own window.
func AbsenceWords(l words.Lang, zone *time.Location, k Kind, rule Absence, closesAt time.Time) []string {
	switch {
	case k == Retake:
		return []string{words.T(l, "exam.absence.retake")}
	case k == Reexam:
		return []string{words.T(l, "exam.absence.reexam")}
	case !k.Original():
		return nil
	}
	follows := "exam.absence.recorded"
	if rule.CountsAsZero {
		follows = "exam.absence.zero"
	}
	leave := words.T(l, "exam.absence.leave_before", "closes", clock.Deadline(closesAt.In(zone)))
	if rule.LeaveHours > 0 {
		leave = words.T(l, "exam.absence.leave_after", "hours", rule.LeaveHours, "until", clock.Deadline(rule.LeaveUntil(closesAt).In(zone)))
	}
	return []string{words.T(l, follows), leave}
}
