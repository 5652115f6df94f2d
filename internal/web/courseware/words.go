package courseware

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/web/layout"
)

func courseTone(s learning.CourseState) layout.Tone {
	switch s {
	case learning.Published:
		return layout.OK
	case learning.Retired:
		return layout.Neutral
	}
	return layout.Info
}

func objectTone(s learning.ObjectState) layout.Tone {
	switch s {
	case learning.Checked:
		return layout.OK
	case learning.Refused, learning.Dropped:
		return layout.Bad
	}
	return layout.Warn
}

func enrolmentTone(s learning.EnrolmentState) layout.Tone {
	switch s {
	case learning.EnrolmentCompleted:
		return layout.OK
	case learning.EnrolmentWithdrawn:
		return layout.Neutral
	}
	return layout.Info
}

func reasonTone(r learning.Reason) layout.Tone {
	if r == learning.ReasonRetraining {
		return layout.Warn
	}
	return layout.Neutral
}

// dueText says until when, and how many days that leaves.
func dueText(ctx context.Context, dueOn *time.Time, today time.Time) string {
	if dueOn == nil {
		return layout.T(ctx, "courseware.learn.no_due")
	}
	text := layout.T(ctx, "courseware.learn.due_on", "date", layout.DateOn(*dueOn))
	if left := learning.DaysLeft(*dueOn, today); left > 0 {
		return text + " · " + layout.T(ctx, "courseware.learn.days_left", "n", left)
	}
	return text + " · " + layout.T(ctx, "courseware.learn.overdue", "n", 1-learning.DaysLeft(*dueOn, today))
}

func dueTone(dueOn *time.Time, today time.Time) layout.Tone {
	switch {
	case dueOn == nil:
		return layout.Neutral
	case learning.DaysLeft(*dueOn, today) <= 0:
		return layout.Bad
	case learning.DaysLeft(*dueOn, today) <= 2:
		return layout.Warn
	}
	return layout.Info
}

// unitText says what a unit is: "视频 · 12 分钟", "讲义 · 30 页".
func unitText(ctx context.Context, u learning.Unit) string {
	kind := u.Kind()
	if kind == "" {
		return layout.T(ctx, u.ObjectState.WordKey())
	}
	text := layout.T(ctx, kind.WordKey())
	switch kind {
	case learning.KindVideo, learning.KindAudio:
		if ms := u.DurationMS(); ms > 0 {
			text += " · " + length(ctx, ms)
		}
	case learning.KindPages:
		text += " · " + layout.T(ctx, "courseware.edit.pages", "n", u.PageCount)
	}
	return text
}

// length is how long a film or a recording is: seconds below a minute, as its player says, else minutes.
func length(ctx context.Context, ms int64) string {
	if seconds := (ms + 500) / 1000; seconds < 60 {
		return layout.T(ctx, "courseware.edit.seconds", "n", max(seconds, 1))
	}
	return layout.Minutes(ctx, (ms+999)/1000)
}

func mediaURL(id learning.ObjectID) string { return "/media/" + id.String() }

// playerOf describes the unit for the player.
func playerOf(p learning.Play) layout.PlayerProps {
	u := p.Current
	props := layout.PlayerProps{
		UnitID: u.ID.String(), Title: u.Title, Source: mediaURL(u.ObjectID), PositionMS: p.PositionMS, Page: p.Page, Percent: u.Percent,
		Uncounted: p.Preview,
	}
	switch u.Kind() {
	case learning.KindVideo:
		props.Kind = layout.VideoPlayer
	case learning.KindAudio:
		props.Kind = layout.AudioPlayer
	case learning.KindImage:
		props.Kind, props.Pages = layout.PagesPlayer, []string{mediaURL(u.ObjectID)}
	default:
		props.Kind = layout.PagesPlayer
		for n := range u.PageCount {
			props.Pages = append(props.Pages, mediaURL(u.ObjectID)+"/pages/"+strconv.Itoa(n+1))
		}
	}
	return props
}

// rule says when the unit is finished.
func rule(ctx context.Context, u learning.Unit) string {
	switch u.Kind() {
	case learning.KindVideo, learning.KindAudio:
		return layout.T(ctx, "courseware.learn.rule_media")
	case learning.KindPages, learning.KindImage:
		return layout.T(ctx, "courseware.learn.rule_pages")
	}
	return ""
}

// lessonColumns are the columns of a course's units; a preview has no progress.
func lessonColumns(ctx context.Context, l learning.Lesson) []layout.Column {
	out := []layout.Column{{Label: layout.T(ctx, "courseware.field.unit_title")}, {Label: layout.T(ctx, "courseware.field.file")}}
	if l.Preview {
		return out
	}
	return append(out, layout.Column{Label: layout.T(ctx, "courseware.learn.percent")})
}

// goOnWord is what the button of a task says.
func goOnWord(ctx context.Context, t learning.Task) string {
	if t.Percent == 0 {
		return layout.T(ctx, "courseware.learn.begin")
	}
	return layout.T(ctx, "courseware.learn.go_on")
}

// enrolmentURL is where an act on what one person was assigned is sent.
func enrolmentURL(e learning.Enrolment, part string) string {
	return courseURL(e.CourseID, "/people/"+e.ID.String()+part)
}

func courseStates(ctx context.Context) []layout.Option {
	return layout.WordOptions(ctx, learning.CourseStates...)
}

func enrolmentStates(ctx context.Context) []layout.Option {
	return layout.WordOptions(ctx, learning.EnrolmentStates...)
}

// unsettled tells whether a file is still being checked.
func unsettled(units []learning.Unit) bool {
	for _, u := range units {
		if u.ObjectState == learning.Pending {
			return true
		}
	}
	return false
}

// following makes the list of units draw itself again while a file is being checked; the settled list has it no more.
func following(d learning.CourseDetail) templ.Attributes {
	if !unsettled(d.Units) {
		return nil
	}
	return templ.Attributes{"hx-get": courseURL(d.ID, "/edit"), "hx-trigger": "every 3s", "hx-select": "#unit-list", "hx-swap": "outerHTML"}
}

// needsMinutes tells that a video or audio has a length that nobody knows.
func needsMinutes(u learning.Unit) bool {
	k := u.Kind()
	return (k == learning.KindVideo || k == learning.KindAudio) && u.MeasuredMS == 0
}
