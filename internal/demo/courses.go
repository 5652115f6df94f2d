package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
)

// makeCourses uploads the lessons' files and publishes a course of each.
func (c *clinic) makeCourses(ctx context.Context) error {
	trainer := c.as("peixun1")
	for i, l := range lessons {
		id, err := c.makeCourse(ctx, trainer, l, c.media[i])
		if err != nil {
			return fmt.Errorf("%s: %w", l.title, err)
		}
		c.courses = append(c.courses, id)
	}
	return nil
}

func (c *clinic) makeCourse(ctx context.Context, trainer account.Viewer, l lesson, files []file) (courseware.CourseID, error) {
	id, err := c.Courseware.CreateCourse(ctx, trainer, courseware.CourseInput{
		UnitID: c.units[root], Title: l.title, Summary: l.summary, Topics: l.topics, SelfStudy: true,
	})
	if err != nil {
		return 0, err
	}
	var objects []courseware.ObjectID
	for _, f := range files {
		o, err := c.Courseware.Put(ctx, trainer, f.name, bytes.NewReader(f.bytes), int64(len(f.bytes)))
		if err != nil {
			return 0, err
		}
		if o.State != courseware.Checked {
			return 0, fmt.Errorf("%s: %s %s", f.name, o.State, o.Reason)
		}
		objects = append(objects, o.ID)
	}
	if err := c.Courseware.AddUnits(ctx, trainer, id, objects); err != nil {
		return 0, err
	}
	if err := c.typeMinutes(ctx, trainer, id); err != nil {
		return 0, err
	}
	return id, c.Courseware.Publish(ctx, trainer, id)
}

// typeMinutes says how long a sound is that could not be measured.
func (c *clinic) typeMinutes(ctx context.Context, trainer account.Viewer, id courseware.CourseID) error {
	detail, err := c.Courseware.Course(ctx, trainer, id)
	if err != nil {
		return err
	}
	for _, u := range detail.Units {
		if u.Kind() != courseware.KindAudio || u.MeasuredMS > 0 {
			continue
		}
		in := courseware.UnitInput{Title: u.Title, Required: u.Required, Minutes: soundSeconds / 60}
		if err := c.Courseware.EditUnit(ctx, trainer, id, u.ID, in); err != nil {
			return err
		}
	}
	return nil
}

// study lets a person go through a course as the players would tell it; with half, only through the first unit.
func (c *clinic) study(ctx context.Context, m *member, id courseware.CourseID, half bool) error {
	l, err := c.Courseware.Lesson(ctx, m.viewer, id)
	if err != nil {
		return err
	}
	for i, u := range l.Units {
		if half && i > 0 {
			return nil
		}
		if err := c.play(ctx, m, u.Unit); err != nil {
			return fmt.Errorf("%s studies %s: %w", m.Name, u.Title, err)
		}
	}
	return nil
}

// play sends a unit's beats: each page for a little longer than it must be on screen, a video at its own speed.
func (c *clinic) play(ctx context.Context, m *member, u courseware.Unit) error {
	b := courseware.Beat{Page: 1, RateHundredths: 100, Playing: true, Visible: true}
	beat := func() error {
		_, err := c.Courseware.Beat(ctx, m.viewer, u.ID, b)
		return err
	}
	if err := beat(); err != nil {
		return err
	}
	measure := u.Measure()
	for page := 2; page <= measure.Pages+1; page++ {
		c.clock.Advance(time.Duration(measure.DwellMS)*time.Millisecond + time.Second)
		b.Page = min(page, measure.Pages)
		if err := beat(); err != nil {
			return err
		}
	}
	for b.PositionMS < measure.DurationMS {
		step := min(measure.DurationMS-b.PositionMS, courseware.BeatCap.Milliseconds())
		c.clock.Advance(time.Duration(step) * time.Millisecond)
		b.PositionMS += step
		if err := beat(); err != nil {
			return err
		}
	}
	return nil
}
