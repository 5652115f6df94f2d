package account_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

func TestSearch(t *testing.T) {
	c := newClinic(t)
	c.person("张小美", c.surgery) // A003, …0003
	c.person("章子怡", c.surgery)
	c.person("单丽", c.west)
	for search, want := range map[string][]string{
		"张": {"张小美"}, "小美": {"张小美"}, "zhang": {"张小美", "章子怡"}, "ZXM": {"张小美"}, "sl": {"单丽"}, "shan": {"单丽"},
		"a003": {"张小美"}, "A003": {"张小美"}, "0003": {"张小美"}, "13800000004": {"章子怡"}, "nobody": nil, "%": nil,
	} {
		if got := c.names(c.admin, account.Filter{Search: search}); !slices.Equal(got, want) {
			t.Errorf("search %q: %v, want %v", search, got, want)
		}
	}
}

func TestFilterAndSort(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	c.person("张小美", c.surgery)
	b := c.person("白露", c.gynaecology)
	if got := c.names(c.admin, account.Filter{UnitID: c.dept}); !slices.Equal(got, []string{"白露", "张小美"}) {
		t.Errorf("by unit: %v", got)
	}
	if got := c.names(c.admin, account.Filter{UnitID: c.dept, Sort: "-name"}); !slices.Equal(got, []string{"张小美", "白露"}) {
		t.Errorf("reversed: %v", got)
	}
	if got := c.names(c.admin, account.Filter{Role: account.HR}); !slices.Equal(got, []string{"人事"}) {
		t.Errorf("by role: %v", got)
	}
	c.no(c.s.Leave(ctx, c.hr, b, *c.day(0), "辞职"))
	if got := c.names(c.admin, account.Filter{UnitID: c.dept}); !slices.Equal(got, []string{"张小美"}) {
		t.Errorf("here: %v", got)
	}
	if got := c.names(c.hr, account.Filter{UnitID: c.dept, Left: "left"}); !slices.Equal(got, []string{"白露"}) {
		t.Errorf("left: %v", got)
	}
}

func TestScopeOfPeople(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	west := c.person("西西", c.west)
	me := c.person("小美", c.surgery)
	if got := c.names(c.hr, account.Filter{}); slices.Contains(got, "西西") {
		t.Errorf("east's HR sees %v", got)
	}
	_, err := c.s.Person(ctx, c.hr, west)
	c.kind(err, errs.NotFound)
	c.kind(c.s.EditPerson(ctx, c.hr, west, 1, account.PersonInput{EmployeeNo: "B1", Name: "改"}), errs.NotFound)
	consultant := c.viewer(me, account.Consultant, c.surgery)
	if got := c.names(consultant, account.Filter{}); !slices.Equal(got, []string{"小美"}) {
		t.Errorf("a consultant sees %v", got)
	}
	_, err = c.s.CreatePerson(ctx, consultant, account.NewPerson{})
	c.kind(err, errs.Forbidden)
}

func TestPhoneIsMaskedAndShownForAReason(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.person("小美", c.surgery)
	d, err := c.s.Person(ctx, c.hr, id)
	c.no(err)
	if !strings.Contains(d.Phone, "****") {
		t.Errorf("phone %q", d.Phone)
	}
	_, err = c.s.ShowPhone(ctx, c.hr, id, " ")
	c.kind(err, errs.Invalid)
	phone, err := c.s.ShowPhone(ctx, c.hr, id, "联系本人")
	c.no(err)
	if phone != "13800000003" {
		t.Errorf("phone %q", phone)
	}
	lead := c.viewer(c.person("组长", c.surgery), account.Lead, c.surgery)
	_, err = c.s.ShowPhone(ctx, lead, id, "联系本人")
	c.kind(err, errs.Forbidden)
	var n int
	c.no(c.db.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE act = 'person.phone_show' AND actor = $1`, c.hr.Actor()).Scan(&n))
	if n != 1 {
		t.Errorf("%d audit rows", n)
	}
}

func TestEditIsGuardedByVersion(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.person("小美", c.surgery)
	d, err := c.s.Person(ctx, c.hr, id)
	c.no(err)
	in := account.PersonInput{EmployeeNo: d.EmployeeNo, Name: "大美", Phone: d.Phone}
	c.no(c.s.EditPerson(ctx, c.hr, id, d.Version, in))
	c.kind(c.s.EditPerson(ctx, c.hr, id, d.Version, in), errs.Conflict)
	phone, err := c.s.ShowPhone(ctx, c.hr, id, "核对")
	c.no(err)
	if phone != "13800000003" {
		t.Errorf("a masked phone became %q", phone)
	}
	in.EmployeeNo = "A001"
	c.kind(c.s.EditPerson(ctx, c.hr, id, d.Version+1, in), errs.Invalid)
}

func TestTransferKeepsHistoryAndCarriesTheConsultant(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.person("小美", c.surgery)
	c.viewer(id, account.Consultant, c.surgery)
	c.viewer(id, account.Lead, c.surgery)
	c.kind(c.s.Transfer(ctx, c.hr, id, c.gynaecology, c.online, *c.day(1)), errs.Invalid)
	c.kind(c.s.Transfer(ctx, c.hr, id, c.gynaecology, c.online, *c.day(-101)), errs.Invalid)
	c.kind(c.s.Transfer(ctx, c.hr, id, c.west, c.online, *c.day(0)), errs.Invalid)
	c.no(c.s.Transfer(ctx, c.hr, id, c.gynaecology, c.online, *c.day(-1)))
	d, err := c.s.Person(ctx, c.hr, id)
	c.no(err)
	if len(d.Assignments) != 2 || d.UnitID != c.gynaecology || !d.Assignments[1].ToOn.Equal(*c.day(-2)) {
		t.Errorf("history: %+v", d.Assignments)
	}
	if len(d.Grants) != 1 || d.Grants[0].Role != account.Consultant || d.Grants[0].UnitID != c.gynaecology {
		t.Errorf("roles: %+v", d.Grants)
	}
}

func TestLeaveAndReturn(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.person("小美", c.surgery)
	c.viewer(id, account.Consultant, c.surgery)
	c.kind(c.s.Leave(ctx, c.hr, id, *c.day(1), ""), errs.Invalid)
	c.kind(c.s.Leave(ctx, c.hr, id, *c.day(-101), ""), errs.Invalid)
	c.no(c.s.Leave(ctx, c.hr, id, *c.day(-1), ""))
	c.kind(c.s.Leave(ctx, c.hr, id, *c.day(-1), ""), errs.Conflict)
	c.kind(c.s.Transfer(ctx, c.hr, id, c.gynaecology, c.online, *c.day(0)), errs.Conflict)
	c.kind(c.s.Return(ctx, c.hr, id, c.gynaecology, c.online, *c.day(-1)), errs.Invalid)
	c.no(c.s.Return(ctx, c.hr, id, c.gynaecology, c.online, *c.day(0)))
	d, err := c.s.Person(ctx, c.hr, id)
	c.no(err)
	if d.Left() || len(d.Grants) != 0 || len(d.Assignments) != 2 {
		t.Errorf("%+v", d)
	}
}

func TestGrantsAreConfinedAndNobodyLiftsThemself(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.person("小美", c.surgery)
	c.no(c.s.GrantRole(ctx, c.hr, id, account.Trainer, c.dept))
	c.no(c.s.GrantRole(ctx, c.hr, id, account.Trainer, c.dept))
	c.kind(c.s.GrantRole(ctx, c.hr, id, account.Trainer, c.west), errs.Invalid)
	c.kind(c.s.GrantRole(ctx, c.hr, id, account.Admin, c.dept), errs.Invalid)
	c.kind(c.s.GrantRole(ctx, c.hr, c.hr.PersonID, account.Trainer, c.dept), errs.Forbidden)
	c.kind(c.s.GrantRole(ctx, c.admin, c.admin.PersonID, account.HR, c.root), errs.Forbidden)
	d, err := c.s.Person(ctx, c.hr, id)
	c.no(err)
	if len(d.Grants) != 1 {
		t.Fatalf("roles: %+v", d.Grants)
	}
	c.kind(c.s.EndGrant(ctx, c.hr, c.person("别人", c.surgery), d.Grants[0].ID), errs.NotFound)
	c.no(c.s.EndGrant(ctx, c.hr, id, d.Grants[0].ID))
}

// HR could otherwise become administrator by resetting that password.
func TestAccountsOfTheMightierAreOutOfReach(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	boss := c.person("院区管理员", c.east)
	c.viewer(boss, account.Admin, c.east)
	_, err := c.s.CreateLogin(ctx, c.hr, boss, "boss")
	c.kind(err, errs.Forbidden)
	_, err = c.s.CreateLogin(ctx, c.admin, boss, "boss")
	c.no(err)
	_, err = c.s.ResetPassword(ctx, c.hr, boss)
	c.kind(err, errs.Forbidden)
	c.kind(c.s.Leave(ctx, c.hr, boss, *c.day(0), ""), errs.Forbidden)
	_, err = c.s.ResetPassword(ctx, c.admin, c.admin.PersonID)
	c.kind(err, errs.Forbidden)
}

func TestAudience(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	a, b := c.person("甲", c.surgery), c.person("乙", c.gynaecology)
	w, gone := c.person("丙", c.west), c.person("丁", c.surgery)
	c.no(c.s.Leave(ctx, c.hr, gone, *c.day(0), ""))
	resolve := func(v account.Viewer, aud account.Audience) []account.PersonID {
		ids, err := c.s.Resolve(ctx, c.db, v, account.ExamPublish, aud)
		c.no(err)
		return ids
	}
	if got := resolve(c.hr, account.Audience{UnitIDs: []account.UnitID{c.dept}}); !slices.Equal(got, []account.PersonID{a, b}) {
		t.Errorf("department: %v", got)
	}
	if got := resolve(c.hr, account.Audience{UnitIDs: []account.UnitID{c.surgery}, PersonIDs: []account.PersonID{b}}); !slices.Equal(got, []account.PersonID{a, b}) {
		t.Errorf("group and person: %v", got)
	}
	if got := resolve(c.hr, account.Audience{PostIDs: []account.PostID{c.online}}); slices.Contains(got, w) || !slices.Contains(got, a) {
		t.Errorf("post: %v", got)
	}
	if got := resolve(c.hr, account.Audience{}); len(got) != 0 {
		t.Errorf("nobody named: %v", got)
	}
	_, err := c.s.Resolve(ctx, c.db, c.hr, account.ExamPublish, account.Audience{PersonIDs: []account.PersonID{w}})
	c.kind(err, errs.NotFound)
	names, err := c.s.Names(ctx, c.db, []account.PersonID{a, w})
	c.no(err)
	if names[a] != "甲" || names[w] != "丙" {
		t.Errorf("names: %v", names)
	}
}

// HR must not take the administrator's role by moving them, nor move themself.
func TestTransferIsNoWayAroundRoles(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	boss := c.person("院区管理员", c.east)
	c.viewer(boss, account.Admin, c.east)
	c.kind(c.s.Transfer(ctx, c.hr, boss, c.dept, c.online, *c.day(0)), errs.Forbidden)
	c.kind(c.s.Transfer(ctx, c.hr, c.hr.PersonID, c.dept, c.online, *c.day(0)), errs.Forbidden)
	c.no(c.s.Transfer(ctx, c.admin, boss, c.dept, c.online, *c.day(0)))
	plan, err := c.s.PreviewPeople(ctx, c.hr, []account.ImportRow{{Line: 2, Cells: []string{"A002", "人事", "", "", "东院/网络咨询部", "网络咨询员", "", "", ""}}})
	c.no(err)
	if len(plan.Problems) != 1 || plan.Problems[0].Key != "error.account.not_self" {
		t.Errorf("own row: %+v", plan.Problems)
	}
}
