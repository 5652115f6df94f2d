package itemview

import (
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

func figure(v float64) itemstat.Figure { return itemstat.Figure{Value: v, Known: true} }

func TestFiguresInWords(t *testing.T) {
	for _, k := range []struct{ got, want string }{
		{Percent(figure(83.333)), "83.3%"}, {Percent(itemstat.Figure{}), "—"}, {Range(itemstat.Estimate{Figure: figure(1), Low: -2.04, High: 33.36}), "-2.0%\u00a0~\u00a033.4%"}, {Range(itemstat.Estimate{}), ""},
		{Seconds(words.ZH, figure(119.4)), "119 秒"}, {Seconds(words.ZH, figure(119.5)), "2 分 0 秒"}, {Seconds(words.ZH, figure(190)), "3 分 10 秒"}, {Seconds(words.EN, figure(5)), "5 s"}, {Seconds(words.ZH, itemstat.Figure{}), "—"},
		{Few(words.ZH, 29)[:len("只有 29 人作答，仅供参考")], "只有 29 人作答，仅供参考"}, {Few(words.ZH, 30), ""},
	} {
		if k.got != k.want {
			t.Errorf("%q, want %q", k.got, k.want)
		}
	}
}

func TestOptionsAreCalledAsOnPages(t *testing.T) {
	options := []questionbank.Option{{ID: "b", Text: "先确认身份"}}
	for _, k := range []struct {
		kind           questionbank.Type
		id, name, text string
	}{
		{questionbank.Single, "b", "B", "先确认身份"}, {questionbank.Judgement, "b", "B", "先确认身份"}, {questionbank.TrueFalse, "true", "正确", ""},
		{questionbank.Labelling, "2", "2", "根治"}, {questionbank.Single, itemstat.NoChoice, "未作答", ""},
	} {
		q := questionbank.Question{Type: k.kind, Options: options, Stem: "本院[[最好]]，一次[[根治]]"}
		if name, text := OptionName(words.ZH, q, k.id), optionText(q, k.id); name != k.name || text != k.text {
			t.Errorf("%s %s: %q %q", k.kind, k.id, name, text)
		}
	}
}

// Every sign has a name and a sentence in which every place is filled, in both languages.
func TestEverySignIsSaid(t *testing.T) {
	r := itemstat.Report{Item: itemstat.Item{N: 40, Facility: itemstat.Estimate{Figure: figure(12.5)}, Discrimination: itemstat.Estimate{Figure: figure(-3.2), Low: -30, High: 25}, MedianSeconds: figure(200)}}
	q := questionbank.Question{Type: questionbank.Single}
	for _, l := range words.Langs {
		for sign, want := range map[itemstat.Sign]string{
			itemstat.TooEasy: "12.5%", itemstat.TooHard: "12.5%", itemstat.Negative: "-3.2%", itemstat.Weak: "-30.0%\u00a0~\u00a025.0%", itemstat.Unused: "C", itemstat.Tempting: "C", itemstat.Long: "3 ", itemstat.NoSpread: "",
		} {
			text := Because(l, q, r, itemstat.Reason{Sign: sign, Option: "c"})
			if strings.ContainsAny(text, "{}") || !strings.Contains(text, want) || strings.HasPrefix(text, "analysis.") || strings.HasPrefix(SignName(l, sign), "analysis.") {
				t.Errorf("%s %s: %q, %q", l, sign, SignName(l, sign), text)
			}
		}
	}
	r.Reasons = []itemstat.Reason{{Sign: itemstat.TooHard}, {Sign: itemstat.Long}}
	if text := Reasons(words.ZH, q, r); strings.Count(text, "；") != 1 || !strings.Contains(text, "低于 30%") {
		t.Error(text)
	}
}

// The table says in figures what the plot shows, and whoever has too few answers sees neither.
func TestChoicesAreATableToo(t *testing.T) {
	q := questionbank.Question{Type: questionbank.Single, Options: []questionbank.Option{{ID: "a", Text: "甲"}, {ID: "b", Text: "<b>乙"}}, Key: questionbank.Key{Choices: []string{"b"}}}
	var sittings []itemstat.Sitting
	for i := range int64(9) {
		a := itemstat.Answer{Version: 1, Points: 100, Choices: []string{"a"}, Seconds: itemstat.Untimed}
		if i > 2 {
			a.Mark, a.Choices = 100, []string{"b"}
		}
		sittings = append(sittings, itemstat.Sitting{Score: a.Mark + 50*i, Total: 1000, Answers: []itemstat.Answer{a}})
	}
	_, items := itemstat.Analyse(sittings)
	html := layouttest.HTML(t, layouttest.Env{}, Report(q, itemstat.ReportOf(q, items[1])))
	for _, want := range []string{"高分组（3 人）", "<th scope=\"row\">B ✓", "&lt;b&gt;乙", "67%", "6 人", "100%", "<svg viewBox"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in %s", want, html)
		}
	}
	few := items[1]
	few.N = 4
	if html := layouttest.HTML(t, layouttest.Env{}, Report(q, itemstat.ReportOf(q, few))); strings.Contains(html, "<svg") || !strings.Contains(html, "现有 4 份作答") {
		t.Error(html)
	}
}
