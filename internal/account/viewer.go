package account

import (
	"slices"
	"strconv"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// Viewer is who asks: the first argument after ctx of every service call. The
// zero Viewer is nobody and may nothing.
type Viewer struct {
	PersonID PersonID
	Name     string
	Login    string
	Grants   []Grant
	Lang     words.Lang

	limits []Action // a session of kind api may be limited to these; nil = no limit
	inside string   // "system" or "operator:<os user>": the program itself
}

// System is the program itself: ticks and jobs. It may everything.
func System() Viewer { return Viewer{inside: "system", Name: "系统", Lang: words.ZH} }

// Operator is who types a command on the server. It may everything, and the
// audit names the operating system's user.
func Operator(osUser string) Viewer {
	return Viewer{inside: "operator:" + osUser, Name: osUser, Lang: words.ZH}
}

// SignedIn tells whether a person or the program stands behind the viewer.
func (v Viewer) SignedIn() bool { return v.PersonID != 0 || v.inside != "" }

// Internal tells whether the viewer is the program itself or its operator.
func (v Viewer) Internal() bool { return v.inside != "" }

// Can tells whether the viewer may do the action somewhere: to the own things,
// or in a part of the tree. Where, says Scope.
func (v Viewer) Can(a Action) bool {
	if v.inside != "" {
		return true
	}
	if v.PersonID == 0 || v.limits != nil && !slices.Contains(v.limits, a) {
		return false
	}
	if Everyone.Allows(a) {
		return true
	}
	return slices.ContainsFunc(v.Grants, func(g Grant) bool { return g.Role.Allows(a) })
}

// Require is Can as an error: Unauthenticated for nobody, Forbidden for a
// person without the action.
func (v Viewer) Require(a Action) error {
	if v.Can(a) {
		return nil
	}
	if !v.SignedIn() {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return errs.New(errs.Forbidden, "error.forbidden")
}

// Holds tells whether the viewer holds the role anywhere.
func (v Viewer) Holds(r Role) bool {
	return slices.ContainsFunc(v.Grants, func(g Grant) bool { return g.Role == r })
}

// CanBeyondSelf tells whether the action reaches other people's things: a
// menu shows the list of people to a lead, and not to a consultant.
func (v Viewer) CanBeyondSelf(a Action) bool {
	s := v.Scope(a)
	return s.All || len(s.UnitIDs) > 0
}

// Actor names the viewer in the audit: "person:12", "operator:root", "system".
func (v Viewer) Actor() string {
	if v.inside != "" {
		return v.inside
	}
	return "person:" + strconv.FormatInt(int64(v.PersonID), 10)
}

// Scope says on whose things an action may be done. SQL takes PersonID and
// UnitIDs: a row about person X is inside when X = PersonID or
// EXISTS (SELECT 1 FROM person_place WHERE person_id = X AND unit_id = ANY(UnitIDs)).
type Scope struct {
	PersonID int64   // the viewer, when everyone may do it to the own things; else 0
	UnitIDs  []int64 // units of the grants that allow the action, subtrees included, sorted, never nil
	All      bool    // the program itself; queries for ticks and commands take no scope
}

// Scope tells where the viewer may do the action; without permission it is
// empty and matches no row.
func (v Viewer) Scope(a Action) Scope {
	s := Scope{UnitIDs: []int64{}, All: v.inside != ""}
	if s.All || !v.Can(a) {
		return s
	}
	if Everyone.Allows(a) {
		s.PersonID = int64(v.PersonID)
	}
	for _, g := range v.Grants {
		if g.Role.Allows(a) {
			s.UnitIDs = append(s.UnitIDs, Int64s(g.Units)...)
		}
	}
	slices.Sort(s.UnitIDs)
	s.UnitIDs = slices.Compact(s.UnitIDs)
	return s
}

// HasUnit tells whether the scope covers the unit.
func (s Scope) HasUnit(u UnitID) bool {
	if s.All {
		return true
	}
	_, found := slices.BinarySearch(s.UnitIDs, int64(u))
	return found
}

// LimitTo returns the viewer narrowed to some actions (a token with scopes);
// it never widens what the viewer may.
func (v Viewer) LimitTo(actions []Action) Viewer {
	v.limits = append([]Action{}, actions...)
	return v
}
