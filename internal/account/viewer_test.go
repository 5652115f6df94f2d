package account

import (
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/errs"
)

func viewer(id PersonID, grants ...Grant) Viewer { return Viewer{PersonID: id, Grants: grants} }

func grant(r Role, units ...UnitID) Grant { return Grant{Role: r, UnitID: units[0], Units: units} }

func TestNobodyMayNothing(t *testing.T) {
	for _, a := range Actions() {
		if (Viewer{}).Can(a) {
			t.Errorf("nobody may %s", a)
		}
	}
	if err := (Viewer{}).Require(ExamSit); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("Require for nobody: %v", err)
	}
	if err := viewer(1).Require(ExamPublish); !errs.Is(err, errs.Forbidden) {
		t.Errorf("Require without role: %v", err)
	}
}

// rule:C58
func TestSupervisorReadsAndAltersNothing(t *testing.T) {
	for _, a := range Actions() {
		if Supervisor.Allows(a) && !strings.HasSuffix(string(a), ".read") && a != CoursewareStudy {
			t.Errorf("supervisor may %s", a)
		}
		if strings.HasSuffix(string(a), ".read") && !Supervisor.Allows(a) && a != NotifyRead {
			t.Errorf("supervisor may not %s", a)
		}
	}
}

// The administrator gets no answers, marks or pay by that role alone.
func TestAdminHasNoAnswersMarksOrPay(t *testing.T) {
	for _, a := range Actions() {
		for _, feature := range []string{"bank.", "exam.", "case.", "appraisal.", "courseware.", "training."} {
			if strings.HasPrefix(string(a), feature) && Admin.Allows(a) {
				t.Errorf("admin may %s", a)
			}
		}
	}
}

func TestTableNamesGrantableRoles(t *testing.T) {
	for a, roles := range allowed {
		if len(roles) == 0 {
			t.Errorf("nobody may %s", a)
		}
		for _, r := range roles {
			if r != Everyone && !r.Valid() {
				t.Errorf("%s: role %q", a, r)
			}
		}
	}
}

func TestScope(t *testing.T) {
	v := viewer(7, grant(Lead, 5), grant(HR, 3, 4, 5), grant(Trainer, 9))
	for _, c := range []struct {
		action Action
		person int64
		units  []int64
	}{
		{ExamResultsRead, 7, []int64{3, 4, 5}},
		{ExamPublish, 0, []int64{3, 4, 5}},
		{AppraisalScore, 0, []int64{3, 4, 5}},
		{BankWrite, 0, []int64{3, 4, 5, 9}},
		{ExamSit, 7, []int64{}},
		{AdminSettings, 0, []int64{}},
	} {
		s := v.Scope(c.action)
		if s.PersonID != c.person || !slices.Equal(s.UnitIDs, c.units) || s.All || s.UnitIDs == nil {
			t.Errorf("%s: %+v", c.action, s)
		}
	}
	if s := System().Scope(ExamPublish); !s.All || !s.HasUnit(1) {
		t.Errorf("system: %+v", s)
	}
	if s := v.Scope(ExamPublish); !s.HasUnit(4) || s.HasUnit(9) {
		t.Errorf("HasUnit: %+v", s)
	}
}

func TestLimitNarrows(t *testing.T) {
	v := viewer(7, grant(HR, 1)).LimitTo([]Action{ExamResultsRead, AdminSettings})
	if !v.Can(ExamResultsRead) || v.Can(ExamPublish) || v.Can(ExamSit) || v.Can(AdminSettings) {
		t.Error("a limited token may exactly what both it and its person may")
	}
	if s := v.Scope(ExamPublish); len(s.UnitIDs) != 0 {
		t.Errorf("scope of a withheld action: %+v", s)
	}
}

func TestConflicts(t *testing.T) {
	v := viewer(7, grant(Marker, 1))
	if NotSelf(v, 7) == nil || NotSelf(v, 8) != nil {
		t.Error("NotSelf")
	}
	if AnotherPerson(v, 3, 7) == nil || AnotherPerson(v, 3) != nil || AnotherPerson(v) != nil {
		t.Error("AnotherPerson")
	}
	if NotSelf(System(), 0) != nil {
		t.Error("the program is nobody's self")
	}
}

func TestActor(t *testing.T) {
	for want, v := range map[string]Viewer{"person:12": viewer(12), "system": System(), "operator:root": Operator("root")} {
		if v.Actor() != want {
			t.Errorf("Actor() = %q, want %q", v.Actor(), want)
		}
	}
}

// Acts of two people: who may sign first, and who second.
func TestTwoSignatures(t *testing.T) {
	const proposer, subject, other = PersonID(3), PersonID(4), PersonID(5)
	for _, c := range []struct {
		name          string
		v             Viewer
		first, second bool
	}{
		{"the proposer", Viewer{PersonID: proposer}, true, false},
		{"whom it is about", Viewer{PersonID: subject}, false, false},
		{"another person", Viewer{PersonID: other}, true, true},
		{"the program", System(), false, false},
		{"an operator", Operator("root"), false, false},
		{"nobody", Viewer{}, false, false},
	} {
		if (FirstSignature(c.v, subject) == nil) != c.first || (SecondSignature(c.v, proposer, subject) == nil) != c.second {
			t.Errorf("%s: %v, %v", c.name, FirstSignature(c.v, subject), SecondSignature(c.v, proposer, subject))
		}
	}
}

// Who stands behind a viewer, which roles are held, and whether an action reaches beyond the own things.
func TestWhoAViewerIs(t *testing.T) {
	for _, c := range []struct {
		name                      string
		v                         Viewer
		signedIn, internal, leads bool
		results, sits             bool // beyond the own ones
	}{
		{"nobody", Viewer{}, false, false, false, false, false},
		{"a person without a role", viewer(7), true, false, false, false, false},
		{"a consultant", viewer(7, grant(Consultant, 5)), true, false, false, false, false},
		{"a lead", viewer(7, grant(Consultant, 5), grant(Lead, 5)), true, false, true, true, false},
		{"HR", viewer(7, grant(HR, 1, 2)), true, false, false, true, false},
		{"the program", System(), true, true, false, true, true},
		{"an operator", Operator("root"), true, true, false, true, true},
	} {
		if c.v.SignedIn() != c.signedIn || c.v.Internal() != c.internal || c.v.Holds(Lead) != c.leads {
			t.Errorf("%s: signed in %v, internal %v, lead %v", c.name, c.v.SignedIn(), c.v.Internal(), c.v.Holds(Lead))
		}
		if c.v.CanBeyondSelf(ExamResultsRead) != c.results || c.v.CanBeyondSelf(ExamSit) != c.sits {
			t.Errorf("%s: beyond the own results %v, sittings %v", c.name, c.v.CanBeyondSelf(ExamResultsRead), c.v.CanBeyondSelf(ExamSit))
		}
	}
}
