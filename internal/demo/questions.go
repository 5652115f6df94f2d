package demo

import (
	"bytes"
	"context"
	"fmt"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/content"
	"github.com/peikao/peikao/questionbank/native"
)

// fillBank sets up the knowledge points and imports the questions that ship with the product, published but for those whose
// source is 待核.
func (c *clinic) fillBank(ctx context.Context) error {
	trainer := c.as("peixun1")
	if err := c.makeTopics(ctx, trainer); err != nil {
		return err
	}
	items, err := content.Questions()
	if err != nil {
		return err
	}
	questions := make([]questionbank.Question, len(items))
	c.known = make(map[string]questionbank.Question, len(items))
	for i, it := range items {
		questions[i] = it.Question
		c.known[string(bank.Fingerprint(it.Question))] = it.Question
	}
	var file bytes.Buffer
	if err := native.Encode(&file, questions); err != nil {
		return err
	}
	sum, err := c.Bank.ImportFiles(ctx, trainer, []bank.File{{Name: "培考题库.jsonl", Data: &file}}, bank.Choice{Publish: true}, false)
	if err == nil && sum.Imported != len(questions) {
		err = fmt.Errorf("%d of %d questions imported: %v", sum.Imported, len(questions), sum.Problems)
	}
	return err
}

// makeTopics adds the shipped knowledge points below the five areas, those too that no question stands at yet.
func (c *clinic) makeTopics(ctx context.Context, trainer account.Viewer) error {
	topics, err := content.Topics()
	if err != nil {
		return err
	}
	tree, err := c.Bank.Topics(ctx, trainer)
	if err != nil {
		return err
	}
	for _, t := range topics {
		if _, there := tree.Child(tree.Area(t.Area), t.Name); there {
			continue
		}
		if _, err := c.Bank.CreateTopic(ctx, trainer, tree.Area(t.Area), t.Name); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	return nil
}

// ask is a line of a blueprint: so many questions of a type from an area, each worth so many points.
type ask struct {
	area   int
	typ    questionbank.Type
	count  int
	points int64
}

// drawPaper makes a blueprint and draws a paper from it.
func drawPaper(ctx context.Context, a *app.App, v account.Viewer, title string, keyPercent int, asks []ask) (exam.PaperID, error) {
	tree, err := a.Bank.Topics(ctx, v)
	if err != nil {
		return 0, err
	}
	b := exam.Blueprint{Title: title, KeyPercent: keyPercent}
	for _, k := range asks {
		b.Rows = append(b.Rows, exam.BlueprintRow{
			Section: k.typ.Name(), TopicIDs: []exam.TopicID{exam.TopicID(tree.Area(k.area))}, Type: string(k.typ),
			DifficultyMin: 1, DifficultyMax: 5, Count: k.count, Points: score.Whole(k.points),
		})
	}
	id, err := a.Exams.CreateBlueprint(ctx, v, b)
	if err != nil {
		return 0, err
	}
	paper, short, err := a.Exams.DrawPaper(ctx, v, id, "")
	if err == nil && len(short) > 0 {
		err = fmt.Errorf("the bank lacks questions for %s: %+v", title, short)
	}
	return paper, err
}
