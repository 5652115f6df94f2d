package account

import (
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/platform/errs"
)

// UnitKind orders the tree: company → branch → department → group.
type UnitKind string

const (
	Company    UnitKind = "company"
	Branch     UnitKind = "branch"
	Department UnitKind = "department"
	Group      UnitKind = "group"
)

// UnitKinds lists what can stand below the company, from the top down.
var UnitKinds = []UnitKind{Branch, Department, Group}

// WordKey is the key of the kind's name in the words files.
func (k UnitKind) WordKey() string { return "account.kind." + string(k) }

// Unit is a part of the organisation. Depth is 0 at the root; People counts
// who stands in this very unit today.
type Unit struct {
	ID       UnitID   `db:"id"`
	ParentID UnitID   `db:"parent_id"` // 0 at the root
	Kind     UnitKind `db:"kind"`
	Name     string   `db:"name"`
	Position int      `db:"position"`
	Depth    int      `db:"depth"`
	People   int      `db:"people"`
}

var kindRank = map[UnitKind]int{Company: 0, Branch: 1, Department: 2, Group: 3}

// MayHold tells whether a unit of the child's kind can stand below this one:
// kinds go down the tree, and a department may have departments (E06: 企划部 →
// 网络咨询部 → 组).
func (k UnitKind) MayHold(child UnitKind) bool {
	r, ok := kindRank[child]
	return ok && (r > kindRank[k] || k == Department && child == Department)
}

func checkUnitName(name string) *errs.Field {
	n := len([]rune(name))
	if n == 0 || n > 60 || strings.ContainsAny(name, "/\n\r\t\x00") {
		f := errs.NewField("name", "error.account.unit_name")
		return &f
	}
	return nil
}

// Tree is the organisation with parents before children.
type Tree []Unit

// InOrder lists the units as a tree is read: each followed by all below it.
func (t Tree) InOrder() Tree {
	children := map[UnitID][]Unit{}
	for _, u := range t {
		children[u.ParentID] = append(children[u.ParentID], u)
	}
	var out Tree
	var walk func(UnitID)
	walk = func(id UnitID) {
		for _, u := range children[id] {
			out = append(out, u)
			walk(u.ID)
		}
	}
	walk(0)
	return out
}

// Headcounts are how many people stand in each unit and everything below it.
func (t Tree) Headcounts() map[UnitID]int {
	out := make(map[UnitID]int, len(t))
	for _, u := range slices.Backward(t) { // children stand after their parents
		out[u.ID] += u.People
		if u.ParentID != 0 {
			out[u.ParentID] += out[u.ID]
		}
	}
	return out
}

// Find is the unit of that id.
func (t Tree) Find(id UnitID) (Unit, bool) {
	i := slices.IndexFunc(t, func(u Unit) bool { return u.ID == id })
	if i < 0 {
		return Unit{}, false
	}
	return t[i], true
}

// Path is the unit's names from below the root down: "总院/企划部/网络咨询部". The
// root's path is its own name.
func (t Tree) Path(id UnitID) string {
	var names []string
	for u, ok := t.Find(id); ok; u, ok = t.Find(u.ParentID) {
		if u.ParentID != 0 || len(names) == 0 {
			names = append(names, u.Name)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}

// Below is the unit and everything under it.
func (t Tree) Below(id UnitID) []UnitID {
	out := []UnitID{id}
	for i := 0; i < len(out); i++ {
		for _, u := range t {
			if u.ParentID == out[i] {
				out = append(out, u.ID)
			}
		}
	}
	return out
}
