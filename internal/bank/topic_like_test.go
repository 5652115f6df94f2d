package bank

import (
	"slices"
	"testing"
	"time"
)

func TestTreeLike(t *testing.T) {
	one, two, four, sub := TopicID(1), TopicID(2), TopicID(4), TopicID(12)
	tree := NewTree([]Topic{
		{ID: 1, Area: 1, Name: "专业知识"}, {ID: 2, Area: 2, Name: "沟通"}, {ID: 4, Area: 4, Name: "法律法规"},
		{ID: 11, ParentID: &one, Area: 1, Name: "光电"}, {ID: 12, ParentID: &two, Area: 2, Name: "沟通技巧"}, {ID: 13, ParentID: &two, Area: 2, Name: "客户回访"},
		{ID: 14, ParentID: &four, Area: 4, Name: "医疗广告"}, {ID: 15, ParentID: &four, Area: 4, Name: "互联网广告"}, {ID: 16, ParentID: &sub, Area: 2, Name: "光电"},
		{ID: 17, ParentID: &one, Area: 1, Name: "Q开关"},
	})
	names := pairsOf(tree)
	for path, want := range map[string][]string{
		"沟通": {"2/沟通技巧"}, "沟通技巧": {"2/沟通技巧"}, "电话/沟通技巧": {"2/沟通技巧"}, "1/光电": {"1/光电", "2/沟通技巧/光电"}, "2/光电": {"2/沟通技巧/光电", "1/光电"},
		"广告": {"4/医疗广告", "4/互联网广告"}, "医疗广告法": {"4/医疗广告"}, "回访": {"2/客户回访"}, "客户画像": nil, "": nil, "Ｑ开关": {"1/Q开关"}, "法律法规": nil,
	} {
		var got []string
		for _, id := range tree.like(path, names) {
			got = append(got, tree.Path(id))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

func TestTopicNamed(t *testing.T) {
	four, past := TopicID(4), time.Unix(0, 0)
	retired := Topic{ID: 9, ParentID: &four, Area: 4, Name: "旧点", RetiredAt: &past}
	one := TopicID(1)
	tree := NewTree([]Topic{
		{ID: 1, Area: 1, Name: "专业知识"}, {ID: 4, Area: 4, Name: "法律法规"}, {ID: 7, ParentID: &four, Area: 4, Name: "医疗广告"},
		{ID: 8, ParentID: &four, Area: 4, Name: "同名"}, {ID: 10, ParentID: &one, Area: 1, Name: "同名"}, retired,
	})
	for text, want := range map[string]TopicID{
		"7": 7, " 7 ": 7, "4": 4, "4/医疗广告": 7, "医疗广告": 7, "法律法规": 4, "法律法规 > 医疗广告": 7, "4／医疗广告": 7,
		"9": 0, "旧点": 0, "同名": 0, "1/同名": 10, "99": 0, "": 0, "-7": 0, "4/没有": 0, "7x": 0,
	} {
		if got, ok := tree.Named(text); got != want || ok != (want != 0) {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
