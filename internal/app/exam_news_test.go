package app

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/remediation"
)

func TestExamReminder(t *testing.T) {
	opens := dbtest.Start
	week := exam.NotBegun{PublishedAt: opens.Add(-time.Hour), OpensAt: opens, ClosesAt: opens.Add(7 * 24 * time.Hour)}
	short, late, lateShort := week, week, week
	short.ClosesAt = opens.Add(2 * time.Hour)
	late.PublishedAt = opens
	lateShort.PublishedAt = week.ClosesAt.Add(-lastCall)
	for name, c := range map[string]struct {
		person exam.NotBegun
		at     time.Time
		key    string
	}{
		"opened":                        {week, opens, "notify.exam_opened"},
		"opened on the day":             {week, opens.Add(lastCall - time.Second), "notify.exam_opened"},
		"opened long ago":               {week, opens.Add(lastCall), ""},
		"before the last day":           {week, week.ClosesAt.Add(-lastCall - time.Second), ""},
		"the last day":                  {week, week.ClosesAt.Add(-lastCall), "notify.exam_soon"},
		"a window of two hours":         {short, opens, "notify.exam_opened"},
		"published when it was open":    {late, opens, ""},
		"that one's last day":           {late, week.ClosesAt.Add(-time.Hour), "notify.exam_soon"},
		"published within the last day": {lateShort, week.ClosesAt.Add(-time.Hour), ""},
	} {
		n, tell := examReminder(c.person, c.at)
		if n.Key != c.key || tell != (c.key != "") {
			t.Errorf("%s: %v %q, want %q", name, tell, n.Key, c.key)
		}
	}
}

// rule:N06 a decision that is due is told to those who handle the case, and to nobody else.
func TestDecisionDueIsToldToHR(t *testing.T) {
	ctx := context.Background()
	d, _ := dbtest.NewFake(t)
	people, err := account.New(ctx, d, time.UTC)
	no(t, err)
	inbox, err := notify.NewService(ctx, d)
	no(t, err)
	root := account.System()
	unit, err := people.CreateUnit(ctx, root, 0, account.Company, "美丽医疗", 0)
	no(t, err)
	post, err := people.CreatePost(ctx, root, account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	no(t, err)
	employ := func(name string, role account.Role) account.Viewer {
		id, err := people.CreatePerson(ctx, root, account.NewPerson{PersonInput: account.PersonInput{EmployeeNo: "E-" + string(role), Name: name}, UnitID: unit, PostID: post})
		no(t, err)
		no(t, people.GrantRole(ctx, root, id, role, unit))
		v, err := people.ViewerFor(ctx, id)
		no(t, err)
		return v
	}
	mei, hr, lead := employ("小美", account.Consultant), employ("人事", account.HR), employ("组长", account.Lead)
	h := &hooks{people: people, inbox: inbox}
	c := remediation.Case{ID: 7, PersonID: mei.PersonID, Cycle: 1, State: remediation.DecisionDue}
	for range 2 { // told once
		no(t, d.InTx(ctx, func(tx *db.Tx) error {
			return h.CasesMoved(ctx, tx, []remediation.Moved{{Case: c, On: remediation.Failed}}, "一季度")
		}))
	}
	for _, who := range []struct {
		v account.Viewer
		n int
	}{{hr, 1}, {lead, 0}, {mei, 0}} {
		got, _, err := inbox.Inbox(ctx, who.v, false, page.New(1, 10))
		no(t, err)
		if len(got) != who.n {
			t.Fatalf("%s was told %+v", who.v.Name, got)
		}
		if who.n > 0 && (got[0].Key != "notify.decision_due" || got[0].Link != "/cases/7" || got[0].Places.V["person"] != "小美") {
			t.Errorf("%+v", got[0])
		}
	}
}

func no(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
