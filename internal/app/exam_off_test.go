package app_test

import (
	"context"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// A called off exam is told to whoever was to sit it and to whoever would have invigilated any of them, with the reason; only HR that
// reaches everybody calls it off, and only HR that reaches a person takes the person off.
func TestACalledOffExamIsTold(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.FillBank(40)
	c.Employ("hr-a", "某某", c.Branch["a"], c.OtherPost, account.HR)
	c.Employ("hr-b", "某某", c.Branch["b"], c.OtherPost, account.HR)
	id := c.Exam(c.Paper(4), nil, "mei-a", "lan-a", "mei-b")
	if err := c.Exams.CallOff(ctx, c.Viewer("hr-a"), id, "发错了卷"); !errs.Is(err, errs.Forbidden) {
		t.Errorf("HR of branch a calls off the exam of both: %v", err)
	}
	if err := c.Exams.Remove(ctx, c.Viewer("hr-a"), id, c.Person["mei-b"], "误邀"); !errs.Is(err, errs.NotFound) {
		t.Errorf("HR of branch a takes a person of b off: %v", err)
	}
	keys := func(login string) []string {
		t.Helper()
		list, _, err := c.Notify.Inbox(ctx, c.Viewer(login), false, page.New(1, 50))
		must(t, err)
		var out []string
		for _, n := range list {
			out = append(out, n.Key)
			if n.Key != "notify.exam_published" && n.Places.V["reason"] == "" {
				t.Errorf("%s without its reason", n.Key)
			}
		}
		return out
	}
	must(t, c.Exams.Remove(ctx, c.Viewer("hr-a"), id, c.Person["lan-a"], "误邀"))
	if !slices.Contains(keys("lan-a"), "notify.exam_removed") || slices.Contains(keys("mei-a"), "notify.exam_removed") {
		t.Error("the wrong person is told")
	}
	must(t, c.Exams.CallOff(ctx, c.Viewer("hr"), id, "发错了卷"))
	for login, want := range map[string]string{
		"mei-a": "notify.exam_called_off", "mei-b": "notify.exam_called_off", "hr-a": "notify.exam_called_off_staff", "hr-b": "notify.exam_called_off_staff",
	} {
		if got := keys(login); !slices.Contains(got, want) {
			t.Errorf("%s hears %v", login, got)
		}
	}
	if slices.Contains(keys("lan-a"), "notify.exam_called_off") || slices.Contains(keys("lan-b"), "notify.exam_called_off") {
		t.Error("somebody is told whom it does not concern")
	}
	mine, err := c.Exams.MyExam(ctx, c.Viewer("mei-a"), id)
	if err != nil || mine.State != exam.MyCalledOff {
		t.Errorf("%+v %v", mine, err)
	}
}
