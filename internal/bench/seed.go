package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/content"
	"github.com/peikao/peikao/questionbank/native"
)

//go:embed seed.sql
var seedSQL string

// password opens every account of the benchmark's clinic.
const password = "correct horse battery"

// examsOfARun: one is sat with the steps of a day, one is saturated, one is sat by everybody at once in every way, and of one nobody
// hands anything in.
const examsOfARun = 4

// world is what the generator knows of the seeded clinic.
type world struct {
	exams  []string // open to the examinees
	logins []string // of the examinees
	book   bookOfAnswers
}

func loginOf(n int) string { return fmt.Sprintf("b%06d", n) }

// seed fills an empty clinic: bank, paper and exams through the services, the crowd by sets.
func seed(ctx context.Context, g *app.Ground, w workload) (world, error) {
	a, err := app.New(ctx, g, app.Options{})
	if err != nil {
		return world{}, err
	}
	defer a.Close(ctx)
	s := &seeder{ctx: ctx, a: a, w: w}
	out := world{book: s.fillBank()}
	examined, others, post := s.clinic()
	s.crowd(examined, others, post)
	paper := s.paper()
	exams := examsOfARun
	if w.grow > 0 {
		exams += examsToGrow
	}
	for n := range exams {
		out.exams = append(out.exams, s.exam(paper, fmt.Sprintf("考核 %d", n+1), examined).String())
	}
	s.past(paper, out.exams[0])
	for n := range w.examinees {
		out.logins = append(out.logins, loginOf(n+1))
	}
	return out, s.err
}

// seeder does one step after the other until one fails.
type seeder struct {
	ctx context.Context
	a   *app.App
	w   workload
	err error
}

func (s *seeder) try(step func() error) {
	if s.err == nil {
		s.err = step()
	}
}

// fillBank imports the questions that ship with the product, less what people mark: an exam with it is not marked at once.
func (s *seeder) fillBank() bookOfAnswers {
	var questions []questionbank.Question
	s.try(func() error {
		items, err := content.Questions()
		for _, it := range items {
			if !it.Question.Type.ByPeople() {
				questions = append(questions, it.Question)
			}
		}
		if s.w.bank > 0 {
			questions = questions[:min(s.w.bank, len(questions))]
		}
		return err
	})
	s.try(s.topics)
	s.try(func() error {
		var file bytes.Buffer
		if err := native.Encode(&file, questions); err != nil {
			return err
		}
		_, err := s.a.Bank.ImportFiles(s.ctx, account.System(), []bank.File{{Name: "题库.jsonl", Data: &file}}, bank.Choice{Publish: true}, false)
		return err
	})
	return newBook(questions)
}

// topics are the knowledge points that the questions name.
func (s *seeder) topics() error {
	topics, err := content.Topics()
	if err != nil {
		return err
	}
	tree, err := s.a.Bank.Topics(s.ctx, account.System())
	if err != nil {
		return err
	}
	for _, t := range topics {
		if _, err := s.a.Bank.CreateTopic(s.ctx, account.System(), tree.Area(t.Area), t.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) clinic() (examined, others account.UnitID, post account.PostID) {
	root := account.System()
	var company account.UnitID
	unit := func(id *account.UnitID, parent account.UnitID, kind account.UnitKind, name string) {
		s.try(func() (err error) {
			*id, err = s.a.Accounts.CreateUnit(s.ctx, root, parent, kind, name, 0)
			return err
		})
	}
	unit(&company, 0, account.Company, "美丽医疗")
	unit(&examined, company, account.Branch, "城东分院")
	unit(&others, company, account.Branch, "城西分院")
	s.try(func() (err error) {
		post, err = s.a.Accounts.CreatePost(s.ctx, root, account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
		return err
	})
	return examined, others, post
}

// crowd is everybody; their one password is hashed once, and looked at anew at each log-in.
func (s *seeder) crowd(examined, others account.UnitID, post account.PostID) {
	var first account.PersonID
	s.try(func() (err error) {
		first, err = s.a.Accounts.CreatePerson(s.ctx, account.System(), account.NewPerson{
			PersonInput: account.PersonInput{EmployeeNo: "first", Name: "某某"}, UnitID: others, PostID: post,
		})
		return err
	})
	s.try(func() error {
		return s.a.Accounts.CreateLoginWithPassword(s.ctx, account.System(), first, "first", password)
	})
	s.sql("people", s.w.people, s.w.examinees, int64(first), s.a.DB.Now(), int64(examined), int64(others), int64(post))
}

func (s *seeder) sql(name string, args ...any) {
	s.try(func() error {
		q, err := s.a.DB.Prepare(s.ctx, seedSQL)
		if err != nil {
			return err
		}
		_, err = q.Exec(s.ctx, s.a.DB, name, args...)
		return err
	})
}

func (s *seeder) paper() (paper exam.PaperID) {
	s.try(func() error {
		id, err := s.a.Exams.CreateBlueprint(s.ctx, account.System(), exam.Blueprint{
			Title: "季度考核", Rows: []exam.BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: s.w.questions, Points: score.Whole(2)}},
		})
		if err != nil {
			return err
		}
		var short []exam.Shortage
		paper, short, err = s.a.Exams.DrawPaper(s.ctx, account.System(), id, "")
		if err == nil && len(short) > 0 {
			err = fmt.Errorf("the bank is too small: %+v", short)
		}
		return err
	})
	return paper
}

func (s *seeder) exam(paper exam.PaperID, title string, who account.UnitID) (id exam.ExamID) {
	root, now := account.System(), s.a.DB.Now()
	s.try(func() (err error) {
		id, err = s.a.Exams.CreateExam(s.ctx, root, exam.Settings{
			Title: title, Kind: exam.Quarterly, OpensAt: now.Add(-time.Minute), ClosesAt: now.Add(12 * time.Hour), LimitSeconds: 4 * 3600, GraceSeconds: 60,
			ShuffleSlots: true, ShuffleOptions: true, Review: exam.ReviewMarks, Release: exam.ReleaseByHand, AttemptsAllowed: 1,
		}, paper)
		return err
	})
	s.try(func() error {
		_, err := s.a.Exams.Invite(s.ctx, root, id, account.Audience{UnitIDs: []account.UnitID{who}})
		return err
	})
	s.try(func() error { return s.a.Exams.Publish(s.ctx, root, id) })
	return id
}

// partOfJournal is how many attempts get their old journal in one statement.
const partOfJournal = 20_000

// past is what was sat before.
func (s *seeder) past(paper exam.PaperID, template string) {
	if s.w.oldExams == 0 {
		return
	}
	each := s.w.journalRows / (s.w.oldExams * s.w.people)
	s.sql("old_exams", template, s.w.oldExams)
	s.sql("old_candidates")
	s.sql("old_attempts", each)
	s.sql("old_layouts", int64(paper))
	s.sql("old_results")
	s.try(func() error { return fillJournal(s.ctx, s.a.DB, 0, each) })
	s.try(func() error {
		_, err := s.a.DB.SQL().ExecContext(s.ctx, "VACUUM ANALYZE")
		return err
	})
}

// fillJournal gives each old attempt so many changes more behind those that it has.
func fillJournal(ctx context.Context, d *db.DB, has, more int) error {
	q, err := d.Prepare(ctx, seedSQL)
	if err != nil {
		return err
	}
	var r struct{ First, Last int64 }
	if err := q.Get(ctx, d, &r, "old_range"); err != nil {
		return err
	}
	for from := r.First; from <= r.Last; from += partOfJournal {
		if _, err := q.Exec(ctx, d, "old_journal", has+1, has+more, from, from+partOfJournal-1); err != nil {
			return err
		}
	}
	return nil
}

// growJournal adds about so many rows to the journal of the old attempts, and leaves nothing of it to be done later.
func growJournal(ctx context.Context, d *db.DB, rows int) error {
	var old struct{ Attempts, Each int }
	q, err := d.Prepare(ctx, seedSQL)
	if err != nil {
		return err
	}
	if err := q.Get(ctx, d, &old, "old_size"); err != nil {
		return err
	}
	if old.Attempts == 0 {
		return errors.New("no old attempts whose journal could grow")
	}
	if err := fillJournal(ctx, d, old.Each, (rows+old.Attempts-1)/old.Attempts); err != nil {
		return err
	}
	for _, statement := range []string{"VACUUM ANALYZE journal", "CHECKPOINT"} {
		if _, err := d.SQL().ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
