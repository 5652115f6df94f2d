package bank

import (
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/questionbank"
)

func sampleTree() Tree {
	one, four, ads := TopicID(1), TopicID(4), TopicID(10)
	gone := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return NewTree([]Topic{
		{ID: 11, ParentID: &ads, Area: 4, Name: "审查", Position: 1},
		{ID: 10, ParentID: &four, Area: 4, Name: "医疗广告", Position: 2},
		{ID: 12, ParentID: &four, Area: 4, Name: "价格", Position: 1},
		{ID: 13, ParentID: &four, Area: 4, Name: "旧点", Position: 3, RetiredAt: &gone},
		{ID: 1, Area: 1, Name: "医美专业知识"}, {ID: 4, Area: 4, Name: "法律法规"},
		{ID: 14, ParentID: &one, Area: 1, Name: "价格", Position: 1},
	})
}

// rule:C12 rule:C15 — a point is found by its path in one of the areas, however the file writes it.
func TestFindATopic(t *testing.T) {
	tree := sampleTree()
	for raw, want := range map[string]TopicID{
		"4/医疗广告": 10, "法律法规 > 医疗广告": 10, "4／医疗广告／审查": 11, "4": 4, "医疗广告": 10, "审查": 11,
		"价格": 0, "4/价格": 12, "1/价格": 14, "4/旧点": 0, "旧点": 0, "4/没有": 0, "4/医疗广告/没有": 0, "": 0,
	} {
		path, _ := questionbank.KnowledgePoint(raw)
		if got, ok := tree.Find(path); got != want || ok != (want != 0) {
			t.Errorf("%q: %d %v, want %d", raw, got, ok, want)
		}
	}
}

func TestTreeKnowsItsWays(t *testing.T) {
	tree := sampleTree()
	if got := fmt.Sprint(tree.Below(4)); got != "[4 12 10 11]" {
		t.Error("below:", got)
	}
	if got := fmt.Sprint(tree.WithAbove([]TopicID{11, 12})); got != "[11 12 10 4]" {
		t.Error("above:", got)
	}
	if tree.Path(11) != "4/医疗广告/审查" || tree.Label(11) != "法律法规 › 医疗广告 › 审查" || tree.Path(99) != "" || tree.Path(13) != "4/旧点" {
		t.Error(tree.Path(11), tree.Label(11), tree.Path(99), tree.Path(13))
	}
	if live := tree.Live(); len(live) != 6 || live[5].Depth != 2 {
		t.Errorf("%+v", live)
	}
}

// Where an unknown point is made, by what was chosen and by what its path says.
func TestNewPoint(t *testing.T) {
	tree := sampleTree()
	for _, c := range []struct {
		path   string
		choice PointChoice
		want   string
	}{
		{"4/新/更新", PointChoice{}, "4 [新 更新]"},
		{"沟通/电话", PointChoice{}, "1 [未分类 沟通 电话]"},
		{"", PointChoice{}, "1 [未分类]"},
		{"", PointChoice{CreateBelow: 4}, "1 [未分类]"},
		{"沟通/电话", PointChoice{CreateBelow: 10}, "10 [电话]"},
		{"沟通", PointChoice{MapTo: 12}, "12 []"},
	} {
		below, names, err := newPoint(tree, c.path, c.choice)
		if got := fmt.Sprint(below, " ", names); err != nil || got != c.want {
			t.Errorf("%+v: %s %v", c, got, err)
		}
	}
	for _, bad := range []PointChoice{{MapTo: 13}, {MapTo: 99}, {CreateBelow: 13}} {
		if _, _, err := newPoint(tree, "沟通", bad); err == nil {
			t.Errorf("%+v passed", bad)
		}
	}
}
