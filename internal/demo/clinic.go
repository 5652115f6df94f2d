package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/questionbank"
)

// history is how many days before the anchor the clinic's recorded life begins: before the courses of the last quarter.
const history = 120

// clinic is the demo in the making.
type clinic struct {
	*app.App
	replay
	seed   int64
	anchor time.Time
	zone   *time.Location
	secret []byte
	media  media

	units   map[string]account.UnitID
	people  []*member
	known   map[string]questionbank.Question // by fingerprint: what is asked, with its key
	courses []courseware.CourseID            // in the order of lessons
	exams   map[string]sat
}

// makeClinic lets 120 days of the clinic happen in the ground's database. It returns when the open exam closes.
func makeClinic(ctx context.Context, g *app.Ground, m Mark, secret []byte, files media) (closesAt time.Time, err error) {
	fake := clock.NewFake(m.Anchor.AddDate(0, 0, -history))
	then := *g
	then.Clock = fake
	if then.DB, err = db.Open(ctx, g.DSN, fake); err != nil {
		return time.Time{}, err
	}
	defer func() { err = errors.Join(err, then.DB.Close()) }()
	a, err := app.New(ctx, &then, app.Options{Random: rand.NewChaCha8(key(m.Seed, "papers"))})
	if err != nil {
		return time.Time{}, err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	c := &clinic{
		App: a, replay: replay{clock: fake}, seed: m.Seed, anchor: m.Anchor, zone: g.Config.Timezone, secret: secret, media: files,
		units: map[string]account.UnitID{}, people: cast(), exams: map[string]sat{},
	}
	return c.live(ctx)
}

// live plans the whole story and lets it happen.
func (c *clinic) live(ctx context.Context) (closesAt time.Time, err error) {
	begin := c.day(-history, 8, 0)
	c.at(begin, c.makeOrganisation)
	c.at(begin.AddDate(0, 0, 1), c.fillBank)
	c.at(begin.AddDate(0, 0, 2), c.makeCourses)
	c.at(begin.AddDate(0, 0, 3), c.setPay)
	c.at(c.day(-1, 17, 0), func(ctx context.Context) (err error) {
		closesAt, err = publishOpenExam(ctx, c.App, c.anchor)
		return err
	})
	c.planTicks()
	c.planExams()
	c.planLearning()
	c.planAppraisals()
	if err := c.run(ctx, c.anchor); err != nil {
		return closesAt, fmt.Errorf("%s: %w", c.clock.Now().In(c.zone).Format(time.DateTime), err)
	}
	return closesAt, c.seal(ctx)
}

// planTicks lets the program do what the clock makes due, often enough that nothing in the story waits for it.
func (c *clinic) planTicks() {
	for day := -history + 1; day <= 0; day++ {
		for _, hour := range []int{0, 6, 12, 18} {
			c.at(c.day(day, hour, 5), c.Tick)
		}
	}
}

// seal puts every act of the past under the audit's seals, as the running program would have done within seconds.
func (c *clinic) seal(ctx context.Context) error {
	for {
		n, err := c.Audit.SealPending(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// day is a time of day so many days after the anchor, in the clinic's zone.
func (c *clinic) day(n, hour, minute int) time.Time {
	return clockOn(c.anchor, c.zone, n, hour, minute)
}

// clockOn is a time of day n days after the day that t lies in.
func clockOn(t time.Time, zone *time.Location, n, hour, minute int) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d+n, hour, minute, 0, 0, zone)
}

// dateOn is a date as services take it: midnight UTC.
func dateOn(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// person is the member with an employee number of the cast.
func (c *clinic) person(no string) *member {
	for _, m := range c.people {
		if m.No == no {
			return m
		}
	}
	panic("demo: nobody has the number " + no)
}

// as is the viewer of somebody who signs in.
func (c *clinic) as(login string) account.Viewer {
	for _, m := range c.people {
		if m.Login == login {
			return m.viewer
		}
	}
	panic("demo: nobody signs in as " + login)
}

// consultants are those who sit the exams, in the cast's order.
func (c *clinic) consultants() []*member {
	var out []*member
	for _, m := range c.people {
		if m.consults() {
			out = append(out, m)
		}
	}
	return out
}

// random is a source for one purpose, independent of what else is drawn and in which order.
func (c *clinic) random(purpose string) *rand.Rand {
	return rand.New(rand.NewChaCha8(key(c.seed, purpose)))
}
