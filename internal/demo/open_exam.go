package demo

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/questionbank"
)

// openDays is how long the exam that a visitor of the demo can sit stays open.
const openDays = 14

// openAsks are 15 questions worth 100 points.
var openAsks = []ask{
	{4, questionbank.Single, 5, 6}, {2, questionbank.Single, 3, 6}, {3, questionbank.Single, 1, 6}, {1, questionbank.TrueFalse, 1, 6},
	{4, questionbank.Multiple, 3, 8}, {2, questionbank.Multiple, 2, 8},
}

// publishOpenExam publishes the exam that is open now: short, for all who consult, with the result at the hand-in. The program
// does it itself, because a later start does it again when the last one has closed.
func publishOpenExam(ctx context.Context, a *app.App, opensAt time.Time) (closesAt time.Time, err error) {
	system := account.System()
	title := opensAt.In(a.Config.Timezone).Format("1月2日") + "起 法规与沟通红线专项考核"
	paper, err := drawPaper(ctx, a, system, title, 30, openAsks)
	if err != nil {
		return time.Time{}, err
	}
	closesAt = opensAt.AddDate(0, 0, openDays)
	id, err := a.Exams.CreateExam(ctx, system, exam.Settings{
		Title: title, Kind: exam.Special, OpensAt: opensAt, ClosesAt: closesAt, LimitSeconds: 30 * 60, GraceSeconds: 60,
		ShuffleSlots: true, ShuffleOptions: true, Review: exam.ReviewKeys, Release: exam.ReleaseAtHandIn, AttemptsAllowed: 1,
		Contact: "培训部 010-5550 0120",
	}, paper)
	if err != nil {
		return time.Time{}, err
	}
	everybody, err := examined(ctx, a)
	if err != nil {
		return time.Time{}, err
	}
	if _, err := a.Exams.Invite(ctx, system, id, everybody); err != nil {
		return time.Time{}, err
	}
	return closesAt, a.Exams.Publish(ctx, system, id)
}

// examined are the people at the posts that are examined (C02), with their leads.
func examined(ctx context.Context, a *app.App) (account.Audience, error) {
	var who account.Audience
	all, err := a.Accounts.Posts(ctx, account.System())
	if err != nil {
		return who, err
	}
	for _, p := range all {
		if p.Kind != "other" {
			who.PostIDs = append(who.PostIDs, p.ID)
		}
	}
	return who, nil
}
