package formattest

import (
	"fmt"
	"hash/crc32"
	"strings"

	"pgregory.net/rapid"

	qb "github.com/peikao/peikao/questionbank"
)

// Question draws sound questions of every type, with the signs that formats trip over.
func Question() *rapid.Generator[qb.Question] {
	return rapid.Custom(func(t *rapid.T) qb.Question {
		q := qb.Question{
			Type: rapid.SampledFrom(qb.Types[:]).Draw(t, "type"), Stem: text(t), Explanation: maybe(t, text), Difficulty: rapid.IntRange(1, 5).Draw(t, "difficulty"),
			KeyQuestion: rapid.Bool().Draw(t, "key question"), Markdown: rapid.Bool().Draw(t, "markdown"),
			KnowledgePoints: rapid.SliceOfN(rapid.SampledFrom([]string{"4/医疗广告", "1/注射、填充", "3/回访"}), 0, 2).Draw(t, "points"),
		}
		drawKey(t, &q)
		if !q.Type.ByPeople() {
			q.RedLine = rapid.Bool().Draw(t, "red line")
		}
		if rapid.Bool().Draw(t, "law") {
			q.Source = qb.Source{Law: "中华人民共和国广告法", Article: "第十六条", Edition: "2021-04-29", Status: rapid.SampledFrom([]string{"", qb.StatusUnverified}).Draw(t, "status")}
		}
		drawMedia(t, &q)
		if qb.HasErrors(qb.Validate(q)) {
			t.Skip("not sound")
		}
		return q
	})
}

var signs = []rune("甲乙丙丁 aB1é。,;；/|<>&\"'{}~=#%:\\*_[]()（）±.-\n\t\u00a0！")

func text(t *rapid.T) string {
	s := rapid.StringOfN(rapid.SampledFrom(signs), 1, 12, -1).Draw(t, "text")
	if rapid.IntRange(0, 9).Draw(t, "trimmed") > 0 {
		s = strings.TrimSpace(s)
	}
	if strings.TrimSpace(s) == "" {
		return "甲"
	}
	return s
}

func maybe(t *rapid.T, draw func(*rapid.T) string) string {
	if rapid.Bool().Draw(t, "said") {
		return draw(t)
	}
	return ""
}

func drawKey(t *rapid.T, q *qb.Question) {
	if q.Type.HasOptions() {
		least := 2
		if q.Type == qb.Judgement {
			least = 3
		}
		q.Options = options(rapid.SliceOfN(rapid.Custom(text), least, 5).Draw(t, "options")...)
	}
	ids := []string{}
	for _, o := range q.Options {
		ids = append(ids, o.ID)
	}
	switch q.Type {
	case qb.Single:
		q.Key.Choices = []string{rapid.SampledFrom(ids).Draw(t, "key")}
	case qb.Multiple:
		q.Key.Choices = ids[:rapid.IntRange(1, len(ids)).Draw(t, "keys")]
		drawPolicy(t, q)
	case qb.TrueFalse:
		q.Key.Choices = []string{rapid.SampledFrom([]string{"true", "false"}).Draw(t, "key")}
	case qb.Blank:
		n := rapid.IntRange(1, 3).Draw(t, "gaps")
		for range n {
			q.Stem += qb.Gap + text(t)
			q.Key.Gaps = append(q.Key.Gaps, rapid.SliceOfN(rapid.Custom(accepted), 1, 3).Draw(t, "accepted"))
		}
	case qb.Judgement:
		q.Options = q.Options[:3]
		for i, o := range q.Options {
			q.Key.Grades = append(q.Key.Grades, qb.OptionGrade{Option: o.ID, Grade: []qb.Grade{qb.Green, qb.Yellow, qb.Red}[i], Reason: maybe(t, text)})
		}
		q.PartialPercent = rapid.IntRange(0, 99).Draw(t, "percent")
	case qb.Matching:
		q.Rows = rapid.SliceOfN(rapid.Custom(text), 2, 4).Draw(t, "rows")
		for range q.Rows {
			q.Key.Choices = append(q.Key.Choices, rapid.SampledFrom(ids).Draw(t, "match"))
		}
	case qb.Ordering:
		q.Key.Choices = rapid.Permutation(ids).Draw(t, "order")
	case qb.Labelling:
		q.Stem += "[[甲乙]]，[[丙]]" + text(t)
		q.Key.Choices = []string{rapid.SampledFrom([]string{"1", "2"}).Draw(t, "segment")}
		drawPolicy(t, q)
	default:
		q.Key.Model = text(t)
		if q.Type == qb.Spoken {
			q.Seconds = rapid.SampledFrom([]int{0, qb.MinSeconds, 45, qb.MaxSeconds}).Draw(t, "seconds")
		}
		q.Key.Rubric = []qb.Criterion{{Text: text(t), Percent: 40}, {Text: text(t), Percent: 60}}
	}
}

func drawPolicy(t *rapid.T, q *qb.Question) {
	q.MultiplePolicy = rapid.SampledFrom([]qb.MultiplePolicy{qb.PolicyDefault, qb.PolicyPartial, qb.PolicyPerOption, qb.PolicyNone}).Draw(t, "policy")
	if q.MultiplePolicy == qb.PolicyPartial {
		q.PartialPercent = rapid.IntRange(0, 99).Draw(t, "percent")
	}
}

func accepted(t *rapid.T) string {
	if rapid.Bool().Draw(t, "number") {
		unit := rapid.SampledFrom([]string{"", " ml", " ml 毫升"}).Draw(t, "unit")
		return fmt.Sprintf("%d.5±%d%s", rapid.IntRange(-3, 30).Draw(t, "value"), rapid.IntRange(0, 3).Draw(t, "tolerance"), unit)
	}
	return text(t)
}

func drawMedia(t *rapid.T, q *qb.Question) {
	picture := func(n int) qb.Media {
		return qb.Media{Kind: qb.Image, Object: fmt.Sprintf("media/%d.png", n), Alt: strings.Join(strings.Fields(text(t)), " ")}
	}
	if rapid.IntRange(0, 3).Draw(t, "pictures") == 0 {
		q.Media = []qb.Media{picture(1), {Kind: qb.Audio, Object: "media/2.mp3", Alt: "录音"}}
		q.ExplanationMedia = []qb.Media{picture(3)}
	}
	if len(q.Options) > 0 && rapid.IntRange(0, 3).Draw(t, "picture in an option") == 0 {
		q.Options[0].Media = picture(4)
	}
	if rapid.IntRange(0, 3).Draw(t, "stimulus") == 0 {
		s := qb.Stimulus{Title: maybe(t, func(*rapid.T) string { return "对话" }), Text: text(t)}
		s.ID = fmt.Sprintf("chat-%08x", crc32.ChecksumIEEE([]byte(s.Title+s.Text))) // one id, one stimulus
		q.Stimulus = &s
	}
}
