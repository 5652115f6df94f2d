package appraisal_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

var (
	ctx     = context.Background()
	quarter = appraisal.Quarter{Year: 2026, No: 1}
)

// sources answers with what a test puts in.
type sources struct {
	rounds []appraisal.Knowledge
	counts []appraisal.Participation
}

func (s *sources) Knowledge(_ context.Context, _ db.Q, people []account.PersonID, from, to time.Time) ([]appraisal.Knowledge, error) {
	var out []appraisal.Knowledge
	for _, k := range s.rounds {
		if in(people, k.PersonID) && !k.ClosedOn.Before(from) && !k.ClosedOn.After(to) {
			out = append(out, k)
		}
	}
	return out, nil
}

func (s *sources) Participation(_ context.Context, _ db.Q, people []account.PersonID, from, to time.Time) ([]appraisal.Participation, error) {
	var out []appraisal.Participation
	for _, p := range s.counts {
		if in(people, p.PersonID) {
			p.FromOn, p.ToOn = from, to
			out = append(out, p)
		}
	}
	return out, nil
}

func in(people []account.PersonID, id account.PersonID) bool {
	for _, p := range people {
		if p == id {
			return true
		}
	}
	return false
}

// clinic is a company with two groups, a lead and a superior for the first, and HR for all.
type clinic struct {
	*testing.T
	db       *db.DB
	clock    *clock.Fake
	accounts *account.Service
	s        *appraisal.Service
	sources  *sources

	root, first, second                 account.UnitID
	online, other                       account.PostID
	mei, lan, far, guard                account.PersonID // two of the first group, one of the second, one whose post is not appraised
	lead, superior, hr, supervisor, own account.Viewer   // own is 小美 herself
	people                              int
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{T: t, sources: &sources{}}
	c.db, c.clock = dbtest.NewFake(t)
	var err error
	c.accounts, err = account.New(ctx, c.db, time.UTC)
	c.no(err)
	c.s, err = appraisal.New(ctx, c.db, c.sources)
	c.no(err)
	c.root = c.unit(0, account.Company, "美丽医疗")
	dept := c.unit(c.root, account.Department, "网络咨询部")
	c.first, c.second = c.unit(dept, account.Group, "一组"), c.unit(dept, account.Group, "二组")
	c.online, c.other = c.post("online", "网络咨询员", "online"), c.post("guard", "保安", "other")
	c.mei, c.lan, c.far = c.person("张小美", c.first, c.online), c.person("李兰", c.first, c.online), c.person("王远", c.second, c.online)
	c.guard = c.person("赵卫", c.first, c.other)
	c.own = c.viewer(c.mei, account.Consultant, c.first)
	c.lead = c.viewer(c.person("组长", c.first, c.other), account.Lead, c.first)
	c.superior = c.viewer(c.person("主管", c.first, c.other), account.Superior, c.first)
	c.hr = c.viewer(c.person("人事", c.root, c.other), account.HR, c.root)
	c.supervisor = c.viewer(c.person("监督", c.root, c.other), account.Supervisor, c.root)
	return c
}

func (c *clinic) no(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *clinic) kind(err error, want errs.Kind) {
	c.Helper()
	if err == nil || errs.KindOf(err) != want {
		c.Errorf("error %v, want kind %d", err, want)
	}
}

func (c *clinic) unit(parent account.UnitID, kind account.UnitKind, name string) account.UnitID {
	c.Helper()
	id, err := c.accounts.CreateUnit(ctx, account.System(), parent, kind, name, 0)
	c.no(err)
	return id
}

func (c *clinic) post(code, name string, kind account.PostKind) account.PostID {
	c.Helper()
	id, err := c.accounts.CreatePost(ctx, account.System(), account.Post{Code: code, Name: name, Kind: kind})
	c.no(err)
	return id
}

func (c *clinic) person(name string, unit account.UnitID, post account.PostID) account.PersonID {
	c.Helper()
	c.people++
	from := c.accounts.Today().AddDate(0, 0, -100)
	id, err := c.accounts.CreatePerson(ctx, account.System(), account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: fmt.Sprintf("A%03d", c.people), Name: name}, UnitID: unit, PostID: post, FromOn: &from,
	})
	c.no(err)
	return id
}

func (c *clinic) viewer(id account.PersonID, r account.Role, unit account.UnitID) account.Viewer {
	c.Helper()
	c.no(c.accounts.GrantRole(ctx, account.System(), id, r, unit))
	v, err := c.accounts.ViewerFor(ctx, id)
	c.no(err)
	return v
}

// scheme is an active version of a preset.
func (c *clinic) scheme(preset string) appraisal.VersionID {
	c.Helper()
	id, err := c.s.CreateScheme(ctx, c.hr, preset, "")
	c.no(err)
	c.no(c.s.Activate(ctx, c.hr, id))
	return id
}

func (c *clinic) open(version appraisal.VersionID) appraisal.CycleID {
	c.Helper()
	id, err := c.s.OpenCycle(ctx, c.hr, appraisal.NewCycle{VersionID: version, UnitID: c.root, Quarter: quarter, Mode: appraisal.Counting})
	c.no(err)
	return id
}

func (c *clinic) sheets(cycle appraisal.CycleID) map[account.PersonID]appraisal.Sheet {
	c.Helper()
	k, err := c.s.Cockpit(ctx, c.hr, cycle, appraisal.SheetFilter{}, page.New(1, 100))
	c.no(err)
	out := map[account.PersonID]appraisal.Sheet{}
	for _, s := range k.Sheets {
		out[s.PersonID] = s
	}
	return out
}

func (c *clinic) knowledge(p account.PersonID, round int64, percent score.Hundredths, outcome string) {
	c.Helper()
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		return c.s.RecordKnowledge(ctx, tx, appraisal.Knowledge{PersonID: p, RoundID: round, ExamID: round, AttemptID: 31, ResultID: 41,
			ExamTitle: "一季度考核", PercentHundredths: percent, Outcome: outcome, ClosedOn: time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC)})
	}))
}

func (c *clinic) types(v account.Viewer, cycle appraisal.CycleID, values map[string]string, people ...account.PersonID) {
	c.Helper()
	for key, value := range values {
		var entries []appraisal.Entry
		for _, p := range people {
			entries = append(entries, appraisal.Entry{PersonID: p, Value: value})
		}
		_, err := c.s.TypeScores(ctx, v, cycle, key, entries)
		c.no(err)
	}
}

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
	_, err = c.s.TypeScores(ctx, c.lead, cycle, "chat", []appraisal.Entry{{PersonID: c.mei, Value: "100"}})
	c.kind(err, errs.Conflict)
	c.no(c.s.ConfirmSheet(ctx, c.superior, mei.ID, "基础扎实，沟通尚可"))
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
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		return c.s.RecordParticipation(ctx, tx, appraisal.Participation{PersonID: c.mei, FromOn: quarter.From(), ToOn: quarter.To(), Assigned: 2, Completed: 2})
	}))
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
	n := 0
	c.no(c.s.Export(ctx, c.lead, cycle, appraisal.SheetFilter{}, func(appraisal.Sheet) error { n++; return nil }))
	if n != 2 {
		t.Errorf("a lead exports %d rows", n)
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
		_, err := policy.Add(ctx, policies, tx, "appraisal", tx.Now(), appraisal.FloorPolicy{BelowFloor: "block"}, "operator:test")
		return err
	}))
	c.kind(c.s.Activate(ctx, c.hr, id), errs.Invalid)
	c.clock.Advance(time.Minute)
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := policy.Add(ctx, policies, tx, "appraisal", tx.Now(), appraisal.FloorPolicy{BelowFloor: "warn"}, "operator:test")
		return err
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
	refresh := func() {
		c.no(c.db.InTx(ctx, func(tx *db.Tx) error { return c.s.RefreshParticipation(ctx, tx, c.mei, tx.Now()) }))
	}
	refresh()
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); !l.Missing {
		t.Errorf("nothing assigned is no number: %+v", l)
	}
	c.sources.counts = []appraisal.Participation{{PersonID: c.mei, Assigned: 4, Completed: 1}}
	refresh()
	refresh()
	c.sources.counts[0].Completed = 4
	refresh()
	e, err := c.s.OwnSheet(ctx, c.own, cycle)
	c.no(err)
	if l := e.Computed.V.Line("participation"); l.Raw != 10000 || len(e.Facts) != 2 {
		t.Errorf("%+v, %d facts", l, len(e.Facts))
	}
	c.sources.counts = nil
	refresh()
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); !l.Missing {
		t.Errorf("nothing is assigned any more: %+v", l)
	}
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		return c.s.RecordParticipation(ctx, tx, appraisal.Participation{PersonID: c.mei, FromOn: quarter.From(), ToOn: quarter.To(), Assigned: 5, Completed: 4})
	}))
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); l.Raw != 8000 {
		t.Errorf("%+v", l)
	}
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		return c.s.RecordParticipation(ctx, tx, appraisal.Participation{PersonID: c.mei, FromOn: quarter.From(), ToOn: quarter.To().AddDate(0, 0, -1), Assigned: 5, Completed: 0})
	}))
	if l := c.sheets(cycle)[c.mei].Computed.V.Line("participation"); l.Raw != 8000 {
		t.Errorf("another period's counts were taken: %+v", l)
	}
}

// The database itself keeps the promises, whoever writes past the service.
func TestTheDatabaseRefuses(t *testing.T) {
	c := newClinic(t)
	cycle := c.open(c.scheme("quarterly"))
	c.knowledge(c.mei, 7, 9000, "passed")
	for name, statement := range map[string]string{
		"a fact altered":              "UPDATE fact SET value_hundredths = 10000",
		"a fact deleted":              "DELETE FROM fact",
		"facts truncated":             "TRUNCATE fact",
		"a sheet deleted":             "DELETE FROM sheet",
		"an incomplete sheet scored":  "UPDATE sheet SET state = 'scored'",
		"an incomplete sheet graded":  "UPDATE sheet SET grade = 'good'",
		"a scheme altered in use":     "UPDATE scheme_version SET body = '{}'",
		"a cycle of half a quarter":   "UPDATE cycle SET to_on = to_on - 1",
		"a score of the person's own": fmt.Sprintf("INSERT INTO fact (cycle_id, person_id, indicator, source_kind, source_id, version, value_hundredths, n, detail, recorded_at, recorded_by) VALUES (%d, %d, 'chat', 'typed', 0, 1, 10000, 1, '{}', '2026-03-02', 'person:%d')", cycle, c.mei, c.mei),
	} {
		if _, err := c.db.SQL().ExecContext(ctx, statement); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	c.types(c.lead, cycle, typed, c.mei)
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
		return c.s.RecordParticipation(ctx, tx, appraisal.Participation{PersonID: c.mei, FromOn: quarter.From(), ToOn: quarter.To(), Assigned: 1, Completed: 1})
	}))
	for _, p := range []account.PersonID{c.lan, c.far} {
		c.no(c.s.ExcuseSheet(ctx, c.hr, c.sheets(cycle)[p].ID, "产假"))
	}
	c.no(c.s.MoveCycle(ctx, c.hr, cycle, appraisal.FinishScoring))
	c.no(c.s.ConfirmSheet(ctx, c.superior, c.sheets(cycle)[c.mei].ID, "同意"))
	if _, err := c.db.SQL().ExecContext(ctx, "UPDATE sheet SET total_hundredths = 10000 WHERE state = 'confirmed'"); err == nil {
		t.Error("a confirmed sheet was altered")
	}
}

// recompute is the rule a second time, in SQL and in decimal numbers: newest version of each source, mean of rounds cut to
// 0.01, target edges, weighted mean cut to 0.01, grade edges.
const recompute = `
WITH newest AS (
    SELECT DISTINCT ON (cycle_id, person_id, indicator, source_kind, source_id) *
    FROM fact ORDER BY cycle_id, person_id, indicator, source_kind, source_id, version DESC
), reading AS (
    SELECT DISTINCT ON (cycle_id, person_id, indicator) cycle_id, person_id, indicator, trunc(avg(value_hundredths)) AS raw
    FROM newest WHERE n > 0 GROUP BY cycle_id, person_id, indicator, source_kind
    ORDER BY cycle_id, person_id, indicator, CASE source_kind WHEN 'round' THEN 1 WHEN 'courses' THEN 2 ELSE 3 END
), weighted AS (
    SELECT s.id, (d->>'weight')::numeric * (i->>'weight')::numeric AS weight, i->'scale' AS scale, r.raw, v.body
    FROM sheet s
    JOIN cycle c ON c.id = s.cycle_id
    JOIN scheme_version v ON v.id = c.scheme_version_id
    CROSS JOIN LATERAL jsonb_array_elements(v.body->'dimensions') d
    CROSS JOIN LATERAL jsonb_array_elements(d->'indicators') i
    LEFT JOIN reading r ON r.cycle_id = s.cycle_id AND r.person_id = s.person_id AND r.indicator = i->>'key'
), scored AS (
    SELECT id, body, weight, raw IS NULL AS missing, CASE WHEN scale->>'kind' = 'target' AND raw IS NOT NULL THEN
        (SELECT max((e->>'score')::numeric * 100) FROM jsonb_array_elements(scale->'edges') e WHERE (e->>'from')::numeric * 100 <= raw)
        ELSE raw END AS points
    FROM weighted
), total AS (
    SELECT id, body, bool_or(missing) AS missing, div(sum(weight * points), sum(weight) FILTER (WHERE NOT missing)) AS total
    FROM scored GROUP BY id, body
)
SELECT s.id, s.total_hundredths, t.total::bigint AS again, coalesce(s.grade, '') AS grade,
       coalesce(CASE WHEN NOT t.missing THEN (SELECT e->>'band' FROM jsonb_array_elements(t.body->'grades'->'edges') e
                WHERE (e->>'from')::numeric * 100 <= t.total ORDER BY (e->>'from')::numeric DESC LIMIT 1) END, '') AS grade_again
FROM sheet s JOIN total t ON t.id = s.id`

// rule:A10 rule:A16 rule:A21 rule:A26 rule:C46 every sheet of a seeded clinic, recomputed independently of the code.
func TestEverySheetIsRecomputedInSQL(t *testing.T) {
	c := newClinic(t)
	r := rand.New(rand.NewPCG(2026, 3))
	for i := range 30 {
		c.person(fmt.Sprintf("咨询%d", i), c.first, c.online)
	}
	for _, preset := range []string{"agreement", "quarterly"} {
		version := c.scheme(preset)
		mode := appraisal.Counting
		if preset == "quarterly" {
			mode = appraisal.Shadow
		}
		cycle, err := c.s.OpenCycle(ctx, c.hr, appraisal.NewCycle{VersionID: version, UnitID: c.root, Quarter: quarter, Mode: mode})
		c.no(err)
		c.seed(r, cycle, version)
	}
	rows, err := c.db.SQL().QueryContext(ctx, recompute)
	c.no(err)
	defer rows.Close()
	sheets, complete := 0, 0
	for rows.Next() {
		var id int64
		var total, again sql.NullInt64
		var grade, gradeAgain string
		c.no(rows.Scan(&id, &total, &again, &grade, &gradeAgain))
		if total != again || grade != gradeAgain {
			t.Errorf("sheet %d: %v %s, in SQL %v %s", id, total.Int64, grade, again.Int64, gradeAgain)
		}
		sheets++
		if grade != "" {
			complete++
		}
	}
	c.no(rows.Err())
	if sheets < 60 || complete < 20 || complete == sheets {
		t.Fatalf("%d sheets, %d of them complete: the seed shows too little", sheets, complete)
	}
}

// seed gives everybody some rounds, courses and typed numbers, in several versions, and leaves gaps.
func (c *clinic) seed(r *rand.Rand, cycle appraisal.CycleID, version appraisal.VersionID) {
	c.Helper()
	ver, err := c.s.Version(ctx, c.hr, version)
	c.no(err)
	for person := range c.sheets(cycle) {
		for round := range r.Int64N(4) {
			for range 1 + r.IntN(2) {
				c.knowledge(person, round+1, score.Hundredths(r.Int64N(10001)), "passed")
			}
			if r.IntN(8) == 0 {
				c.knowledge(person, round+1, 0, "")
			}
		}
		if assigned := r.IntN(8); assigned > 0 {
			c.no(c.db.InTx(ctx, func(tx *db.Tx) error {
				return c.s.RecordParticipation(ctx, tx, appraisal.Participation{PersonID: person, FromOn: quarter.From(), ToOn: quarter.To(), Assigned: assigned, Completed: r.IntN(assigned + 1)})
			}))
		}
		for _, i := range ver.Scheme().Indicators() {
			if i.Source == appraisal.FromPeople && r.IntN(40) > 0 {
				value := score.Hundredths(r.Int64N(10001))
				c.types(c.hr, cycle, map[string]string{i.Key: value.String()}, person)
			}
		}
	}
}
