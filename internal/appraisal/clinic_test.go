package appraisal_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
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

// participates lets the source say how much of what was due a person finished, and the appraisal hear of it.
func (c *clinic) participates(p account.PersonID, assigned, completed int) {
	c.Helper()
	c.sources.counts = slices.DeleteFunc(c.sources.counts, func(known appraisal.Participation) bool { return known.PersonID == p })
	c.sources.counts = append(c.sources.counts, appraisal.Participation{PersonID: p, Assigned: assigned, Completed: completed})
	c.refresh(p)
}

func (c *clinic) refresh(p account.PersonID) {
	c.Helper()
	c.no(c.db.InTx(ctx, func(tx *db.Tx) error { return c.s.RefreshParticipation(ctx, tx, []account.PersonID{p}) }))
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
		return c.s.RecordKnowledge(ctx, tx, []appraisal.Knowledge{{PersonID: p, RoundID: round, ExamID: round, AttemptID: 31, ResultID: 41,
			ExamTitle: "一季度考核", PercentHundredths: percent, Outcome: outcome, ClosedOn: time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC)}})
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
