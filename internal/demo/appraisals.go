package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// confirmedPercent is how many of the last quarter's sheets the superior has confirmed.
const confirmedPercent = 60

// planAppraisals: HR brings a scheme into force, the last quarter's cycle is scored and half confirmed, the present one is open
// with its first numbers.
func (c *clinic) planAppraisals() {
	today := dateOn(c.anchor, c.zone)
	last, present := lastQuarter(today), appraisal.QuarterOf(today)
	begin := c.day(int(quarterlyCloseOn(today).Sub(today).Hours()/24)+2, 9, 0)
	// After the quarter's end, but in time to be scored and confirmed before the anchor.
	if after := clockOn(present.From(), c.zone, 1, 9, 0); after.After(begin) {
		begin = after
	}
	if latest := c.day(-3, 9, 0); latest.Before(begin) {
		begin = latest
	}
	var scheme appraisal.VersionID
	var cycle, running appraisal.CycleID
	c.at(begin, func(ctx context.Context) (err error) {
		if scheme, err = c.activateScheme(ctx); err != nil {
			return err
		}
		cycle, err = c.openCycle(ctx, scheme, last)
		return err
	})
	c.at(begin.Add(26*time.Hour), func(ctx context.Context) error { return c.typeAll(ctx, cycle) })
	c.at(begin.Add(32*time.Hour), func(ctx context.Context) error {
		return c.Appraisal.MoveCycle(ctx, c.as("hr1"), cycle, appraisal.FinishScoring)
	})
	c.at(begin.Add(50*time.Hour), func(ctx context.Context) error { return c.confirmSome(ctx, cycle) })
	c.at(begin.Add(52*time.Hour), func(ctx context.Context) error {
		now, err := c.openCycle(ctx, scheme, present)
		if err != nil {
			return err
		}
		running = now
		return c.typeByLeads(ctx, now, "chat")
	})
	// The last evening's collection counts the courses that ran out since.
	c.at(c.day(-1, 18, 0), func(ctx context.Context) error {
		_, err := c.Appraisal.Collect(ctx, c.as("hr1"), running)
		return err
	})
}

func (c *clinic) activateScheme(ctx context.Context) (appraisal.VersionID, error) {
	hr := c.as("hr1")
	id, err := c.Appraisal.CreateScheme(ctx, hr, "quarterly", "")
	if err != nil {
		return 0, err
	}
	return id, c.Appraisal.Activate(ctx, hr, id)
}

func (c *clinic) openCycle(ctx context.Context, scheme appraisal.VersionID, q appraisal.Quarter) (appraisal.CycleID, error) {
	return c.Appraisal.OpenCycle(ctx, c.as("hr1"), appraisal.NewCycle{VersionID: scheme, UnitID: c.units[root], Quarter: q, Mode: appraisal.Counting})
}

// typeAll fills what people judge: communication by the leads, service and performance by HR from the quarter's figures.
func (c *clinic) typeAll(ctx context.Context, cycle appraisal.CycleID) error {
	for _, indicator := range []string{"chat", "call"} {
		if err := c.typeByLeads(ctx, cycle, indicator); err != nil {
			return err
		}
	}
	for _, indicator := range []string{"satisfaction", "complaints", "attainment"} {
		if err := c.typeScores(ctx, c.as("hr1"), cycle, indicator, c.appraised()); err != nil {
			return err
		}
	}
	return nil
}

// typeByLeads lets each lead judge the own group; those without a lead are judged by the superior.
func (c *clinic) typeByLeads(ctx context.Context, cycle appraisal.CycleID, indicator string) error {
	groups := map[string][]*member{}
	for _, m := range c.appraised() {
		groups[m.Unit] = append(groups[m.Unit], m)
	}
	for _, m := range c.people {
		if m.Post != "lead" {
			continue
		}
		if err := c.typeScores(ctx, m.viewer, cycle, indicator, groups[m.Unit]); err != nil {
			return err
		}
		delete(groups, m.Unit)
	}
	return c.typeScores(ctx, c.as("zhuguan1"), cycle, indicator, groups["net"])
}

// appraised are those at the scheme's posts: all who consult but the leads.
func (c *clinic) appraised() []*member {
	return slices.DeleteFunc(c.consultants(), func(m *member) bool { return m.Post == "lead" })
}

// model says what somebody earns at an indicator: at + slope·θ with some spread, at most most.
type model struct{ at, slope, spread, most float64 }

// Judgements run to 100; the target's rate is what was reached of it, and the able exceed it.
var (
	judged = model{at: 72, slope: 7, spread: 4, most: 100}
	target = model{at: 78, slope: 10, spread: 5, most: 130}
)

// typeScores types a number for each, in halves of a point.
func (c *clinic) typeScores(ctx context.Context, v account.Viewer, cycle appraisal.CycleID, indicator string, people []*member) error {
	random := c.random(fmt.Sprintf("cycle %d %s", cycle, indicator))
	earns := judged
	if indicator == "attainment" {
		earns = target
	}
	entries := make([]appraisal.Entry, len(people))
	for i, m := range people {
		points := earns.at + earns.slope*m.Ability + earns.spread*random.NormFloat64()
		hundredths := score.Hundredths(100 * min(max(points, 45), earns.most))
		entries[i] = appraisal.Entry{PersonID: m.id, Value: (hundredths / 50 * 50).String()}
	}
	_, err := c.Appraisal.TypeScores(ctx, v, cycle, indicator, entries)
	return err
}

// opinions are the superior's first words under a sheet, by its grade.
var opinions = map[score.Band]string{
	score.Excellent: "本季度各项均衡，带教新人主动，继续保持。",
	score.Good:      "整体良好，建议补强薄弱知识点，提高预约到院率。",
	score.Pass:      "基本达标，下季度重点关注首次响应和异议回应。",
	score.Fail:      "未达标，已面谈并制定改进计划，月中复查。",
}

func (c *clinic) confirmSome(ctx context.Context, cycle appraisal.CycleID) error {
	superior := c.as("zhuguan1")
	cockpit, err := c.Appraisal.Cockpit(ctx, superior, cycle, appraisal.SheetFilter{}, page.New(1, page.MaxSize))
	if err != nil {
		return err
	}
	slices.SortFunc(cockpit.Sheets, func(a, b appraisal.Sheet) int { return int(a.PersonID - b.PersonID) })
	random := c.random("confirmed")
	for _, sheet := range cockpit.Sheets {
		if random.IntN(100) >= confirmedPercent {
			continue
		}
		if err := c.Appraisal.ConfirmSheet(ctx, superior, sheet.ID, opinions[*sheet.Grade]); err != nil {
			return err
		}
	}
	return nil
}
