package exam

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

func orderURL(e exam.ExamID, id exam.CorrectionID, part string) string {
	return examURL(e, "/regrade/"+id.String()+part)
}

func lateURL(e exam.ExamID, a exam.AttemptID) string {
	return examURL(e, "/regrade/attempts/"+a.String())
}

var orderTones = map[exam.CorrectionState]layout.Tone{
	exam.CorrectionProposed: layout.Warn, exam.CorrectionApproved: layout.OK,
	exam.CorrectionRejected: layout.Bad, exam.CorrectionWithdrawn: layout.Neutral,
}

func orderState(ctx context.Context, s exam.CorrectionState) string {
	return layout.T(ctx, "regrade.state."+string(s))
}

// maySecond tells whether the viewer can be the order's second person.
func maySecond(v account.Viewer, k exam.Correction) bool {
	return k.State == exam.CorrectionProposed && v.Can(account.ExamCorrectApprove) && !k.Own && account.SecondSignature(v, k.ProposedBy, k.PersonID) == nil
}

func mayTakeBack(v account.Viewer, k exam.Correction) bool {
	return k.State == exam.CorrectionProposed && v.Can(account.ExamCorrect) && v.PersonID == k.ProposedBy
}

// mayPropose tells whether an order on somebody's attempt can be proposed; one at a time.
func mayPropose(v account.Viewer, a exam.LateAttempt) bool {
	return v.Can(account.ExamCorrect) && a.ProposedID == 0 && account.FirstSignature(v, a.PersonID) == nil
}

// backOfRegrade is where the list leads back to: the board, for whoever may see it.
func backOfRegrade(v account.Viewer, id exam.ExamID) string {
	if v.CanBeyondSelf(account.ExamRead) {
		return examURL(id, "/results")
	}
	return "/"
}

// lateText says what came how late.
func lateText(ctx context.Context, a exam.LateAttempt) string {
	var out []string
	for _, k := range []struct {
		kind string
		n    int
	}{{"late", a.Late}, {"closed", a.Closed}, {"lost_lease", a.LostLease}, {"code", a.Code}} {
		if k.n > 0 {
			out = append(out, layout.T(ctx, "regrade.kind_n."+k.kind, "n", k.n))
		}
	}
	return strings.Join(out, layout.T(ctx, "regrade.comma"))
}

// lateness is how long after the deadline something came, in words.
func lateness(ctx context.Context, by time.Duration) string {
	switch {
	case by <= 0:
		return layout.T(ctx, "regrade.in_time")
	case by < time.Minute:
		return layout.T(ctx, "regrade.late_seconds", "n", int(by/time.Second))
	}
	return layout.T(ctx, "regrade.late_minutes", "n", int(by/time.Minute))
}

// responseText is a response in words: options with the letters under which they were shown, gaps one after the other.
func responseText(ctx context.Context, t questionbank.Type, shown []questionbank.Option, raw json.RawMessage) string {
	g := givenIn(raw)
	if !g.answered() {
		return layout.T(ctx, "attempt.result.unanswered")
	}
	if t == questionbank.Spoken {
		return layout.T(ctx, "exampages.sound.title") + " " + soundLength(ctx, g.Recording.MS)
	}
	if t.ByPeople() {
		return g.Text
	}
	var out []string
	switch {
	case t.ByPeople():
		return g.Text
	case t == questionbank.Labelling:
		return strings.Join(g.Choices, layout.T(ctx, "regrade.comma"))
	case t == questionbank.Matching || t == questionbank.Ordering:
		for i, id := range append(g.Matches, g.Order...) {
			text := layout.T(ctx, "attempt.result.unanswered")
			for n, o := range shown {
				if o.ID == id {
					text = letter(n) + ". " + o.Text
				}
			}
			out = append(out, strconv.Itoa(i+1)+layout.T(ctx, "layout.colon")+text)
		}
		return strings.Join(out, layout.T(ctx, "regrade.semicolon"))
	}
	if t == questionbank.Blank {
		for i, text := range g.Blanks {
			out = append(out, layout.T(ctx, "attempt.question.gap", "n", i+1)+layout.T(ctx, "layout.colon")+text)
		}
		return strings.Join(out, layout.T(ctx, "regrade.semicolon"))
	}
	s := exam.ReviewSlot{Type: t, Options: shown, Response: raw}
	for _, o := range options(s, layout.T(ctx, "attempt.question.true"), layout.T(ctx, "attempt.question.false")) {
		if o.Chosen {
			out = append(out, o.Letter+". "+o.Text)
		}
	}
	return strings.Join(out, layout.T(ctx, "regrade.semicolon"))
}

// orderFacts are who, why and when.
func orderFacts(ctx context.Context, k exam.Correction) []layout.Pair {
	out := []layout.Pair{
		{Label: layout.T(ctx, "regrade.person"), Value: k.Name + " · " + k.EmployeeNo},
		{Label: layout.T(ctx, "regrade.what"), Value: layout.T(ctx, "regrade.what_late", "n", len(k.Body.V.Evidence))},
	}
	if k.Kind == exam.QuestionRuling {
		out = []layout.Pair{{Label: layout.T(ctx, "regrade.what"), Value: ruledWhat(ctx, k)}}
	}
	out = append(out,
		layout.Pair{Label: layout.T(ctx, "regrade.reason"), Value: k.Reason},
		layout.Pair{Label: layout.T(ctx, "regrade.proposed_by"), Value: k.ProposedByName + " · " + layout.DateTime(ctx, k.ProposedAt)},
	)
	if k.DecidedAt != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "regrade.decided_by."+string(k.State)), Value: k.DecidedByName + " · " + layout.DateTime(ctx, *k.DecidedAt)})
	}
	if k.DecisionReason != "" {
		out = append(out, layout.Pair{Label: layout.T(ctx, "regrade.decision_reason"), Value: k.DecisionReason})
	}
	return out
}

// passedWord says whether a version passed.
func passedWord(ctx context.Context, passed bool) string {
	if passed {
		return layout.T(ctx, "exam.band.pass")
	}
	return layout.T(ctx, "exam.band.fail")
}

// compared is one line of before and after.
type compared struct{ Label, Before, After string }

func comparedLines(ctx context.Context, p exam.CorrectionPreview) []compared {
	return []compared{
		{layout.T(ctx, "attempt.result.score"), pointsText(p.Before.Score) + " / " + pointsText(p.Before.Total), pointsText(p.After.Score) + " / " + pointsText(p.After.Total)},
		{layout.T(ctx, "attempt.result.percent"), percentText(p.Before.Percent), percentText(p.After.Percent)},
		{layout.T(ctx, "attempt.result.band"), bandWord(ctx, p.Before.Band), bandWord(ctx, p.After.Band)},
		{layout.T(ctx, "regrade.passed"), passedWord(ctx, p.Before.Passed), passedWord(ctx, p.After.Passed)},
	}
}

// followTexts says what follows from the approval (promise 11).
func followTexts(ctx context.Context, o ordering) []string {
	p := *o.Preview
	if !p.Released {
		return []string{layout.T(ctx, "regrade.follows.later"), layout.T(ctx, "regrade.follows.stays")}
	}
	out := []string{layout.T(ctx, "regrade.follows.now")}
	switch {
	case p.LiftsFail():
		out = append(out, layout.T(ctx, "regrade.follows.lifts"))
	case !p.After.Passed:
		out = append(out, layout.T(ctx, "regrade.follows.still"))
	}
	if before, after, ok := p.Round(o.Scoring); ok && before != after {
		out = append(out, layout.T(ctx, "regrade.follows.round", "before", percentText(before), "after", percentText(after)))
	} else if ok {
		out = append(out, layout.T(ctx, "regrade.follows.round_same", "after", percentText(after)))
	}
	if p.Pay != nil {
		out = append(out, payChangeTexts(ctx, *p.Pay)...)
	}
	return append(out, layout.T(ctx, "regrade.follows.stays"))
}

// fieldOfLate is the box of a late answer: an older one says by its name that it is to stand in place of a newer one.
func fieldOfLate(a exam.LateChoice) string {
	if a.Older {
		return "instead"
	}
	return "admit"
}

func lateFacts(ctx context.Context, c exam.LateCase) []layout.Pair {
	out := []layout.Pair{
		{Label: layout.T(ctx, "regrade.person"), Value: c.Name + " · " + c.EmployeeNo},
		{Label: layout.T(ctx, "regrade.deadline"), Value: layout.Deadline(ctx, c.DeadlineAt)},
	}
	if c.SubmittedAt != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "regrade.submitted"), Value: layout.DateTime(ctx, *c.SubmittedAt)})
	}
	return out
}

// orderName is what the list calls an order: whose result, or what it does to a question of the whole exam.
func orderName(ctx context.Context, k exam.Correction) string {
	if k.Kind == exam.QuestionRuling {
		return layout.T(ctx, "regrade.questions") + layout.T(ctx, "layout.colon") + ruledWhat(ctx, k)
	}
	return k.Name
}

// ruledWhat names the question by its number on the paper, where it has one, and what is to become of it.
func ruledWhat(ctx context.Context, k exam.Correction) string {
	act := layout.T(ctx, "regrade.act."+string(k.Body.V.Act))
	if k.Slot == 0 {
		return act
	}
	return layout.T(ctx, "analysis.slot_n", "n", k.Slot) + layout.T(ctx, "regrade.comma") + act
}

// noOrders says what an order can be made of, with the way to late answers where there are some.
func noOrders(ctx context.Context, r regrading) layout.EmptyProps {
	e := layout.EmptyProps{Icon: "clipboard-check", Title: layout.T(ctx, "regrade.none"), Body: layout.T(ctx, "regrade.none_text")}
	if r.LateSum > 0 {
		e.ActionLabel, e.ActionURL = layout.T(ctx, "regrade.to_late"), examURL(r.Exam.ID, "/regrade?show=late")
	}
	return e
}
