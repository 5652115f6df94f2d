package exam

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

// missing names what keeps a draft from being published, as word keys; the service checks the same again.
func missing(e exam.Exam, invited, byPeople int, now time.Time) []string {
	if e.State != exam.Draft {
		return nil
	}
	var out []string
	if e.PaperID == nil {
		out = append(out, "error.exam.paper_missing")
	}
	if byPeople > 0 && e.Release == exam.ReleaseAtHandIn {
		out = append(out, "error.exam.release_by_people")
	}
	if invited == 0 {
		out = append(out, "error.exam.nobody_invited")
	}
	if !e.ClosesAt.After(now) {
		out = append(out, "error.exam.closes_passed")
	}
	return out
}

// canInvite tells whether people can still be added: a draft, or a published exam of our making that has not closed.
func canInvite(e exam.Exam, now time.Time) bool {
	second := e.Kind == exam.Retake || e.Kind == exam.Reexam
	return e.State == exam.Draft || e.State == exam.Published && !second && e.ClosesAt.After(now)
}

// mayTakeOff tells whether the line of a person has a button that takes the person off a published exam; nobody takes off themself.
func mayTakeOff(v account.Viewer, e exam.Exam, r exam.InvitedRow) bool {
	return v.Can(account.ExamPublish) && account.NotSelf(v, r.PersonID) == nil && e.MayRemove(r.CandidateRow)
}

func paperOptions(ctx context.Context, papers []exam.PaperHead) []layout.Option {
	out := make([]layout.Option, len(papers))
	for i, p := range papers {
		out[i] = layout.Option{Value: p.ID.String(), Label: layout.T(ctx, "exampages.paper.option", "title", p.Title, "slots", p.Slots, "total", pointsText(p.Total))}
	}
	return out
}

func inviteUnits(t account.Tree) []layout.Option {
	var out []layout.Option
	for _, u := range t.InOrder() {
		out = append(out, layout.Option{Value: u.ID.String(), Label: strings.Repeat("　", u.Depth) + u.Name})
	}
	return out
}

// audienceText says how many people an audience holds, and how many of them are new.
func audienceText(ctx context.Context, size exam.AudienceSize) string {
	switch {
	case size.People == 0:
		return layout.T(ctx, "exampages.invite.holds_nobody")
	case size.New == size.People:
		return layout.T(ctx, "exampages.invite.holds", "people", size.People)
	}
	return layout.T(ctx, "exampages.invite.holds_known", "people", size.People, "known", size.People-size.New, "new", size.New)
}

func invitePosts(posts []account.Post) []layout.Option {
	out := make([]layout.Option, len(posts))
	for i, p := range posts {
		out[i] = layout.Option{Value: p.ID.String(), Label: p.Name}
	}
	return out
}

// ownTimes says what was granted to a candidate alone, "" when nothing was: the exam's own times are no grant.
func ownTimes(ctx context.Context, e exam.Exam, r exam.CandidateRow) string {
	var out []string
	if r.OpensAt != nil && r.ClosesAt != nil {
		if !r.OpensAt.Equal(e.OpensAt) || !r.ClosesAt.Equal(e.ClosesAt) {
			out = append(out, layout.T(ctx, "exampages.candidate.own_window", "window", layout.Window(ctx, *r.OpensAt, *r.ClosesAt)))
		}
	} else if r.ClosesAt != nil && !r.ClosesAt.Equal(e.ClosesAt) {
		out = append(out, layout.T(ctx, "exampages.candidate.until", "at", layout.Deadline(ctx, *r.ClosesAt)))
	}
	if r.ExtraSeconds > 0 {
		out = append(out, layout.T(ctx, "exampages.candidate.extra", "minutes", minutesText(ctx, r.ExtraSeconds)))
	}
	return strings.Join(out, " · ")
}

// examFacts are the settings of an exam that can no longer be changed.
func examFacts(ctx context.Context, e exam.Exam) []layout.Pair {
	pair := func(key, value string) layout.Pair { return layout.Pair{Label: layout.T(ctx, key), Value: value} }
	out := []layout.Pair{
		pair("exampages.field.kind", kindWord(ctx, e.Kind)),
		pair("exampages.field.window", layout.Window(ctx, e.OpensAt, e.ClosesAt)),
		pair("exampages.field.limit", minutesText(ctx, e.LimitSeconds)),
	}
	if e.LastStartAt != nil {
		out = append(out, pair("exampages.field.last_start_at", layout.Deadline(ctx, *e.LastStartAt)))
	}
	out = append(out,
		pair("exampages.field.grace", layout.T(ctx, "exampages.seconds", "n", e.GraceSeconds)),
		pair("exampages.field.shuffle", shuffleText(ctx, e)),
		pair("exampages.field.way", layout.T(ctx, "exampages.way."+string(wayOf(e.OneWay)))),
		pair("exampages.field.review", layout.T(ctx, "exampages.review."+string(e.Review))),
		pair("exampages.field.release", layout.T(ctx, "exampages.release."+string(e.Release))),
	)
	if e.Contact != "" {
		out = append(out, pair("exampages.field.contact", e.Contact))
	}
	if e.AttemptsAllowed > 1 {
		out = append(out, pair("exampages.field.attempts", layout.Count(e.AttemptsAllowed)))
	}
	return out
}

func shuffleText(ctx context.Context, e exam.Exam) string {
	switch {
	case e.ShuffleSlots && e.ShuffleOptions:
		return layout.T(ctx, "exampages.shuffle.both")
	case e.ShuffleSlots:
		return layout.T(ctx, "exampages.shuffle.slots")
	case e.ShuffleOptions:
		return layout.T(ctx, "exampages.shuffle.options")
	}
	return layout.T(ctx, "exampages.shuffle.none")
}

func publishFacts(ctx context.Context, p publishing) []layout.Pair {
	out := []layout.Pair{{Label: layout.T(ctx, "exampages.publish.people"), Value: layout.T(ctx, "exampages.people", "n", p.Reach.People)}}
	if p.Paper != nil {
		out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.field.paper"), Value: layout.T(ctx, "exampages.paper.option",
			"title", p.Paper.Title, "slots", p.Paper.Slots, "total", pointsText(p.Paper.Total))})
		if p.Paper.Forms > 0 {
			out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.forms.title"), Value: layout.T(ctx, "exampages.forms.deal", "letters", formLetters(ctx, p.Paper.Forms))})
		}
		if p.Marked > 0 {
			out = append(out, layout.Pair{Label: layout.T(ctx, "exampages.marking.setup"), Value: markingText(ctx, p.Exam)})
		}
	}
	return out
}
