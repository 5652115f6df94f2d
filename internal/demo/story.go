package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// The ranges that the story asks of people.
var (
	excellent = span{score.Whole(90), score.Whole(101)}
	good      = span{score.Whole(70), score.Whole(90)}
	pass      = span{score.Whole(60), score.Whole(70)}
	fail      = span{score.Whole(35), score.Whole(60)}
	passed    = span{score.Whole(62), score.Whole(101)}
	absent    = span{} // does not sit
)

// quarterlyGap is how many days at least lie between the last quarter's exam and the anchor: its retakes, retrainings and
// re-exams are all over by then.
const quarterlyGap = 42

// The three past exams' last days, in days from the anchor; the quarterly one's follows from the calendar.
const (
	injectionsCloseOn = -20 // its cases wait in the middle of their way
	complaintsCloseOn = -4  // its retakes are running
	windowDays        = 3   // from the opening to the close
)

// quarterlyCloseOn is the last day of the last quarter's exam: three days before the quarter's end, or earlier so that the
// story after it fits before the anchor. It lies in the quarter before the anchor's.
func quarterlyCloseOn(anchor time.Time) time.Time {
	usual := appraisal.QuarterOf(anchor).From().AddDate(0, 0, -4)
	if latest := anchor.AddDate(0, 0, -quarterlyGap); latest.Before(usual) {
		return latest
	}
	return usual
}

// lastQuarter is the quarter of the past quarterly exam.
func lastQuarter(anchor time.Time) appraisal.Quarter {
	return appraisal.QuarterOf(appraisal.QuarterOf(anchor).From().AddDate(0, 0, -1))
}

// past is an exam of the story.
type past struct {
	key, title string
	kind       exam.Kind
	closeOn    int // days from the anchor; it closes at 18:00
	minutes    int
	release    exam.Release
	unit       string // whose people sit it
	keyPercent int
	asks       []ask
	want       map[string]span // by employee number; others get ordinary
	ordinary   span
}

// sat is an exam that was published.
type sat struct {
	past
	id exam.ExamID
}

func (c *clinic) pastExams() []past {
	closeOn := int(quarterlyCloseOn(dateOn(c.anchor, c.zone)).Sub(dateOn(c.anchor, c.zone)).Hours() / 24)
	q := lastQuarter(dateOn(c.anchor, c.zone))
	return []past{
		{
			key: "quarterly", title: fmt.Sprintf("%d年第%d季度网电考核", q.Year, q.No), kind: exam.Quarterly, closeOn: closeOn, minutes: 60,
			release: exam.ReleaseByHand, unit: root, keyPercent: 30, ordinary: good,
			asks: []ask{
				{1, questionbank.Single, 5, 3}, {2, questionbank.Single, 3, 3}, {3, questionbank.Single, 3, 3}, {4, questionbank.Single, 4, 3}, {5, questionbank.Single, 1, 3},
				{1, questionbank.Multiple, 2, 4}, {2, questionbank.Multiple, 1, 4}, {3, questionbank.Multiple, 2, 4}, {4, questionbank.Multiple, 2, 4}, {5, questionbank.Multiple, 1, 4},
				{1, questionbank.TrueFalse, 2, 3}, {4, questionbank.TrueFalse, 1, 3}, {5, questionbank.TrueFalse, 1, 3},
				{2, questionbank.Blank, 1, 4}, {4, questionbank.Blank, 1, 4},
			},
			want: map[string]span{
				"YR0101": excellent, "YR0104": excellent, "YR0111": excellent, "YR0112": excellent, "YR0201": excellent,
				"YR0105": pass, "YR0107": pass, "YR0118": pass, "YR0302": pass,
				"YR0106": fail, "YR0117": fail, "YR0304": fail, "YR0205": fail, "YR0305": fail, "YR0204": fail, "YR0303": absent,
			},
		},
		{
			key: "injections", title: "注射美容与广告合规专项考核", kind: exam.Special, closeOn: injectionsCloseOn, minutes: 40,
			release: exam.ReleaseAtClose, unit: "net", keyPercent: 30, ordinary: passed,
			asks: []ask{{1, questionbank.Single, 9, 5}, {1, questionbank.Multiple, 4, 5}, {1, questionbank.TrueFalse, 3, 5}, {4, questionbank.Single, 4, 5}},
			want: map[string]span{"YR0105": fail, "YR0107": fail, "YR0114": fail, "YR0118": fail, "YR0122": fail},
		},
		{
			key: "complaints", title: "投诉处理与沟通专项考核", kind: exam.Special, closeOn: complaintsCloseOn, minutes: 40,
			release: exam.ReleaseByHand, unit: root, keyPercent: 30, ordinary: passed,
			asks: []ask{{3, questionbank.Single, 8, 5}, {3, questionbank.Multiple, 5, 5}, {2, questionbank.Single, 5, 5}, {2, questionbank.TrueFalse, 2, 5}},
			want: map[string]span{"YR0113": fail, "YR0302": fail, "YR0203": fail, "YR0116": fail, "YR0206": absent},
		},
	}
}

// planExams plans the past exams and what follows from each.
func (c *clinic) planExams() {
	follow := map[string]func(closeOn int){"quarterly": c.afterQuarterly, "injections": c.afterInjections, "complaints": c.afterComplaints}
	for _, p := range c.pastExams() {
		c.at(c.day(p.closeOn-10, 15, 0), func(ctx context.Context) error { return c.publish(ctx, p) })
		follow[p.key](p.closeOn)
	}
}

// publish lets the trainer make an exam and HR publish it, and plans who sits when.
func (c *clinic) publish(ctx context.Context, p past) error {
	trainer := c.as("peixun1")
	paper, err := drawPaper(ctx, c.App, trainer, p.title, p.keyPercent, p.asks)
	if err != nil {
		return err
	}
	id, err := c.Exams.CreateExam(ctx, trainer, exam.Settings{
		Title: p.title, Kind: p.kind, OpensAt: c.day(p.closeOn-windowDays, 9, 0), ClosesAt: c.day(p.closeOn, 18, 0),
		LimitSeconds: p.minutes * 60, GraceSeconds: 60, ShuffleSlots: true, ShuffleOptions: true,
		Review: exam.ReviewKeys, Release: p.release, AttemptsAllowed: 1,
	}, paper)
	if err != nil {
		return err
	}
	who, err := examined(ctx, c.App)
	if err != nil {
		return err
	}
	who.UnitIDs = []account.UnitID{c.units[p.unit]}
	invited, err := c.Exams.Invite(ctx, trainer, id, who)
	if err != nil {
		return err
	}
	if err := c.Exams.Publish(ctx, c.as("hr1"), id); err != nil {
		return err
	}
	c.exams[p.key] = sat{p, id}
	c.planSittings(p, id, invited)
	return nil
}

// planSittings spreads the people over the days and hours of the window.
func (c *clinic) planSittings(p past, id exam.ExamID, invited []account.PersonID) {
	random := c.random("sittings of " + p.key)
	for _, m := range c.consultants() {
		when := c.day(p.closeOn-random.IntN(windowDays), 9+random.IntN(7), random.IntN(60))
		want, named := p.want[m.No]
		if !named {
			want = p.ordinary
		}
		if want == absent || !slices.Contains(invited, m.id) {
			continue
		}
		c.at(when, func(ctx context.Context) error { return c.sit(ctx, m, id, want) })
	}
}
