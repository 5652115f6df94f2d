package exam_test

import (
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
)

// Published by mistake: one person is taken off, then the whole exam is called off; the list, the settings and the examinee's pages say so.
func TestAnExamIsCalledOffThroughThePages(t *testing.T) {
	c := newClinic(t)
	id := c.setUpAnExam(strings.TrimPrefix(c.drawAPaper(), "/papers/"))
	if page := c.get("人事", id+"/setup").body; strings.Contains(page, "call-off") || strings.Contains(page, "take-off") {
		t.Error("a draft is called off")
	}
	c.led(c.post("人事", id+"/call-off", "reason", "不要了"), id+"/setup")
	c.publishIt(id)
	takeOff := id + "/people/" + c.who["赵可欣"].PersonID.String() + "/take-off"
	c.shows(c.get("人事", id+"/setup"), 200, "取消这场考试？", "不取消，返回</button>", "原因（会通知给全部考生和监考人员）", "原因（会通知本人）", "移出 赵可欣", takeOff, "时间怎样算")
	if page := c.get("讲师", id+"/setup").body; strings.Contains(page, "call-off") || strings.Contains(page, "take-off") {
		t.Error("a trainer is offered what HR may do")
	}
	c.shows(c.post("讲师", takeOff, "reason", "误邀"), 403)
	c.shows(c.post("讲师", id+"/call-off", "reason", "误发"), 403)
	c.led(c.post("人事", takeOff), id+"/setup#people")
	c.shows(c.get("赵可欣", id), 200, "还没到时间")
	c.led(c.post("人事", takeOff, "reason", "误邀了她"), id+"/setup#people")
	c.shows(c.get("赵可欣", id), 200, "您已被移出这场考试，不用参加", "误邀了她")
	c.shows(c.get("人事", id+"/setup"), 200, "已移出", "误邀了她")
	for _, path := range []string{"/live", "/integrity"} {
		watched := c.get("人事", id+path)
		c.shows(watched, 200, "林小溪")
		if strings.Contains(watched.body, "赵可欣") {
			t.Errorf("%s: who was taken off is waited for", path)
		}
	}
	c.shows(c.get("人事", id+"/live"), 200, "通知、加时、暂停")
	c.led(c.post("人事", id+"/call-off", "reason", "发错了卷"), id+"/setup")
	live := c.get("人事", id+"/live")
	c.shows(live, 200, "这场考试已取消。原因：发错了卷")
	if strings.Contains(live.body, "通知、加时、暂停") {
		t.Error("what does not take place is invigilated")
	}
	setup := c.get("人事", id+"/setup")
	c.shows(setup, 200, "已取消", "这场考试已取消。原因：发错了卷")
	if strings.Contains(setup.body, "时间怎样算") {
		t.Error("the settings tell the rules of what does not take place")
	}
	c.shows(c.get("人事", id+"/results"), 200, "已取消", "发错了卷")
	c.shows(c.get("人事", "/exams?desk=1&state=called_off"), 200, "第一季度考核", "已取消", "— / ", `href="`+id+`/setup"`)
	c.shows(c.get("林小溪", "/exams"), 200, "已取消", "发错了卷")
	page := c.get("林小溪", id)
	c.shows(page, 200, "这场考试已取消，不用参加", "发错了卷")
	if strings.Contains(page.body, "自动交卷") || strings.Contains(page.body, id+"/sit") {
		t.Error("the rules of what does not take place are told")
	}
	c.shows(c.get("赵可欣", id), 200, "您已被移出这场考试", "误邀了她")
}

func TestWhatHasBegunOffersNoCallingOff(t *testing.T) {
	c := newClinic(t)
	id := c.setUpAnExam(strings.TrimPrefix(c.drawAPaper(), "/papers/"))
	c.publishIt(id)
	c.clock.Advance(time.Hour + time.Minute)
	_, _, err := c.exams.Start(t.Context(), c.who["林小溪"], account.ParseID[exam.ExamID](strings.TrimPrefix(id, "/exams/")), exam.Arrival{Client: "tab"})
	c.no(err)
	c.led(c.post("人事", id+"/call-off", "reason", "发错了卷"), id+"/setup")
	page := c.get("人事", id+"/setup")
	c.shows(page, 200, "移出 赵可欣", "进行中")
	if strings.Contains(page.body, "移出 林小溪") {
		t.Error("who sits is offered to be taken off")
	}
	if strings.Contains(page.body, "取消这场考试？") {
		t.Error("what somebody sits is offered to be called off")
	}
}
