package bank

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// Unsorted (未分类) is the point below area 1 that takes questions whose file names no known area, for a person to sort.
const Unsorted = "未分类"

// maxTopicName is in characters.
const maxTopicName = 200

// Topic is a knowledge point. The five areas are the roots.
type Topic struct {
	ID        TopicID    `db:"id"`
	ParentID  *TopicID   `db:"parent_id"`
	Area      int        `db:"area"`
	Name      string     `db:"name"`
	Position  int        `db:"position"`
	RetiredAt *time.Time `db:"retired_at"`
	Depth     int        // 0 for an area; set by NewTree
}

// Root tells whether the topic is one of the five areas.
func (t Topic) Root() bool { return t.ParentID == nil }

// Tree is all knowledge points, retired ones too, because old versions are tagged with them.
type Tree struct {
	byID     map[TopicID]Topic
	children map[TopicID][]TopicID // live ones, in order
	roots    []TopicID
}

// NewTree builds the tree from its rows in any order.
func NewTree(rows []Topic) Tree {
	t := Tree{byID: make(map[TopicID]Topic, len(rows)), children: map[TopicID][]TopicID{}}
	slices.SortStableFunc(rows, func(a, b Topic) int {
		return cmp.Or(a.Area-b.Area, a.Position-b.Position, cmp.Compare(a.ID, b.ID))
	})
	for _, r := range rows {
		t.byID[r.ID] = r
		switch {
		case r.Root():
			t.roots = append(t.roots, r.ID)
		case r.RetiredAt == nil:
			t.children[*r.ParentID] = append(t.children[*r.ParentID], r.ID)
		}
	}
	for id, r := range t.byID {
		r.Depth = len(t.Above(id))
		t.byID[id] = r
	}
	return t
}

// add puts a point that was just created into the tree, last among its siblings.
func (t Tree) add(id, parent TopicID, name string) {
	above := t.byID[parent]
	t.byID[id] = Topic{ID: id, ParentID: &parent, Area: above.Area, Name: name, Position: len(t.children[parent]) + 1, Depth: above.Depth + 1}
	t.children[parent] = append(t.children[parent], id)
}

// Topic returns the topic with the id, or false.
func (t Tree) Topic(id TopicID) (Topic, bool) {
	r, ok := t.byID[id]
	return r, ok
}

// Live returns the topics that can be chosen, each after the one above it.
func (t Tree) Live() []Topic {
	out := make([]Topic, 0, len(t.byID))
	for _, id := range t.roots {
		for _, below := range t.Below(id) {
			out = append(out, t.byID[below])
		}
	}
	return out
}

// Below is the topic and all live topics under it, depth first.
func (t Tree) Below(id TopicID) []TopicID {
	out := []TopicID{id}
	for _, child := range t.children[id] {
		out = append(out, t.Below(child)...)
	}
	return out
}

// Above are the topics over id, the nearest first.
func (t Tree) Above(id TopicID) []TopicID {
	var out []TopicID
	for at := t.byID[id]; at.ParentID != nil; at = t.byID[*at.ParentID] {
		out = append(out, *at.ParentID)
	}
	return out
}

// WithAbove are the topics, as given, and after them all topics above, each once.
func (t Tree) WithAbove(ids []TopicID) []TopicID {
	out := slices.Clone(ids)
	for _, id := range ids {
		for _, above := range t.Above(id) {
			if !slices.Contains(out, above) {
				out = append(out, above)
			}
		}
	}
	return out
}

// Path is how files name the topic: "4/医疗广告"; the area alone is "4".
func (t Tree) Path(id TopicID) string {
	names := t.names(id)
	if len(names) == 0 {
		return ""
	}
	names[0] = strconv.Itoa(t.byID[id].Area)
	return strings.Join(names, "/")
}

// Label is how pages name the topic: "法律法规 › 医疗广告".
func (t Tree) Label(id TopicID) string { return strings.Join(t.names(id), " › ") }

func (t Tree) names(id TopicID) []string {
	at, ok := t.byID[id]
	if !ok {
		return nil
	}
	names := []string{at.Name}
	for _, above := range t.Above(id) {
		names = append(names, t.byID[above].Name)
	}
	slices.Reverse(names)
	return names
}

// Area is the root of a content area, 1 to 5.
func (t Tree) Area(n int) TopicID {
	for _, id := range t.roots {
		if t.byID[id].Area == n {
			return id
		}
	}
	return 0
}

// Child finds a live topic by its name right below another.
func (t Tree) Child(parent TopicID, name string) (TopicID, bool) {
	for _, id := range t.children[parent] {
		if questionbank.Fold(t.byID[id].Name) == questionbank.Fold(name) {
			return id, true
		}
	}
	return 0, false
}

// Find resolves a path as files write it ("4/医疗广告"). Without an area, a name that exactly one live topic has is enough.
func (t Tree) Find(path string) (TopicID, bool) {
	area := questionbank.Area(path)
	if area == 0 {
		return t.byName(path)
	}
	at := t.Area(area)
	for _, name := range strings.Split(path, "/")[1:] {
		next, ok := t.Child(at, name)
		if !ok {
			return 0, false
		}
		at = next
	}
	return at, true
}

func (t Tree) byName(name string) (found TopicID, ok bool) {
	for _, at := range t.Live() {
		if questionbank.Fold(at.Name) == questionbank.Fold(name) {
			if found != 0 {
				return 0, false
			}
			found = at.ID
		}
	}
	return found, found != 0
}

// checkTopicName refuses what cannot be a point's name: a slash separates the parts of a path.
func checkTopicName(name string) error {
	switch {
	case name == "":
		return errs.InvalidFields(errs.NewField("name", "error.field.required"))
	case len([]rune(name)) > maxTopicName:
		return errs.InvalidFields(errs.NewField("name", "error.field.max", "limit", maxTopicName))
	case strings.ContainsAny(name, "/／>＞→\\"):
		return errs.InvalidFields(errs.NewField("name", "error.bank.topic_slash"))
	}
	return nil
}
