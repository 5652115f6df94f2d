package exam

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

func rulingURL(e exam.ExamID, v exam.VersionID) string {
	return examURL(e, "/regrade/questions/"+strconv.FormatInt(int64(v), 10))
}

// mayRule tells whether the statistics lead to a regrade: the service looks at who sat the exam and whose people they are.
func mayRule(v account.Viewer, e exam.Exam) bool {
	return v.Can(account.ExamCorrect) && e.Kind != exam.Mock && (e.State == exam.Marked || e.State == exam.Archived)
}

func itemOf(e exam.ExamID, v exam.VersionID) string {
	return examURL(e, "/analysis?item="+strconv.FormatInt(int64(v), 10)+"#item")
}

// bankEditURL opens the bank's editor with the answer that was ruled, "" where the ruling is no key that a question can have.
func bankEditURL(q exam.Question, r exam.Ruling) string {
	if q.QuestionID == 0 || !r.Act.ByAnswer() || r.Act == exam.AdmitAnswer && q.Type != questionbank.Blank {
		return ""
	}
	key := r.Question(q.Question).Key
	q.Question.Key = key
	for _, p := range questionbank.Validate(q.Question) {
		if p.Field == questionbank.FieldKey && p.Severity == questionbank.Error {
			return ""
		}
	}
	text, err := json.Marshal(key)
	if err != nil {
		return ""
	}
	to := url.Values{"ruled": {strconv.FormatInt(int64(r.VersionID), 10)}, "key": {string(text)}}
	return "/bank/questions/" + q.QuestionID.String() + "/edit?" + to.Encode()
}

// actOptions are the acts that can be ruled on a question; there is a way back where something stands.
func actOptions(ctx context.Context, q questionbank.Question, stands exam.Ruling, onPaper bool) []layout.Option {
	var out []layout.Option
	for _, a := range exam.RulingActs {
		if a.ByAnswer() && (onPaper || q.Type.ByPeople()) || a == exam.PaperKey && stands.Act == "" {
			continue
		}
		out = append(out, layout.Option{Value: string(a), Label: layout.T(ctx, "regrade.act."+string(a))})
	}
	return out
}

// plainStem is the question as it is read: the segments of a labelling question carry their numbers.
func plainStem(q questionbank.Question) string {
	if q.Type == questionbank.Labelling {
		return numbered(questionbank.Pieces(q.Stem))
	}
	return q.Stem
}

// answerOptions are what the answer to a question is chosen from, by the letters of the bank.
func answerOptions(ctx context.Context, q questionbank.Question) (out []layout.Option) {
	switch q.Type {
	case questionbank.TrueFalse:
		return []layout.Option{{Value: "true", Label: layout.T(ctx, "attempt.question.true")}, {Value: "false", Label: layout.T(ctx, "attempt.question.false")}}
	case questionbank.Labelling:
		for _, s := range questionbank.Segments(q.Stem) {
			out = append(out, layout.Option{Value: s.ID, Label: s.ID + ". " + s.Text})
		}
		return out
	}
	for _, o := range q.Options {
		out = append(out, layout.Option{Value: o.ID, Label: questionbank.Letter(o.ID) + ". " + o.Text})
	}
	return out
}

// keyWords says an answer in words.
func keyWords(ctx context.Context, q questionbank.Question, key questionbank.Key) string {
	var out []string
	for _, gap := range key.Gaps {
		out = append(out, strings.Join(gap, " / "))
	}
	for _, g := range key.Grades {
		out = append(out, questionbank.Letter(g.Option)+" "+gradeWord(ctx, g.Grade))
	}
	options := answerOptions(ctx, q)
	for _, id := range key.Choices {
		if i := slices.IndexFunc(options, func(o layout.Option) bool { return o.Value == id }); i >= 0 {
			out = append(out, options[i].Label)
		}
	}
	return strings.Join(out, layout.T(ctx, "regrade.semicolon"))
}

// rulingText says what a ruling does to its question.
func rulingText(ctx context.Context, q questionbank.Question, r exam.Ruling) string {
	if r.Act == "" {
		return layout.T(ctx, "regrade.act_none")
	}
	text := layout.T(ctx, "regrade.act."+string(r.Act))
	var keys []string
	for _, k := range r.Keys {
		keys = append(keys, keyWords(ctx, q, k))
	}
	if len(keys) > 0 {
		text += layout.T(ctx, "layout.colon") + strings.Join(keys, layout.T(ctx, "regrade.or"))
	}
	return text
}

func outcomeText(ctx context.Context, v exam.Version) string {
	return pointsText(v.Score) + " / " + pointsText(v.Total) + " · " + bandWord(ctx, v.Band)
}

// followLines are what follows for one person, in words.
func followLines(ctx context.Context, r exam.RuledResult, scoring exam.RoundScoring) []string {
	var out []string
	if r.Effect == exam.RulingSpared {
		return []string{layout.T(ctx, "regrade.spared", "points", outcomeText(ctx, r.After))}
	}
	if r.MissesAfter < r.MissesBefore {
		out = append(out, layout.T(ctx, "regrade.red_lines", "before", r.MissesBefore, "after", r.MissesAfter))
	}
	for _, f := range r.Follows {
		var kv []any
		for name, key := range f.Places {
			kv = append(kv, name, layout.T(ctx, key))
		}
		out = append(out, layout.T(ctx, f.Key, kv...))
	}
	if before, after, ok := r.Round(scoring); ok && before != after {
		out = append(out, layout.T(ctx, "regrade.follows.round", "before", percentText(before), "after", percentText(after)))
	}
	if r.Pay != nil {
		out = append(out, payChangeTexts(ctx, *r.Pay)...)
	}
	return out
}

// payChangeTexts say what changes in points and in money; what stays is not said.
func payChangeTexts(ctx context.Context, c exam.PayChange) []string {
	var out []string
	if c.PointsBefore != c.PointsAfter {
		out = append(out, layout.T(ctx, "regrade.follows.points", "before", layout.Signed(c.PointsBefore), "after", layout.Signed(c.PointsAfter)))
	}
	if c.Before != c.After {
		out = append(out, layout.T(ctx, "regrade.follows.pay", "before", c.Before.Signed(), "after", c.After.Signed()))
	}
	return out
}

// splitSpared parts the results that change from those that stay because they would be worse, which come last.
func splitSpared(results []exam.RuledResult) (changed, spared []exam.RuledResult) {
	i := slices.IndexFunc(results, func(r exam.RuledResult) bool { return r.Effect == exam.RulingSpared })
	if i < 0 {
		return results, nil
	}
	return results[:i], results[i:]
}

// payTallyTexts say what would change in points and in money over everybody, those on other pages included, or that nothing would. Of an order
// that was approved the people's own lines tell it.
func payTallyTexts(ctx context.Context, p exam.RulingPreview) []string {
	switch {
	case p.Done:
		return nil
	case p.Pay.People == 0:
		return []string{layout.T(ctx, "regrade.tally_no_pay")}
	}
	return append([]string{layout.T(ctx, "regrade.tally_pay", "n", p.Pay.People)}, payChangeTexts(ctx, p.Pay.PayChange)...)
}

// tallyTexts count what an order would do, or did: of an approved one only those are kept whose result it touched.
func tallyTexts(ctx context.Context, p exam.RulingPreview) []string {
	t, out := p.Tally, []string(nil)
	if !p.Done {
		out = append(out, layout.T(ctx, "regrade.tally_people", "people", t.People))
	}
	out = append(out, layout.T(ctx, "regrade.tally", "better", t.Better, "raised", t.Raised, "bands", t.Bands, "passes", t.Passes, "red", t.RedLines))
	if t.Spared > 0 {
		out = append(out, layout.T(ctx, "regrade.tally_spared", "n", t.Spared))
	}
	return out
}

// ruledNotes say what an exam's figures count by, where a regrade ruled.
func ruledNotes(ctx context.Context, v analysisView) []string {
	var out []string
	for _, r := range v.Rulings {
		for _, i := range v.Items {
			if int64(i.VersionID) == int64(r.VersionID) {
				out = append(out, itemName(ctx, i)+layout.T(ctx, "layout.colon")+layout.T(ctx, "analysis.ruled."+string(r.Act)))
			}
		}
	}
	return out
}

func formGrade(r ruling, i int) string {
	if r.Form.Grades[i] != "" {
		return r.Form.Grades[i]
	}
	return string(r.Case.Question.Key.Grade(r.Case.Question.Options[i].ID))
}

func rulingGrades(ctx context.Context) (out []layout.Option) {
	for _, g := range []questionbank.Grade{questionbank.Green, questionbank.Yellow, questionbank.Red} {
		out = append(out, layout.Option{Value: string(g), Label: gradeWord(ctx, g)})
	}
	return out
}
