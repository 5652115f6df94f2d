package appraisal_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

var typed = map[string]string{"chat": "88", "call": "91", "satisfaction": "86", "complaints": "100", "attainment": "104"}

// rule:C32 rule:C34 rule:A24 a quarter from opening to its end: facts before and after the opening, the retake's outcome as a
// newer version, typed numbers, the superior's opinion, and nothing shifts after the confirmation.
func TestAQuarter(t *testing.T) {
	c := newClinic(t)
	c.sources.rounds = []appraisal.Knowledge{{PersonID: c.lan, RoundID: 7, ExamID: 7, ExamTitle: "一季度考核", PercentHundredths: 9250,
		Outcome: "passed", ClosedOn: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)}}
	c.sources.counts = []appraisal.Participation{{PersonID: c.mei, Assigned: 3, Completed: 2}, {PersonID: c.lan, Assigned: 3, Completed: 3}}
	cycle := c.open(c.scheme("quarterly"))

	sheets := c.sheets(cycle)
	if len(sheets) != 3 {
		t.Fatalf("%d sheets: everybody at a post of the scheme has one, nobody else", len(sheets))
	}
	if l := sheets[c.lan].Computed.V.Line("knowledge"); l.Missing || l.Score != 9250 {
		t.Errorf("collected knowledge: %+v", l)
	}
	if l := sheets[c.mei].Computed.V.Line("participation"); l.Score != 6666 {
		t.Errorf("collected participation: %+v", l)
	}
	if s := sheets[c.far]; s.Total != nil || s.Grade != nil || len(s.Missing) != 7 {
		t.Errorf("nothing known is no number: %+v", s)
	}

	c.knowledge(c.mei, 7, 5800, "failed")
	c.knowledge(c.mei, 7, 5800, "failed") // a second release of the same changes nothing
	c.knowledge(c.mei, 7, 6000, "passed_retake")
	c.types(c.lead, cycle, typed, c.mei, c.lan)
	mei, err := c.s.OwnSheet(ctx, c.own, cycle)
	c.no(err)
	if len(mei.Facts) != 8 {
		t.Errorf("%d facts, want 2 versions of the round, the courses, 5 typed", len(mei.Facts))
	}
	line := mei.Computed.V.Line("knowledge")
	if facts := mei.FactsOf(line); len(facts) != 1 || facts[0].Version != 2 || facts[0].Detail.Outcome != "passed_retake" || facts[0].Value != 6000 {
		t.Errorf("the line rests on %+v", facts)
	}
	// 知识 60×80 % + 66.66×20 % = 61.332; (61.332 + 89.50 + 90.20 + 100) / 4 = 85.258
	if mei.State != appraisal.SheetScored || *mei.Total != 8525 || *mei.Grade != score.Good {
		t.Errorf("%s %v %v", mei.State, mei.Total, mei.Grade)
	}

	c.kind(c.s.ConfirmSheet(ctx, c.superior, mei.ID, "同意"), errs.Conflict) // scoring is not finished
	c.kind(c.s.MoveCycle(ctx, c.hr, cycle, appraisal.FinishScoring), errs.Conflict)
	c.no(c.s.ExcuseSheet(ctx, c.hr, sheets[c.far].ID, "产假"))
	c.no(c.s.MoveCycle(ctx, c.hr, cycle, appraisal.FinishScoring))
	_, err = c.s.Collect(ctx, c.hr, cycle) // what superiors confirm does not move under their hands
	c.kind(err, errs.Conflict)
	_, err = c.s.TypeScores(ctx, c.lead, cycle, "chat", []appraisal.Entry{{PersonID: c.mei, Value: "100"}})
	c.kind(err, errs.Conflict)
	var told confirmedSheets
	c.s.OnConfirm(&told)
	c.no(c.s.ConfirmSheet(ctx, c.superior, mei.ID, "基础扎实，沟通尚可"))
	if want := (appraisal.Confirmed{CycleID: cycle, PersonID: c.mei, Quarter: quarter}); len(told) != 1 || told[0] != want {
		t.Errorf("told %+v, want %+v once", told, want)
	}
	c.clock.Advance(time.Hour)
	c.knowledge(c.mei, 7, 9900, "passed")
	mei, err = c.s.OwnSheet(ctx, c.own, cycle)
	c.no(err)
	if *mei.Total != 8525 || mei.Newer != 1 || mei.Confirmer != "主管" || *mei.Opinion == "" {
		t.Errorf("a confirmed sheet shifted: %v, %d newer, by %q", *mei.Total, mei.Newer, mei.Confirmer)
	}
	c.kind(c.s.MoveCycle(ctx, c.hr, cycle, appraisal.Close), errs.Conflict)
	c.no(c.s.ConfirmSheet(ctx, c.superior, sheets[c.lan].ID, "优秀"))
	c.no(c.s.MoveCycle(ctx, c.hr, cycle, appraisal.Close))
	if s := c.sheets(cycle)[c.mei]; s.State != appraisal.SheetFinal {
		t.Error("closing makes confirmed sheets final:", s.State)
	}
	c.knowledge(c.mei, 8, 100, "failed") // not this cycle's any more
	if mei, _ = c.s.OwnSheet(ctx, c.own, cycle); len(mei.Facts) != 9 {
		t.Errorf("%d facts after the close", len(mei.Facts))
	}
}

// rule:A32 who may score whom: the own subtree, never oneself, nobody else's.
func TestWhoMayScore(t *testing.T) {
	c := newClinic(t)
	leadPerson := c.lead.PersonID
	c.no(c.accounts.Transfer(ctx, account.System(), leadPerson, c.first, c.online, c.accounts.Today()))
	cycle := c.open(c.scheme("quarterly"))
	entry := func(p account.PersonID) []appraisal.Entry { return []appraisal.Entry{{PersonID: p, Value: "80"}} }
	for name, tc := range map[string]struct {
		v       account.Viewer
		entries []appraisal.Entry
		want    errs.Kind
	}{
		"oneself":        {c.lead, entry(leadPerson), errs.Forbidden},
		"another group":  {c.lead, entry(c.far), errs.NotFound},
		"no sheet":       {c.lead, entry(c.guard), errs.NotFound},
		"one of several": {c.lead, append(entry(c.mei), entry(c.far)...), errs.NotFound},
		"a consultant":   {c.own, entry(c.lan), errs.Forbidden},
		"supervision":    {c.supervisor, entry(c.mei), errs.Forbidden},
		"nobody":         {account.Viewer{}, entry(c.mei), errs.Unauthenticated},
		"nothing":        {c.lead, []appraisal.Entry{{PersonID: c.mei, Value: " "}}, errs.Invalid},
		"above 100":      {c.lead, []appraisal.Entry{{PersonID: c.mei, Value: "100.01"}}, errs.Invalid},
		"below 0":        {c.lead, []appraisal.Entry{{PersonID: c.mei, Value: "-0.01"}}, errs.Invalid},
		"no number":      {c.lead, []appraisal.Entry{{PersonID: c.mei, Value: "八十"}}, errs.Invalid},
	} {
		t.Run(name, func(*testing.T) {
			_, err := c.s.TypeScores(ctx, tc.v, cycle, "chat", tc.entries)
			c.kind(err, tc.want)
		})
	}
	if s := c.sheets(cycle)[c.mei]; len(s.Missing) != 7 {
		t.Error("a refused form left something behind:", s.Missing)
	}
	n, err := c.s.TypeScores(ctx, c.lead, cycle, "attainment", []appraisal.Entry{{PersonID: c.mei, Value: "1000"}, {PersonID: c.lan, Value: "0"}})
	if err != nil || n != 2 {
		t.Errorf("a target reached ten times, and not at all: %d %v", n, err)
	}
	_, err = c.s.TypeScores(ctx, c.lead, cycle, "no_such", entry(c.mei))
	c.kind(err, errs.NotFound)
}

// A number in place of an exam's is for those who confirm, says what it rests on, and gives way when the exam's comes.
func TestTypedInPlaceOfASource(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	entry := appraisal.Entry{PersonID: c.mei, Value: "75", Note: "院外考核成绩"}
	_, err := c.s.TypeScores(ctx, c.lead, cycle, "knowledge", []appraisal.Entry{entry})
	c.kind(err, errs.Forbidden)
	_, err = c.s.TypeScores(ctx, c.superior, cycle, "knowledge", []appraisal.Entry{{PersonID: c.mei, Value: "75"}})
	c.kind(err, errs.Invalid)
	_, err = c.s.TypeScores(ctx, c.superior, cycle, "knowledge", []appraisal.Entry{entry})
	c.no(err)
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("knowledge"); l.Raw != 7500 {
		t.Errorf("%+v", l)
	}
	c.knowledge(c.mei, 7, 8100, "passed")
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("knowledge"); l.Raw != 8100 {
		t.Errorf("%+v", l)
	}
	c.knowledge(c.mei, 8, 9100, "passed") // a second round of the period: the mean
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("knowledge"); l.Raw != 8600 || len(l.Facts) != 2 {
		t.Errorf("%+v", l)
	}
}

// rule:C57 leave granted after an absence takes the 0 back: the number is missing again, and the record of it stays.
func TestARoundIsTakenBack(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	c.knowledge(c.mei, 7, 0, "") // nothing was said yet
	c.knowledge(c.mei, 7, 0, "failed")
	c.types(c.lead, cycle, typed, c.mei)
	c.participates(c.mei, 2, 2)
	if s := c.sheets(cycle)[c.mei]; s.State != appraisal.SheetScored {
		t.Fatal(s.State, s.Missing)
	}
	c.knowledge(c.mei, 7, 0, "")
	e, err := c.s.OwnSheet(ctx, c.own, cycle)
	c.no(err)
	if e.State != appraisal.SheetCollecting || e.Grade != nil || len(e.Missing) != 1 || len(e.Facts) != 8 {
		t.Errorf("%s, missing %v, %d facts", e.State, e.Missing, len(e.Facts))
	}
}

func TestWhoSeesWhat(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	all := c.sheets(cycle)
	k, err := c.s.Cockpit(ctx, c.lead, cycle, appraisal.SheetFilter{}, page.New(1, 20))
	c.no(err)
	if k.Total != 2 || k.All() != 2 || k.GapOf("chat") != 2 {
		t.Errorf("a lead sees the own group: %d sheets, %d gaps", k.Total, k.GapOf("chat"))
	}
	_, err = c.s.Sheet(ctx, c.lead, all[c.far].ID)
	c.kind(err, errs.NotFound)
	_, err = c.s.Sheet(ctx, c.own, all[c.lan].ID)
	c.kind(err, errs.NotFound)
	if _, err = c.s.Sheet(ctx, c.own, all[c.mei].ID); err != nil {
		t.Error("the own sheet:", err)
	}
	if _, err = c.s.Sheet(ctx, c.supervisor, all[c.far].ID); err != nil {
		t.Error("supervision reads everything:", err)
	}
	_, err = c.s.Cockpit(ctx, c.own, cycle, appraisal.SheetFilter{}, page.New(1, 20))
	c.kind(err, errs.Forbidden)
	_, _, err = c.s.Cycles(ctx, c.own, appraisal.CycleFilter{}, page.New(1, 20))
	c.kind(err, errs.Forbidden)
	rows, total, err := c.s.Cycles(ctx, c.lead, appraisal.CycleFilter{Year: 2026}, page.New(1, 20))
	if err != nil || total != 1 || rows[0].All() != 2 {
		t.Errorf("a lead's cycles: %+v %v", rows, err)
	}
	mine, err := c.s.OwnSheets(ctx, c.own, page.New(1, 20))
	if err != nil || len(mine) != 1 || mine[0].CycleID != cycle {
		t.Errorf("own sheets: %+v %v", mine, err)
	}
	c.kind(c.s.ConfirmSheet(ctx, c.lead, all[c.mei].ID, "同意"), errs.Forbidden)
	c.kind(c.s.ConfirmSheet(ctx, c.superior, all[c.far].ID, "同意"), errs.NotFound)
	c.kind(c.s.ExcuseSheet(ctx, c.superior, all[c.mei].ID, "请假"), errs.Forbidden)
	_, err = c.s.Collect(ctx, c.superior, cycle)
	c.kind(err, errs.Forbidden)
}

func TestSearchFilterSort(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	c.types(c.lead, cycle, map[string]string{"chat": "60"}, c.mei)
	c.types(c.lead, cycle, map[string]string{"chat": "90"}, c.lan)
	for _, tc := range []struct {
		f    appraisal.SheetFilter
		want []account.PersonID
	}{
		{appraisal.SheetFilter{}, []account.PersonID{c.far, c.lan, c.mei}},
		{appraisal.SheetFilter{Search: "小美"}, []account.PersonID{c.mei}},
		{appraisal.SheetFilter{Search: "zxm"}, []account.PersonID{c.mei}},
		{appraisal.SheetFilter{Search: "a002"}, []account.PersonID{c.lan}},
		{appraisal.SheetFilter{Search: "%"}, nil},
		{appraisal.SheetFilter{UnitID: c.second}, []account.PersonID{c.far}},
		{appraisal.SheetFilter{Missing: "chat"}, []account.PersonID{c.far}},
		{appraisal.SheetFilter{State: appraisal.SheetScored}, nil},
		{appraisal.SheetFilter{Grade: score.Good}, nil},
		{appraisal.SheetFilter{Sort: "total"}, []account.PersonID{c.far, c.mei, c.lan}},
		{appraisal.SheetFilter{Sort: "-total"}, []account.PersonID{c.lan, c.mei, c.far}},
	} {
		k, err := c.s.Cockpit(ctx, c.hr, cycle, tc.f, page.New(1, 20))
		c.no(err)
		var got []account.PersonID
		for _, s := range k.Sheets {
			got = append(got, s.PersonID)
		}
		if fmt.Sprint(got) != fmt.Sprint(tc.want) || k.Total != len(tc.want) {
			t.Errorf("%+v: %v (%d), want %v", tc.f, got, k.Total, tc.want)
		}
	}
	_, err := c.s.Export(ctx, c.lead, cycle, appraisal.SheetFilter{}, " ")
	c.kind(err, errs.Invalid)
	_, err = c.s.Export(ctx, c.own, cycle, appraisal.SheetFilter{}, "季度汇报")
	c.kind(err, errs.Forbidden)
	rows, err := c.s.Export(ctx, c.lead, cycle, appraisal.SheetFilter{}, "季度汇报")
	c.no(err)
	if len(rows) != 2 {
		t.Errorf("a lead exports %d rows", len(rows))
	}
}

// rule:A10 rule:A16 rule:A21 rule:A26 a scheme below a floor is activated with a warning, until the clinic's policy blocks it.
func TestSchemeVersions(t *testing.T) {
	c := newClinic(t)
	id, err := c.s.CreateScheme(ctx, c.hr, "agreement", "咨询师考核")
	c.no(err)
	_, err = c.s.CreateScheme(ctx, c.hr, "quarterly", "咨询师考核")
	c.kind(err, errs.Invalid)
	_, err = c.s.CreateScheme(ctx, c.superior, "agreement", "")
	c.kind(err, errs.Forbidden)
	_, err = c.s.OpenCycle(ctx, c.hr, appraisal.NewCycle{VersionID: id, UnitID: c.root, Quarter: quarter, Mode: appraisal.Counting})
	c.kind(err, errs.Invalid) // a draft is not for use

	ver, err := c.s.Version(ctx, c.supervisor, id)
	c.no(err)
	body := ver.Scheme()
	body.Dimensions[0].Weight, body.Dimensions[1].Weight = 4500, 3000
	c.no(c.s.EditDraft(ctx, c.hr, id, body))
	policies, err := policy.NewStore(ctx, c.db)
	c.no(err)
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		return policy.Add(ctx, policies, tx, "appraisal", tx.Now(), appraisal.FloorPolicy{BelowFloor: "block"}, "operator:test")
	}))
	c.kind(c.s.Activate(ctx, c.hr, id), errs.Invalid)
	c.clock.Advance(time.Minute)
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		return policy.Add(ctx, policies, tx, "appraisal", tx.Now(), appraisal.FloorPolicy{BelowFloor: "warn"}, "operator:test")
	}))
	c.no(c.s.Activate(ctx, c.hr, id))
	c.kind(c.s.Activate(ctx, c.hr, id), errs.Conflict)
	c.kind(c.s.EditDraft(ctx, c.hr, id, body), errs.Conflict)

	next, err := c.s.NextVersion(ctx, c.hr, id)
	c.no(err)
	_, err = c.s.NextVersion(ctx, c.hr, id)
	c.kind(err, errs.Conflict)
	c.no(c.s.Activate(ctx, c.hr, next))
	all, err := c.s.Schemes(ctx, c.supervisor)
	c.no(err)
	if len(all) != 2 || all[0].Version != 2 || all[0].State != appraisal.Active || all[1].State != appraisal.Retired {
		t.Errorf("versions: %+v", all)
	}
	_, err = c.s.Schemes(ctx, c.own)
	c.kind(err, errs.Forbidden)
}

func TestOneCountingCycleAPersonAndPeriod(t *testing.T) {
	c := newClinic(t)
	version := c.scheme("quarterly")
	c.open(version)
	in := appraisal.NewCycle{VersionID: version, UnitID: c.first, Quarter: quarter, Mode: appraisal.Counting}
	_, err := c.s.OpenCycle(ctx, c.hr, in)
	c.kind(err, errs.Conflict)
	in.Mode = appraisal.Shadow
	_, err = c.s.OpenCycle(ctx, c.hr, in)
	c.no(err)
	_, err = c.s.OpenCycle(ctx, c.hr, in)
	c.kind(err, errs.Conflict)
	in.Quarter.No = 2
	_, err = c.s.OpenCycle(ctx, c.superior, in)
	c.kind(err, errs.Forbidden)
	in.UnitID = 99999
	_, err = c.s.OpenCycle(ctx, c.viewer(c.person("院区人事", c.second, c.other), account.HR, c.second), in)
	c.kind(err, errs.Invalid)
	in.UnitID, in.Quarter = c.first, appraisal.Quarter{Year: 2026, No: 9}
	_, err = c.s.OpenCycle(ctx, c.hr, in)
	c.kind(err, errs.Invalid)
}

func TestParticipationIsRefreshed(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	c.refresh(c.mei)
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); !l.Missing {
		t.Errorf("nothing assigned is no number: %+v", l)
	}
	c.participates(c.mei, 4, 1)
	c.refresh(c.mei)
	c.participates(c.mei, 4, 4)
	e, err := c.s.OwnSheet(ctx, c.own, cycle)
	c.no(err)
	if l := e.Computed.V.Line("participation"); l.Raw != 10000 || len(e.Facts) != 2 {
		t.Errorf("%+v, %d facts", l, len(e.Facts))
	}
	c.sources.counts = nil
	c.refresh(c.mei)
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); !l.Missing {
		t.Errorf("nothing is assigned any more: %+v", l)
	}
	c.participates(c.mei, 5, 4)
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); l.Raw != 8000 {
		t.Errorf("%+v", l)
	}
}

// Who joins the unit while its cycle is open gets a sheet with the next collection, once; nobody does when it is scored.
func TestJoinersGetASheet(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	joiner := c.person("新来", c.first, c.online)
	c.person("保洁", c.first, c.other)
	for range 2 {
		_, err := c.s.Collect(ctx, c.hr, cycle)
		c.no(err)
		if sheets := c.sheets(cycle); len(sheets) != 4 || sheets[joiner].State != appraisal.SheetCollecting {
			t.Fatalf("%d sheets, the joiner's is %q", len(sheets), sheets[joiner].State)
		}
	}
}

// Scoring ends on what the sources say at that moment, and a course that is finished afterwards moves nothing.
func TestFinishingCollects(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	sheets := c.sheets(cycle)
	c.no(c.s.ExcuseSheet(ctx, c.hr, sheets[c.far].ID, "产假"))
	for _, i := range []string{"chat", "call", "satisfaction", "complaints", "attainment", "knowledge", "participation"} {
		for _, person := range []account.PersonID{c.mei, c.lan} {
			_, err := c.s.TypeScores(ctx, c.superior, cycle, i, []appraisal.Entry{{PersonID: person, Value: "80", Note: "代替自动数据"}})
			c.no(err)
		}
	}
	c.sources.counts = []appraisal.Participation{{PersonID: c.mei, FromOn: quarter.From(), ToOn: quarter.To(), Assigned: 4, Completed: 1}}
	c.no(c.s.MoveCycle(ctx, c.hr, cycle, appraisal.FinishScoring))
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); l.Raw != 2500 {
		t.Errorf("the end of scoring did not ask: %+v", l)
	}
	c.sources.counts[0].Completed = 4
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error { return c.s.RefreshParticipation(ctx, tx, []account.PersonID{c.mei}) }))
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); l.Raw != 2500 {
		t.Errorf("it moved under the superior's hands: %+v", l)
	}
}

type confirmedSheets []appraisal.Confirmed

func (s *confirmedSheets) SheetConfirmed(_ context.Context, _ *db.Tx, c appraisal.Confirmed) error {
	*s = append(*s, c)
	return nil
}
