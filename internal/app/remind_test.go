package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
)

// Who has not begun an exam is told when it opens and a day before it closes, once each; who has begun is left in peace.
func TestRemindersOfAnExam(t *testing.T) {
	ctx, c := context.Background(), apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	opens := c.Fake.Now().Add(time.Hour)
	id := c.Exam(c.Paper(4), func(s *exam.Settings) {
		s.OpensAt, s.ClosesAt = opens, opens.Add(3*24*time.Hour)
	}, "mei-a", "lan-a")
	told := func(login string) (keys []string) {
		t.Helper()
		for range 2 {
			must(t, c.Remind(ctx))
		}
		inbox, _, err := c.Notify.Inbox(ctx, c.Viewer(login), false, page.New(1, 20))
		must(t, err)
		for _, n := range slices.Backward(inbox) {
			keys = append(keys, n.Key)
		}
		return keys
	}
	expect := func(login string, want ...string) {
		t.Helper()
		if got := told(login); !slices.Equal(got, want) {
			t.Errorf("%s at %s: %v, want %v", login, c.Fake.Now(), got, want)
		}
	}
	expect("mei-a", "notify.exam_published")
	c.Fake.Set(opens)
	expect("mei-a", "notify.exam_published", "notify.exam_opened")
	c.Sit("lan-a", id, 4)
	c.Fake.Set(opens.Add(2*24*time.Hour - time.Second))
	expect("mei-a", "notify.exam_published", "notify.exam_opened")
	c.Fake.Advance(time.Second)
	expect("mei-a", "notify.exam_published", "notify.exam_opened", "notify.exam_soon")
	expect("lan-a", "notify.exam_published", "notify.exam_opened")
	c.Begin("mei-a", id)
	c.Fake.Advance(time.Hour)
	expect("mei-a", "notify.exam_published", "notify.exam_opened", "notify.exam_soon")
}
