package bank

import (
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
	"github.com/peikao/peikao/questionbank"
)

// cannedSums are twelve answers: the better half chose "a", the key; nobody chose the other option, the rest nothing.
func cannedSums() itemstat.Sums {
	var sittings []itemstat.Sitting
	for i := range int64(12) {
		a := itemstat.Answer{Version: 1, Points: 100, Choices: []string{itemstat.NoChoice}, Seconds: 200}
		if i%2 == 0 {
			a.Mark, a.Choices = 100, []string{"a"}
		}
		sittings = append(sittings, itemstat.Sitting{Score: a.Mark + 100*(i/2), Total: 1000, Answers: []itemstat.Answer{a}})
	}
	_, items := itemstat.Analyse(sittings)
	return items[1]
}

// cannedStatistics: version 1 was sat often, version 2 by three people.
func cannedStatistics() statistics {
	used := store.Exposure{VersionID: 1, Papers: 3, Exams: 2, Shown: 1240, LastShownAt: &at}
	return statistics{1: {Exposure: used, Sums: cannedSums()}, 2: {Exposure: store.Exposure{VersionID: 2, Papers: 1}, Sums: itemstat.Sums{N: 3}}}
}

func TestStatisticsOfAQuestion(t *testing.T) {
	d := store.Detail{ID: 12, Versions: []store.Version{version(2, questionbank.Single, store.StatePublished), version(1, questionbank.Single, store.StateRetired)}}
	env := layouttest.Env{Viewer: layouttest.As("林老师", account.Trainer), Address: "/bank/questions/12"}
	for _, k := range []struct {
		name   string
		shown  store.Version
		stats  statistics
		has    []string
		hasNot string
	}{
		{"a version that was sat", d.Versions[1], cannedStatistics(), []string{"1,240", "50.0%", "只有 12 人作答，仅供参考", "3 分 20 秒", "高分组（4 人）", "A ✓", "未作答", "6 人", "2026-03-02"}, "还没有已公布的考试"},
		{"too few", d.Versions[0], cannedStatistics(), []string{"现有 3 份作答，满 5 份才显示统计"}, "A ✓"},
		{"never sat", d.Versions[0], statistics{2: {}}, []string{"还没有已公布的考试用过这一版"}, "高分组"},
	} {
		html := layouttest.HTML(t, env, questionPage(d, k.shown, tree(), k.stats, inReview{}, mediaForm{}))
		for _, want := range k.has {
			if !strings.Contains(html, want) {
				t.Errorf("%s: the page does not show %q", k.name, want)
			}
		}
		if strings.Contains(html, k.hasNot) {
			t.Errorf("%s: the page shows %q", k.name, k.hasNot)
		}
	}
	for _, lang := range words.Langs {
		env.Lang = lang
		if html := layouttest.HTML(t, env, questionPage(d, d.Versions[1], tree(), cannedStatistics(), inReview{}, mediaForm{})); !strings.Contains(html, "1,240") {
			t.Errorf("%s: %s", lang, html)
		}
	}
}
