package exam

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/exam/printed"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/richtext"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/markup"
)

// printFont is where Debian's fonts-lxgw-wenkai lies.
const printFont = "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"

// writtenLines is the room on the answer sheet for an answer in words.
const writtenLines = 8

// Print is GET /papers/{id}/print.pdf: the paper with its answer sheet, or with ?part=key the key for the markers.
func (d *Desk) Print(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	part := printed.Exam
	if c.QueryParam("part") == "key" {
		part = printed.Key
	}
	p, pictures, err := d.toPrint(ctx, v, account.ParseID[exam.PaperID](c.Param("id")), part)
	if err != nil {
		return err
	}
	forms, err := d.Exams.FormsOf(ctx, v, p.ID)
	if err != nil {
		return err
	}
	font, err := os.ReadFile(printFont)
	if errors.Is(err, os.ErrNotExist) {
		return errs.New(errs.Conflict, "error.exam.no_font").With(err)
	}
	if err != nil {
		return err
	}
	name := "paper-" + p.ID.String()
	if part == printed.Key {
		name += "-key"
	}
	pdf, err := printed.PDF(printedPaper(ctx, paperShown{PaperView: p, Forms: forms}, pictures), part, font)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `inline; filename="`+name+`.pdf"`)
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return c.Blob(http.StatusOK, "application/pdf", pdf)
}

// pictures are those that can be printed, by the names that questions give them.
type pictures map[string]printed.Picture

// toPrint is a paper with the pictures of its questions; the key is printed without them.
func (d *Desk) toPrint(ctx context.Context, v account.Viewer, id exam.PaperID, part printed.Part) (exam.PaperView, pictures, error) {
	if part == printed.Key {
		p, err := d.Exams.Paper(ctx, v, id)
		return p, nil, err
	}
	found := pictures{}
	p, err := d.Exams.PaperWithPictures(ctx, v, id, func(object string, data []byte) {
		if picture, ok := printed.PictureOf(data); ok {
			found[object] = picture
		}
	})
	return p, found, err
}

// passage is a text as it is printed, with its pictures; files that paper cannot hold are named below it.
func (p pictures) passage(ctx context.Context, text string, files []questionbank.Media) printed.Passage {
	out := printed.Passage{Text: text}
	for _, m := range files {
		if picture, ok := p[m.Object]; ok {
			out.Pictures = append(out.Pictures, picture)
			continue
		}
		out.Text += "\n" + layout.T(ctx, "exampages.print.unprinted."+string(m.Kind), "alt", m.Alt)
	}
	return out
}

// unsigned is a text as paper shows it: what its author wrote in Markdown has no signs of it.
func unsigned(markdown bool, text string) string {
	if !markdown {
		return text
	}
	return markup.FromHTML(richtext.HTML(text), markup.Options{}).Text
}

// printedPaper puts a paper into the words that are printed.
func printedPaper(ctx context.Context, p paperShown, shown pictures) printed.Paper {
	number := layout.T(ctx, "exampages.print.number", "n", p.ID)
	for _, f := range p.Forms {
		if f.ID == p.ID {
			number += " · " + layout.T(ctx, "exampages.forms.form", "form", f.Form)
		}
	}
	if p.Person != "" {
		number += " · " + p.Person
	}
	out := printed.Paper{
		Title: p.Title, Number: number, Facts: []string{layout.T(ctx, "exampages.print.facts", "slots", len(p.Content), "total", pointsText(p.Total))},
		Fields: []string{layout.T(ctx, "exampages.field.name"), layout.T(ctx, "exampages.field.employee_no"), layout.T(ctx, "exampages.print.unit"), layout.T(ctx, "exampages.print.mark")},
		Note:   layout.T(ctx, "exampages.print.note"),
		Words: printed.Words{
			Sheet: layout.T(ctx, "exampages.print.sheet"), Key: layout.T(ctx, "exampages.print.key"), Mark: layout.T(ctx, "exampages.print.mark"), Sum: layout.T(ctx, "exampages.sheets.sum"),
			Page: layout.T(ctx, "exampages.print.page", "n", "%d", "of", "%d"), Rater: layout.T(ctx, "exampages.print.rater"), Check: layout.T(ctx, "exampages.print.check"),
		},
	}
	material := ""
	for _, c := range p.Content {
		q := printedQuestion(ctx, c, shown)
		if s := c.Question.Stimulus; s != nil && s.ID != material {
			q.Material = shown.passage(ctx, layout.T(ctx, "attempt.question.stimulus")+" "+s.Title+"\n"+unsigned(true, s.Text), s.Media)
		}
		if material = ""; c.Question.Stimulus != nil {
			material = c.Question.Stimulus.ID
		}
		out.Content = append(out.Content, q)
	}
	return out
}

func printedQuestion(ctx context.Context, c exam.PaperContent, shown pictures) printed.Question {
	q := c.Question.Question
	out := printed.Question{
		Number: c.Slot, Section: c.Section, Points: layout.T(ctx, "exampages.paper.points", "points", pointsText(c.Points)),
		Stem: shown.passage(ctx, printedStem(q), q.Media), Remark: printedRemark(ctx, c), Key: printedKey(ctx, q),
	}
	for i, o := range q.Options {
		out.Options = append(out.Options, printed.Option{Letter: letter(i), Passage: shown.passage(ctx, unsigned(q.Markdown, o.Text), optionMedia(o))})
	}
	switch q.Type {
	case questionbank.Single, questionbank.Multiple, questionbank.Judgement:
		out.Answer = printed.Boxes
	case questionbank.TrueFalse:
		out.Answer = printed.Truth
	case questionbank.Blank:
		out.Answer, out.Lines = printed.Gaps, questionbank.CountGaps(q.Stem)
	case questionbank.Matching:
		out.Answer, out.Lines = printed.Gaps, len(q.Rows)
	case questionbank.Ordering, questionbank.Labelling:
		out.Answer, out.Lines = printed.Gaps, 1
	default:
		out.Answer, out.Lines = printed.Written, writtenLines
	}
	return out
}

func optionMedia(o questionbank.Option) []questionbank.Media {
	if o.Media == (questionbank.Media{}) {
		return nil
	}
	return []questionbank.Media{o.Media}
}

// notOnPaper are the numbers of the questions that a printed paper cannot ask as the exam page does: with files that are not printed, or
// spoken to.
func notOnPaper(content []exam.PaperContent) (withFiles, spoken []int) {
	for _, c := range content {
		q := c.Question.Question
		q.ExplanationMedia = nil
		if slices.ContainsFunc(q.MediaAll(), notPrinted) {
			withFiles = append(withFiles, c.Slot)
		}
		if q.Type == questionbank.Spoken {
			spoken = append(spoken, c.Slot)
		}
	}
	return withFiles, spoken
}

// notPrinted tells of a file, by its name, that printed.PictureOf does not read.
func notPrinted(m questionbank.Media) bool {
	return !slices.Contains([]string{".jpg", ".jpeg", ".png", ".gif"}, path.Ext(m.Object))
}

// numberList is 3、5、7.
func numberList(ctx context.Context, numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, layout.T(ctx, "regrade.comma"))
}

// printedStem is the stem with the rows to match below it and the numbers of the segments in it.
func printedStem(q questionbank.Question) string {
	if q.Type == questionbank.Labelling {
		return unsigned(q.Markdown, numbered(questionbank.Pieces(q.Stem)))
	}
	stem := unsigned(q.Markdown, q.Stem)
	for i, row := range q.Rows {
		stem += "\n(" + strconv.Itoa(i+1) + ") " + unsigned(q.Markdown, row)
	}
	return stem
}

// printedRemark says what kind of question it is, how paper takes its answer where that is not plain, and what it is worth.
func printedRemark(ctx context.Context, c exam.PaperContent) string {
	said := []string{typeWord(ctx, c.Question.Type)}
	switch c.Question.Type {
	case questionbank.Multiple, questionbank.Judgement, questionbank.Matching:
		said = append(said, layout.T(ctx, "attempt.question.hint."+string(c.Question.Type)))
	case questionbank.Ordering:
		said = append(said, layout.T(ctx, "exampages.print.how.ordering"))
	case questionbank.Labelling:
		said = append(said, layout.T(ctx, "exampages.print.how.labelling"))
	}
	return strings.Join(append(said, layout.T(ctx, "exampages.paper.points", "points", pointsText(c.Points))), layout.T(ctx, "exampages.key.and"))
}

// printedKey is the right answer by its letters, or in words, and how much of the points a part of it earns: whoever marks sheets by hand
// gives what the program would.
func printedKey(ctx context.Context, q questionbank.Question) string {
	if q.Type.ByPeople() {
		lines := []string{q.Key.Model, layout.T(ctx, "exampages.marking.rubric") + layout.T(ctx, "layout.colon")}
		for _, c := range q.Key.Rubric {
			lines = append(lines, "· "+c.Text+" "+strconv.Itoa(c.Percent)+"%")
		}
		return strings.Join(lines, "\n")
	}
	if q.Type == questionbank.Judgement {
		return printedGrades(ctx, q)
	}
	var letters []string
	for i, o := range q.Options {
		if isKeyOption(q, o.ID) {
			letters = append(letters, letter(i))
		}
	}
	key := strings.Join(letters, "")
	if key == "" {
		key = keyText(ctx, q)
	}
	if rule := partRule(ctx, q); rule != "" {
		key += "\n" + rule
	}
	return key
}

// partPercent is what a part of the right answer, or a yellow reply, earns.
func partPercent(q questionbank.Question) int {
	return cmp.Or(q.PartialPercent, questionbank.DefaultPartialPercent)
}

func printedGrades(ctx context.Context, q questionbank.Question) string {
	percent := map[questionbank.Grade]int{questionbank.Green: 100, questionbank.Yellow: partPercent(q)}
	var out []string
	for i, o := range q.Options {
		if g := q.Key.Grade(o.ID); g != "" {
			out = append(out, letter(i)+" "+gradeWord(ctx, g)+" "+strconv.Itoa(percent[g])+"%")
		}
	}
	return strings.Join(out, layout.T(ctx, "regrade.semicolon"))
}

// partRule says what an answer earns that is right in part, "" where there is no such answer.
func partRule(ctx context.Context, q questionbank.Question) string {
	switch q.Type {
	case questionbank.Multiple, questionbank.Labelling:
		if p := cmp.Or(q.MultiplePolicy, questionbank.PolicyPartial); p != questionbank.PolicyPartial {
			return layout.T(ctx, "bank.policy."+string(p))
		}
		return layout.T(ctx, "exampages.print.rule.partial", "n", partPercent(q))
	case questionbank.Ordering:
		return layout.T(ctx, "exampages.print.rule.ordering")
	case questionbank.Blank, questionbank.Matching:
		if len(q.Key.Gaps)+len(q.Key.Choices) > 1 {
			return layout.T(ctx, "exampages.print.rule.each")
		}
	}
	return ""
}

func printURL(id exam.PaperID, part string) string {
	address := paperURL(id) + "/print.pdf"
	if part != "" {
		address += "?part=" + part
	}
	return address
}
