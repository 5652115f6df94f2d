package exam

import (
	"context"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

func kindWord(ctx context.Context, k exam.Kind) string {
	return layout.T(ctx, "exampages.kind."+string(k))
}

// madeKinds are the kinds that people set up; retakes and re-exams come of a round.
var madeKinds = []exam.Kind{exam.Quarterly, exam.Yearly, exam.Special, exam.Mock}

// choices makes the options of a select or of radio buttons from values whose words stand under one prefix.
func choices[T ~string](ctx context.Context, prefix string, values ...T) []layout.Option {
	out := make([]layout.Option, len(values))
	for i, v := range values {
		out[i] = layout.Option{Value: string(v), Label: layout.T(ctx, prefix+string(v))}
	}
	return out
}

func kindOptions(ctx context.Context) []layout.Option {
	return choices(ctx, "exampages.kind.", madeKinds...)
}

func reviewOptions(ctx context.Context) []layout.Option {
	return choices(ctx, "exampages.review.", exam.ReviewScore, exam.ReviewMarks, exam.ReviewKeys)
}

func releaseOptions(ctx context.Context) []layout.Option {
	return choices(ctx, "exampages.release.", exam.ReleaseByHand, exam.ReleaseAtClose, exam.ReleaseAtHandIn)
}

// way is the order of answering, as the form names it.
type way string

const (
	wayFree   way = "free"
	wayOneWay way = "one_way"
)

func wayOf(oneWay bool) way {
	if oneWay {
		return wayOneWay
	}
	return wayFree
}

func wayOptions(ctx context.Context) []layout.Option {
	return choices(ctx, "exampages.way.", wayFree, wayOneWay)
}

func redLineOptions(ctx context.Context) []layout.Option {
	return choices(ctx, "exampages.red_line.", exam.RedLineReport, exam.RedLinePass, exam.RedLineFail)
}

// deskStateOptions are the states of the list, and first what somebody has to do something about.
func deskStateOptions(ctx context.Context) []layout.Option {
	return choices(ctx, "exampages.state.", exam.Unreleased, exam.Draft, exam.Published, exam.Marked, exam.Archived, exam.CalledOff)
}

func typeOptions(ctx context.Context) []layout.Option {
	return choices(ctx, "exampages.type.", questionbank.Types[:]...)
}

func typeWord(ctx context.Context, t questionbank.Type) string {
	return layout.T(ctx, "exampages.type."+string(t))
}

// phase is how an exam stands for the staff: its state, and for a published one what the clock says.
type phase string

const (
	phaseDraft    phase = "draft"
	phaseUpcoming phase = "upcoming"
	phaseOpen     phase = "open"
	phaseClosed   phase = "closed"
	phaseMarked   phase = "marked"
	phaseArchived phase = "archived"

	phaseCalledOff phase = "called_off"
)

func phaseOf(s exam.State, opensAt, closesAt, now time.Time) phase {
	switch {
	case s != exam.Published:
		return phase(s)
	case now.Before(opensAt):
		return phaseUpcoming
	case now.Before(closesAt):
		return phaseOpen
	}
	return phaseClosed
}

var phaseTones = map[phase]layout.Tone{
	phaseDraft: layout.Neutral, phaseUpcoming: layout.Info, phaseOpen: layout.OK, phaseClosed: layout.Warn,
	phaseMarked: layout.Info, phaseArchived: layout.Neutral, phaseCalledOff: layout.Neutral,
}

var myTones = map[exam.MyState]layout.Tone{
	exam.MyUpcoming: layout.Info, exam.MyOpen: layout.OK, exam.MyInProgress: layout.Warn, exam.MySubmitted: layout.Neutral,
	exam.MyReleased: layout.Neutral, exam.MyMissed: layout.Bad, exam.MyCalledOff: layout.Neutral, exam.MyRemoved: layout.Neutral,
}

// bandTones set the four bands apart in a bar.
var bandTones = map[score.Band]layout.Tone{
	score.Excellent: layout.OK, score.Good: layout.Info, score.Pass: layout.Warn, score.Fail: layout.Bad,
}

func bandWord(ctx context.Context, b score.Band) string { return layout.T(ctx, bandWords[b]) }

// bandRules says the band table in lines, best first: "优秀：90% 及以上", "良好：70% 及以上，不到 90%" … (C43).
func bandRules(ctx context.Context, b score.Bands) []string {
	out := make([]string, len(b.Edges))
	for i, e := range b.Edges {
		value := layout.T(ctx, "exampages.band_from", "from", percentText(e.From))
		switch {
		case i > 0 && e.From == 0:
			value = layout.T(ctx, "exampages.band_below", "below", percentText(b.Edges[i-1].From))
		case i > 0:
			value = layout.T(ctx, "exampages.band_between", "from", percentText(e.From), "below", percentText(b.Edges[i-1].From))
		}
		out[i] = bandWord(ctx, e.Band) + layout.T(ctx, "layout.colon") + value
	}
	return out
}

func percentText(h score.Hundredths) string { return layout.Percent(int64(h)) }

func pointsText(h score.Hundredths) string { return layout.Score(int64(h)) }

func minutesText(ctx context.Context, seconds int) string {
	return layout.Minutes(ctx, int64(seconds))
}

func examURL(id exam.ExamID, part string) string { return "/exams/" + id.String() + part }

func paperURL(id exam.PaperID) string { return "/papers/" + id.String() }

func blueprintURL(id exam.BlueprintID) string {
	return "/papers/blueprints/" + strconv.FormatInt(int64(id), 10)
}
