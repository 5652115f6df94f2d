package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/page"
)

// Of a pause that nobody ends those hear who can, once: not the other branch, not who sits the exam, and nobody before its time.
func TestALastingPauseIsBroughtToMind(t *testing.T) {
	ctx, c := context.Background(), apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	c.Employ("room-a", "监考a", c.Branch["a"], c.OtherPost, account.Marker)
	c.Employ("room-b", "监考b", c.Branch["b"], c.OtherPost, account.Marker)
	id := c.Exam(c.Paper(4), nil, "mei-a", "hr2")
	c.Begin("mei-a", id)
	_, err := c.Exams.Pause(ctx, c.Viewer("hr"), id, exam.Whom{PersonIDs: []account.PersonID{c.Person["mei-a"]}}, "停电")
	must(t, err)
	told := func(login string) int {
		t.Helper()
		for range 2 {
			must(t, c.Remind(ctx))
		}
		inbox, _, err := c.Notify.Inbox(ctx, c.Viewer(login), false, page.New(1, 50))
		must(t, err)
		return len(slices.DeleteFunc(inbox, func(n notify.Notice) bool { return n.Key != "notify.exam_paused_long" }))
	}
	c.Fake.Advance(exam.LongPause - time.Second)
	if n := told("hr"); n != 0 {
		t.Errorf("told %d times before it is long", n)
	}
	c.Fake.Advance(time.Minute)
	for login, want := range map[string]int{"hr": 1, "room-a": 1, "room-b": 0, "hr2": 0, "mei-a": 0, "trainer": 0} {
		if n := told(login); n != want {
			t.Errorf("%s is told %d times, want %d", login, n, want)
		}
	}
	shows(t, c.Call("hr", "GET", "/notices", "", 200).Text, "1 人处于暂停")
	shows(t, c.Call("hr", "GET", "/exams/"+id.String()+"/live?state=paused", "", 200).Text, "已暂停 30 分钟以上", "已 30 分钟")
}
