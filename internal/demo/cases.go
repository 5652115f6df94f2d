package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/remediation"
)

// The steps of a case, each a thing to plan.

func (c *clinic) releases(key string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := c.Exams.Release(ctx, c.as("hr1"), c.exams[key].id)
		return err
	}
}

func (c *clinic) sits(no string, kind exam.Kind, want span) func(context.Context) error {
	return func(ctx context.Context) error { return c.sitNext(ctx, c.person(no), kind, want) }
}

// releasesNext releases the retake or re-exam in which the person is.
func (c *clinic) releasesNext(no string, kind exam.Kind) func(context.Context) error {
	return func(ctx context.Context) error { return c.releaseNext(ctx, c.person(no), kind) }
}

// assigns gives the person the retraining's courses, by the areas of their lessons. dueOn nil takes the policy's days.
func (c *clinic) assigns(no string, dueOn *time.Time, areas ...int) func(context.Context) error {
	return func(ctx context.Context) error {
		id, err := c.caseOf(ctx, no)
		if err != nil {
			return err
		}
		return c.Remediation.Assign(ctx, c.as("hr2"), id, remediation.Assignment{Courses: c.coursesOf(areas), DueOn: dueOn})
	}
}

func (c *clinic) coursesOf(areas []int) []courseware.CourseID {
	out := make([]courseware.CourseID, len(areas))
	for i, area := range areas {
		out[i] = c.courses[area-1]
	}
	return out
}

func (c *clinic) studies(no string, areas ...int) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, id := range c.coursesOf(areas) {
			if err := c.study(ctx, c.person(no), id, false); err != nil {
				return err
			}
		}
		return nil
	}
}

func (c *clinic) proposes(no string, kind remediation.Event, reason string) func(context.Context) error {
	return func(ctx context.Context) error {
		id, err := c.caseOf(ctx, no)
		if err != nil {
			return err
		}
		return c.Remediation.Propose(ctx, c.as("hr1"), id, kind, reason)
	}
}

func (c *clinic) approves(no, remark string) func(context.Context) error {
	return func(ctx context.Context) error {
		id, err := c.caseOf(ctx, no)
		if err != nil {
			return err
		}
		return c.Remediation.Decide(ctx, c.as("gaoceng1"), id, true, remark)
	}
}

// caseOf is the person's open case; in the story nobody has two at once.
func (c *clinic) caseOf(ctx context.Context, no string) (remediation.CaseID, error) {
	m := c.person(no)
	open, err := c.Remediation.Mine(ctx, m.viewer, false)
	if err != nil {
		return 0, err
	}
	if len(open) != 1 {
		return 0, fmt.Errorf("%s has %d open cases", m.Name, len(open))
	}
	return open[0].ID, nil
}

// afterQuarterly: four pass the retake, one of them was absent at first; two pass after retraining, one of whom missed the
// retake; one fails the re-exam, gets another round and passes then. All is closed before the anchor.
func (c *clinic) afterQuarterly(closeOn int) {
	on := func(days, hour, minute int) time.Time { return c.day(closeOn+days, hour, minute) }
	c.at(on(1, 10, 0), c.releases("quarterly"))
	c.at(on(3, 14, 0), c.sits("YR0106", exam.Retake, passed))
	c.at(on(4, 10, 30), c.sits("YR0117", exam.Retake, passed))
	c.at(on(5, 15, 20), c.sits("YR0304", exam.Retake, passed))
	c.at(on(6, 11, 0), c.sits("YR0303", exam.Retake, passed))
	c.at(on(4, 16, 0), c.sits("YR0205", exam.Retake, fail))
	c.at(on(5, 9, 40), c.sits("YR0204", exam.Retake, fail))
	// YR0305 lets the retake's window pass.
	c.at(on(8, 11, 0), c.releasesNext("YR0106", exam.Retake))
	for i, no := range []string{"YR0205", "YR0305", "YR0204"} {
		c.at(on(9, 10, i), c.assigns(no, nil, 1, 4))
		c.at(on(11+i, 19, 0), c.studies(no, 1, 4))
	}
	c.at(on(15, 10, 0), c.sits("YR0205", exam.Reexam, passed))
	c.at(on(15, 14, 0), c.sits("YR0305", exam.Reexam, passed))
	c.at(on(15, 15, 30), c.sits("YR0204", exam.Reexam, fail))
	c.at(on(16, 10, 0), c.releasesNext("YR0204", exam.Reexam))
	c.at(on(17, 9, 30), c.proposes("YR0204", remediation.AnotherRound, "复训后差一点合格，沟通态度好，建议再给一次复训机会"))
	c.at(on(18, 16, 0), c.approves("YR0204", "同意，请培训部安排一对一辅导"))
	c.at(on(19, 10, 0), c.assigns("YR0204", nil, 1, 2))
	c.at(on(22, 19, 30), c.studies("YR0204", 1, 2))
	c.at(on(25, 10, 0), c.sits("YR0204", exam.Reexam, passed))
	c.at(on(26, 10, 0), c.releasesNext("YR0204", exam.Reexam))
}

// afterInjections leaves a case in each state of the middle: nobody assigned it yet, half of the retraining done, the re-exam
// open, a decision proposed. Retakes release themselves at the hand-in.
func (c *clinic) afterInjections(closeOn int) {
	on := func(days, hour, minute int) time.Time { return c.day(closeOn+days, hour, minute) }
	c.at(on(3, 10, 0), c.sits("YR0122", exam.Retake, passed))
	c.at(on(3, 14, 0), c.sits("YR0114", exam.Retake, fail))
	c.at(on(3, 16, 0), c.sits("YR0118", exam.Retake, fail))
	c.at(on(4, 11, 0), c.sits("YR0105", exam.Retake, fail))
	// YR0107 lets the retake's window pass; HR has not assigned the retraining yet.
	due := dateOn(c.day(6, 0, 0), c.zone)
	c.at(c.day(-8, 10, 0), c.assigns("YR0105", &due, 1, 4))
	c.at(c.day(-3, 20, 0), c.studies("YR0105", 4))
	c.at(on(5, 10, 0), c.assigns("YR0114", nil, 1, 4))
	c.at(c.day(-4, 19, 0), c.studies("YR0114", 1, 4))
	c.at(on(4, 17, 0), c.assigns("YR0118", nil, 1, 4))
	c.at(on(9, 19, 0), c.studies("YR0118", 1, 4))
	c.at(on(13, 10, 0), c.sits("YR0118", exam.Reexam, fail))
	c.at(c.day(-2, 11, 0), c.proposes("YR0118", remediation.DecidedMove, "两次复训考核均未合格，医学知识短板明显，服务意识好，建议调至前台接待"))
}

// afterComplaints leaves the retakes running: two to sit, one after an absence, one waiting for its marks, one passed.
func (c *clinic) afterComplaints(closeOn int) {
	on := func(days, hour, minute int) time.Time { return c.day(closeOn+days, hour, minute) }
	c.at(on(1, 10, 0), c.releases("complaints"))
	c.at(on(2, 9, 30), c.sits("YR0116", exam.Retake, passed))
	c.at(on(2, 16, 0), c.releasesNext("YR0116", exam.Retake))
	c.at(on(3, 14, 0), c.sits("YR0203", exam.Retake, passed))
}

// planLearning assigns two courses before the last quarter's exam and one in the present quarter, and lets most people study.
func (c *clinic) planLearning() {
	today := dateOn(c.anchor, c.zone)
	closeOn := int(quarterlyCloseOn(today).Sub(today).Hours() / 24)
	c.planCourse(closeOn-20, closeOn-5, 4, 85)
	c.planCourse(closeOn-19, closeOn-5, 2, 80)
	c.planCourse(-17, 9, 3, 45)
}

// planCourse assigns an area's course to all who consult, due on a day; percent of them finish it by the due day or the anchor.
func (c *clinic) planCourse(assignOn, dueOn, area, percent int) {
	due := dateOn(c.day(dueOn, 0, 0), c.zone)
	c.at(c.day(assignOn, 10, area), func(ctx context.Context) error {
		who := account.Audience{}
		for _, m := range c.consultants() {
			who.PersonIDs = append(who.PersonIDs, m.id)
		}
		_, err := c.Courseware.Assign(ctx, c.as("peixun1"), who, c.coursesOf([]int{area}), &due)
		return err
	})
	last := min(dueOn, -1)
	random := c.random(fmt.Sprintf("course %d", area))
	for _, m := range c.consultants() {
		done := random.IntN(100) < percent
		half := !done && random.IntN(2) == 0
		when := c.day(assignOn+1+random.IntN(last-assignOn), 12+random.IntN(9), random.IntN(60))
		if done || half {
			c.at(when, func(ctx context.Context) error { return c.study(ctx, m, c.courses[area-1], half) })
		}
	}
}
