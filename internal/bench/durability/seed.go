package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/config"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/native"
)

const (
	questionsOfPaper = 20
	graceSeconds     = 5
	trainerLogin     = "trainer"
)

func loginOf(n int) string { return fmt.Sprintf("d%04d", n) }

// seeded is what a clinic was filled with; the exams are sat by everybody.
type seeded struct{ exams []string }

// seed fills the clinic through the services, over a connection that no fault touches. first gets the program before it does so.
func seed(ctx context.Context, data, dsn string, people, exams int, limit time.Duration, first func(*app.App)) (out seeded, err error) {
	cfg, err := config.Load(func(name string) string { return map[string]string{"DATA": data, "DATABASE_URL": dsn}[name] })
	if err != nil {
		return out, err
	}
	g, err := app.OpenGround(ctx, cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), s3child.Serve, nil)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, g.Close(context.WithoutCancel(ctx))) }()
	a, err := app.New(ctx, g, app.Options{})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	first(a)
	s := seeder{ctx, a}
	unit, err := s.people(people)
	if err != nil {
		return out, err
	}
	paper, err := s.paper()
	for n := 0; err == nil && n < exams; n++ {
		var id exam.ExamID
		if id, err = s.exam(paper, fmt.Sprintf("考核 %d", n+1), unit, limit); err == nil {
			out.exams = append(out.exams, id.String())
		}
	}
	return out, err
}

type seeder struct {
	ctx context.Context
	a   *app.App
}

func (s seeder) people(count int) (account.UnitID, error) {
	root := account.System()
	company, err := s.a.Accounts.CreateUnit(s.ctx, root, 0, account.Company, "美丽医疗", 0)
	if err != nil {
		return 0, err
	}
	post, err := s.a.Accounts.CreatePost(s.ctx, root, account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	if err != nil {
		return 0, err
	}
	for n := range count {
		id, err := s.a.Accounts.CreatePerson(s.ctx, root, account.NewPerson{
			PersonInput: account.PersonInput{EmployeeNo: loginOf(n), Name: "考生"}, UnitID: company, PostID: post,
		})
		if err != nil {
			return 0, err
		}
		err = errors.Join(
			s.a.Accounts.GrantRole(s.ctx, root, id, account.Consultant, company),
			s.a.Accounts.CreateLoginWithPassword(s.ctx, root, id, loginOf(n), password),
		)
		if err != nil {
			return 0, err
		}
	}
	return company, s.trainer(company, post)
}

// trainer is who uploads courseware.
func (s seeder) trainer(company account.UnitID, post account.PostID) error {
	root := account.System()
	id, err := s.a.Accounts.CreatePerson(s.ctx, root, account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: trainerLogin, Name: "培训师"}, UnitID: company, PostID: post,
	})
	if err != nil {
		return err
	}
	return errors.Join(
		s.a.Accounts.GrantRole(s.ctx, root, id, account.Trainer, company),
		s.a.Accounts.CreateLoginWithPassword(s.ctx, root, id, trainerLogin, password),
	)
}

func (s seeder) paper() (exam.PaperID, error) {
	var questions []questionbank.Question
	for n := range questionsOfPaper {
		questions = append(questions, question(n).bankForm())
	}
	var file bytes.Buffer
	if err := native.Encode(&file, questions); err != nil {
		return 0, err
	}
	sum, err := s.a.Bank.ImportFiles(s.ctx, account.System(), []bank.File{{Name: "题库.jsonl", Data: &file}}, bank.Choice{Publish: true}, false)
	if err != nil {
		return 0, err
	}
	if sum.Imported != len(questions) {
		return 0, fmt.Errorf("%d of %d questions imported: %v", sum.Imported, len(questions), sum.Problems)
	}
	id, err := s.a.Exams.CreateBlueprint(s.ctx, account.System(), exam.Blueprint{
		Title: "季度考核", Rows: []exam.BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: questionsOfPaper, Points: pointsOfSlot}},
	})
	if err != nil {
		return 0, err
	}
	paper, short, err := s.a.Exams.DrawPaper(s.ctx, account.System(), id, "")
	if err == nil && len(short) > 0 {
		err = fmt.Errorf("the bank is too small: %+v", short)
	}
	return paper, err
}

func (s seeder) exam(paper exam.PaperID, title string, unit account.UnitID, limit time.Duration) (exam.ExamID, error) {
	root, now := account.System(), s.a.DB.Now()
	id, err := s.a.Exams.CreateExam(s.ctx, root, exam.Settings{
		Title: title, Kind: exam.Quarterly, OpensAt: now.Add(-time.Minute), ClosesAt: now.Add(12 * time.Hour), LimitSeconds: int(limit / time.Second),
		GraceSeconds: graceSeconds, ShuffleSlots: true, ShuffleOptions: true, Review: exam.ReviewMarks, Release: exam.ReleaseByHand, AttemptsAllowed: 1,
	}, paper)
	if err != nil {
		return 0, err
	}
	if _, err := s.a.Exams.Invite(s.ctx, root, id, account.Audience{UnitIDs: []account.UnitID{unit}}); err != nil {
		return 0, err
	}
	return id, s.a.Exams.Publish(s.ctx, root, id)
}
